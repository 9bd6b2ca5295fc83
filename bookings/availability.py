"""Which starts can be booked: opening hours minus closures minus what is taken. Pure, and right when the clocks change.

Rules are wall-clock times in Glasgow; everything computed is in minutes of UTC, so an hour is always sixty minutes.
One rule decides for the list of times and for every booking: `why_not`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from bookings.slots import Diary, Hours, Length, Reason, Rules, Shut, Slot, Wish

GLASGOW = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 2000, 2100

Span = tuple[int, int]
Place = tuple[int, int | None]  # location and room


class HasStart(Protocol):
    """Anything with a moment to begin."""

    @property
    def start(self) -> datetime: ...


Start = TypeVar("Start", bound=HasStart)


@dataclass(frozen=True)
class Piece:
    """A free stretch at one place, in minutes of UTC."""

    start: int
    end: int
    location_id: int
    room_id: int | None


@dataclass(frozen=True)
class Limits:
    """How early and how far ahead people may book, seen from a moment."""

    now: datetime
    soonest: datetime
    last_day: date


def why_not(wish: Wish, diary: Diary, *, now: datetime) -> Reason | None:
    """Why the wished start cannot be booked; None when it can."""
    if problem := _why_not_then(wish.start, _limits(diary.rules, now)):
        return problem
    day, start = local_day(wish.start), _minute(wish.start)
    end = start + wish.length.minutes
    if not _holds(_opened(diary, day, day), start, end):
        return Reason.CLOSED
    if not _holds(_open(diary, day, day), start, end):
        return Reason.SHUT
    if diary.is_full_on(day):
        return Reason.DAY_FULL
    free = list(_free(diary, day, day, wish.length))
    if not _holds(free, start, end):
        return Reason.TAKEN
    is_offered = any(start in _starts(piece, wish.length, diary.rules) for piece in free)
    return None if is_offered else Reason.OFF_GRID


def slots(diary: Diary, *, first_day: date, last_day: date, length: Length, now: datetime) -> list[Slot]:
    """Every start on the local days from `first_day` to `last_day` that can be booked, in order."""
    found = [
        Slot(moment(start), moment(start + length.minutes), *place)
        for place, starts in starts_by_place(diary, first_day=first_day, last_day=last_day, length=length, now=now)
        for start in starts
    ]
    return sorted(found, key=lambda slot: (slot.start, slot.location_id, slot.room_id or 0))


def starts_by_place(
    diary: Diary, *, first_day: date, last_day: date, length: Length, now: datetime
) -> Iterator[tuple[Place, list[int]]]:
    """The same as minutes of UTC, stretch by stretch, the places in their order; much lighter than slots."""
    limits = _limits(diary.rules, now)
    first, last = max(first_day, local_day(now)), min(last_day, limits.last_day)
    if first > last:
        return
    for piece in sorted(_free(diary, first, last, length), key=lambda piece: (piece.location_id, piece.room_id or 0)):
        starts = _allowed(list(_starts(piece, length, diary.rules)), limits)
        if diary.rules.most_per_day is not None:
            starts = [start for start in starts if not diary.is_full_on(local_day(moment(start)))]
        yield (piece.location_id, piece.room_id), starts


def opened(diary: Diary, *, first_day: date, last_day: date) -> list[tuple[datetime, datetime]]:
    """The stretches of the local days when the practitioner is open, closures taken out, wherever that is."""
    spans = _merged((piece.start, piece.end) for piece in _open(diary, first_day, last_day))
    return [(moment(start), moment(end)) for start, end in spans]


def nearest(free: Iterable[Start], start: datetime, *, count: int = 3) -> list[Start]:
    """The free starts nearest to a lost one, in order of time."""
    closest = sorted(free, key=lambda slot: (abs(slot.start - start), slot.start))
    return sorted(closest[:count], key=lambda slot: slot.start)


def local_moment(day: date, at: time) -> datetime:
    """The moment when Glasgow's clocks show this; in the hour skipped in March, as if the clocks had not changed."""
    return datetime.combine(day, at, tzinfo=GLASGOW).astimezone(UTC)


def _limits(rules: Rules, now: datetime) -> Limits:
    return Limits(now, now + rules.notice, local_day(now) + timedelta(days=rules.horizon_days))


def _why_not_then(start: datetime, limits: Limits) -> Reason | None:
    """What speaks against a moment as such, whoever is free then."""
    if not FIRST_YEAR <= start.year <= LAST_YEAR or start.second or start.microsecond:
        return Reason.NOT_A_TIME
    local = start.astimezone(GLASGOW)
    if local.fold:
        return Reason.NOT_A_TIME
    if start <= limits.now:
        return Reason.PAST
    if start < limits.soonest:
        return Reason.TOO_SOON
    if local.date() > limits.last_day:
        return Reason.TOO_FAR
    return None


def _allowed(starts: list[int], limits: Limits) -> list[int]:
    """The starts that nothing speaks against; when that is so for the first and the last, it is for those between,
    unless the clocks change meanwhile."""
    ends = [moment(start) for start in starts[:1] + starts[-1:]]
    is_plain = len({one.astimezone(GLASGOW).utcoffset() for one in ends}) < 2
    if is_plain and all(_why_not_then(one, limits) is None for one in ends):
        return starts
    return [start for start in starts if _why_not_then(moment(start), limits) is None]


def _opened(diary: Diary, first_day: date, last_day: date) -> list[Piece]:
    """Opening hours of the days as pieces; stretches that touch at one place are one."""
    return _put_together(_stretches(diary.hours, first_day, last_day))


def _open(diary: Diary, first_day: date, last_day: date) -> list[Piece]:
    """Opening hours without the closures; openings of one day hold in spite of them."""
    shut = _merged(_shut(diary.closures, first_day, last_day))
    weekly = _opened(
        replace(diary, hours=tuple(rule for rule in diary.hours if not rule.is_extra)), first_day, last_day
    )
    extra = _stretches((rule for rule in diary.hours if rule.is_extra), first_day, last_day)
    return _put_together([*_without(weekly, shut), *extra])


def _stretches(hours: Iterable[Hours], first_day: date, last_day: date) -> list[Piece]:
    return [
        Piece(_minute(local_moment(day, rule.opens)), _minute(local_moment(day, rule.closes)), *_place(rule))
        for rule in hours
        for day in _days(first_day, last_day)
        if rule.holds_on(day)
    ]


def _put_together(pieces: Iterable[Piece]) -> list[Piece]:
    """In order of time; those that touch at one place are one."""
    by_place = sorted(pieces, key=lambda piece: (piece.location_id, piece.room_id or 0, piece.start))
    return sorted(_joined(by_place), key=lambda piece: (piece.start, piece.location_id, piece.room_id or 0))


def _free(diary: Diary, first_day: date, last_day: date, length: Length) -> Iterator[Piece]:
    """Where an appointment of this length may lie: its own buffers must be clear of what is taken, so what is taken
    grows by them; they may reach past closing time."""
    pieces = _open(diary, first_day, last_day)
    for room_id in sorted({piece.room_id for piece in pieces}, key=lambda room_id: room_id or 0):
        taken = _merged(
            (_minute(busy.start) - length.after, _minute_up(busy.end) + length.before)
            for busy in diary.busy
            if busy.room_id in (None, room_id)
        )
        yield from _without([piece for piece in pieces if piece.room_id == room_id], taken)


def _starts(piece: Piece, length: Length, rules: Rules) -> Iterator[int]:
    """Starts in a free piece: its own start, then the grid of the hour."""
    last = piece.end - length.minutes
    if piece.start <= last:
        yield piece.start
    step = rules.step_minutes
    first_on_grid = piece.start + step - piece.start % step
    yield from range(first_on_grid, last + 1, step)


def _without(pieces: Iterable[Piece], taken: Sequence[Span]) -> Iterator[Piece]:
    """Pieces minus spans; the spans are merged and in order, so each is found by bisection."""
    ends = [end for _, end in taken]
    for piece in pieces:
        start = piece.start
        for index in range(bisect_right(ends, piece.start), len(taken)):
            begin, end = taken[index]
            if begin >= piece.end:
                break
            if begin > start:
                yield Piece(start, begin, piece.location_id, piece.room_id)
            start = max(start, end)
        if start < piece.end:
            yield Piece(start, piece.end, piece.location_id, piece.room_id)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    held: Piece | None = None
    for piece in pieces:
        same_place = held and (held.location_id, held.room_id) == (piece.location_id, piece.room_id)
        if held and same_place and piece.start <= held.end:
            held = Piece(held.start, max(held.end, piece.end), held.location_id, held.room_id)
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _shut(closures: Iterable[Shut], first_day: date, last_day: date) -> Iterator[Span]:
    for closure in closures:
        for day in _days(max(closure.first_day, first_day), min(closure.last_day, last_day)):
            start = local_moment(day, closure.from_time or time.min)
            end = local_moment(day, closure.until_time) if closure.until_time else _next_midnight(day)
            yield _minute(start), _minute(end)


def _holds(pieces: Iterable[Piece], start: int, end: int) -> bool:
    return any(piece.start <= start and end <= piece.end for piece in pieces)


def _place(rule: Hours) -> Place:
    return rule.location_id, rule.room_id


def _days(first_day: date, last_day: date) -> Iterator[date]:
    for number in range((last_day - first_day).days + 1):
        yield first_day + timedelta(days=number)


def _next_midnight(day: date) -> datetime:
    return local_moment(day + timedelta(days=1), time.min)


def local_day(at: datetime) -> date:
    """The day it is in Glasgow at that moment."""
    return at.astimezone(GLASGOW).date()


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _minute_up(at: datetime) -> int:
    """The first whole minute at which a taken time is over."""
    return -int(-at.timestamp() // 60)


def moment(minute: int) -> datetime:
    """The moment so many minutes of UTC stand for."""
    return datetime.fromtimestamp(minute * 60, tz=UTC)
