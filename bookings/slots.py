"""The values that availability computes with: rules by the clock on the wall, instances in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple


class Reason(Enum):
    """Why a time cannot be booked, in words for the person who asked."""

    NOT_A_TIME = "This time does not exist, or exists twice, because the clocks change."
    PAST = "This time is over."
    TOO_SOON = "This is too soon to book online. Please ring us."
    TOO_FAR = "This is further ahead than can be booked yet."
    CLOSED = "We are closed at this time."
    SHUT = "We are closed on this day."
    DAY_FULL = "This day is full."
    TAKEN = "Somebody else has this time."
    OUT_OF_REACH = "This is further away than we can come."
    OFF_GRID = "Appointments do not start at this minute."


@dataclass(frozen=True)
class Hours:
    """A weekly rule: one stretch of one weekday (Monday 0) at one place, by the clock on the wall."""

    weekday: int
    opens: time
    closes: time
    valid_from: date
    valid_until: date | None = None
    location_id: int = 0
    room_id: int | None = None
    is_extra: bool = False  # of one day only, and it holds in spite of closures

    def holds_on(self, day: date) -> bool:
        is_valid = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return is_valid and day.weekday() == self.weekday


@dataclass(frozen=True)
class Shut:
    """A closure: whole days, or the same stretch of each day, by the clock on the wall."""

    first_day: date
    last_day: date
    from_time: time | None = None
    until_time: time | None = None


@dataclass(frozen=True)
class Busy:
    """Time that is taken, buffers included, half-open: the practitioner's own, or only that of one room."""

    start: datetime
    end: datetime
    room_id: int | None = None


@dataclass(frozen=True)
class Rules:
    """How early, how far ahead and on which grid (minutes, a divisor of 60) people book, and how many a day."""

    notice: timedelta
    horizon_days: int
    step_minutes: int
    most_per_day: int | None = None


@dataclass(frozen=True)
class Length:
    """How long an appointment takes, and the time kept free before and after it, in minutes."""

    minutes: int
    before: int = 0
    after: int = 0


@dataclass(frozen=True)
class Wish:
    """A start somebody asks for."""

    start: datetime
    length: Length


@dataclass(frozen=True)
class Diary:
    """All that is known about one practitioner for the days in question."""

    hours: tuple[Hours, ...]
    closures: tuple[Shut, ...]
    busy: tuple[Busy, ...]
    rules: Rules
    per_day: Mapping[date, int] = field(default_factory=dict)  # appointments of the practitioner on each local day

    def is_full_on(self, day: date) -> bool:
        most = self.rules.most_per_day
        return most is not None and self.per_day.get(day, 0) >= most


class Slot(NamedTuple):
    """A start that can be booked, with its end and its place; a tuple, because hundreds are made for one page."""

    start: datetime
    end: datetime
    location_id: int = 0
    room_id: int | None = None
