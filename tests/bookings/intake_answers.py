"""A first appointment with a reviewed condition, and what somebody answers before it."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.test import Client
from time_machine import travel

from bookings import links
from bookings.models import Appointment, Intake
from patients import consents
from patients.models import Condition
from tests.factories import make_appointment, make_condition

STORY = "Sore  when I sit.\nWorse on <b>hills</b> & stairs."
ANSWERS = {
    "answer-pain_worst": "7",
    "answer-sitting_minutes": "20",
    "answer-main_site": "sitting-bone",
    "answer-character": ["sharp", "ache"],
    "answer-standing_painful": "unsure",
    "answer-load_change": "More hills",
    "answer-onset_date": "in May",
}
ABOUT_YOU = {"medication": "none", "allergies": "latex"}
CONTACTS = {"gp": "Dr Bell, Byres Road", "emergency_contact": "Iain 07700 900456", "communication_needs": ""}
AGREED = {"name": "Ailsa Reid", "agrees": "on", "number": "1"}


def first_appointment(**given: Any) -> Appointment:
    """Booked from the guide of a condition that a practitioner has reviewed; a wording to agree to is there."""
    make_condition()
    Condition.objects.update(reviewed_version=F("version"))
    appointment = make_appointment(**{"condition_code": "high-hamstring", **given})
    consents.write_wording(text="I agree to be treated.\nI can stop at any time.", now=appointment.booked_at)
    return appointment


def page(appointment: Appointment, part: str = "") -> str:
    start = f"/appointment/{links.token(appointment)}/before-your-visit/"
    return f"{start}{part}/" if part else start


def answer(client: Client, appointment: Appointment, part: str, typed: Any, do: str = "next") -> Any:
    """Send one part."""
    return client.post(page(appointment, part), {**typed, "do": do})


def answer_all(client: Client, appointment: Appointment, *, at: datetime) -> Intake:
    """Every part, then send."""
    with travel(at, tick=False):
        answer(client, appointment, "story", {"own_words": STORY})
        answer(client, appointment, "questions-1", ANSWERS)
        answer(client, appointment, "about-you", ABOUT_YOU)
        answer(client, appointment, "contacts", CONTACTS)
        answer(client, appointment, "agreement", AGREED, do="agree")
        answer(client, appointment, "check", {}, do="send")
    return Intake.objects.get(appointment=appointment)
