"""When practitioners are open, as stretches of time: what a week's figures and a day's gaps are measured by."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from bookings import availability
from bookings.models import Closure, OpeningHours
from bookings.slots import Diary, Hours, Rules, Shut

Stretch = tuple[datetime, datetime]
ANY_RULES = Rules(timedelta(0), 1, 5)  # nothing is offered here, so how it would be does not matter


@dataclass(frozen=True)
class Opened:
    """Opening hours and closures of some days, read in two queries."""

    hours: tuple[OpeningHours, ...]
    closures: tuple[Closure, ...]

    @classmethod
    def within(cls, first_day: date, last_day: date) -> Self:
        """Those of every practitioner who works here."""
        working = OpeningHours.objects.filter(practitioner__is_active=True, practitioner__is_practitioner=True)
        rules = working.within(first_day, last_day).select_related("practitioner")
        return cls(tuple(rules), tuple(Closure.objects.within(first_day, last_day)))

    @property
    def practitioners(self) -> dict[int, str]:
        """Who has opening hours on these days, by key, in the order of their names."""
        names = {row.practitioner_id: row.practitioner.display_name for row in self.hours}
        return dict(sorted(names.items(), key=lambda named: named[1]))

    def stretches(self, practitioner_id: int, *, first_day: date, last_day: date) -> list[Stretch]:
        """When one practitioner is open on the days."""
        hours = tuple(_rule_of(row) for row in self.hours if row.practitioner_id == practitioner_id)
        shut = tuple(_shut_of(row) for row in self.closures if row.practitioner_id in (None, practitioner_id))
        diary = Diary(hours, shut, (), ANY_RULES)
        return availability.opened(diary, first_day=first_day, last_day=last_day)

    def closures_on(self, day: date) -> list[Closure]:
        """What is closed on a day, the whole of it or a part."""
        return [row for row in self.closures if row.first_day <= day <= row.last_day]


def _rule_of(row: OpeningHours) -> Hours:
    weekday = row.valid_from.weekday() if row.is_extra else row.weekday
    return Hours(weekday, row.opens, row.closes, row.valid_from, row.valid_until, is_extra=row.is_extra)


def _shut_of(row: Closure) -> Shut:
    return Shut(row.first_day, row.last_day, row.from_time, row.until_time)
