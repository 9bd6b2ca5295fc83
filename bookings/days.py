"""Free times grouped for a page: by local day, and by morning, afternoon and evening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bookings.availability import GLASGOW

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
