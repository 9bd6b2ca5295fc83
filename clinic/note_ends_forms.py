"""Forms for a note that should not be there."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from patients import search
from patients.models import CaseNote, Episode, Patient
from patients.note_fields import LONGEST_TEXT

SHOWN = 8
NOWHERE = ("", "Nowhere: only mark it here")
ON_EPISODE, ON_PATIENT = "episode", "patient"


class DiscardForm(forms.Form):
    """Why a draft is put away, and whether the appointment is somebody else's."""

    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="For example: opened on the wrong patient.",
        error_messages={"required": "Say why."},
    )
    is_other_person = forms.BooleanField(
        label="The appointment was matched to the wrong person: take that off as well", required=False
    )


class InErrorForm(forms.Form):
    """Why a signed note should not be there, and where its words belong."""

    reason = forms.CharField(
        label="Why",
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands under this note, in this file: do not name the other person here.",
        error_messages={"required": "Say why."},
    )
    is_other_person = forms.BooleanField(
        label="The appointment was matched to the wrong person: take that off as well", required=False
    )
    search = forms.CharField(
        label="Find the right person",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text="Name, reference, phone or date of birth.",
    )
    target = forms.ChoiceField(
        label="Take the words to",
        required=False,
        choices=[NOWHERE],
        widget=forms.RadioSelect(attrs={"class": "choice__input"}),
    )

    def __init__(self, data: Any = None, *, note: CaseNote) -> None:
        super().__init__(data)
        self.note = note
        self.people = _people((data or {}).get("search", "").strip())
        self.fields["target"].choices = [NOWHERE, *_own_choices(note), *self._choices()]  # type: ignore[attr-defined]

    def clean_reason(self) -> str:
        words = str(self.cleaned_data["reason"]).replace("\r\n", "\n")
        if not words.strip():
            raise forms.ValidationError("Say why.")
        return words

    def wanted(self) -> tuple[str, UUID] | None:
        """The episode, or the patient for a new one, that was chosen."""
        kind, _, pk = self.cleaned_data["target"].partition(":")
        return (kind, UUID(pk)) if kind else None

    def _choices(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        condition = self.note.episode.condition
        for patient in self.people:
            who = f"{patient.name}, born {patient.date_of_birth:%-d %b %Y}, {patient.reference}"
            found += [
                (f"{ON_EPISODE}:{episode.pk}", f"{who}: {episode}")
                for episode in patient.episodes.all()
                if episode.is_open and episode.pk != self.note.episode_id
            ]
            if not any(one.is_open and one.condition_id == condition.pk for one in patient.episodes.all()):
                found.append((f"{ON_PATIENT}:{patient.pk}", f"{who}: a new problem, {condition}"))
        return found


def _own_choices(note: CaseNote) -> list[tuple[str, str]]:
    """Other open problems of the same person: the note may only be under the wrong one."""
    others = Episode.objects.open().filter(patient=note.episode.patient_id).exclude(pk=note.episode_id)
    return [(f"{ON_EPISODE}:{one.pk}", f"the same person: {one}") for one in others.select_related("condition")]


def _people(words: str) -> list[Patient]:
    wanted = search.asked(words, today=timezone.localdate())
    return list(search.people(wanted).prefetch_related("episodes__condition")[:SHOWN])
