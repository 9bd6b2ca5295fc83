"""Verbs of the case note: start, save as draft, sign, add an addendum.

Each is one transaction. The database keeps a signed note fixed; these say so kindly beforehand.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F

from patients import audit, seal
from patients.choices import FamiliarPain, ProvocationOutcome, RedFlagReply
from patients.models import (
    Addendum,
    AuditEntry,
    CaseNote,
    Episode,
    HomeExercise,
    MimicConsidered,
    OutcomeScore,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    Treatment,
    TreatmentStepState,
)

FINDINGS: tuple[type[models.Model], ...] = (
    Symptom,
    ProvocationResult,
    SuspectedCause,
    TreatmentStepState,
    Treatment,
    HomeExercise,
    RedFlagAnswer,
    MimicConsidered,
    OutcomeScore,
)


class NoteError(Exception):
    """A verb of the note was refused."""


class StaleDraft(NoteError):
    """The draft was saved from somewhere else in the meantime."""


class NoteIsSigned(NoteError):
    """A signed note takes addenda only."""


class NotTheAuthor(NoteError):
    """Only the author may change or sign a draft."""


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a note from being signed: where it is on the page, and what to do."""

    anchor: str
    words: str


class CannotSign(NoteError):
    """The note is not complete; `missing` names each item."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__("; ".join(item.words for item in missing))
        self.missing = list(missing)


@dataclass(frozen=True)
class Written:
    """All that is on the page: fields of the note, fields of its episode, and the findings as unsaved rows."""

    note: Mapping[str, Any] = field(default_factory=dict)
    episode: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[models.Model] = ()


def start(*, episode: Episode, author: Any, seen_at: datetime, now: datetime) -> CaseNote:
    """Open a draft: a first visit when the episode has no note yet, else a follow-up."""
    is_first = not episode.case_notes.exists()
    with transaction.atomic():
        note = CaseNote.objects.create(
            episode=episode,
            author=author,
            kind=CaseNote.Kind.INITIAL if is_first else CaseNote.Kind.FOLLOW_UP,
            seen_at=seen_at,
            entered_at=now,
            changed_at=now,
        )
        _trace(note, author, AuditEntry.Action.CREATE, now)
    return note


def save_draft(*, note: CaseNote, version: int, written: Written, by: Any, now: datetime) -> CaseNote:
    """Replace what a draft says, if nobody saved it since `version`; returns it with its new version.

    Raises StaleDraft, NoteIsSigned or NotTheAuthor, and then nothing has changed.
    """
    with transaction.atomic():
        _hold_episode(note)
        _claim(note, version=version, by=by, now=now, changes=written.note)
        if written.episode:
            Episode.objects.filter(pk=note.episode_id).update(**written.episode)
        for finding in FINDINGS:
            finding._default_manager.filter(note=note).delete()
        for finding, rows in _by_kind(written.findings).items():
            finding._default_manager.bulk_create([_put_on(note, row) for row in rows])
        _trace(note, by, AuditEntry.Action.CHANGE, now)
    return CaseNote.objects.with_findings().get(pk=note.pk)


def sign(*, note: CaseNote, version: int, by: Any, now: datetime) -> CaseNote:
    """Seal a complete draft for good, chained to the episode's last signed note.

    Raises CannotSign, StaleDraft, NoteIsSigned or NotTheAuthor, and then it is still a draft.
    """
    with transaction.atomic():
        _hold_episode(note)
        _claim(note, version=version, by=by, now=now, changes={})
        draft = CaseNote.objects.with_findings().get(pk=note.pk)
        if missing := missing_before_signing(draft, now=now):
            raise CannotSign(missing)
        _seal(draft, by=by, now=now)
        _trace(draft, by, AuditEntry.Action.SIGN, now)
    return draft


def add_addendum(*, note: CaseNote, author: Any, kind: str, text: str, now: datetime) -> Addendum:
    """Add words under a signed note. Raises NoteError when the note is still a draft."""
    with transaction.atomic():
        CaseNote.objects.select_for_update().get(pk=note.pk)
        if not note.is_signed:
            raise NoteError("A draft takes no addenda: change the draft itself.")
        last = note.addenda.order_by("-position").first()
        addendum = Addendum(
            note=note,
            author=author,
            kind=kind,
            text=text,
            written_at=now,
            position=last.position + 1 if last else 1,
            previous_hash=last.seal_hash if last else note.seal_hash,
        )
        addendum.seal = seal.canonical(seal.addendum_content(addendum))
        addendum.seal_hash = seal.digest(addendum.previous_hash, addendum.seal)
        addendum.save(force_insert=True)
        _trace(note, author, AuditEntry.Action.ADD, now)
    return addendum


def missing_before_signing(note: CaseNote, *, now: datetime) -> list[Missing]:
    """What the therapist still has to say, in the order of the page; read from a note with its findings."""
    return [
        *_missing_about_the_day(note, now),
        *_missing_red_flags(note),
        *_missing_symptoms(note),
        *_missing_in_tests(note),
        *_missing_in_steps(note),
    ]


def _missing_about_the_day(note: CaseNote, now: datetime) -> list[Missing]:
    missing = []
    if note.episode.condition.has_side and not note.episode.side:
        missing.append(Missing("episode-side", "Say which side this is about."))
    if note.seen_at > now:
        missing.append(Missing("seen-at", "The time of treatment is still to come."))
    return missing


def _missing_red_flags(note: CaseNote) -> list[Missing]:
    answers = {answer.red_flag_id: answer for answer in note.red_flag_answers.all()}
    missing = []
    for flag in note.episode.condition.redflags.in_use():
        answer = answers.get(flag.pk)
        if answer is None:
            missing.append(Missing(f"red-flag-{flag.code}", f"Red flag not asked: {flag.label}."))
        elif answer.reply != RedFlagReply.NO and not answer.action.strip():
            missing.append(Missing(f"red-flag-{flag.code}", f"{flag.label}: say what was done about it."))
    return missing


def _missing_symptoms(note: CaseNote) -> list[Missing]:
    if note.kind != CaseNote.Kind.INITIAL:
        return []
    answered = {symptom.question_id for symptom in note.symptoms.all()}
    required = note.episode.condition.symptomquestions.in_use().filter(is_required=True)
    return [
        Missing(f"symptom-{question.code}", f"First visit, not answered: {question.ask}")
        for question in required
        if question.pk not in answered
    ]


def _missing_in_tests(note: CaseNote) -> list[Missing]:
    missing = []
    for result in note.provocation_results.all():
        if result.outcome in ProvocationOutcome.with_pain() and not result.familiar_pain:
            missing.append(Missing(f"test-{result.test.code}", f"{result.test.name}: was it the familiar pain?"))
        elif result.familiar_pain in (FamiliarPain.YES, FamiliarPain.PARTLY) and result.pain_score is None:
            missing.append(Missing(f"test-{result.test.code}", f"{result.test.name}: how strong was it, 0 to 10?"))
    return missing


def _missing_in_steps(note: CaseNote) -> list[Missing]:
    missing = []
    if not note.treatment_step_states.all():
        missing.append(Missing("card-steps", "Say where at least one treatment step stands."))
    if note.treatments.all() and not note.consent:
        missing.append(Missing("consent", "Say whether consent to today's treatment was asked and given."))
    return missing


def _hold_episode(note: CaseNote) -> None:
    """Lock the episode before the note, always in this order, so that saving and signing never wait in a circle."""
    Episode.objects.select_for_update().get(pk=note.episode_id)


def _claim(note: CaseNote, *, version: int, by: Any, now: datetime, changes: Mapping[str, Any]) -> None:
    """Move the draft on by one version, or say why it cannot be: the one place where two writers meet."""
    moved = CaseNote.objects.drafts().filter(pk=note.pk, version=version, author=by)
    if moved.update(**changes, version=F("version") + 1, changed_at=now):
        return
    present = CaseNote.objects.get(pk=note.pk)
    if present.is_signed:
        raise NoteIsSigned("This note is signed; add an addendum instead.")
    if present.author_id != by.pk:
        raise NotTheAuthor("Only the author can change or sign this draft.")
    raise StaleDraft("This draft was saved from somewhere else in the meantime.")


def _seal(draft: CaseNote, *, by: Any, now: datetime) -> None:
    last = draft.episode.case_notes.signed().order_by("-position").first()
    draft.position = last.position + 1 if last and last.position else 1
    draft.previous_hash = last.seal_hash if last else ""
    draft.signed_at, draft.signed_by = now, by
    draft.catalogue_version = draft.episode.condition.versions.order_by("-number").first()
    draft.seal = seal.canonical(seal.note_content(draft))
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


def _by_kind(findings: Sequence[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    kinds: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in findings:
        kinds[type(row)].append(row)
    return kinds


def _put_on(note: CaseNote, row: Any) -> models.Model:
    row.note = note
    return row  # type: ignore[no-any-return]


def _trace(note: CaseNote, by: Any, action: AuditEntry.Action, now: datetime) -> None:
    audit.record(
        actor=by.get_username(),
        action=action,
        subject=f"note {note.pk}",
        patient=note.episode.patient,
        now=now,
    )
