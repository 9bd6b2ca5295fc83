"""The note as one form, its fields made from the catalogue of the episode's condition.

Names of fields are stable: `symptom-<code>`, `test-<code>-<side>-outcome`, `cause-<code>-weight`,
`step-<code>-state`, `technique-<code>`, `exercise-<code>-dose`, `flag-<code>-reply`, `mimic-<code>`,
`score-<instrument>-<version>`, and so on.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from patients import episodes, note_fields, note_scores, note_values
from patients.choices import Side, TreatmentConsent
from patients.models import Addendum, CaseNote
from patients.note_fields import LONGEST_TEXT, ClinicalText, one_of
from patients.note_items import NoteItems
from patients.note_values import EPISODE_TEXTS, NOTE_TEXTS
from patients.notes import Written

# That a note was entered in error is said on a page of its own, which asks where its words belong.
KINDS = [choice for choice in Addendum.Kind.choices if choice[0] != Addendum.Kind.IN_ERROR]


class NoteForm(forms.Form):
    """Everything on a draft."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    episode_shown = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    seen_on = forms.DateField(
        label="Day of treatment", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen_at = forms.TimeField(label="Time of treatment", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    side = one_of(Side.choices, label="Side")
    onset = ClinicalText(label="When and how it began")
    working_hypothesis = ClinicalText(label="Working hypothesis", rows=2)
    history = ClinicalText(label="In the patient's words", rows=4)
    flare = ClinicalText(label="Flare since last time: what set it off")
    consent = one_of(TreatmentConsent.choices, label="Consent to treatment today")
    advice = ClinicalText(label="Advice", rows=3)
    load_plan = ClinicalText(label="Load plan", rows=3)
    avoid = ClinicalText(label="Things to avoid", rows=2)
    plan = ClinicalText(label="Plan", rows=3)

    def __init__(self, data: Any = None, *, note: CaseNote, items: NoteItems) -> None:
        self.note, self.items = note, items
        held = note_values.of_note(note)
        super().__init__(data, initial={**held, "episode_shown": episodes.marks(note.episode)})
        self.fields.update(note_fields.of_catalogue(items))
        note_fields.keep_choices(self.fields, held, (name for *_, name in items.answers()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_moment(cleaned)
        for step in self.items.steps:
            name = f"step-{step.code}"
            if cleaned.get(f"{name}-text", "").strip() and not cleaned.get(f"{name}-state"):
                self.add_error(f"{name}-state", "Say where this step stands: a remark alone is not kept.")
        for name, words in list(note_scores.problems(self.items.scores, cleaned)):
            self.add_error(name, words)
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
        """All that was typed, as the verbs of the note take it; where a field has an error, what the draft says."""
        data = {**dict(self._standing()), **self.cleaned_data}
        return Written(
            note={"seen_at": data.get("moment", self.note.seen_at), **{name: data[name] for name in NOTE_TEXTS}},
            episode={name: data[name] for name in EPISODE_TEXTS},
            episode_shown=data["episode_shown"],
            findings=list(note_values.findings(self.items, data, self.note.outcome_scores.all())),
        )

    def _standing(self) -> Iterator[tuple[str, Any]]:
        """What the draft says in the fields that were not typed well."""
        for name in self.errors:
            field, held = self.fields.get(name), self.initial.get(name)
            if field is None or name == "version":
                continue
            try:
                yield name, field.clean(held)
            except ValidationError:
                yield name, held


class AddendumForm(forms.Form):
    """Words to add under a signed note."""

    kind = forms.ChoiceField(label="What kind", choices=KINDS, widget=forms.RadioSelect, initial="addition")
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
