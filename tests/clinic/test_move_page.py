"""Moving somebody at the desk: one press onto a free time, or any time by hand, knowingly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings.models import Appointment, Notice
from tests.factories import (
    make_appointment,
    make_closure,
    make_hours,
    make_location,
    make_practitioner,
    make_service,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


def page(appointment: Appointment) -> str:
    return f"/admin/appointments/{appointment.pk}/move/"


def by_hand(appointment: Appointment, **changes: Any) -> dict[str, Any]:
    place = {"practitioner": appointment.practitioner_id, "location": appointment.location_id}
    return {**place, "day": "2026-11-26", "time": "14:00", **changes}


def test_free_times_overlap_what_they_have_but_are_not_the_same(client: Client, booked: Appointment) -> None:
    shown = client.get(page(booked)).content.decode()

    assert [f'value="2026-11-26T{time}Z"' in shown for time in ("10:00", "10:30", "16:30")] == [False, True, False]


@pytest.mark.parametrize("pressed", [{"start": "2026-11-26T10:00Z"}, {"day": "2026-11-26", "time": "10:00"}])
def test_moving_to_where_it_is_mails_nothing(client: Client, booked: Appointment, pressed: Any) -> None:
    place = {name: getattr(booked, f"{name}_id") for name in ("practitioner", "location", "room")}

    answer = client.post(page(booked), {**place, **pressed})

    booked.refresh_from_db()
    assert (answer.status_code, booked.starts_at, booked.sequence) == (302, START, 0)
    assert (Notice.objects.exists(), booked.changes.exists()) == (False, False)


def test_one_press_moves_and_queues_one_mail_in_three_minutes(client: Client, booked: Appointment) -> None:
    answer = client.post(page(booked), {"start": "2026-11-26T14:00Z"})

    booked.refresh_from_db()
    assert answer.headers["Location"] == f"/admin/appointments/{booked.pk}/"
    assert (booked.starts_at, booked.room_id is None) == (START + timedelta(hours=4), False)
    assert Notice.objects.get(kind="change").due_at == NOW + timedelta(minutes=3)


def test_a_free_time_that_has_gone_leaves_them_where_they_were(client: Client, booked: Appointment) -> None:
    make_appointment(practitioner=booked.practitioner, starts_at=START + timedelta(hours=4))

    answer = client.post(page(booked), {"start": "2026-11-26T14:00Z"})

    booked.refresh_from_db()
    assert (answer.status_code, booked.starts_at) == (409, START)


def test_a_time_outside_the_hours_needs_a_tick_for_that_very_reason(client: Client, booked: Appointment) -> None:
    late = by_hand(booked, time="19:00", why="Asked for it")

    asked = client.post(page(booked), late)
    wrong = client.post(page(booked), late | {"knowingly": "SHUT"})
    done = client.post(page(booked), late | {"knowingly": "CLOSED"})

    booked.refresh_from_db()
    assert [answer.status_code for answer in (asked, wrong, done)] == [409, 409, 302]
    assert "outside their opening hours" in asked.content.decode()
    assert (booked.starts_at, booked.changes.get().reason) == (START + timedelta(hours=9), "Asked for it")


def test_a_closed_day_is_said_as_such(client: Client, booked: Appointment) -> None:
    make_closure(first_day=START.date() + timedelta(days=7))

    answer = client.post(page(booked), by_hand(booked, day="2026-12-03"))

    assert (answer.status_code, "closed at this time" in answer.content.decode()) == (409, True)


def test_a_taken_time_says_who_has_it_and_can_be_shared_with_a_reason(client: Client, booked: Appointment) -> None:
    make_appointment(practitioner=booked.practitioner, starts_at=START + timedelta(hours=4), name="Iain Muir")

    asked = client.post(page(booked), by_hand(booked))
    unsaid = client.post(page(booked), by_hand(booked, beside="on"))
    done = client.post(page(booked), by_hand(booked, beside="on", overbook_reason="Brothers"))

    booked.refresh_from_db()
    assert [answer.status_code for answer in (asked, unsaid, done)] == [409, 422, 302]
    assert "beside Iain Muir (14:00 to 15:00)" in asked.content.decode()
    assert (booked.starts_at, booked.overbook_reason) == (START + timedelta(hours=4), "Brothers")


def test_another_practitioner_can_take_over(client: Client, booked: Appointment) -> None:
    ewan = make_practitioner(username="ewan", first_name="Ewan")
    make_hours(practitioner=ewan, location=make_location())
    booked.service.practitioners.add(ewan)

    shown = client.get(page(booked), {"with": "anybody"}).content.decode()
    client.post(page(booked), {"start": "2026-11-26T16:00Z", "practitioner": str(ewan.pk)})

    booked.refresh_from_db()
    assert ("16:00" in shown, booked.practitioner) == (True, ewan)


def test_price_and_length_stay_as_booked(client: Client, booked: Appointment) -> None:
    service = make_service(price_pence=9900, duration_minutes=45)
    Appointment.objects.filter(pk=booked.pk).update(price_pence=5000)
    booked.service.price_pence = service.price_pence
    booked.service.save()

    client.post(page(booked), {"start": "2026-11-26T14:00Z"})

    booked.refresh_from_db()
    assert (booked.price_pence, booked.duration_minutes) == (5000, 60)


def test_what_is_cancelled_cannot_be_moved(client: Client, booked: Appointment) -> None:
    Appointment.objects.update(status="cancelled", cancelled_at=NOW)

    answer = client.post(page(booked), {"start": "2026-11-26T14:00Z"})

    assert (answer.status_code, "cannot be moved" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "typed",
    [
        {"start": "\x00"},
        {"start": "9999-12-31T23:59Z"},
        {"start": "2026-11-26T10:00:30.5Z"},
        {"start": "2026-11-26T14:00Z", "practitioner": "9" * 40},
        {"day": "9999-12-31", "time": "x"},
        {"practitioner": "-1", "location": "\x00", "room": "a", "day": "", "time": ""},
    ],
)
def test_junk_is_answered_kindly(client: Client, booked: Appointment, typed: dict[str, str]) -> None:
    answer = client.post(page(booked), typed)

    booked.refresh_from_db()
    assert (answer.status_code in {302, 409, 422}, booked.duration_minutes) == (True, 60)


@pytest.mark.parametrize("asked", ["9999-12-31", "2100-12-31", "\x00", "2026-02-30"])
def test_an_odd_week_shows_a_page_all_the_same(client: Client, booked: Appointment, asked: str) -> None:
    assert client.get(page(booked), {"from": asked}).status_code == 200
