"""How a draft is held, compared, replaced and kept: what the verbs of the note have in common."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F

from patients import seal
from patients.models import (
    CaseNote,
    DraftVersion,
    Episode,
    HomeExercise,
    MimicConsidered,
    OutcomeScore,
    Patient,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    Treatment,
    TreatmentStepState,
)
from patients.note_errors import NoteIsDiscarded, NoteIsSigned, NotTheAuthor, StaleDraft

FINDINGS: dict[type[models.Model], str] = {
    Symptom: "symptoms",
    ProvocationResult: "provocation_results",
    SuspectedCause: "suspected_causes",
    TreatmentStepState: "treatment_step_states",
    Treatment: "treatments",
    HomeExercise: "home_exercises",
    RedFlagAnswer: "red_flag_answers",
    MimicConsidered: "mimics_considered",
    OutcomeScore: "outcome_scores",
}
KEPT_EVERY = timedelta(minutes=5)  # while somebody types, so that hours of typing do not make hundreds of versions
Findings = Mapping[type[models.Model], Sequence[models.Model]]


@dataclass(frozen=True)
class Written:
    """All that is on the page: fields of the note, fields of its episode, and the findings as unsaved rows.

    `episode_shown` are the marks of what the page showed of the episode (see `patients.episodes`). With `is_decided` a
    human has just weighed both texts, so that nothing on the page is there merely because it was written before.
    """

    note: Mapping[str, Any] = field(default_factory=dict)
    episode: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[models.Model] = ()
    episode_shown: str = ""
    is_decided: bool = False


def hold(note: CaseNote, *, by: Any, version: int | None = None, with_file: bool = False) -> CaseNote:
    """Lock the episode, then the draft, always in this order; or say why the draft cannot be changed.

    Without a version any will do. `with_file` locks the patient's file as well, for what is written there too: after
    the draft and before the chain of the trace, or two who wait for each other would both be in vain.
    """
    Episode.objects.select_for_update().get(pk=note.episode_id)
    held = CaseNote.objects.select_for_update().get(pk=note.pk)
    if held.is_signed:
        raise NoteIsSigned("This note is signed; add an addendum instead.")
    if held.is_discarded:
        raise NoteIsDiscarded("This draft was discarded; open a new note.")
    if held.author_id != by.pk:
        raise NotTheAuthor("Only the author can change, sign or discard this draft.")
    if version is not None and held.version != version:
        raise StaleDraft("This draft was saved from somewhere else in the meantime.")
    if with_file:
        hold_file(held.episode)
    return held


def hold_file(episode: Episode) -> None:
    """Lock an episode, then the file it is in, before anything is traced: rows under a file lock it as they change."""
    Episode.objects.select_for_update().get(pk=episode.pk)
    Patient.everybody.select_for_update().get(pk=episode.patient_id)


def claim(note: CaseNote, *, version: int, now: datetime, changes: Mapping[str, Any]) -> None:
    """Move the draft on by one version: the one place where two writers meet, whatever was locked before."""
    moved = CaseNote.objects.drafts().filter(pk=note.pk, version=version)
    if not moved.update(**changes, version=F("version") + 1, changed_at=now):
        raise StaleDraft("This draft was saved from somewhere else in the meantime.")


def by_kind(findings: Sequence[models.Model]) -> Findings:
    """Rows of a page, sorted by what they are."""
    kinds: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in findings:
        kinds[type(row)].append(row)
    return kinds


def differing(stored: CaseNote, findings: Findings) -> list[type[models.Model]]:
    """Kinds of findings that the page says otherwise than the draft, which came with its findings."""
    return [
        kind for kind, name in FINDINGS.items() if _facts(getattr(stored, name).all()) != _facts(findings.get(kind, ()))
    ]


def replace(note: CaseNote, kinds: Sequence[type[models.Model]], findings: Findings) -> None:
    """Put the page's findings in the place of the draft's, for these kinds."""
    for kind in kinds:
        kind._default_manager.filter(note=note).delete()
        rows: Any = findings.get(kind, ())
        for row in rows:
            row.note = note
        kind._default_manager.bulk_create(rows)


def is_due(note: CaseNote, *, now: datetime) -> bool:
    """Whether a version saved by itself is kept: the last one kept is a while ago, or there is none."""
    last = note.draft_versions.order_by("-version").values_list("kept_at", flat=True).first()
    return last is None or now - last >= KEPT_EVERY


def keep(note: CaseNote, *, by: Any, now: datetime) -> bool:
    """Keep what the draft says, unless this version is kept already; says whether it did."""
    if note.draft_versions.filter(version=note.version).exists():
        return False
    content = seal.canonical(seal.note_content(note))
    DraftVersion.objects.create(note=note, version=note.version, content=content, kept_at=now, kept_by=by)
    return True


def _facts(rows: Any) -> list[str]:
    """What rows say, apart from their keys and their order."""
    return sorted(str([(name, _plain(getattr(row, name))) for name in _said(type(row))]) for row in rows)


def _said(kind: type[models.Model]) -> list[str]:
    return [one.attname for one in kind._meta.concrete_fields if one.attname not in ("id", "note_id")]


def _plain(value: Any) -> Any:
    """A figure without its trailing zeros, a choice as its plain code: as a database gives them back."""
    if isinstance(value, str):
        return str(value)
    return value.normalize() if hasattr(value, "normalize") else value
