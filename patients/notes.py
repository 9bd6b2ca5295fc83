"""Verbs of the case note: start, save as draft, sign, add an addendum.

Each is one transaction. The database keeps a signed note fixed; these say so kindly beforehand. How a draft is
discarded is in `patients.discarding`, what a new one opens with in `patients.carrying`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from patients import audit, carrying, drafts, episodes, seal, search_index, unchanged
from patients.drafts import Written
from patients.models import Addendum, AuditEntry, CaseNote, Episode
from patients.note_errors import (
    CannotSign,
    EpisodeChanged,
    Missing,
    NoteError,
    NoteIsDiscarded,
    NoteIsSigned,
    NotTheAuthor,
    StaleDraft,
)
from patients.signing import missing_before_signing

__all__ = [
    "CannotSign",
    "EpisodeChanged",
    "Missing",
    "NotTheAuthor",
    "NoteError",
    "NoteIsDiscarded",
    "NoteIsSigned",
    "StaleDraft",
    "Written",
    "add_addendum",
    "missing_before_signing",
    "save_draft",
    "sign",
    "start",
]
PRESSED_TWICE = timedelta(minutes=1)


def start(*, episode: Episode, author: Any, seen_at: datetime, now: datetime) -> CaseNote:
    """Open a draft: a first visit when the episode has no note yet, else a follow-up with last time's state."""
    is_first = not episode.case_notes.standing().exists()
    with transaction.atomic():
        drafts.hold_file(episode)
        note = CaseNote.objects.create(
            episode=episode,
            author=author,
            kind=CaseNote.Kind.INITIAL if is_first else CaseNote.Kind.FOLLOW_UP,
            seen_at=seen_at,
            entered_at=now,
            changed_at=now,
        )
        carrying.carry_forward(note)
        trace(note, author, AuditEntry.Action.CREATE, now)
    return note


def save_draft(
    *, note: CaseNote, version: int, written: Written, by: Any, now: datetime, is_autosave: bool = False
) -> CaseNote:
    """Replace what a draft says, if nobody saved it since `version`; returns it with its version.

    What says the same already is left alone: no new version, no new row. What was saved deliberately is kept for good
    and traced; what saved itself, when the last kept version is a few minutes old.

    Raises StaleDraft, EpisodeChanged, NoteIsSigned, NoteIsDiscarded or NotTheAuthor, and then nothing has changed.
    """
    with transaction.atomic():
        drafts.hold(note, version=version, by=by)
        stored = CaseNote.objects.with_findings().get(pk=note.pk)
        if _write(stored, written, now):
            stored = CaseNote.objects.with_findings().get(pk=note.pk)
            search_index.note_changed(stored)
        is_kept = not is_autosave or drafts.is_due(stored, now=now)
        if is_kept and drafts.keep(stored, by=by, now=now):
            trace(stored, by, AuditEntry.Action.CHANGE, now)
    return stored


def sign(*, note: CaseNote, version: int, by: Any, now: datetime, episode_shown: str = "") -> CaseNote:
    """Seal a complete draft for good, chained to the episode's last signed note.

    `episode_shown` are the marks of what the page says of the episode: what nobody saw is not signed.

    Raises CannotSign, StaleDraft, EpisodeChanged, NoteIsSigned, NoteIsDiscarded or NotTheAuthor, and then it is still a
    draft.
    """
    with transaction.atomic():
        drafts.hold(note, version=version, by=by, with_file=True)
        drafts.claim(note, version=version, now=now, changes={})
        draft = CaseNote.objects.with_findings().get(pk=note.pk)
        episodes.refuse_unseen(draft.episode, episode_shown)
        if missing := missing_before_signing(draft, now=now):
            raise CannotSign(missing)
        drafts.keep(draft, by=by, now=now)
        _seal(draft, by=by, now=now)
        search_index.note_changed(draft)
        trace(draft, by, AuditEntry.Action.SIGN, now)
    return draft


def add_addendum(*, note: CaseNote, author: Any, kind: str, text: str, now: datetime) -> Addendum:
    """Add words under a signed note; the same words twice within a minute are one press too many and stand once.

    Raises NoteError when the note is still a draft.
    """
    with transaction.atomic():
        held = CaseNote.objects.select_for_update().get(pk=note.pk)
        if not held.is_signed:
            raise NoteError("A draft takes no addenda: change the draft itself.")
        last = held.addenda.order_by("-position").first()
        if last and _is_same_press(last, author, kind, text, now):
            return last
        addendum = Addendum(
            note=held,
            author=author,
            kind=kind,
            text=text,
            written_at=now,
            position=last.position + 1 if last else 1,
            previous_hash=last.seal_hash if last else held.seal_hash,
        )
        addendum.seal = seal.canonical(seal.addendum_content(addendum))
        addendum.seal_hash = seal.digest(addendum.previous_hash, addendum.seal)
        addendum.save(force_insert=True)
        search_index.addendum_added(addendum)
        trace(note, author, AuditEntry.Action.ADD, now)
    return addendum


def trace(note: CaseNote, by: Any, action: AuditEntry.Action, now: datetime) -> None:
    """Leave an entry about this note."""
    audit.record(
        actor=by.get_username(),
        action=action,
        subject=f"note {note.pk}",
        patient=note.episode.patient,
        now=now,
    )


def _write(stored: CaseNote, written: Written, now: datetime) -> bool:
    """Write what differs, and say whether anything did."""
    findings = drafts.by_kind(written.findings)
    kinds = drafts.differing(stored, findings)
    changed = {name: value for name, value in written.note.items() if value != getattr(stored, name)}
    before = "" if written.is_decided else stored.episode_written
    on_episode = episodes.changes(stored.episode, written.episode, shown=written.episode_shown, written=before)
    if not (kinds or changed or on_episode):
        return False
    if on_episode:
        Episode.objects.filter(pk=stored.episode_id).update(**on_episode)
        changed["episode_written"] = episodes.marks_after(stored.episode, written.episode)
    drafts.claim(stored, version=stored.version, now=now, changes=changed)
    drafts.replace(stored, kinds, findings)
    return True


def _is_same_press(last: Addendum, author: Any, kind: str, text: str, now: datetime) -> bool:
    is_same = (last.author_id, last.kind, last.text) == (author.pk, kind, text)
    return is_same and now - last.written_at <= PRESSED_TWICE


def _seal(draft: CaseNote, *, by: Any, now: datetime) -> None:
    last = draft.episode.case_notes.signed().order_by("-position").first()
    draft.position = last.position + 1 if last and last.position else 1
    draft.previous_hash = last.seal_hash if last else ""
    draft.signed_at, draft.signed_by = now, by
    draft.catalogue_version = draft.episode.condition.versions.order_by("-number").first()
    draft.seal = seal.canonical(unchanged.marked(draft))
    draft.seal_hash = seal.digest(draft.previous_hash, draft.seal)
    draft.save(
        update_fields=[
            "position",
            "previous_hash",
            "signed_at",
            "signed_by",
            "catalogue_version",
            "seal",
            "seal_hash",
        ]
    )
