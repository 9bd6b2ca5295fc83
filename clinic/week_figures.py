"""Figures of a week: booked, attended, did not attend, late cancels, and how much of the opened time was treated.

Plain counts of the diary, the week before beside them; nothing is judged.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.utils import timezone

from bookings.models import Appointment
from bookings.opened import Opened, Stretch
from clinic.days import Day

Status = Appointment.Status
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS_SHOWN = 5
STEP, WIDTH, TALLEST, BASE = 26, 16, 44, 52
READ = (
    *("pk", "practitioner_id", "status", "starts_at", "ends_at", "occupied_from", "occupied_until"),
    *("held_until", "is_late_cancel"),
)


@dataclass(frozen=True)
class Bar:
    """One day of a plot."""

    day: str
    x: int
    top: int
    height: int
    style: str
    is_today: bool
    outline_top: int = 0
    outline_height: int = 0

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2


@dataclass(frozen=True)
class Figure:
    """One figure as a value, a picture, and the same in words."""

    name: str
    value: str
    words: str
    before: str
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        return STEP * len(self.bars) + 4

    @property
    def base(self) -> int:
        return self.width - 4


@dataclass(frozen=True)
class Week:
    """The appointments and the opened time of seven days from a Monday."""

    first_day: date
    now: datetime
    rows: tuple[Appointment, ...]
    opened: tuple[Stretch, ...]

    @classmethod
    def of(cls, first_day: date, read: "Read") -> Self:
        """The part of what was read that falls into one week."""
        start, end = Day.on(first_day).starts_at, Day.on(first_day + timedelta(days=7)).starts_at
        rows = tuple(one for one in read.rows if start <= one.starts_at < end)
        days = {"first_day": first_day, "last_day": first_day + timedelta(days=6)}
        opened = [span for key in read.keys for span in read.opened.stretches(key, **days)]
        return cls(first_day, read.now, rows, tuple(opened))

    @property
    def is_over(self) -> bool:
        return timezone.localdate(self.now) > self.first_day + timedelta(days=6)

    @property
    def is_now(self) -> bool:
        return self.first_day <= timezone.localdate(self.now) <= self.first_day + timedelta(days=6)

    def count(self, wanted: Callable[[Appointment], bool]) -> list[int]:
        """How many on each day from Monday."""
        found = [0] * 7
        for row in self.rows:
            found[timezone.localdate(row.starts_at).weekday()] += wanted(row)
        return found

    def treated(self) -> list[timedelta]:
        """Length of attended appointments on each day, up to now."""
        spans = [(row.starts_at, row.ends_at) for row in self.rows if row.status == Status.ATTENDED]
        return self._lengths(spans, self.now)

    def open_time(self, *, until: datetime | None = None) -> list[timedelta]:
        """Opened time on each day, all of it or up to a moment."""
        return self._lengths(self.opened, until)

    def _lengths(self, spans: Iterable[Stretch], until: datetime | None) -> list[timedelta]:
        found = [timedelta(0)] * 7
        for start, end in spans:
            ends = min(end, until) if until else end
            found[timezone.localdate(start).weekday()] += max(ends - start, timedelta(0))
        return found


@dataclass(frozen=True)
class Read:
    """Two weeks of the diary, read once: whose they are, their rows, their hours."""

    now: datetime
    keys: tuple[int, ...]
    rows: tuple[Appointment, ...]
    opened: Opened

    @classmethod
    def around(cls, day: date, *, now: datetime, practitioner_id: int | None) -> Self:
        """The week of a day and the one before, of one practitioner or of the whole clinic."""
        first, last = monday(day) - timedelta(days=7), monday(day) + timedelta(days=6)
        rows = Appointment.objects.starting_within(Day.on(first).starts_at, Day.on(last).ends_at)
        if practitioner_id is not None:
            rows = rows.filter(practitioner=practitioner_id)
        opened = Opened.within(first, last)
        keys = tuple(opened.practitioners) if practitioner_id is None else (practitioner_id,)
        return cls(now, keys, tuple(rows.only(*READ).order_by("starts_at")), opened)

    def on(self, day: Day) -> list[Appointment]:
        """What takes time on a day: live appointments, and times still kept."""
        rows = [row for row in self.rows if day.starts_at <= row.starts_at < day.ends_at]
        return [row for row in rows if row.is_live or (row.held_until and row.held_until > self.now)]


def figures(day: date, read: Read) -> list[Figure]:
    """The five figures of the week of a day."""
    week, before = Week.of(monday(day), read), Week.of(monday(day) - timedelta(days=7), read)
    return [
        _counted("Booked", _is_booked, week, before),
        _attended(week, before),
        _counted("Did not attend", lambda row: row.status == Status.DID_NOT_ATTEND, week, before, comes=False),
        _counted("Late cancels", lambda row: row.is_late_cancel, week, before, comes=False),
        _time_used(week, before),
    ]


def monday(day: date) -> date:
    """The day its week begins."""
    return day - timedelta(days=day.weekday())


def _is_booked(row: Appointment) -> bool:
    """Everybody who had or has a time of their own, whether they came or not."""
    return row.status not in (Status.CANCELLED, Status.HELD)


def _is_attended(row: Appointment) -> bool:
    return row.status == Status.ATTENDED


def _counted(
    name: str, wanted: Callable[[Appointment], bool], week: Week, before: Week, *, comes: bool = True
) -> Figure:
    """A plain count; `comes` says that what is counted of days ahead is still to come, not done."""
    counts = week.count(wanted)
    words, bars = _day_words(week, counts, comes=comes), _bars(week, counts, comes=comes)
    return Figure(name, str(sum(counts)), words, str(sum(before.count(wanted))), bars)


def _attended(week: Week, before: Week) -> Figure:
    came, booked = week.count(_is_attended), week.count(_is_booked)
    came_before, booked_before = sum(before.count(_is_attended)), sum(before.count(_is_booked))
    words = _day_words(week, came)
    return Figure(
        "Attended", _of(sum(came), sum(booked)), words, _of(came_before, booked_before), _bars(week, came, booked)
    )


def _time_used(week: Week, before: Week) -> Figure:
    """Minutes of attended appointments as booked, divided by minutes opened, both up to now."""
    treated, opened = week.treated(), week.open_time()
    so_far = _total(week.open_time(until=week.now))
    words = f"{_hours(_total(treated))} treated of {_hours(so_far)} open{'' if week.is_over else ' so far'}"
    if not so_far:
        words = "Not open yet this week" if week.is_now or not week.is_over else "Closed all week"
    past = _percent(_total(before.treated()), _total(before.open_time(until=before.now)))
    minutes = [int(span.total_seconds() // 60) for span in treated]
    whole = [int(span.total_seconds() // 60) for span in opened]
    return Figure("Time used", _percent(_total(treated), so_far), words, past, _bars(week, minutes, whole))


def _bars(
    week: Week, counts: Sequence[int], outlines: Sequence[int] | None = None, *, comes: bool = True
) -> tuple[Bar, ...]:
    """Days of the working week, and of the weekend when there is anything; scaled by the tallest day."""
    outline = outlines or [0] * 7
    tallest = max([*counts, *outline, 1])
    today = timezone.localdate(week.now)
    bars: list[Bar] = []
    for number in _shown(week):
        day = week.first_day + timedelta(days=number)
        height, outer = round(TALLEST * counts[number] / tallest), round(TALLEST * outline[number] / tallest)
        is_ahead = comes and day > today
        style = "" if day == today else "plot__bar--todo" if is_ahead else "plot__bar--past"
        x = 6 + STEP * len(bars)
        bars.append(Bar(DAYS[number][0], x, BASE - height, height, style, day == today, BASE - outer, outer))
    return tuple(bars)


def _shown(week: Week) -> list[int]:
    """Monday to Friday always; a day of the weekend when somebody is booked or it is open."""
    busy = {timezone.localdate(row.starts_at).weekday() for row in week.rows if _is_booked(row)}
    busy |= {timezone.localdate(start).weekday() for start, _ in week.opened}
    return [number for number in range(7) if number < WEEKDAYS_SHOWN or number in busy]


def _day_words(week: Week, counts: Sequence[int], *, comes: bool = True) -> str:
    """`Mon 5, Tue 6; still to come: Fri 7`, or that there are none."""
    today = timezone.localdate(week.now)
    past: list[str] = []
    ahead: list[str] = []
    for number in _shown(week):
        is_ahead = comes and week.first_day + timedelta(days=number) > today
        if counts[number]:
            (ahead if is_ahead else past).append(f"{DAYS[number]} {counts[number]}")
    words = [", ".join(past)] if past else []
    if ahead:
        words.append(f"still to come: {', '.join(ahead)}")
    return "; ".join(words) or "None on any day"


def _total(spans: Iterable[timedelta]) -> timedelta:
    return sum(spans, timedelta(0))


def _percent(part: timedelta, whole: timedelta) -> str:
    return f"{round(100 * (part / whole))} %" if whole else "–"


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _hours(span: timedelta) -> str:
    """`19 h`, `19 h 30 min`, `45 min`."""
    hours, minutes = divmod(int(span.total_seconds() // 60), 60)
    return (
        " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part) or "0 h"
    )
