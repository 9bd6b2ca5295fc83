"""Free times grouped for a page: which two weeks, by local day, and by morning, afternoon and evening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.utils.dateparse import parse_date

from bookings.availability import GLASGOW, local_day

DAYS_SHOWN = 14
DAY = timedelta(days=1)
PARTS = (("Morning", 0, 12), ("Afternoon", 12, 17), ("Evening", 17, 24))


@dataclass(frozen=True)
class Part:
    """Morning, afternoon or evening of one day, with its free times."""

    name: str
    slots: tuple[Any, ...]


@dataclass(frozen=True)
class Day:
    """One local day; without free times it says why."""

    date: date
    parts: tuple[Part, ...]
    closed_reason: str = ""


@dataclass(frozen=True)
class Window:
    """The days on one page, of all that can be booked."""

    first_day: date
    last_day: date
    today: date
    horizon: date

    @classmethod
    def asked_for(cls, text: str, *, horizon_days: int, now: datetime) -> Self:
        """Two weeks from the day in an address, kept between today and the horizon; what is no day is today."""
        today = local_day(now)
        horizon = today + horizon_days * DAY
        try:
            asked = parse_date(text[:10])
        except ValueError:
            asked = None
        first_day = min(max(asked or today, today), horizon)
        return cls(first_day, min(first_day + (DAYS_SHOWN - 1) * DAY, horizon), today, horizon)

    @property
    def earlier(self) -> date | None:
        """The first day of the page before, if there is one."""
        return max(self.first_day - DAYS_SHOWN * DAY, self.today) if self.first_day > self.today else None

    @property
    def later(self) -> date | None:
        """The first day of the page after, if there is one."""
        return self.last_day + DAY if self.last_day < self.horizon else None

    @property
    def words(self) -> str:
        return f"From {self.first_day:%A %-d %B} to {self.last_day:%A %-d %B}."

    def holds(self, moment: datetime) -> bool:
        return self.first_day <= local_day(moment) <= self.last_day


def by_day(
    slots: Sequence[Any], *, first_day: date, last_day: date, reasons: Mapping[date, str] | None = None
) -> list[Day]:
    """Every day from first to last with its free times; `reasons` says why a day has none."""
    reasons = reasons or {}
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    return [_day(day, [slot for slot in slots if _local(slot).date() == day], reasons.get(day, "")) for day in days]


def _day(day: date, slots: Sequence[Any], reason: str) -> Day:
    if not slots:
        return Day(day, (), reason)
    parts = [
        Part(name, tuple(slot for slot in slots if start <= _local(slot).hour < end)) for name, start, end in PARTS
    ]
    return Day(day, tuple(part for part in parts if part.slots))


def _local(slot: Any) -> Any:
    return slot.start.astimezone(GLASGOW)
