"""Days off that Glasgow and Scotland keep, proposed for a year as values for the clinic to tick.

Glasgow keeps other days than Scotland's bank holidays. The Glasgow rules follow Glasgow City Council's list of
public holidays (glasgow.gov.uk, article 3741); the bank holidays follow the Banking and Financial Dealings Act 1971
as Scotland applies it, and proclamations for single years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

COUNCIL = "Glasgow City Council, public holidays"
BANK = "Scottish bank holiday"
ONE_OFFS = {2026: ((date(2026, 6, 15), "World Cup bank holiday"),)}
MONDAY = 0
SATURDAY = 5


@dataclass(frozen=True, order=True)
class DayOff:
    """A day off with where it comes from; the Glasgow days are kept unless the clinic unticks them."""

    date: date
    name: str
    source: str
    kept_by_default: bool


def proposed(year: int) -> tuple[DayOff, ...]:
    """Every day off of the year, one entry a date, Glasgow's own before the bank holidays."""
    days: dict[date, DayOff] = {}
    for day in (*_glasgow(year), *_scottish(year)):
        days.setdefault(day.date, day)
    return tuple(sorted(days.values()))


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leaps, odd = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * odd + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _glasgow(year: int) -> Iterator[DayOff]:
    named = (
        (date(year, 1, 1), "New Year's Day"),
        (date(year, 1, 2), "2 January"),
        (easter(year) + timedelta(days=1), "Easter Monday"),
        (_monday(year, 5, 1), "May Day"),
        (_last_monday(year, 5), "Spring holiday"),
        (_fair_monday(year), "Glasgow Fair Monday"),
        (_last_monday(year, 9), "September Weekend Monday"),
        (date(year, 12, 25), "Christmas Day"),
        (date(year, 12, 26), "Boxing Day"),
    )
    for day, name in named:
        yield DayOff(day, name, COUNCIL, kept_by_default=True)


def _scottish(year: int) -> Iterator[DayOff]:
    yield DayOff(easter(year) - timedelta(days=2), "Good Friday", BANK, kept_by_default=False)
    yield DayOff(_monday(year, 8, 1), "Summer bank holiday", BANK, kept_by_default=False)
    for day, name in ONE_OFFS.get(year, ()):
        yield DayOff(day, name, BANK, kept_by_default=False)
    yield from _observed(date(year, 11, 30), "St Andrew's Day", taken=())
    second = date(year, 1, 2)
    yield from _observed(date(year, 1, 1), "New Year's Day", taken=(second,))
    yield from _observed(second, "2 January", taken=(_next_weekday(date(year, 1, 1), (second,)),))
    boxing = date(year, 12, 26)
    yield from _observed(date(year, 12, 25), "Christmas Day", taken=(boxing,))
    yield from _observed(boxing, "Boxing Day", taken=(_next_weekday(date(year, 12, 25), (boxing,)),))


def _observed(day: date, name: str, *, taken: tuple[date, ...]) -> Iterator[DayOff]:
    """The day itself on a weekday, else the next weekday that is not a holiday already."""
    kept = _next_weekday(day, taken)
    yield DayOff(kept, name if kept == day else f"{name} (substitute)", BANK, kept_by_default=False)


def _next_weekday(day: date, taken: tuple[date, ...]) -> date:
    if day.weekday() < SATURDAY:
        return day
    moved = day
    while moved.weekday() >= SATURDAY or moved in taken:
        moved += timedelta(days=1)
    return moved


def _monday(year: int, month: int, number: int) -> date:
    """The first, second… Monday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday(year: int, month: int) -> date:
    fifth = _monday(year, month, 5)
    return fifth if fifth.month == month else fifth - timedelta(days=7)


def _fair_monday(year: int) -> date:
    """The third Monday of July, on which the Fair holiday has fallen (15 July in 2024)."""
    return _monday(year, 7, 3)
