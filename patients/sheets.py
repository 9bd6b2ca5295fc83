"""The home exercise sheet: what the newest signed note gives to do at home, and the private link that opens it.

Dose, remarks and how-to are the words that were signed. Catalogue words that nobody has checked wait for the review.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from patients import audit, guide, seal
from patients.choices import Evidence, StepState
from patients.guide_text import Flags
from patients.models import (
    AuditEntry,
    CaseNote,
    Condition,
    Episode,
    ExerciseSheet,
    HomeExercise,
    LoadRule,
    Patient,
)
from patients.models.catalogue import CatalogueItem, lines
from patients.models.sheets import new_sheet_salt

LINK_LIVES = timedelta(weeks=8)
UNDER_WAY = (StepState.ACTIVE, StepState.HOLDING, StepState.STEPPED_BACK)
BY_LINK = "the patient, by link"
WORST = 10


@dataclass(frozen=True)
class Band:
    """A stretch of the pain scale, and what the rule says of it."""

    kind: str
    first: int
    last: int
    words: str

    @property
    def span(self) -> str:
        return f"{self.first} to {self.last}" if self.last > self.first else str(self.first)

    @property
    def points(self) -> range:
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Rule:
    """How much pain an exercise may cause, in the catalogue's words; shown, never computed with."""

    code: str
    label: str
    text: str
    settles: str
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Given:
    """One exercise on the sheet; its rule only where it is another than the sheet's."""

    code: str
    name: str
    how: str
    dose: str
    remarks: str
    rule: Rule | None
    is_new: bool
    before: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything the sheet says; no diagnosis and no name of a condition is in it."""

    note_key: UUID
    for_name: str
    seen_on: date
    by: str
    since: date | None
    exercises: tuple[Given, ...]
    stopped: tuple[str, ...]
    rule: Rule | None
    load_plan: str
    avoid: str
    advice: str
    flare: tuple[str, ...]
    flags: tuple[Flags, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.exercises or self.load_plan.strip() or self.avoid.strip() or self.advice.strip())

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """What the therapist wrote beside the exercises."""
        return (("How much, and when", self.load_plan), ("Leave this out for now", self.avoid), ("Advice", self.advice))

    @property
    def is_changed(self) -> bool:
        """Something is new, different or stopped since the note before."""
        return bool(self.stopped or any(given.is_new or given.before for given in self.exercises))


def gather(episode: Episode) -> Sheet | None:
    """The sheet as the newest signed note gives it; None before one is signed. Nothing on it is computed."""
    notes = newest_notes(episode)[:2]
    if not notes:
        return None
    note, before = notes[0], notes[1] if len(notes) > 1 else None
    rules = _rules(note, episode.condition)
    common = Counter(rule.code for rule in rules.values() if rule).most_common(1)
    shared = next((rule for rule in rules.values() if rule and common and rule.code == common[0][0]), None)
    return Sheet(
        note_key=note.pk,
        for_name=called(episode.patient),
        seen_on=timezone.localdate(note.seen_at),
        by=note.author.display_name,
        since=timezone.localdate(before.seen_at) if before else None,
        exercises=tuple(_given(note, before, rules, shared)),
        stopped=_stopped(note, before),
        rule=shared,
        load_plan=note.load_plan,
        avoid=note.avoid,
        advice=note.advice,
        flare=_flare(note, episode.condition),
        flags=guide.flags(episode.condition),
    )


def newest_notes(episode: Episode) -> Any:
    """Signed notes that stand, the newest visit first; what was entered in error gives nobody anything to do."""
    standing = episode.case_notes.signed().standing()
    related = ("home_exercises__exercise", "home_exercises__load_rule", "treatment_step_states__step")
    return standing.select_related("author").prefetch_related(*related).order_by("-seen_at", "-position")


def called(patient: Patient) -> str:
    """What the sheet calls the patient: no more of the name than a friend would say."""
    return patient.known_as or (patient.name.split() or [""])[0]


def make_link(*, episode: Episode, by: Any, now: datetime) -> ExerciseSheet:
    """A private link to the sheet; one that was made before is dead at once."""
    fresh = {"link_salt": new_sheet_salt(), "made_at": now, "made_by": by, "stopped_at": None}
    with transaction.atomic():
        sheet, _ = ExerciseSheet.objects.update_or_create(episode=episode, defaults=fresh)
        _trace(sheet, by.get_username(), AuditEntry.Action.CREATE, now)
    return sheet


def stop_link(*, episode: Episode, by: Any, now: datetime) -> None:
    """The link opens nothing any more; a second time changes nothing."""
    with transaction.atomic():
        sheet = ExerciseSheet.objects.select_for_update().filter(episode=episode, stopped_at=None).first()
        if sheet:
            sheet.stopped_at = max(now, sheet.made_at)
            sheet.save(update_fields=["stopped_at"])
            _trace(sheet, by.get_username(), AuditEntry.Action.CHANGE, now)


def link_ends_at(sheet: ExerciseSheet) -> datetime:
    """Some weeks after the last visit that was signed, or after the link was made, whichever is later."""
    last = newest_notes(sheet.episode).values_list("seen_at", flat=True).first()
    return max(sheet.made_at, last or sheet.made_at) + LINK_LIVES


def is_open(sheet: ExerciseSheet, *, now: datetime) -> bool:
    """Whether its link works."""
    return sheet.stopped_at is None and now <= link_ends_at(sheet)


def trace_reading(sheet: ExerciseSheet, *, form: str, now: datetime) -> None:
    """The link was used; once a day and form is enough."""
    action = AuditEntry.Action.EXPORT if form == "pdf" else AuditEntry.Action.VIEW
    patient = sheet.episode.patient
    audit.record_once_a_day(actor=BY_LINK, action=action, subject=_subject(sheet), patient=patient, now=now)


def _trace(sheet: ExerciseSheet, actor: str, action: AuditEntry.Action, now: datetime) -> None:
    patient = sheet.episode.patient
    audit.record(actor=actor, action=action, subject=_subject(sheet), patient=patient, fields=("link",), now=now)


def _subject(sheet: ExerciseSheet) -> str:
    return f"exercise sheet {sheet.pk}"


def _rules(note: CaseNote, condition: Condition) -> dict[str, Rule | None]:
    """The pain rule of each exercise: the one the therapist chose, else the condition's usual one."""
    usual = LoadRule.objects.in_use().filter(condition=condition).order_by("-is_default", "position").first()
    return {given.exercise.code: _rule(given.load_rule or usual, condition) for given in note.home_exercises.all()}


def _rule(rule: Any, condition: Condition) -> Rule | None:
    if rule is None or not _may_show(rule, condition):
        return None
    fine, acceptable = min(rule.fine_up_to, WORST), min(max(rule.acceptable_up_to, rule.fine_up_to), WORST)
    bands = (
        Band("good", 0, fine, "fine"),
        Band("warn", fine + 1, acceptable, "still all right"),
        Band("bad", acceptable + 1, WORST, "too much"),
    )
    shown = tuple(band for band in bands if band.first <= band.last)
    return Rule(rule.code, rule.label, rule.text, rule.settles, shown)


def _given(
    note: CaseNote, before: CaseNote | None, rules: dict[str, Rule | None], shared: Rule | None
) -> Iterable[Given]:
    signed = {one["code"]: one for one in seal.opened(note.seal)["home_exercises"]}
    last = {one.exercise_id: one for one in before.home_exercises.all()} if before else {}
    for one in note.home_exercises.all():
        words, rule = signed[one.exercise.code], rules[one.exercise.code]
        yield Given(
            code=one.exercise.code,
            name=words["name"],
            how=words["how"] if _may_show(one.exercise, note.episode.condition) else "",
            dose=one.dose,
            remarks=one.text,
            rule=rule if rule != shared else None,
            is_new=before is not None and one.exercise_id not in last,
            before=_before(one, last.get(one.exercise_id)),
        )


def _before(now: HomeExercise, last: HomeExercise | None) -> tuple[str, ...]:
    """What was different last time."""
    if last is None:
        return ()
    dose = (last.dose,) if last.dose.split() != now.dose.split() else ()
    both = (last.load_rule, now.load_rule)
    rule = (f"pain rule “{last.load_rule.label}”",) if all(both) and both[0] != both[1] and last.load_rule else ()
    return dose + rule


def _stopped(note: CaseNote, before: CaseNote | None) -> tuple[str, ...]:
    if before is None:
        return ()
    kept = {given.exercise_id for given in note.home_exercises.all()}
    return tuple(given.exercise.name for given in before.home_exercises.all() if given.exercise_id not in kept)


def _flare(note: CaseNote, condition: Condition) -> tuple[str, ...]:
    """The written words of the steps under way; the condition's own advice where they say nothing."""
    steps = [one.step for one in note.treatment_step_states.all() if one.state in UNDER_WAY]
    said = [line for step in steps if _may_show(step, condition) for line in lines(step.step_back_do)]
    return tuple(said or (lines(condition.do_now) if condition.is_reviewed else ()))


def _may_show(entry: CatalogueItem, condition: Condition) -> bool:
    """As in the public guide: what was never checked waits until a practitioner has reviewed the text."""
    return entry.evidence != Evidence.MEMORY or entry.changed_in <= (condition.reviewed_version or 0)
