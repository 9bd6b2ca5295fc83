"""The fields of the note's form that come from the catalogue of the episode's condition."""

from collections.abc import Iterable
from typing import Any

from django import forms

from patients import note_scores
from patients.choices import (
    CauseRole,
    CauseWeight,
    FamiliarPain,
    ProvocationOutcome,
    RedFlagReply,
    Side,
    StepState,
    SymptomState,
)
from patients.models import SymptomQuestion
from patients.note_items import NoteItems

LONGEST_TEXT = 20_000
LONGEST_LINE = 300
NOTHING = ("", "–")
SIDES = dict(Side.choices)


class ClinicalText(forms.CharField):
    """Free text kept as typed, spaces included; only a browser's line ends become plain ones."""

    def __init__(self, *, rows: int = 0, limit: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
        longest = limit or (LONGEST_TEXT if rows else LONGEST_LINE)
        super().__init__(required=False, strip=False, max_length=longest, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def one_of(choices: Any, *, empty: tuple[str, str] | None = NOTHING, **kwargs: Any) -> forms.ChoiceField:
    """Radio buttons, with a way to take an answer back."""
    offered = [*([empty] if empty else []), *choices]
    return forms.ChoiceField(required=False, choices=offered, widget=forms.RadioSelect, **kwargs)


def pain_scale(**kwargs: Any) -> forms.TypedChoiceField:
    """Pain from 0 to 10 as radio buttons."""
    points = [NOTHING, *((str(point), str(point)) for point in range(11))]
    return forms.TypedChoiceField(
        required=False, choices=points, coerce=int, empty_value=None, widget=forms.RadioSelect, **kwargs
    )


def of_catalogue(items: NoteItems) -> dict[str, forms.Field]:
    """Every field of the four cards, by name."""
    fields: dict[str, forms.Field] = {}
    for question, side, name in items.answers():
        words = f"{question.ask} ({SIDES[side]})" if side else question.ask
        fields[name] = _answer_field(question, words)
    for question in items.questions:
        fields[f"symptom-{question.code}-state"] = forms.ChoiceField(
            label=f"{question.ask}: compared with last time", required=False, choices=[("", "–"), *SymptomState.choices]
        )
    for test, side in items.tests_by_side():
        fields |= _test_fields(f"test-{test.code}-{side or 'none'}", test.name)
    for cause in items.causes:
        fields |= _cause_fields(f"cause-{cause.code}", cause.label, cause.role)
    return fields | _treatment_fields(items) | _other_fields(items) | note_scores.fields(items.scores)


def keep_choices(fields: dict[str, forms.Field], held: dict[str, Any], names: Iterable[str]) -> None:
    """Offer an answer that a draft holds already, although its option left the catalogue since."""
    for name in names:
        field, value = fields[name], held.get(name)
        if not isinstance(field, forms.ChoiceField) or not value:
            continue
        offered: Any = list(field.choices)  # type: ignore[arg-type]
        known = {code for code, _ in offered}
        codes = value if isinstance(value, list) else [str(value)]
        field.choices = [*offered, *((code, f"{code} (not offered any more)") for code in codes if code not in known)]


def _answer_field(question: SymptomQuestion, words: str) -> forms.Field:
    kind = SymptomQuestion.Kind
    if question.kind == kind.PAIN:
        return pain_scale(label=words)
    if question.kind == kind.NUMBER:
        return forms.IntegerField(
            label=words,
            required=False,
            min_value=question.minimum if question.minimum is not None else 0,
            max_value=question.maximum if question.maximum is not None else 9999,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
    if question.kind == kind.MULTICHOICE:
        return forms.MultipleChoiceField(
            label=words, required=False, choices=question.choices, widget=forms.CheckboxSelectMultiple
        )
    if question.kind in (kind.CHOICE, kind.YES_NO_UNSURE):
        return one_of(question.choices, label=words)
    return ClinicalText(label=words)


def _test_fields(name: str, label: str) -> dict[str, forms.Field]:
    outcomes = [choice for choice in ProvocationOutcome.choices if choice[0] != ProvocationOutcome.NOT_DONE]
    return {
        f"{name}-outcome": one_of(outcomes, empty=("", "not done"), label=label),
        f"{name}-familiar": one_of(FamiliarPain.choices, label=f"{label}: familiar pain"),
        f"{name}-pain": pain_scale(label=f"{label}: pain"),
        f"{name}-measure": ClinicalText(limit=60, label=f"{label}: repetitions or seconds"),
        f"{name}-text": ClinicalText(label=f"{label}: remark"),
    }


def _cause_fields(name: str, label: str, role: str) -> dict[str, forms.Field]:
    return {
        f"{name}-weight": one_of(CauseWeight.choices, empty=("", "not considered"), label=label),
        f"{name}-role": forms.ChoiceField(
            label=f"{label}: role", required=False, choices=CauseRole.choices, initial=role
        ),
        f"{name}-text": ClinicalText(label=f"{label}: remark"),
    }


def _treatment_fields(items: NoteItems) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for step in items.steps:
        fields[f"step-{step.code}-state"] = one_of(StepState.choices, empty=None, label=str(step))
        fields[f"step-{step.code}-text"] = ClinicalText(label=f"{step}: remark")
    for technique in items.techniques:
        name = f"technique-{technique.code}"
        fields[name] = forms.BooleanField(label=technique.label, required=False)
        fields[f"{name}-region"] = ClinicalText(limit=120, label=f"{technique.label}: where")
        fields[f"{name}-text"] = ClinicalText(label=f"{technique.label}: how")
    usual = items.default_rule
    rules = [("", f"the usual: {usual}" if usual else "–"), *((rule.code, rule.label) for rule in items.load_rules)]
    for exercise in items.exercises:
        name = f"exercise-{exercise.code}"
        fields[name] = forms.BooleanField(label=exercise.name, required=False)
        fields[f"{name}-dose"] = ClinicalText(limit=200, label=f"{exercise.name}: dose")
        fields[f"{name}-rule"] = forms.ChoiceField(label=f"{exercise.name}: pain rule", required=False, choices=rules)
        fields[f"{name}-text"] = ClinicalText(label=f"{exercise.name}: remark")
    return fields


def _other_fields(items: NoteItems) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for flag in items.red_flags:
        fields[f"flag-{flag.code}-reply"] = one_of(RedFlagReply.choices, label=flag.label)
        fields[f"flag-{flag.code}-action"] = ClinicalText(label=f"{flag.label}: what was done", rows=2)
    for mimic in items.mimics:
        fields[f"mimic-{mimic.code}"] = forms.BooleanField(label=mimic.label, required=False)
        fields[f"mimic-{mimic.code}-text"] = ClinicalText(label=f"{mimic.label}: what speaks for or against it")
    return fields
