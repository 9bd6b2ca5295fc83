"""A small clinic at noon on 20 November 2026, and somebody who books there online."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage as Received
from html import unescape
from typing import Any
from uuid import uuid4

import vobject
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from bookings import forms
from bookings.models import Appointment, Notice

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FREE = "2026-11-26T10:00Z"
TYPED = {
    "name": "Seònaid NicIllEathain",
    "date_of_birth_day": "3",
    "date_of_birth_month": "9",
    "date_of_birth_year": "1981",
    "email": "seonaid@example.org",
    "phone": "07700 900123",
    "postcode": "g11 6aa",
    "reason": "Sore when I sit & drive.",
    "about": "high-hamstring",
}


def hold(client: Client, *, start: str = FREE, slug: str = "initial", **asked: str) -> Any:
    """Press the button of a time."""
    return client.post(f"/book/{slug}/hold/", {"start": start, **asked})


def details(client: Client, *, start: str = FREE, slug: str = "initial", **changes: Any) -> Any:
    """Send the form a minute after it was shown, whether the time is kept or not."""
    sent = {**TYPED, "form_key": str(uuid4()), "shown": shown(), **changes}
    typed = {name: value for name, value in sent.items() if value is not None}
    return client.post(f"/book/{slug}/details/?start={start}", typed)


def shown() -> str:
    """The stamp of a form that has been open for a minute."""
    return forms.stamp(timezone.now() - timedelta(minutes=1))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def received(message: EmailMessage) -> Received:
    """A mail as it arrives, read from its bytes."""
    wire = message.message().as_bytes(linesep="\r\n")
    return email.message_from_bytes(wire, policy=email.policy.default)  # type: ignore[return-value]


def calendar_part(message: EmailMessage) -> Received:
    (part,) = received(message).iter_attachments()
    return part


def calendar_of(message: EmailMessage) -> Any:
    """The calendar file of a mail, read by a library that did not write it."""
    return vobject.readOne(calendar_part(message).get_payload(decode=True).decode())


def nothing_was_booked() -> bool:
    return not Appointment.objects.exists() and not Notice.objects.exists()
