"""A clinic of two practitioners, and any number of appointments in it."""

from datetime import UTC, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from bookings.models import Appointment, Location, Service
from clinic.models import User
from tests.factories import make_hours, make_location, make_policy, make_practitioner, make_room, make_service

DAYS = 30
IN_THE_WINDOW = 80  # appointments in the thirty days that are asked for, whatever is stored besides
AHEAD = 20  # of the others, one in this many lies after the window, the rest in the past
HOUR_AND_BUFFER = timedelta(minutes=75)
FURTHER = timedelta(minutes=90)


def lay_out() -> None:
    """Two practitioners with a room each, nine to five on weekdays; both do initial assessments."""
    location = make_location()
    everyone = [make_practitioner(username=f"practitioner{number}", first_name=f"P{number}") for number in range(2)]
    for one in everyone:
        room = make_room(location=location, name=f"Room of {one.username}")
        for weekday in range(5):
            make_hours(practitioner=one, location=location, room=room, weekday=weekday)
    make_policy()
    make_service(slug="initial", practitioners=everyone)


def fill(size: int) -> None:
    """Store so many appointments and no others; those in the window are the same whatever the size.

    In order of time, as a diary fills up: the guard on SQLite looks at what the practitioner has later.
    """
    Appointment.objects.all().delete()
    rows = sorted(_appointments(size), key=lambda one: one.starts_at)
    Appointment.objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def first_day() -> datetime:
    """Midnight of today; the window begins here."""
    return datetime.combine(timezone.now().date(), time(0), tzinfo=UTC)


def _appointments(size: int) -> list[Appointment]:
    service, location = Service.objects.get(), Location.objects.get()
    everyone = list(User.objects.order_by("pk"))
    made = []
    for number in range(size):
        practitioner, turn = everyone[number % len(everyone)], number // len(everyone)
        start = _start(number, turn)
        made.append(
            Appointment(
                reference=f"{number:06d}",
                service=service,
                practitioner=practitioner,
                location=location,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                occupied_from=start,
                occupied_until=start + HOUR_AND_BUFFER,
                booked_at=start - timedelta(days=2),
                service_name=service.name,
                price_pence=service.price_pence,
                name=f"Person {number}",
                email=f"person{number}@example.org",
            )
        )
    return made


def _start(number: int, turn: int) -> datetime:
    """In the window one or two a day for each practitioner; before and after it one every ninety minutes."""
    today = first_day()
    if number < IN_THE_WINDOW:
        return today + timedelta(days=1 + turn % 28, hours=10 if turn < 28 else 14)
    if turn % AHEAD == 0:
        return today + timedelta(days=DAYS + 2) + turn // AHEAD * FURTHER
    return today - timedelta(days=1) - turn * FURTHER
