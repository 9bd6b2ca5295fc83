"""What the patient says was done at home: ticked by day through the private link, read by the therapist.

Only what was ticked is counted. A day without a tick was not told; it is neither a zero nor a no.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from patients.models import CaseNote, Episode, ExerciseSheet, ExerciseTick, HomeDay, HomeExercise

BACK = 6
WINDOW = 14


class CannotMark(Exception):
    """The exercise is not on the sheet any more, or the day is too long ago; the text says what to do."""


@dataclass(frozen=True)
class Day:
    """One day at home, as the patient has told it so far."""

    day: date
    done: frozenset[str]
    pain: int | None
    remark: str

    @property
    def is_told(self) -> bool:
        return bool(self.done or self.pain is not None or self.remark)


@dataclass(frozen=True)
class DoneRow:
    """One exercise over the days: ticked, or not told."""

    name: str
    marks: tuple[bool, ...]

    @property
    def count(self) -> int:
        return sum(self.marks)


@dataclass(frozen=True)
class Done:
    """The last two weeks at home; counted, never judged."""

    days: tuple[date, ...]
    rows: tuple[DoneRow, ...]
    told: tuple[HomeDay, ...]

    @property
    def count(self) -> int:
        """Days on which something was ticked."""
        return sum(any(row.marks[place] for row in self.rows) for place in range(len(self.days)))

    @property
    def width(self) -> int:
        """Columns of the grid, which is as wide for a new sheet as for an old one."""
        return WINDOW

    @property
    def unused(self) -> int:
        """Columns of days that are still to come."""
        return WINDOW - len(self.days)

    @property
    def pains(self) -> tuple[int | None, ...]:
        by_day = {one.day: one.pain for one in self.told}
        return tuple(by_day.get(day) for day in self.days)

    @property
    def has_pain(self) -> bool:
        return any(pain is not None for pain in self.pains)

    @property
    def remarks(self) -> tuple[HomeDay, ...]:
        return tuple(one for one in self.told if one.remark)


def days(episode: Episode, *, today: date) -> tuple[Day, ...]:
    """Today and the six days before it, the oldest first."""
    span = tuple(today - timedelta(days=back) for back in range(BACK, -1, -1))
    done: dict[date, set[str]] = defaultdict(set)
    for tick in _ticks([episode], span[0]):
        done[tick.day].add(tick.exercise.code)
    told = {one.day: one for one in episode.home_days.filter(day__in=span)}
    return tuple(
        Day(day, frozenset(done[day]), told[day].pain if day in told else None, told[day].remark if day in told else "")
        for day in span
    )


def mark(*, episode: Episode, code: str, day: date, is_done: bool, on_sheet: Iterable[str], now: datetime) -> None:
    """Tick an exercise on a day, or take the tick back; a second time changes nothing. Raises CannotMark."""
    _check(day, now)
    if code not in on_sheet:
        raise CannotMark("This exercise is not on your sheet any more. The list below is the newest one.")
    exercise = episode.condition.exercises.get(code=code)
    if is_done:
        tick = ExerciseTick(episode=episode, exercise=exercise, day=day, ticked_at=now)
        ExerciseTick.objects.bulk_create([tick], ignore_conflicts=True)
    else:
        ExerciseTick.objects.filter(episode=episode, exercise=exercise, day=day).delete()


def tell(*, episode: Episode, day: date, pain: int | None, remark: str, now: datetime) -> None:
    """Keep how the day was; emptied, it is taken back. Raises CannotMark."""
    _check(day, now)
    if pain is None and not remark:
        HomeDay.objects.filter(episode=episode, day=day).delete()
        return
    said = {"pain": pain, "remark": remark, "told_at": now}
    HomeDay.objects.update_or_create(episode=episode, day=day, defaults=said)


def done(episode: Episode, *, today: date) -> Done | None:
    """What was ticked lately on one episode; None while it has no link."""
    return done_by_episode([episode], today=today).get(episode.pk)


def done_by_episode(episodes: Sequence[Episode], *, today: date) -> dict[UUID, Done]:
    """The same for several, in a fixed number of queries; in one where nobody has been sent a sheet."""
    made = dict(ExerciseSheet.objects.filter(episode__in=episodes).values_list("episode_id", "made_at"))
    if not made:
        return {}
    first = today - timedelta(days=WINDOW - 1)
    ticks, told, given = defaultdict(list), defaultdict(list), defaultdict(list)
    for tick in _ticks(made, first):
        ticks[tick.episode_id].append(tick)
    for one in HomeDay.objects.filter(episode__in=made, day__gte=first):
        told[one.episode_id].append(one)
    for exercise in _given(made):
        given[exercise.note.episode_id].append(exercise)
    return {
        key: _done(ticks[key], told[key], given[key], _since(made_at, ticks[key], told[key], first), today)
        for key, made_at in made.items()
    }


def _done(ticks: list[ExerciseTick], told: list[HomeDay], given: list[HomeExercise], first: date, today: date) -> Done:
    span = tuple(first + timedelta(days=ahead) for ahead in range((today - first).days + 1))
    marked: dict[str, set[date]] = {one.exercise.name: set() for one in given}
    for tick in ticks:
        marked.setdefault(tick.exercise.name, set()).add(tick.day)
    rows = tuple(DoneRow(name, tuple(day in on for day in span)) for name, on in marked.items())
    return Done(span, rows, tuple(told))


def _since(made_at: datetime, ticks: list[ExerciseTick], told: list[HomeDay], first: date) -> date:
    """Days before there was a sheet are not counted against anybody."""
    known = [timezone.localdate(made_at), *(one.day for one in ticks), *(one.day for one in told)]
    return max(first, min(known))


def _ticks(episodes: Iterable[Any], first: date) -> Iterable[ExerciseTick]:
    return ExerciseTick.objects.filter(episode__in=episodes, day__gte=first).select_related("exercise")


def _given(episodes: Iterable[Any]) -> Iterable[HomeExercise]:
    """The exercises of the newest signed note of each episode."""
    standing = CaseNote.objects.signed().standing()
    newest = standing.filter(episode=OuterRef("note__episode")).order_by("-seen_at", "-position").values("pk")[:1]
    mine = HomeExercise.objects.filter(note__episode__in=episodes, note=Subquery(newest))
    return mine.select_related("exercise", "note")


def _check(day: date, now: datetime) -> None:
    today = timezone.localdate(now)
    if not today - timedelta(days=BACK) <= day <= today:
        raise CannotMark("Only today and the six days before it can be marked. Choose one of the days below.")
