"""A small clinic at noon on 20 November 2026, and somebody who books there online."""

from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import uuid4

from django.test import Client

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


def details(client: Client, *, start: str = FREE, slug: str = "initial", **changes: Any) -> Any:
    typed = {name: value for name, value in {**TYPED, "form_key": str(uuid4()), **changes}.items() if value is not None}
    return client.post(f"/book/{slug}/details/?start={start}", typed)


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def nothing_was_booked() -> bool:
    return not Appointment.objects.exists() and not Notice.objects.exists()
