"""The desk: booking against the rules knowingly, undo, history, a new link, two at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import diary, links
from bookings.models import Appointment
from tests.factories import (
    make_appointment,
    make_condition,
    make_patient,
    make_user,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


def phoned(appointment: Appointment, **changes: Any) -> dict[str, Any]:
    keys = ("service", "practitioner", "location")
    place = {name: getattr(appointment, f"{name}_id") for name in keys}
    return {**place, "day": "2026-11-26", "time": "14:00", "name": "Phone Person", **changes}


def page(client: Client, appointment: Appointment) -> str:
    return client.get(f"/admin/appointments/{appointment.pk}/").content.decode()


def do(client: Client, appointment: Appointment, verb: str, **more: Any) -> Any:
    return client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": verb, **more}, follow=True)


def test_a_time_by_the_rules_is_booked_at_once_in_its_own_room(client: Client, booked: Appointment) -> None:
    answer = client.post("/admin/book/", phoned(booked))

    assert answer.status_code == 302
    assert Appointment.objects.get(name="Phone Person").room == booked.room


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"time": "18:00"}, "CLOSED", "outside their opening hours"),
        ({"time": "14:10"}, "OFF_GRID", "do not usually start at this minute"),
        ({"day": "2026-11-19"}, "PAST", "This time is over"),
        ({"day": "2027-05-06"}, "TOO_FAR", "further ahead than people may book"),
    ],
)
def test_a_time_against_the_rules_is_booked_only_knowingly(
    client: Client, booked: Appointment, changes: dict[str, str], name: str, words: str
) -> None:
    asked = client.post("/admin/book/", phoned(booked, **changes))
    done = client.post("/admin/book/", phoned(booked, **changes, knowingly=name))

    assert [asked.status_code, done.status_code] == [409, 302]
    assert [text in asked.content.decode() for text in (words, f'value="{name}"', "Phone Person")] == [True] * 3


def test_a_tick_for_one_reason_does_not_count_for_another(client: Client, booked: Appointment) -> None:
    answer = client.post("/admin/book/", phoned(booked, time="18:00", knowingly="OFF_GRID"))

    assert (answer.status_code, Appointment.objects.count()) == (409, 1)


def test_a_taken_time_is_shared_only_with_a_tick_and_a_reason(client: Client, booked: Appointment) -> None:
    typed = phoned(booked, time="10:30")

    asked = client.post("/admin/book/", typed)
    unsaid = client.post("/admin/book/", typed | {"beside": "on"})
    done = client.post("/admin/book/", typed | {"beside": "on", "overbook_reason": "Acute"})

    assert [answer.status_code for answer in (asked, unsaid, done)] == [409, 422, 302]
    assert "beside Ailsa Reid (10:00 to 11:00)" in asked.content.decode()
    assert Appointment.objects.get(name="Phone Person").overbook_reason == "Acute"


def test_a_patient_who_is_elsewhere_then_is_said_so(client: Client, booked: Appointment) -> None:
    patient = make_patient()
    make_appointment(patient=patient, starts_at=START + timedelta(hours=4))

    answer = client.post("/admin/book/", phoned(booked, patient=str(patient.pk)))

    assert (answer.status_code, "another appointment at this time" in answer.content.decode()) == (409, True)


def test_two_at_once_are_shown_with_the_reason_on_the_day_and_on_the_page(client: Client, booked: Appointment) -> None:
    client.post("/admin/book/", phoned(booked, time="10:30", beside="on", overbook_reason="Acute"))
    second = Appointment.objects.get(name="Phone Person")

    day = client.get("/admin/", {"day": "2026-11-26"}).content.decode()

    assert ["2 at once: Acute" in shown for shown in (day, page(client, second))] == [True, True]
    assert ("2 at once" in page(client, booked), "2 at once: " in page(client, booked)) == (True, False)


def test_a_receptionist_sees_two_at_once_and_the_history_without_reasons(client: Client, booked: Appointment) -> None:
    client.post("/admin/book/", phoned(booked, time="10:30", beside="on", overbook_reason="CANARY"))
    second = Appointment.objects.get(name="Phone Person")
    diary.cancel(appointment=booked, now=NOW, by=booked.practitioner, reason="CANARY")
    client.force_login(make_user(username="desk", is_superuser=True))

    shown = page(client, second) + page(client, booked) + client.get("/admin/?day=2026-11-26").content.decode()

    assert ("CANARY" in shown, "Booked beside another" in shown) == (False, True)


def test_the_guide_somebody_came_from_is_named_as_people_know_it(client: Client, booked: Appointment) -> None:
    condition = make_condition(code="sore-heel", title="Sore heel")
    Appointment.objects.filter(pk=booked.pk).update(condition_code="sore-heel")

    shown = page(client, booked)

    assert ">Sore heel</a>" in shown
    assert f">{condition.code}<" not in shown


def test_undo_is_offered_for_three_minutes_and_takes_it_back(client: Client, booked: Appointment) -> None:
    do(client, booked, "cancel", reason="Wrong person")
    change = booked.changes.get()

    offered = 'value="undo"' in page(client, booked)
    do(client, booked, "undo", change=str(change.pk))

    booked.refresh_from_db()
    assert (offered, booked.status, 'value="undo"' in page(client, booked)) == (True, "booked", False)


def test_undo_too_late_or_of_nothing_is_said_kindly(client: Client, booked: Appointment) -> None:
    diary.cancel(appointment=booked, now=NOW - timedelta(minutes=4), by=booked.practitioner)

    answers = [do(client, booked, "undo", change=key) for key in (str(booked.changes.get().pk), "\x00", "9" * 50)]

    booked.refresh_from_db()
    assert [answer.status_code for answer in answers] == [200] * 3
    assert ("for three minutes" in answers[0].content.decode(), booked.status) == (True, "cancelled")


def test_undo_of_a_time_that_has_gone_is_said_kindly(client: Client, booked: Appointment) -> None:
    diary.cancel(appointment=booked, now=NOW, by=booked.practitioner)
    make_appointment(practitioner=booked.practitioner)

    answer = do(client, booked, "undo", change=str(booked.changes.get().pk))

    assert "somebody else has the time by now" in answer.content.decode()


@pytest.mark.parametrize(("whose", "is_late"), [("patient", True), ("clinic", False)])
def test_a_late_cancel_counts_unless_it_is_ours(client: Client, booked: Appointment, whose: str, is_late: bool) -> None:
    soon, over = NOW + timedelta(hours=2), NOW + timedelta(hours=3)
    Appointment.objects.update(starts_at=soon, occupied_from=soon, ends_at=over, occupied_until=over)

    do(client, booked, "cancel", reason="Snow", whose=whose)

    booked.refresh_from_db()
    assert (booked.is_late_cancel, booked.cancel_reason) == (is_late, "Snow")


def test_the_history_says_who_did_what_and_why(client: Client, booked: Appointment) -> None:
    diary.move(appointment=booked, now=NOW, by=booked.practitioner, start=START + timedelta(hours=4), reason="Bus")

    shown = page(client, booked)

    assert "Thursday 26 November 2026, 10:00 to Thursday 26 November 2026, 14:00" in shown
    assert ["by Mairi Campbell" in shown, "<q>Bus</q>" in shown] == [True, True]


def test_a_new_link_is_made_with_one_press(client: Client, booked: Appointment) -> None:
    old = links.token(booked)

    do(client, booked, "link")

    assert client.get(f"/appointment/{old}/").status_code == 404
    assert booked.notices.get().kind == "confirmation"


def test_a_time_that_is_merely_kept_has_no_page(client: Client, booked: Appointment) -> None:
    kept = make_appointment(status="held", held_until=NOW + timedelta(minutes=5), name="")

    assert client.get(f"/admin/appointments/{kept.pk}/").status_code == 404
