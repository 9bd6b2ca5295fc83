"""The note as one form, its fields made from the catalogue of the episode's condition.

Names of fields are stable: `symptom-<code>`, `test-<code>-<side>-outcome`, `cause-<code>-weight`,
`step-<code>-state`, `technique-<code>`, `exercise-<code>-dose`, `flag-<code>-reply`, and so on.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from patients import note_values
from patients.choices import (
    CauseRole,
    CauseWeight,
    FamiliarPain,
    ProvocationOutcome,
    RedFlagReply,
    Side,
    StepState,
    SymptomState,
    TreatmentConsent,
)
from patients.models import Addendum, CaseNote, SymptomQuestion
from patients.note_items import NoteItems
from patients.notes import Written

LONGEST_TEXT = 20_000
LONGEST_LINE = 300
NOTHING = ("", "–")
NOTE_TEXTS = ("history", "consent", "advice", "plan")
EPISODE_TEXTS = ("side", "onset", "working_hypothesis")


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


class NoteForm(forms.Form):
    """Everything on a draft."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    seen_on = forms.DateField(
        label="Day of treatment", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen_at = forms.TimeField(label="Time of treatment", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    side = one_of(Side.choices, label="Side")
    onset = ClinicalText(label="When and how it began")
    working_hypothesis = ClinicalText(label="Working hypothesis", rows=2)
    history = ClinicalText(label="In the patient's words", rows=4)
    consent = one_of(TreatmentConsent.choices, label="Consent to treatment today")
    advice = ClinicalText(label="Advice", rows=3)
    plan = ClinicalText(label="Plan", rows=3)

    def __init__(self, data: Any = None, *, note: CaseNote, items: NoteItems) -> None:
        self.note, self.items = note, items
        super().__init__(data, initial=note_values.of_note(note))
        self.fields.update(_catalogue_fields(items))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_moment(cleaned)
        for step in self.items.steps:
            name = f"step-{step.code}"
            if cleaned.get(f"{name}-text", "").strip() and not cleaned.get(f"{name}-state"):
                self.add_error(f"{name}-state", "Say where this step stands: a remark alone is not kept.")
        return cleaned

    def _clean_moment(self, cleaned: dict[str, Any]) -> None:
        day, at = cleaned.get("seen_on"), cleaned.get("seen_at")
        if not day or not at:
            return
        moments = [datetime.combine(day, at, tzinfo=timezone.get_current_timezone()).replace(fold=f) for f in (0, 1)]
        if not 2000 <= day.year <= 2100:
            self.add_error("seen_on", "Give a day within this century.")
        elif moments[0].utcoffset() != moments[1].utcoffset():
            self.add_error("seen_at", "The clocks change at this time: it does not exist, or exists twice.")
        else:
            cleaned["moment"] = moments[0]

    def written(self) -> Written:
        """All that was typed, as the verbs of the note take it."""
        data = self.cleaned_data
        return Written(
            note={"seen_at": data["moment"], **{name: data[name] for name in NOTE_TEXTS}},
            episode={name: data[name] for name in EPISODE_TEXTS},
            findings=list(self._findings()),
        )

    def _findings(self) -> Iterator[models.Model]:
        yield from note_values.symptoms(self.items, self.cleaned_data)
        yield from note_values.provocation_results(self.items, self.cleaned_data)
        yield from note_values.suspected_causes(self.items, self.cleaned_data)
        yield from note_values.step_states(self.items, self.cleaned_data)
        yield from note_values.treatments(self.items, self.cleaned_data)
        yield from note_values.home_exercises(self.items, self.cleaned_data)
        yield from note_values.red_flag_answers(self.items, self.cleaned_data)


class AddendumForm(forms.Form):
    """Words to add under a signed note."""

    kind = forms.ChoiceField(
        label="What kind", choices=Addendum.Kind.choices, widget=forms.RadioSelect, initial="addition"
    )
    text = forms.CharField(
        label="Text",
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what is to be added."},
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if not text.strip():
            raise ValidationError("Write what is to be added.")
        return text


def _catalogue_fields(items: NoteItems) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for question in items.questions:
        fields[f"symptom-{question.code}"] = _answer_field(question)
        fields[f"symptom-{question.code}-state"] = forms.ChoiceField(
            label=f"{question.ask}: compared with last time", required=False, choices=[("", "–"), *SymptomState.choices]
        )
    for test, side in items.tests_by_side():
        fields |= _test_fields(f"test-{test.code}-{side or 'none'}", test.name)
    for cause in items.causes:
        name = f"cause-{cause.code}"
        fields[f"{name}-weight"] = one_of(CauseWeight.choices, empty=("", "not considered"), label=cause.label)
        fields[f"{name}-role"] = forms.ChoiceField(
            label=f"{cause.label}: role", required=False, choices=CauseRole.choices, initial=cause.role
        )
        fields[f"{name}-text"] = ClinicalText(label=f"{cause.label}: remark")
    return fields | _treatment_fields(items)


def _answer_field(question: SymptomQuestion) -> forms.Field:
    kind = SymptomQuestion.Kind
    if question.kind == kind.PAIN:
        return pain_scale(label=question.ask)
    if question.kind == kind.NUMBER:
        return forms.IntegerField(
            label=question.ask,
            required=False,
            min_value=question.minimum if question.minimum is not None else 0,
            max_value=question.maximum if question.maximum is not None else 9999,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
    if question.kind == kind.MULTICHOICE:
        return forms.MultipleChoiceField(
            label=question.ask, required=False, choices=question.choices, widget=forms.CheckboxSelectMultiple
        )
    if question.kind in (kind.CHOICE, kind.YES_NO_UNSURE):
        return one_of(question.choices, label=question.ask)
    return ClinicalText(label=question.ask)


def _test_fields(name: str, label: str) -> dict[str, forms.Field]:
    outcomes = [choice for choice in ProvocationOutcome.choices if choice[0] != ProvocationOutcome.NOT_DONE]
    return {
        f"{name}-outcome": one_of(outcomes, empty=("", "not done"), label=label),
        f"{name}-familiar": one_of(FamiliarPain.choices, label=f"{label}: familiar pain"),
        f"{name}-pain": pain_scale(label=f"{label}: pain"),
        f"{name}-measure": ClinicalText(limit=60, label=f"{label}: repetitions or seconds"),
        f"{name}-text": ClinicalText(label=f"{label}: remark"),
    }


def _treatment_fields(items: NoteItems) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for step in items.steps:
        fields[f"step-{step.code}-state"] = one_of(StepState.choices, empty=None, label=str(step))
        fields[f"step-{step.code}-text"] = ClinicalText(label=f"{step}: remark")
    for technique in items.techniques:
        fields[f"technique-{technique.code}"] = forms.BooleanField(label=technique.label, required=False)
        fields[f"technique-{technique.code}-text"] = ClinicalText(label=f"{technique.label}: where and how")
    for exercise in items.exercises:
        fields[f"exercise-{exercise.code}"] = forms.BooleanField(label=exercise.name, required=False)
        fields[f"exercise-{exercise.code}-dose"] = ClinicalText(limit=200, label=f"{exercise.name}: dose")
        fields[f"exercise-{exercise.code}-text"] = ClinicalText(label=f"{exercise.name}: remark")
    for flag in items.red_flags:
        fields[f"flag-{flag.code}-reply"] = one_of(RedFlagReply.choices, label=flag.label)
        fields[f"flag-{flag.code}-action"] = ClinicalText(label=f"{flag.label}: what was done", rows=2)
    return fields
