"""The public booking pages: what is offered, what is refused, and that nothing typed is ever lost."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bookings import links
from bookings.models import Appointment, Notice, Service
from tests.bookings.online import FREE, NOW, TYPED, details, hold, shown, words
from tests.factories import (
    make_appointment,
    make_hours,
    make_practitioner,
    make_service,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_booking_ends_on_the_done_page_with_a_reference(client: Client, clinic: Service) -> None:
    answer = details(client)

    booked = Appointment.objects.get()
    assert answer.headers["Location"] == f"/appointment/{links.token(booked)}/booked/"
    assert booked.reference in words(client.get(answer.headers["Location"]))


def test_what_was_typed_is_kept_as_it_should_be(client: Client, clinic: Service) -> None:
    details(client)

    booked = Appointment.objects.get()
    assert (booked.name, booked.phone, booked.postcode) == ("Seònaid NicIllEathain", "+447700900123", "G11 6AA")
    assert (booked.date_of_birth, booked.reason, booked.condition_code) == (
        date(1981, 9, 3),
        "Sore when I sit & drive.",
        "high-hamstring",
    )
    assert (booked.room is not None, booked.location.name, booked.booked_by) == (True, "The clinic", None)


def test_forged_fields_change_nothing(client: Client, clinic: Service) -> None:
    forged = {"price_pence": "1", "duration_minutes": "5", "practitioner": "99", "status": "attended", "patient": "1"}

    details(client, **forged)

    booked = Appointment.objects.get()
    assert (booked.price_pence, booked.duration_minutes, booked.practitioner.username) == (5800, 60, "mairi")
    assert (booked.status, booked.patient) == ("booked", None)


def test_a_taken_time_answers_409_with_the_nearest_and_keeps_what_was_typed(client: Client, clinic: Service) -> None:
    details(client, email="first@example.org")

    answer = details(client)

    nearest = [slot.start.hour * 60 + slot.start.minute for slot in answer.context["nearest"]]
    lost = [typed for typed in TYPED.values() if typed not in words(answer)]
    assert (answer.status_code, nearest, lost) == (409, [11 * 60 + 15, 11 * 60 + 30, 12 * 60], [])
    assert (Appointment.objects.count(), Notice.objects.filter(kind="confirmation").count()) == (1, 1)


def test_one_of_the_nearest_is_booked_by_its_button(client: Client, clinic: Service) -> None:
    details(client, email="first@example.org")
    offered = details(client).context["nearest"][1]

    pressed = {**TYPED, "shown": shown(), "start": offered.start.isoformat()}
    answer = client.post(f"/book/initial/details/?start={FREE}", pressed)

    assert (answer.status_code, Appointment.objects.latest("starts_at").starts_at) == (302, offered.start)


def test_pressing_twice_books_once(client: Client, clinic: Service) -> None:
    key = str(uuid4())

    first, second = details(client, form_key=key), details(client, form_key=key)

    assert first.headers["Location"] == second.headers["Location"]
    assert (Appointment.objects.count(), Notice.objects.filter(kind="confirmation").count()) == (1, 1)


def test_looking_changes_nothing(client: Client, clinic: Service) -> None:
    token = links.token(make_appointment())
    before = list(Appointment.objects.values_list())
    paths = ["/book/", "/book/initial/", f"/book/initial/details/?start={FREE}"]
    paths += [f"/appointment/{token}/{page}" for page in ("", "booked/", "cancel/", "appointment.ics")]

    statuses = {path: (client.get(path).status_code, client.head(path).status_code) for path in paths}

    assert set(statuses.values()) == {(200, 200)}
    assert (list(Appointment.objects.values_list()), Notice.objects.count()) == (before, 0)


def test_other_methods_are_refused(client: Client, clinic: Service) -> None:
    token = links.token(make_appointment())

    posts = [client.post(path).status_code for path in ("/book/", "/book/initial/", f"/appointment/{token}/")]

    assert posts == [405, 405, 405]


def test_the_link_cancels_by_post_only_and_twice_is_harmless(client: Client) -> None:
    appointment = make_appointment()
    page = f"/appointment/{links.token(appointment)}/cancel/"

    answers = [client.post(page, {"reason": "Better"}).status_code, client.post(page).status_code]

    appointment.refresh_from_db()
    assert (answers, appointment.status, appointment.cancel_reason) == ([302, 302], "cancelled", "Better")
    assert Notice.objects.filter(kind="cancellation").count() == 1


def test_what_has_begun_cannot_be_cancelled_online(client: Client) -> None:
    appointment = make_appointment(starts_at=NOW - timedelta(minutes=1))

    client.post(f"/appointment/{links.token(appointment)}/cancel/")

    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_an_overlong_reason_to_cancel_is_not_lost(client: Client) -> None:
    appointment = make_appointment()

    answer = client.post(f"/appointment/{links.token(appointment)}/cancel/", {"reason": "z" * 301})

    appointment.refresh_from_db()
    assert (answer.status_code, "z" * 301 in words(answer), appointment.status) == (422, True, "booked")


@pytest.mark.parametrize("page", ["", "booked/", "cancel/", "appointment.ics"])
def test_a_link_that_does_not_work_says_so_without_a_name(client: Client, page: str) -> None:
    answer = client.get(f"/appointment/{'A' * 54}/{page}")

    assert (answer.status_code, "does not work any more" in words(answer)) == (404, True)


def test_token_pages_do_not_leak_their_address(client: Client) -> None:
    answer = client.get(f"/appointment/{links.token(make_appointment())}/")

    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == (
        "strict-origin",
        "no-store, private",
    )


def test_hostile_words_are_words(client: Client, clinic: Service) -> None:
    answer = details(client, name="<script>alert(1)</script>", email="bad")

    assert b"<script>alert(1)" not in answer.content


def test_two_weeks_a_page_as_far_as_the_horizon(client: Client, clinic: Service) -> None:
    first = client.get("/book/initial/?about=high-hamstring")
    last = client.get("/book/initial/?from=2030-01-01")

    assert (len(first.context["days"]), first.context["earlier_url"]) == (14, "")
    assert first.context["later_url"] == "/book/initial/?from=2026-12-04&about=high-hamstring"
    assert (last.context["days"][-1].date, last.context["later_url"]) == (date(2027, 1, 19), "")


def test_a_clinic_without_times_says_so(client: Client) -> None:
    make_service(slug="initial", practitioners=[make_practitioner()])

    assert "No time is free just now." in words(client.get("/book/initial/"))


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_times_page_asks_the_same_whatever_is_booked(
    client: Client, clinic: Service, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        make_appointment(
            starts_at=datetime(2026, 11, 26, 9 + 2 * number, tzinfo=UTC), practitioner=clinic.practitioners.get()
        )
        make_hours(practitioner=clinic.practitioners.get(), weekday=number, opens=time(18), closes=time(20))

    with django_assert_num_queries(6):
        client.get("/book/initial/")


def test_the_details_page_asks_little(client: Client, clinic: Service, django_assert_num_queries: Any) -> None:
    hold(client)

    with django_assert_num_queries(2):
        client.get(f"/book/initial/details/?start={FREE}")
