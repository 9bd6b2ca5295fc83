"""Outcome measures the patient fills in: what is asked, how it is kept, and its way into the next note.

Only figures that need no licensed text are asked. Nothing is taken into a note without the therapist's press.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from patients import audit, note_scores
from patients.choices import FilledBy
from patients.models import AuditEntry, CaseNote, Episode, Instrument, OutcomeScore, PatientReport, ReportedScore
from patients.note_scores import ACTIVITIES, Slot, is_patient_specific, scales

TAKE = "take-reported"
BY_PATIENT, BY_LINK = "the patient", "the patient, by link"
OFFERED_EMPTY = 3
NOT_ASKED = ("best",)
BY_STAFF = {"reps", "total only"}
PAIN = {
    "now": "Your pain right now",
    "worst": "Your pain at its worst in the last 24 hours",
    "sitting": "Your pain while sitting",
    "first-steps": "Your pain with the first steps in the morning",
    "week-average": "Your pain on average in the last week",
}
ASKS = {
    "sitting_tolerance": "How long can you sit before pain makes you get up or move?",
    "sane": "How normal is it today, if 100 is quite normal?",
    "morning_stiffness": "How long does stiffness last in the morning?",
    "nights_woken": "How many nights in the last week did it wake you?",
}


@dataclass(frozen=True)
class Asked:
    """One figure that is asked for; an activity is in the patient's own words."""

    instrument: Instrument
    version: str
    ask: str
    number: int = 0
    label: str = ""

    @property
    def name(self) -> str:
        """The name of its field says nothing about the condition."""
        return "-".join(filter(None, ("figure", self.instrument.code, str(self.number or "") or self.version)))

    @property
    def is_scale(self) -> bool:
        """Answered by pressing one of eleven points."""
        return self.instrument.minimum == 0 and self.instrument.maximum == 10

    @property
    def is_activity(self) -> bool:
        return self.number > 0

    @property
    def ends(self) -> tuple[str, str]:
        """What the lowest and the highest point mean."""
        if not self.is_activity:
            return ("none", "the worst you can imagine") if self.instrument.code == "nprs" else ("", "")
        ends = ("cannot do it", "as well as before")
        return ends[::-1] if self.version == scales(self.instrument)[-1][0] != scales(self.instrument)[0][0] else ends


@dataclass(frozen=True)
class Figure:
    """One reported figure as it stands beside the note."""

    score: ReportedScore
    is_taken: bool

    @property
    def name(self) -> str:
        """What it is about: the activity in the patient's words, or the measure and its moment."""
        moment = note_scores.version_words(self.score.version)
        return self.score.label or ", ".join(filter(None, (self.score.instrument.name, moment)))

    @property
    def value(self) -> str:
        """The figure with its unit."""
        return f"{note_scores.plain(self.score.value)} {self.score.instrument.unit}".strip()


@dataclass(frozen=True)
class Reported:
    """What the patient says about one note's visit; older reports that were never taken over stay in sight."""

    report: PatientReport
    figures: tuple[Figure, ...]
    older: tuple[PatientReport, ...]

    @property
    def has_more(self) -> bool:
        return any(not figure.is_taken for figure in self.figures)


def asked(episode: Episode) -> tuple[Asked, ...]:
    """The figures this patient can give, those of her own activities as they were named last time."""
    return tuple(
        one for instrument in episode.condition.instruments.for_patients() for one in _asked(instrument, episode)
    )


def told_on(episode: Episode, day: date) -> dict[str, Any]:
    """What was reported on a day, by the names of the fields that still ask for it."""
    scores = ReportedScore.objects.filter(report__episode=episode, report__day=day)
    told = {(one.instrument_id, one.version, one.label): one.value for one in scores}
    fields = {one.name: told.get((one.instrument.pk, one.version, one.label)) for one in asked(episode)}
    return {name: note_scores.plain(value) for name, value in fields.items() if value is not None}


def trace_reading(episode: Episode, *, now: datetime) -> None:
    """The questions name the patient's own activities, and show what was told today: once a day is enough."""
    subject, patient = f"measures asked of episode {episode.pk}", episode.patient
    audit.record_once_a_day(actor=BY_LINK, action=AuditEntry.Action.VIEW, subject=subject, patient=patient, now=now)


def save(
    *,
    episode: Episode,
    figures: Iterable[tuple[Asked, str, Decimal]],
    now: datetime,
    appointment_key: UUID | None = None,
    is_whole: bool = True,
) -> PatientReport:
    """Keep what the patient reports today: (what was asked, the activity's words, the figure); the last word counts.

    Where not all that was told before could be seen (`is_whole` is false), what is not answered now stays.
    """
    day, given = timezone.localdate(now), list(figures)
    told = {"reported_at": now, "appointment_key": appointment_key, "taken_at": None, "taken_into": None}
    with transaction.atomic():
        Episode.objects.select_for_update().get(pk=episode.pk)
        report, _ = PatientReport.objects.update_or_create(episode=episode, day=day, defaults=told)
        for old in report.scores.all():
            if is_whole or any(_is_same(old, one, label) for one, label, _ in given):
                old.delete()
        ReportedScore.objects.bulk_create(
            [
                ReportedScore(report=report, instrument=one.instrument, version=one.version, label=label, value=value)
                for one, label, value in given
            ]
        )
        _trace(report, AuditEntry.Action.CREATE, now)
    return report


def _is_same(old: ReportedScore, one: Asked, label: str) -> bool:
    return (old.instrument_id, old.version, old.label) == (one.instrument.pk, one.version, label)


def for_note(note: CaseNote) -> Reported | None:
    """What the patient reported for the visit of a draft: since the visit before, and not taken into another note."""
    if note.is_signed:
        return None
    before = CaseNote.objects.before(note).first()
    reports = note.episode.patient_reports.filter(day__lte=timezone.localdate(note.seen_at))
    if before:
        reports = reports.filter(day__gt=timezone.localdate(before.seen_at))
    mine = reports.filter(Q(taken_into=None) | Q(taken_into=note)).prefetch_related("scores__instrument")
    found = list(mine.order_by("-day"))
    if not found:
        return None
    held = {(one.instrument_id, one.version, one.label, one.value) for one in note.outcome_scores.all()}
    figures = (
        Figure(one, (one.instrument_id, one.version, one.label, one.value) in held) for one in found[0].scores.all()
    )
    return Reported(found[0], tuple(figures), tuple(found[1:]))


def taken_over(sent: QueryDict, note: CaseNote) -> QueryDict:
    """The form as it was typed, with the reported figures put where nothing stands; a pure function of its data."""
    data, reported = sent.copy(), for_note(note)
    wanted = sent.get("do", "").removeprefix(TAKE).removeprefix("-")
    for figure in reported.figures if reported else ():
        slot = _slot(figure.score, data) if wanted in ("", str(figure.score.pk)) else None
        if slot and not data.get(slot.name, "").strip():
            data[slot.name], data[slot.by_name] = note_scores.plain(figure.score.value), FilledBy.PATIENT
            if slot.activity:
                data[slot.label_name], data[slot.version_name] = figure.score.label, figure.score.version
    return data


def settle(note: CaseNote, *, now: datetime) -> bool:
    """The draft is saved: mark its report as taken over when every figure of it is in the note; says whether it is."""
    reported = for_note(CaseNote.objects.with_findings().get(pk=note.pk))
    if reported is None or reported.has_more:
        return False
    PatientReport.objects.filter(pk=reported.report.pk, taken_at=None).update(taken_at=now, taken_into=note)
    return True


def _asked(instrument: Instrument, episode: Episode) -> Iterator[Asked]:
    if instrument.minimum < 0 or {instrument.unit, instrument.entry} & BY_STAFF:
        return
    if not is_patient_specific(instrument):
        for version in instrument.versions.split() or [""]:
            if version not in NOT_ASKED:
                yield Asked(instrument, version, _words(instrument, version))
        return
    version, labels = _own_activities(instrument, episode)
    for number, label in enumerate(labels, start=1):
        yield Asked(instrument, version, label, number, label)


def _words(instrument: Instrument, version: str) -> str:
    if instrument.code == "nprs" and version in PAIN:
        return PAIN[version]
    asks = ASKS.get(instrument.code, instrument.name)
    return f"{asks}: {note_scores.version_words(version)}" if version else asks


def _own_activities(instrument: Instrument, episode: Episode) -> tuple[str, list[str]]:
    """The scale's version and the activities of the newest signed note with any; before, the patient names them."""
    noted = OutcomeScore.objects.filter(instrument=instrument, note__in=episode.case_notes.signed().standing())
    scores = list(noted.order_by("-note__seen_at", "-note__position", "position")[:ACTIVITIES])
    if scores:
        return scores[0].version, [one.label for one in scores if one.note_id == scores[0].note_id]
    told = ReportedScore.objects.filter(instrument=instrument, report__episode=episode)
    reported = list(told.order_by("-report__day", "label")[:ACTIVITIES])
    labels = [one.label for one in reported if one.report_id == reported[0].report_id]
    return scales(instrument)[0][0], labels + [""] * (OFFERED_EMPTY - len(labels))


def _slot(score: ReportedScore, data: QueryDict) -> Slot | None:
    """Where a figure belongs on the form: an activity under its own words, or in the first empty place."""
    if not is_patient_specific(score.instrument):
        return Slot(score.instrument, score.version)
    slots = [Slot(score.instrument, activity=number) for number in range(1, ACTIVITIES + 1)]
    if any(data.get(slot.name, "").strip() for slot in slots) and data.get(slots[0].version_name) != score.version:
        return None
    words = {slot.activity: data.get(slot.label_name, "").strip().casefold() for slot in slots}
    named = [slot for slot in slots if words[slot.activity] == score.label.strip().casefold()]
    empty = [slot for slot in slots if not words[slot.activity] and not data.get(slot.name, "").strip()]
    return next(iter([*named, *empty]), None)


def _trace(report: PatientReport, action: AuditEntry.Action, now: datetime) -> None:
    patient = report.episode.patient
    audit.record(actor=BY_PATIENT, action=action, subject=f"patient report {report.pk}", patient=patient, now=now)
