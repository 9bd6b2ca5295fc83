"""Where the clinic wants it, a first visit counts once the address is proved by the link in the mail."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import travel

from bookings import links
from bookings.models import Appointment, BookingPolicy, Notice, Service
from tests.bookings.online import NOW, details, hold, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture(autouse=True)
def proof_is_wanted(clinic: Service) -> None:
    BookingPolicy.objects.update(proves_email=True)


def proof_page() -> str:
    return f"/appointment/{links.token(Appointment.objects.latest('booked_at'), links.PROOF)}/prove/"


def test_the_time_is_kept_and_the_address_asked_to_confirm(client: Client) -> None:
    answer = details(client)

    row = Appointment.objects.get()
    assert (answer.headers["Location"], row.status) == ("/book/initial/sent/", "held")
    assert (row.held_until, Notice.objects.get().kind) == (NOW + timedelta(hours=2), "proof")
    assert "seonaid@example.org" in words(client.get("/book/initial/sent/"))


def test_nobody_else_sees_whose_address_it_is(client: Client) -> None:
    details(client)

    assert "seonaid@example.org" not in words(Client().get("/book/initial/sent/"))


def test_a_mail_scanner_proves_nothing(client: Client) -> None:
    details(client)

    page = Client().get(proof_page())

    assert (page.status_code, Appointment.objects.get().status) == (200, "held")


def test_the_button_in_the_mail_books_the_time(client: Client) -> None:
    details(client)

    answer = Client().post(proof_page())

    row = Appointment.objects.get()
    assert (answer.headers["Location"], row.status) == (f"/appointment/{links.token(row)}/booked/", "booked")
    assert (row.email_proved_at, Notice.objects.filter(kind="confirmation").count()) == (NOW, 1)


def test_pressing_it_twice_is_harmless(client: Client) -> None:
    details(client)
    page = proof_page()

    answers = [Client().post(page).status_code, Client().post(page).status_code, Client().get(page).status_code]

    assert (answers, Notice.objects.filter(kind="confirmation").count()) == ([302, 302, 302], 1)


def test_a_proof_that_comes_too_late_is_answered_kindly(client: Client) -> None:
    details(client)
    page = proof_page()
    with travel(NOW + timedelta(hours=3), tick=False):
        answers = [Client().get(page), Client().post(page)]

    assert [(one.status_code, "could not be confirmed" in words(one)) for one in answers] == [(200, True), (409, True)]


def test_a_link_to_a_time_that_is_gone_says_so(client: Client) -> None:
    details(client)
    page = proof_page()
    with travel(NOW + timedelta(hours=3), tick=False):
        hold(Client())

    assert (client.get(page).status_code, client.post(page).status_code) == (404, 404)


def test_the_manage_link_proves_nothing(client: Client) -> None:
    details(client)

    answer = client.post(f"/appointment/{links.token(Appointment.objects.get())}/prove/")

    assert (answer.status_code, Appointment.objects.get().status) == (404, "held")


def test_pressing_the_form_twice_keeps_one_time(client: Client) -> None:
    hold(client)
    key = "7d1f8f0a-6f3e-4c55-9a77-2f1b0f3f9d11"

    answers = [details(client, form_key=key).headers["Location"] for _ in range(2)]

    assert (answers, Appointment.objects.count()) == (["/book/initial/sent/"] * 2, 1)


def test_a_second_form_never_overwrites_what_waits_for_proof(client: Client) -> None:
    hold(client)
    details(client)

    answer = details(client, email="other@example.org")

    assert (answer.status_code, Appointment.objects.get().email) == (409, "seonaid@example.org")


def test_the_cap_is_told_to_whom_the_address_belongs(client: Client) -> None:
    BookingPolicy.objects.update(most_open_per_person=1)
    details(client)
    client.post(proof_page())
    stranger = Client()
    details(stranger, start="2026-12-03T09:00Z")

    answer = stranger.post(f"/appointment/{links.token(Appointment.objects.get(status='held'), links.PROOF)}/prove/")

    assert (answer.status_code, "1 appointment to come" in words(answer)) == (409, True)
