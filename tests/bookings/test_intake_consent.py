"""Consent before a first visit: to one wording, by name and tick, taken back until it is in the file."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import Appointment, Intake
from patients import consents
from patients.models import Consent
from tests.bookings.intake_answers import answer, first_appointment, page
from tests.bookings.online import NOW, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def booked() -> Appointment:
    return first_appointment()


def test_consent_names_its_wording(client: Client, booked: Appointment) -> None:
    answer(client, booked, "agreement", {"name": "Ailsa Reid", "agrees": "on", "number": "1"}, do="agree")

    given = Intake.objects.get()
    assert given.consent_wording is not None
    assert (given.consent_wording.number, given.consent_name, given.consented_at) == (1, "Ailsa Reid", NOW)


def test_a_draft_wording_is_put_to_nobody_on_the_internet(client: Client, booked: Appointment, settings: Any) -> None:
    consents.write_wording(text=f"{consents.DRAFT_SIGN}. I agree.", now=NOW)
    settings.IS_LOOPBACK = False

    sent = answer(client, booked, "agreement", {"name": "Ailsa Reid", "agrees": "on", "number": "2"}, do="agree")

    assert (sent.status_code, Intake.objects.exists()) == (409, False)
    assert "Your agreement to treatment" not in words(client.get(page(booked)))


@pytest.mark.parametrize("typed", [{"name": ""}, {"agrees": ""}, {"number": "2"}, {"name": "x" * 201}, {"number": "x"}])
def test_consent_takes_a_name_a_tick_and_the_present_wording(client: Client, booked: Appointment, typed: Any) -> None:
    given = {"name": "Ailsa Reid", "agrees": "on", "number": "1", **typed}

    sent = answer(client, booked, "agreement", {name: value for name, value in given.items() if value}, do="agree")
    assert (sent.status_code, Intake.objects.exists(), Consent.objects.exists()) == (422, False, False)


def test_a_wording_that_was_replaced_is_read_again(client: Client, booked: Appointment) -> None:
    consents.write_wording(text="A new text.", now=NOW)

    sent = answer(client, booked, "agreement", {"name": "Ailsa Reid", "agrees": "on", "number": "1"}, do="agree")
    assert (sent.status_code, "A new text." in words(sent), 'value="2"' in words(sent)) == (422, True, True)


def test_nobody_has_to_agree_online(client: Client, booked: Appointment) -> None:
    sent = answer(client, booked, "agreement", {"name": "Ailsa R", "number": "1"}, do="next")

    given = Intake.objects.get()
    assert (sent.url, given.consent_name, given.consented_at) == (page(booked, "check"), "Ailsa R", None)


def test_consent_can_be_taken_back(client: Client, booked: Appointment) -> None:
    answer(client, booked, "agreement", {"name": "Ailsa Reid", "agrees": "on", "number": "1"}, do="agree")

    answer(client, booked, "agreement", {}, do="take_back")

    given = Intake.objects.get()
    assert (given.consent_wording, given.consented_at) == (None, None)


def test_under_16_the_guardian_consents(client: Client) -> None:
    young = first_appointment(date_of_birth=NOW.date() - timedelta(days=14 * 365), guardian_name="Morag Reid")

    form = client.get(page(young, "agreement")).context["form"]
    assert (form["name"].value(), form["name"].label) == ("Morag Reid", "Full name of the parent or guardian")
