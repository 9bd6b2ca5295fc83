"""When a note should not be there: a draft is discarded, a signed note is marked as entered in error.

Nothing is deleted. A discarded draft leaves every list and keeps its row, with who, when and why. A note in error
stays signed and in its chain, and does not count; its words can be taken to the right file as a new draft, which says
where they came from by number only, so that neither file names the other person.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from patients import audit, drafts
from patients.models import Addendum, AuditEntry, CaseNote, Episode, Patient, PatientReport
from patients.note_errors import NoteError
from patients.notes import add_addendum, trace

COPIED = ("seen_at", "history", "flare", "consent", "advice", "load_plan", "avoid", "plan")


class NoReason(NoteError):
    """Why has to be said."""


class AlreadyInError(NoteError):
    """It is marked as entered in error already."""


class SamePlace(NoteError):
    """A note cannot be copied to where it stands."""


def discard(*, note: CaseNote, by: Any, reason: str, now: datetime) -> CaseNote:
    """Put a draft away for good; what it said last is kept, and what the patient reported waits for another note.

    Raises NoReason, NoteIsSigned or NotTheAuthor.
    """
    with transaction.atomic():
        drafts.hold(note, by=by, with_file=True)
        draft = CaseNote.objects.with_findings().get(pk=note.pk)
        drafts.keep(draft, by=by, now=now)
        draft.discarded_at, draft.discarded_by, draft.discard_reason = now, by, _said(reason)
        draft.save(update_fields=["discarded_at", "discarded_by", "discard_reason"])
        PatientReport.objects.filter(taken_into=draft).update(taken_at=None, taken_into=None)
        audit.record(
            actor=by.get_username(),
            action=AuditEntry.Action.CHANGE,
            subject=f"note {note.pk}",
            patient=draft.episode.patient,
            fields=("discarded_at", "discarded_by", "discard_reason"),
            now=now,
        )
    return draft


def mark_in_error(
    *, note: CaseNote, by: Any, reason: str, now: datetime, right: Episode | None = None
) -> tuple[Addendum, CaseNote | None]:
    """Say for good that a signed note should not be there; with the right episode, open a draft of its words there.

    Raises NoReason, AlreadyInError, SamePlace, or NoteError for a draft. Pressing twice does it once.
    """
    if right is not None and right.pk == note.episode_id:
        raise SamePlace("This is where the note stands already: choose another file or another problem.")
    with transaction.atomic():
        hold(note, *([right.pk] if right else []))
        before = note.addenda.filter(kind=Addendum.Kind.IN_ERROR).first()
        added = add_addendum(note=note, author=by, kind=Addendum.Kind.IN_ERROR, text=_said(reason), now=now)
        if before is not None and before.pk != added.pk:
            raise AlreadyInError("This note is marked as entered in error already.")
        copy = _copy_of(note, right, by, now) if right is not None else None
    return added, copy


def hold(note: CaseNote, *episodes: UUID) -> None:
    """Lock the note's episode and others, the note, then their files, each in one order; before anything is traced."""
    rows = Episode.objects.select_for_update().filter(pk__in=[note.episode_id, *episodes]).order_by("pk")
    files = list(rows.values_list("patient", flat=True))
    CaseNote.objects.select_for_update().get(pk=note.pk)
    list(Patient.everybody.select_for_update().filter(pk__in=files).order_by("pk").values_list("pk", flat=True))


def _copy_of(note: CaseNote, right: Episode, by: Any, now: datetime) -> CaseNote:
    """A draft on the right episode with the same texts, and the findings where the condition is the same."""
    if there := note.copies.filter(episode=right, discarded_at=None).first():
        return there
    source = CaseNote.objects.with_findings().get(pk=note.pk)
    is_first = not right.case_notes.standing().exists()
    copy = CaseNote.objects.create(
        episode=right,
        author=by,
        kind=CaseNote.Kind.INITIAL if is_first else CaseNote.Kind.FOLLOW_UP,
        copied_from=note,
        entered_at=now,
        changed_at=now,
        **{name: getattr(source, name) for name in COPIED},
    )
    if right.condition_id == source.episode.condition_id:
        _copy_findings(source, copy)
    trace(copy, by, AuditEntry.Action.CREATE, now)
    return copy


def _copy_findings(source: CaseNote, copy: CaseNote) -> None:
    for kind, name in drafts.FINDINGS.items():
        fields = [one.attname for one in kind._meta.concrete_fields if one.attname not in ("id", "note_id")]
        rows = [
            kind(note=copy, **{field: getattr(row, field) for field in fields}) for row in getattr(source, name).all()
        ]
        kind._default_manager.bulk_create(rows)


def _said(reason: str) -> str:
    words = reason.replace("\r\n", "\n").strip()
    if not words:
        raise NoReason("Say why.")
    return words
