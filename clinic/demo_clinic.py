"""The demonstration's clinic: two practitioners, a receptionist, rooms, hours, days off. Every word is made up."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.db.models import F

from bookings import closures
from bookings.models import BookingPolicy, Closure, Location, OpeningHours, Room, Service
from patients import consents
from patients.models import ClinicProfile, Condition

PASSWORD = "made-up-people"  # noqa: S105  (printed on the screen; the demonstration runs on localhost alone)
PROFILE = {
    "name": "Kelvin Demonstration Clinic",
    "tagline": "Hands-on treatment for muscle and tendon pain",
    "street": "7 Mill Lade Lane",
    "town": "Glasgow",
    "postcode": "G12 8AA",
    "phone": "0141 496 0100",
    "email": "hello@example.org",
    "opening_words": "Monday to Saturday",
    "registration": "A made-up clinic with made-up registrations: SMA 0000. Insured by nobody.",
    "ico_number": "ZA000000",
    "privacy_policy": "These people do not exist, so nothing of theirs can be private.",
    "cancellation_policy": "Free until 24 hours before.",
    "complaints_policy": "Tell us in the clinic, by phone or by mail. We answer within five working days.",
    "what_to_bring": "Shorts or loose clothes\nA list of your medicines",
    "if_late": "Come anyway: you will be seen for the time that is left.",
}
CONSENT = (
    "Treatment here is hands-on: pressing and moving the sore part, and exercises. You may be sore for a day or two. "
    "You can stop at any moment. I agree to be assessed and treated in this way."
)
MORNING, AFTERNOON = (time(9), time(12, 45)), (time(13, 45), time(18))
LATE, SATURDAY = (time(12), time(19)), (time(9), time(12, 45))
STARTS = {  # where the made-up diary puts people: an hour and the fifteen minutes after it
    MORNING: ((9, 0), (10, 15), (11, 30)),
    AFTERNOON: ((13, 45), (15, 0), (16, 15)),
    LATE: ((12, 0), (13, 15), (14, 30), (15, 45), (17, 0)),
    SATURDAY: ((9, 0), (10, 15), (11, 30)),
}


@dataclass(frozen=True)
class Clinic:
    """Who works here, where, and what they offer."""

    mairi: Any
    jonas: Any
    desk: Any
    location: Location
    rooms: dict[int, Room]
    first_visit: Service
    follow_up: Service

    def service(self, number: int) -> Service:
        """What the n-th visit of an episode is booked as."""
        return self.first_visit if number == 0 else self.follow_up


def lay_out(*, today: date, now: datetime) -> Clinic:
    """Everything a clinic has before the first person comes, a year and a half ago."""
    opened_on = today - timedelta(days=550)
    ClinicProfile.objects.create(pk=1, **PROFILE)
    BookingPolicy.objects.create(pk=1, step_minutes=15, notice_hours=2)
    consents.write_wording(text=CONSENT, now=now)
    location = Location.objects.create(
        name="Mill Lade",
        street="7 Mill Lade Lane",
        postcode="G12 8AA",
        directions="Kelvinbridge Subway, four minutes on foot",
        access_notes="One step at the door; a ramp is kept inside",
    )
    staff = _staff()
    rooms = [Room.objects.create(location=location, name=f"Room {number}") for number in (1, 2)]
    services = _services(staff[:2])
    clinic = Clinic(*staff, location, {staff[0].pk: rooms[0], staff[1].pk: rooms[1]}, *services)
    _hours(clinic, opened_on)
    _days_off(clinic, today)
    Condition.objects.update(reviewed_by=clinic.mairi, reviewed_on=opened_on, reviewed_version=F("version"))
    return clinic


def _staff() -> tuple[Any, Any, Any]:
    hashed = make_password(PASSWORD)  # once for all three: a good hash takes its time
    rows = (
        (
            "mairi",
            "Mairi",
            "Campbell",
            "Sports therapist",
            "SMA 0001",
            "Treats tendons and the people attached to them.",
        ),
        ("jonas", "Jonas", "Weber", "Soft tissue therapist", "SMA 0002", "Runs, and treats people who run."),
        ("desk", "Rhona", "Beattie", "Reception", "", ""),
    )
    mairi, jonas, desk = (
        get_user_model().objects.create(
            username=username,
            first_name=first,
            last_name=last,
            title=title,
            registration_number=number,
            introduction=introduction,
            is_practitioner=bool(number),
            is_superuser=username == "mairi",
            is_staff=True,
            password=hashed,
        )
        for username, first, last, title, number, introduction in rows
    )
    permissions = Permission.objects.filter(content_type__app_label__in=("bookings", "patients"))
    jonas.user_permissions.set(permissions)
    desk.user_permissions.set(permissions.filter(content_type__app_label="bookings"))
    return mairi, jonas, desk


def _services(practitioners: Any) -> list[Service]:
    rows = (
        ("initial-assessment", "Initial assessment", 60, 5800, "both", "sandstone"),
        ("follow-up", "Follow-up treatment", 45, 4600, "returning", "pine"),
    )
    made = []
    for position, (slug, name, minutes, pence, audience, colour) in enumerate(rows, start=1):
        service = Service.objects.create(
            slug=slug,
            name=name,
            duration_minutes=minutes,
            buffer_after_minutes=15,
            price_pence=pence,
            audience=audience,
            colour=colour,
            position=position,
        )
        service.practitioners.set(practitioners)
        made.append(service)
    return made


def _hours(clinic: Clinic, opened_on: date) -> None:
    weeks = [(clinic.mairi, weekday, span) for weekday in range(5) for span in (MORNING, AFTERNOON)]
    weeks += [(clinic.jonas, 1, LATE), (clinic.jonas, 3, LATE), (clinic.jonas, 5, SATURDAY)]
    OpeningHours.objects.bulk_create(
        OpeningHours(
            practitioner=who,
            location=clinic.location,
            room=clinic.rooms[who.pk],
            weekday=weekday,
            opens=opens,
            closes=closes,
            valid_from=opened_on,
        )
        for who, weekday, (opens, closes) in weeks
    )


def _days_off(clinic: Clinic, today: date) -> None:
    for year in range(today.year - 1, today.year + 2):
        closures.propose(year)
    monday = today - timedelta(days=today.weekday())
    rows = (
        (clinic.mairi, monday - timedelta(weeks=18), 12, None, "Summer holiday"),
        (clinic.mairi, monday + timedelta(weeks=4), 4, None, "A week off"),
        (clinic.jonas, monday - timedelta(weeks=8), 6, None, "Course in Edinburgh"),
        (clinic.mairi, monday + timedelta(days=2), 0, (time(16, 0), time(18, 0)), "Supervision"),
        (clinic.mairi, today, 0, (time(12, 45), time(13, 30)), "Lunch and letters"),
    )
    Closure.objects.bulk_create(
        Closure(
            practitioner=who,
            first_day=first,
            last_day=first + timedelta(days=more),
            reason=reason,
            from_time=span[0] if span else None,
            until_time=span[1] if span else None,
        )
        for who, first, more, span, reason in rows
    )
