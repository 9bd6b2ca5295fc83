"""Columns of the diary: a day of one practitioner, or of everybody, with what stands in it and what is shut."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bookings import attendance
from bookings.models import Appointment, Closure
from bookings.opened import Opened
from clinic.diary_grid import (
    DAY_MINUTES,
    HOUR_MISSING,
    Event,
    Place,
    Shutter,
    Span,
    frame,
    hours_of,
    in_lanes,
    kept_free,
    merged,
    minutes_of,
    place_of,
    stands,
    wall,
    without,
)
from clinic.diary_rows import Rows, Scope

STATUS = Appointment.Status
FRIDAY = 4
SHORTER = 23  # hours of the day on which the clocks go forward


@dataclass(frozen=True)
class Column:
    """One day, of one practitioner or of all that are shown."""

    day: date
    person: Any
    events: tuple[Event, ...]
    shutters: tuple[Shutter, ...]
    notes: tuple[str, ...]
    sums: str
    is_today: bool
    free_minutes: int
    now: Place | None = None

    @property
    def is_quiet(self) -> bool:
        """A day at the weekend with nothing in it, which a week leaves out."""
        is_shut = all(one.words == "Closed" and not one.reason for one in self.shutters) and len(self.shutters) == 1
        return self.day.weekday() > FRIDAY and not self.events and not self.is_today and is_shut and not self.notes


@dataclass(frozen=True)
class Grid:
    """All columns of a page, and the hours they show."""

    columns: tuple[Column, ...]
    first_hour: int
    last_hour: int

    @property
    def now(self) -> Place | None:
        return next((column.now for column in self.columns if column.now), None)

    @property
    def events(self) -> list[Event]:
        return [event for column in self.columns for event in column.events]

    @property
    def most_lanes(self) -> int:
        """How many stand side by side where it is fullest."""
        return max((event.lanes for event in self.events), default=1)

    @property
    def free_minutes(self) -> int:
        return sum(column.free_minutes for column in self.columns)


def grid(scope: Scope, rows: Rows, *, each: bool) -> Grid:
    """A column for each day; with `each`, for each practitioner of the day."""
    groups = [(one,) for one in scope.people] if each else [scope.people] if scope.people else []
    pieces = [_Piece(scope, rows, day, group) for day in scope.days for group in groups]
    first, last = frame(span for piece in pieces for span in piece.spans())
    return Grid(tuple(piece.column(first * 60, last * 60) for piece in pieces), first, last)


class _Piece:
    """A column in the making: what is open, shut and booked on one day for some practitioners."""

    def __init__(self, scope: Scope, rows: Rows, day: date, people: tuple[Any, ...]) -> None:
        self.scope, self.rows, self.day, self.people = scope, rows, day, people
        self.keys = {one.pk for one in people}
        self.closures = [
            one
            for one in rows.closures
            if one.first_day <= day <= one.last_day
            and (one.practitioner_id is None or one.practitioner_id in self.keys)
        ]
        self.extra = [
            one for one in rows.hours if one.is_extra and one.valid_from == day and one.practitioner_id in self.keys
        ]
        self.opened = {key: self._opened(key) for key in self.keys}
        self.booked = [_event(one, day, scope) for one in rows.appointments if self._is_mine(one)]
        self.blocks = [_block(one) for one in self.closures if _is_block(one)]

    def spans(self) -> Iterable[Span]:
        """What has to be in the picture: opening hours, appointments, blocks."""
        yield from (span for spans in self.opened.values() for span in spans)
        yield from ((one.whole.start, one.whole.end) for one in (*self.booked, *self.blocks))

    def column(self, first: int, last: int) -> Column:
        is_today = wall(self.day, self.scope.now) in range(DAY_MINUTES)
        now = Place(wall(self.day, self.scope.now) // 5 * 5, 5) if is_today else None
        return Column(
            day=self.day,
            person=self.people[0] if len(self.people) == 1 else None,
            events=tuple(in_lanes([*_beside(self.booked), *self.blocks])),
            shutters=tuple(self._shutters(first, last)),
            notes=tuple(self._notes()),
            sums=_sums(self.booked, self.scope.now),
            is_today=is_today,
            free_minutes=sum(self._free_minutes(key) for key in self.keys),
            now=now if now and first <= now.start < last else None,
        )

    def _is_mine(self, row: Appointment) -> bool:
        local = wall(self.day, row.starts_at)
        return row.practitioner_id in self.keys and 0 <= local < DAY_MINUTES

    def _opened(self, key: int) -> list[Span]:
        """When one practitioner can be booked, by the rule that the free times go by."""
        stretches = Opened(tuple(self.rows.hours), tuple(self.rows.closures)).stretches(
            key, first_day=self.day, last_day=self.day
        )
        return merged((wall(self.day, start), wall(self.day, end)) for start, end in stretches)

    def _free_minutes(self, key: int) -> int:
        taken = [(one.whole.start, one.whole.end) for one in self.booked if one.row.practitioner_id == key]
        past = [(0, max(0, min(wall(self.day, self.scope.now), DAY_MINUTES)))]
        return sum(end - start for start, end in without(self.opened[key], [*taken, *past]))

    def _shutters(self, first: int, last: int) -> Iterable[Shutter]:
        """Closures with their reason; what is outside the opening hours without one; the hour March leaves out."""
        off = [one for one in self.closures if not _is_block(one) and self._shuts_all(one)]
        opened = merged(span for spans in self.opened.values() for span in spans)
        told: list[Span] = []
        for one in off:
            spans = without([_cut(minutes_of(one.from_time, one.until_time), first, last)], [*opened, *told])
            told += spans
            yield from (
                Shutter(place_of(span), "Closed" if one.practitioner_id is None else "Off", one.reason)
                for span in spans
            )
        blocked = [(one.box.start, one.box.end) for one in self.blocks]
        rest = without([(first, last)], [*opened, *told, *blocked])
        yield from (Shutter(place_of(span), _why_shut(span, opened)) for span in rest)
        if hours_of(self.day) == SHORTER and first < HOUR_MISSING[1]:
            yield Shutter(place_of(HOUR_MISSING), "Not there", "The clocks go forward")

    def _shuts_all(self, closure: Closure) -> bool:
        return closure.practitioner_id is None or self.keys == {closure.practitioner_id}

    def _notes(self) -> Iterable[str]:
        """What the head of the column has to say beside the day."""
        if (hours := hours_of(self.day)) != 24:
            yield f"{hours} hours: the clocks go {'forward' if hours == SHORTER else 'back'}"
        for one in self.closures:
            if not _is_block(one) and not self._shuts_all(one):
                yield f"{one.practitioner.display_name if one.practitioner else ''} off: {one.reason}"
        for extra in self.extra:
            why = f": {extra.reason}" if extra.reason else ""
            yield f"Extra opening {extra.opens:%H:%M} to {extra.closes:%H:%M}{why}"


def _is_block(closure: Closure) -> bool:
    """Part of the day of one practitioner; anything else shuts the day, or everybody."""
    return closure.practitioner_id is not None and closure.from_time is not None


def _block(closure: Closure) -> Event:
    box = place_of(minutes_of(closure.from_time, closure.until_time))
    return Event("block", f"block-{closure.pk}", box, closure)


def _event(row: Appointment, day: date, scope: Scope) -> Event:
    kind = "held" if row.status == STATUS.HELD else "appointment"
    box = stands(day, row.starts_at, row.ends_at)
    before, after = kept_free(box, row.starts_at - row.occupied_from, row.occupied_until - row.ends_at)
    state = state_words(row, scope.reads_records, scope.now)
    return Event(kind, f"a-{row.pk}", box, row, before, after, state=state, verbs=verbs_of(row, scope.now))


def verbs_of(row: Appointment, now: datetime) -> tuple[tuple[str, str], ...]:
    """What the diary can do by one press: arrived on the day itself, attended and missed once it began."""
    has_begun = row.starts_at <= now
    due = {"arrive": timezone.localdate(row.starts_at) <= timezone.localdate(now), "missed": has_begun}
    found = [one for one in attendance.steps(row) if due.get(one[0], True)]
    if not row.case_note_id and has_begun and STATUS.ATTENDED in attendance.TRANSITIONS[row.status]:
        found.insert(min(1, len(found)), ("attend", "Attended"))
    return tuple(found)


def state_words(row: Any, reads: bool, now: datetime) -> str:
    """What became of it so far, in a word; the state of a note for those who may open it."""
    if row.status == STATUS.HELD:
        return _held_words(row, now)
    if row.case_note_id and reads:
        return "signed" if row.note_signed_at else "draft"
    if row.status == STATUS.BOOKED:
        intake = "intake received" if row.intake_sent_at else ""
        return intake or ("" if row.patient_id else "not matched")
    words = {STATUS.ATTENDED: "attended, note to write" if reads else "attended"}
    return str(words.get(row.status, row.get_status_display()))


def _held_words(row: Any, now: datetime) -> str:
    end = timezone.localtime(row.held_until)
    until = f"{end:%H:%M}" if end.date() == timezone.localdate(now) else f"{end:%A, %H:%M}"
    offer = next(iter(row.offers.all()), None)
    if offer is not None:
        return f"Offered to {offer.entry.name} from the waiting list, until {until}"
    if row.email:
        return f"{row.name or 'Somebody'} has to prove the address, until {until}"
    return f"Somebody is booking online, until {until}"


def _beside(events: list[Event]) -> list[Event]:
    """Marks those that one practitioner has at once with others."""
    live = [one.row for one in events if one.row.status in (STATUS.HELD, *STATUS.live())]
    beside = {row.pk for row in live if any(_meet(row, other) for other in live)}
    return [replace(one, is_beside=True) if one.row.pk in beside else one for one in events]


def _meet(row: Appointment, other: Appointment) -> bool:
    is_one = row.pk != other.pk and row.practitioner_id == other.practitioner_id
    return is_one and row.occupied_from < other.occupied_until and other.occupied_from < row.occupied_until


def _sums(events: list[Event], now: datetime) -> str:
    """The day in a few words: 6 attended, 1 did not, 2 to come."""
    count = Counter(one.row.status for one in events)
    coming = sum(one.row.status in (STATUS.BOOKED, STATUS.ARRIVED) and one.row.ends_at > now for one in events)
    open_ends = count[STATUS.BOOKED] + count[STATUS.ARRIVED] - coming
    parts = (
        (count[STATUS.ATTENDED], "attended"),
        (count[STATUS.DID_NOT_ATTEND], "did not attend"),
        (open_ends, "not marked"),
        (coming, "to come"),
    )
    return ", ".join(f"{number} {words}" for number, words in parts if number)


def _cut(span: Span, first: int, last: int) -> Span:
    return max(span[0], first), min(span[1], last)


def _why_shut(span: Span, opened: list[Span]) -> str:
    is_between = any(end <= span[0] for _, end in opened) and any(start >= span[1] for start, _ in opened)
    return "Break" if is_between else "Closed"
