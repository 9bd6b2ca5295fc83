"""A clinic to start from: one room in Glasgow, two services, weekly hours. Every word is there to be edited."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from bookings import closures
from bookings.models import BookingPolicy, Location, OpeningHours, Room, Service
from patients import consents
from patients.models import ClinicProfile

USERNAME = "therapist"
PASSWORD_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105  (an alphabet, without what looks alike)
PLACEHOLDERS = ("To be filled in", "1 Example Street", "clinic.example", consents.DRAFT_SIGN)
DRAFT = f"{consents.DRAFT_SIGN}. Read it, change it to what you do, and take this line away."

PROFILE = {
    "name": "Glasgow Soft Tissue Clinic",
    "tagline": "Hands-on treatment for muscle and tendon pain",
    "street": "1 Example Street",
    "town": "Glasgow",
    "postcode": "G1 1AA",
    "phone": "0141 496 0000",
    "email": "hello@clinic.example",
    "opening_words": "Monday to Friday, 9:00 to 17:30",
    "registration": "To be filled in: your professional body and number, and who insures you.",
    "privacy_policy": f"""{DRAFT}

What we keep: the details you give when you book, and the notes of each visit: what you told us, what we found, \
what we did and what we agreed. We need them to treat you safely, and notes of this kind have to be kept.

Who sees it: the people who treat you here, and nobody else without your agreement unless the law requires it. \
We sell nothing and send no advertising.

How long: eight years after your last visit, or until your 25th birthday if you were a child. If you book and \
never come, your details go after three months.

Cookies: one that keeps your chosen time while you fill in the form, for twelve hours, and one that protects the form. \
Neither says who you are, and nobody else gets them.

Your rights: you can have a copy of your record, have mistakes put right, and complain to the Information \
Commissioner (ico.org.uk). Write to us first and we will help.""",
    "cancellation_policy": f"""{DRAFT}

Cancel free of charge until 24 hours before, with the link in your confirmation. Later than that, \
please phone: someone else may be glad of the time.""",
    "complaints_policy": f"""{DRAFT}

Tell us, in the clinic, by phone or by mail. We answer within five working days, look into it, and write to you \
within four weeks with what we found and what we will change.

If you are not content with our answer, you can turn to our professional body, named at the foot of this page.""",
    "what_to_bring": "Shorts or loose clothes\nA list of your medicines\nLetters or scans, if you have any",
    "if_late": "Come anyway if you can: you will be seen for the time that is left.",
}
CONSENT = f"""{DRAFT}

Treatment here is hands-on: pressing, stretching and moving the sore part and what is near it, and exercises. \
Before each part your therapist tells you what comes next and why.

You may be sore for a day or two afterwards, and sometimes bruised. Rarely, a problem gets worse for a while. Other \
ways, and doing nothing for now, are always open to you: ask about them.

You decide. You can stop at any moment, leave out any part, keep on what you want to wear, and have somebody with you.

I agree to be assessed and treated in this way, and I know that I can change my mind at any time."""
LOCATION = {
    "name": "City centre",
    "street": "1 Example Street",
    "town": "Glasgow",
    "postcode": "G1 1AA",
    "directions": "To be filled in: the nearest Subway station and how long the walk is\nTo be filled in: buses",
    "access_notes": "To be filled in: steps, lift, toilet\nTo be filled in: parking",
}
SERVICES = (
    {
        "slug": "initial-assessment",
        "name": "Initial assessment",
        "description": "Your story, an examination, a first treatment and a plan. For a first visit or a new problem.",
        "duration_minutes": 60,
        "price_pence": 5800,
    },
    {
        "slug": "follow-up",
        "name": "Follow-up treatment",
        "description": "For people who have been assessed here.",
        "audience": "returning",
        "duration_minutes": 45,
        "price_pence": 4600,
    },
)
BUFFER_AFTER_MINUTES = 15
WORKDAYS = tuple(OpeningHours.Weekday)[:5]
STRETCHES = ((time(9, 0), time(12, 30)), (time(13, 30), time(17, 30)))  # a lunch break between


@dataclass(frozen=True)
class Login:
    """The first practitioner's way in; the password is shown once and kept nowhere."""

    username: str
    password: str


def is_laid_out() -> bool:
    """A clinic that was ever set up is left alone, whatever was deleted from it since."""
    return ClinicProfile.objects.exists()


@transaction.atomic
def lay_out(*, today: date) -> Login | None:
    """Make the starter clinic, and a first practitioner where there is no staff at all; its login, if one was made."""
    login = None if get_user_model().objects.exists() else make_login()
    ClinicProfile.objects.create(pk=1, **PROFILE)
    BookingPolicy.objects.get_or_create(pk=1, defaults={"step_minutes": 30})
    consents.write_wording(text=CONSENT, now=datetime.combine(today, time(), tzinfo=timezone.get_current_timezone()))
    location = Location.objects.create(**LOCATION)
    room = Room.objects.create(location=location, name="Treatment room 1")
    services = [
        Service.objects.create(position=position, buffer_after_minutes=BUFFER_AFTER_MINUTES, **service)
        for position, service in enumerate(SERVICES, start=1)
    ]
    for practitioner in get_user_model().objects.filter(is_practitioner=True, is_active=True)[:1]:
        practitioner.services.add(*services)
        OpeningHours.objects.bulk_create(
            OpeningHours(
                practitioner=practitioner,
                location=location,
                room=room,
                weekday=weekday,
                opens=opens,
                closes=closes,
                valid_from=today,
            )
            for weekday in WORKDAYS
            for opens, closes in STRETCHES
        )
    return login


def make_login() -> Login:
    """A practitioner who may do everything, with a random password of 79 bits."""
    login = Login(USERNAME, "-".join("".join(secrets.choice(PASSWORD_SIGNS) for _ in range(4)) for _ in range(4)))
    get_user_model().objects.create_superuser(
        username=login.username, password=login.password, title="Therapist", is_practitioner=True
    )
    return login


def fill_closures(year: int) -> None:
    """Propose the days off that Glasgow keeps, once a year: what the clinic makes of them then is its own."""
    if not closures.is_filled_in(year):
        closures.propose(year)
