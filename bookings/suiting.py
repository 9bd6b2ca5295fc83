"""Which free times suit somebody who waits: what became free, what they asked for, what must rest for a moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from bookings import availability, notices, openings, taking
from bookings.models import Appointment, AppointmentChange, Setting, WaitingListEntry
from bookings.openings import FreeTime, Narrow

PARTS = (("mornings", 0, 12), ("afternoons", 12, 17), ("evenings", 17, 24))


@dataclass(frozen=True)
class Freed:
    """A stretch of one practitioner's time that has just become free."""

    practitioner_id: int
    start: datetime
    end: datetime

    @classmethod
    def of(cls, appointment: Appointment) -> Self:
        return cls(appointment.practitioner_id, appointment.occupied_from, appointment.occupied_until)

    def touches(self, free: FreeTime) -> bool:
        """Whether an appointment then, buffers included, would need any moment of it."""
        times = taking.times_of(free.service, free.start, free.travel_minutes)
        is_theirs = free.practitioner.pk == self.practitioner_id
        return is_theirs and times["occupied_from"] < self.end and times["occupied_until"] > self.start


@dataclass
class Search:
    """Free times of some days, looked up once for all who wait for the same, until one of them is taken."""

    first_day: date
    last_day: date
    now: datetime
    keep: Callable[[FreeTime], bool]
    by: int | None = None
    found: dict[tuple[Any, ...], list[FreeTime]] = field(default_factory=dict)

    def free_for(self, entry: WaitingListEntry) -> list[FreeTime]:
        postcode = entry.postcode if entry.service.setting == Setting.HOME else ""
        narrow = Narrow(self.by or entry.practitioner_id, postcode)
        key = (entry.service_id, narrow)
        if key not in self.found:
            days = {"first_day": self.first_day, "last_day": self.last_day}
            free = openings.free_times(entry.service, **days, now=self.now, narrow=narrow)
            self.found[key] = [one for one in free if self.keep(one)]
        return [one for one in self.found[key] if suits(entry, one.start)]


def suits(entry: WaitingListEntry, start: datetime) -> bool:
    """Whether a start is on a day and in a part of the day that they asked for, and before what they have already."""
    local = start.astimezone(availability.GLASGOW)
    if entry.appointment is not None and start >= entry.appointment.starts_at:
        return False
    if not entry.first_day <= local.date() <= entry.last_day or str(local.weekday()) not in entry.weekdays:
        return False
    return any(getattr(entry, name) and first <= local.hour < last for name, first, last in PARTS)


def resting(now: datetime) -> list[Freed]:
    """Times the staff have freed a moment ago and may still take back."""
    kinds = (AppointmentChange.Kind.CANCELLED, AppointmentChange.Kind.MOVED)
    changes = AppointmentChange.objects.standing().filter(kind__in=kinds, by__isnull=False, at__gte=now - notices.UNDO)
    return [_left(change) for change in changes.select_related("appointment")]


def _left(change: AppointmentChange) -> Freed:
    """The stretch an appointment had before it was moved or cancelled."""
    before = change.before
    if "occupied_from" not in before:
        return Freed.of(change.appointment)
    ends = (datetime.fromisoformat(before[name]) for name in ("occupied_from", "occupied_until"))
    return Freed(int(before["practitioner"]), *ends)
