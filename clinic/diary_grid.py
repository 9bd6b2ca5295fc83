"""The diary as a grid: where each thing stands on its day, in rows of five minutes by the clock on the wall. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bookings.availability import GLASGOW

STEP = 5
DAY_MINUTES = 24 * 60
USUAL_DAY = (9 * 60, 17 * 60)  # what a day shows that has nothing else to show
MOST_LANES = 8
HOUR_MISSING = (60, 120)  # by the clock on the wall, on the last Sunday of March

Span = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """Where something stands: from which minute of the day, for how many, both in steps of five."""

    start: int
    minutes: int

    @property
    def end(self) -> int:
        return self.start + self.minutes

    @property
    def hour(self) -> int:
        return self.start // 60

    @property
    def step(self) -> int:
        return self.start % 60 // STEP

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def steps(self) -> int:
        return self.minutes % 60 // STEP

    @property
    def is_short(self) -> bool:
        """Too low for more than one line."""
        return self.minutes < 30

    @property
    def is_low(self) -> bool:
        """Too low for any line."""
        return self.minutes < 20


@dataclass(frozen=True)
class Event:
    """Something that stands in the diary: the box itself, and what is kept free before and after it."""

    kind: str
    key: str
    box: Place
    row: Any
    before: int = 0
    after: int = 0
    lane: int = 0
    lanes: int = 1
    state: str = ""
    is_beside: bool = False
    verbs: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> Place:
        return Place(self.box.start - self.before, self.before + self.box.minutes + self.after)

    @property
    def head(self) -> Place:
        return Place(self.whole.start, self.before)

    @property
    def tail(self) -> Place:
        return Place(self.box.end, self.after)


@dataclass(frozen=True)
class Shutter:
    """A stretch of a day in which nobody can be booked, and why."""

    place: Place
    words: str
    reason: str = ""

    @property
    def times(self) -> str:
        return f"{clock(self.place.start)} to {clock(self.place.end)}"


def clock(minute: int) -> str:
    """A minute of the day as a clock shows it; midnight at the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def wall(day: date, moment: datetime) -> int:
    """The minute of a day that the clock on the wall shows at a moment; the days before and after count on."""
    local = moment.astimezone(GLASGOW)
    return (local.date() - day).days * DAY_MINUTES + local.hour * 60 + local.minute


def stands(day: date, start: datetime, end: datetime) -> Place:
    """Where a time stands on a day, cut off at midnight.

    In the hour that October has twice, an end that the clock shows before the start is put as far on as it truly is.
    """
    since, until = wall(day, start), wall(day, end)
    if until <= since:
        until = since + int((end - start).total_seconds() // 60)
    first = max(0, since) // STEP * STEP
    last = min(DAY_MINUTES, -(-until // STEP) * STEP)
    first = min(first, DAY_MINUTES - STEP)
    return Place(first, max(STEP, last - first))


def kept_free(box: Place, before: timedelta, after: timedelta) -> tuple[int, int]:
    """The minutes around a box, in steps, that still are of its day."""
    ahead, behind = (-(-int(one.total_seconds() // 60) // STEP) * STEP for one in (before, after))
    return min(ahead, box.start), min(behind, DAY_MINUTES - box.end)


def minutes_of(since: time | None, until: time | None) -> Span:
    """Times of a rule or a closure as minutes of the day; without times the whole day."""
    first = since.hour * 60 + since.minute if since else 0
    return first, until.hour * 60 + until.minute if until else DAY_MINUTES


def place_of(span: Span) -> Place:
    """A span on the rows it touches."""
    first = span[0] // STEP * STEP
    return Place(first, max(STEP, -(-span[1] // STEP) * STEP - first))


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order of time; those that touch are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the spans."""
    left = merged(spans)
    for start, end in merged(taken):
        left = [
            piece
            for first, last in left
            for piece in ((first, min(last, start)), (max(first, end), last))
            if piece[0] < piece[1]
        ]
    return left


def in_lanes(events: Sequence[Event]) -> list[Event]:
    """Side by side where they overlap, each group as narrow as it has to be, in order of time."""
    laid: list[Event] = []
    group: list[Event] = []
    ends: list[int] = []
    for event in sorted(events, key=lambda one: (one.whole.start, -one.whole.minutes, one.key)):
        if group and event.whole.start >= max(ends):
            laid += _widened(group, len(ends))
            group, ends = [], []
        lane = next((number for number, end in enumerate(ends) if end <= event.whole.start), len(ends))
        ends[lane : lane + 1] = [event.whole.end]
        group.append(replace(event, lane=min(lane, MOST_LANES - 1)))
    return laid + _widened(group, len(ends))


def frame(spans: Iterable[Span]) -> tuple[int, int]:
    """The whole hours that hold everything there is to show."""
    ends = [*spans] or [USUAL_DAY]
    first = min(start for start, _ in ends) // 60
    return first, max(first + 1, -(-max(end for _, end in ends) // 60))


def hours_of(day: date) -> int:
    """How many hours a day has: 23 and 25 when the clocks change."""
    start, end = (datetime.combine(one, time.min, tzinfo=GLASGOW) for one in (day, day + timedelta(days=1)))
    return round((end.timestamp() - start.timestamp()) / 3600)


def quarters(minutes: int) -> str:
    """A length as people say it: 4¼ hours."""
    whole, rest = divmod(minutes // 15, 4)
    part = ("", "¼", "½", "¾")[rest]
    if not whole:
        return f"{part} hour" if part else "no time"
    return f"{whole}{part} hour{'' if whole == 1 and not part else 's'}"


def _widened(group: list[Event], lanes: int) -> list[Event]:
    return [replace(event, lanes=min(lanes, MOST_LANES)) for event in group]
