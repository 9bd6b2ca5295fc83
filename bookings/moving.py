"""Where an appointment could move to: free times as long as it was booked, its own time counted as free."""

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from bookings import availability, openings
from bookings.models import Appointment, BookingPolicy, Service
from bookings.openings import FreeTime, Narrow, Timetable
from bookings.slots import Reason

DAYS_SHOWN = 14
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moving:
    """The free times for one appointment, with the same practitioner or with anybody who does the same."""

    appointment: Appointment
    asks_anybody: bool
    now: datetime

    @cached_property
    def everybody(self) -> list[Any]:
        return openings.practitioners_of(self.appointment.service)

    @property
    def is_with_anybody(self) -> bool:
        """Anybody too when the one they had does not do this any more."""
        return self.asks_anybody or all(one.pk != self.appointment.practitioner_id for one in self.everybody)

    @cached_property
    def policy(self) -> BookingPolicy:
        return BookingPolicy.current()

    def table(self, first_day: date, last_day: date) -> Timetable:
        row = self.appointment
        whom = None if self.is_with_anybody else row.practitioner_id
        return Timetable(
            as_booked(row),
            first_day=first_day,
            last_day=last_day,
            now=self.now,
            narrow=Narrow(whom, row.postcode, moving=row.pk),
            practitioners=self.everybody,
            policy=self.policy,
        )

    def find(self, start: datetime) -> FreeTime | Reason:
        """The free time that starts then, or why there is none."""
        day = start.astimezone(availability.GLASGOW).date()
        return self.table(day, day).find(start)

    def free(self, table: Timetable) -> list[FreeTime]:
        """All but the time it has already."""
        return [one for one in table.free() if one.start != self.appointment.starts_at]

    def days(self, asked: QueryDict) -> tuple[date, date, date, date]:
        """First and last day of the page, today, and the last day that can be booked."""
        today = timezone.localdate(self.now)
        horizon = today + self.policy.horizon_days * DAY
        try:
            day = parse_date(asked.get("from", "")[:10])
        except ValueError:
            day = None
        first_day = min(max(day or today, today), horizon)
        return first_day, min(first_day + (DAYS_SHOWN - 1) * DAY, horizon), today, horizon


def as_booked(row: Appointment) -> Service:
    """The service with length, buffers and place as they were when it was booked."""
    service = copy.copy(row.service)
    minutes, travel = timedelta(minutes=1), row.travel_minutes
    service.setting, service.duration_minutes = row.setting, row.duration_minutes
    service.buffer_before_minutes = max(0, (row.starts_at - row.occupied_from) // minutes - travel)
    service.buffer_after_minutes = max(0, (row.occupied_until - row.ends_at) // minutes - travel)
    return service
