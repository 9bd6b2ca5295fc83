"""Where an appointment could move to: free times as long as it was booked, its own time counted as free."""

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.http import QueryDict

from bookings import availability, openings
from bookings.days import Window
from bookings.models import Appointment, BookingPolicy, Service
from bookings.openings import FreeTime, Narrow, Timetable
from bookings.slots import Reason


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

    def window(self, asked: QueryDict) -> Window:
        """The days of the page that was asked for."""
        return Window.asked_for(asked.get("from", ""), horizon_days=self.policy.horizon_days, now=self.now)


def as_booked(row: Appointment) -> Service:
    """The service with length, buffers and place as they were when it was booked."""
    service = copy.copy(row.service)
    minutes, travel = timedelta(minutes=1), row.travel_minutes
    service.setting, service.duration_minutes = row.setting, row.duration_minutes
    service.buffer_before_minutes = max(0, (row.starts_at - row.occupied_from) // minutes - travel)
    service.buffer_after_minutes = max(0, (row.occupied_until - row.ends_at) // minutes - travel)
    return service
