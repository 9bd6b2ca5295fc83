"""People who wait for a time on one Thursday of a small clinic."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bookings import diary
from bookings.models import Appointment, Location, Service, WaitingListEntry, WaitingOffer
from tests.bookings.online import NOW
from tests.factories import make_appointment

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
THURSDAY = date(2026, 11, 26)
WHOLE_DAY = {"starts_at": TEN - timedelta(hours=1), "minutes": 8 * 60}


def place(clinic: Service) -> dict[str, Any]:
    return {"service": clinic, "practitioner": clinic.practitioners.get(), "location": Location.objects.get()}


def waits(clinic: Service, name: str = "Iain", *, minutes: int = 0, **given: Any) -> WaitingListEntry:
    since = NOW - timedelta(days=1) + timedelta(minutes=minutes)
    values = {"service": clinic, "first_day": THURSDAY, "last_day": THURSDAY, "email": f"{name.lower()}@example.org"}
    values |= {"joined_at": since, "queued_at": since, "phone": "+447700900124", **given}
    return WaitingListEntry.objects.create(name=name, **values)


def free_up(taken: Appointment, now: datetime = NOW) -> None:
    diary.cancel(appointment=taken, now=now)


def standing(now: datetime = NOW) -> list[str]:
    return [one.entry.name for one in WaitingOffer.objects.standing(now).order_by("made_at")]


def the_offer() -> WaitingOffer:
    return WaitingOffer.objects.get(answer="")


def fully_booked(clinic: Service, *, weeks: int = 0) -> Appointment:
    """Ten to a quarter past eleven of a Thursday that is taken from morning to evening."""
    later = timedelta(days=7 * weeks)
    make_appointment(**place(clinic), starts_at=TEN + later - timedelta(hours=1), minutes=60, name="Before")
    make_appointment(**place(clinic), starts_at=TEN + later + timedelta(minutes=75), minutes=345, name="After")
    return make_appointment(**place(clinic), starts_at=TEN + later, after=15)
