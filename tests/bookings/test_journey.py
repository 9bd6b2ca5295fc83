"""The whole path without a browser: choose, book, get a mail, cancel by its link."""

import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from time_machine import travel

from bookings.models import Appointment
from patients.models import ClinicProfile
from tests.bookings.online import calendar_of, shown
from tests.factories import make_hours, make_location, make_practitioner, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic() -> Any:
    ClinicProfile.objects.create(pk=1, name="Kelvin Clinic", phone="0141 496 0123")
    practitioner = make_practitioner(username="mairi")
    make_hours(practitioner=practitioner, location=make_location(), opens=time(9), closes=time(17))
    make_service(name="First visit", slug="first-visit", practitioners=[practitioner])
    with travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False):
        yield


def link(page: Any, pattern: str) -> str:
    found = re.search(pattern, page.content.decode())
    assert found is not None, pattern
    return found[1].replace("&amp;", "&")


def form_of(page: Any) -> dict[str, str]:
    """The hidden fields of a page's form, its token included, as a browser would send them."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page.content.decode())
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def test_from_the_first_page_to_a_cancelled_appointment() -> None:
    client = Client(enforce_csrf_checks=True)
    times = client.get(link(client.get("/book/"), r'href="(/book/first-visit/[^"]*)"'))
    start = link(times, r'<button class="button" name="start" value="([^"]*)"')
    details = client.post("/book/first-visit/hold/", {**form_of(times), "start": start}).headers["Location"]
    typed = {
        **form_of(client.get(details)),
        "shown": shown(),
        "name": "Łukasz Żółć",
        "date_of_birth_day": "1",
        "date_of_birth_month": "2",
        "date_of_birth_year": "1990",
        "email": "lukasz@example.org",
        "phone": "0141 496 0000",
        "postcode": "G1 1AA",
    }

    done = client.post(details, typed, follow=True)
    call_command("outbox", "--once", verbosity=0)

    booked = Appointment.objects.get()
    message = mail.outbox[0]
    event = calendar_of(message).vevent
    assert (done.status_code, booked.reference in done.content.decode()) == (200, True)
    assert (message.to, booked.reference in message.body) == (["lukasz@example.org"], True)
    assert (event.dtstart.value, event.summary.value) == (booked.starts_at, "Appointment with Kelvin Clinic")

    address = re.search(r"http://localhost:8000(/appointment/\S+)", message.body)
    assert address is not None
    page = client.get(address[1])
    cancel = link(page, r'href="([^"]*/cancel/)"')
    asked = client.get(cancel)
    booked.refresh_from_db()
    assert (page.status_code, booked.status) == (200, "booked")

    after = client.post(cancel, form_of(asked), follow=True)
    call_command("outbox", "--once", verbosity=0)
    booked.refresh_from_db()
    method = calendar_of(mail.outbox[1]).method.value
    assert ("cancelled" in after.content.decode(), booked.status, method) == (True, "cancelled", "CANCEL")


def test_what_was_booked_online_is_a_line_in_today() -> None:
    client = Client()
    start = "2026-11-26T10:00Z"
    typed = {
        "name": "Ailsa Reid",
        "date_of_birth_day": "1",
        "date_of_birth_month": "2",
        "date_of_birth_year": "1990",
        "email": "ailsa@example.org",
        "phone": "0141 496 0000",
        "postcode": "G1 1AA",
    }
    client.post(f"/book/first-visit/details/?start={start}", {**typed, "shown": shown()})
    client.force_login(Appointment.objects.get().practitioner)

    assert "Ailsa Reid" in client.get("/admin/?day=2026-11-26").content.decode()
