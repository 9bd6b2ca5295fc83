"""Blocking time: by the form that dragging leads to, never over somebody without asking, and told to nobody."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from time_machine import travel

from bookings import openings
from bookings.models import Appointment, Closure, Notice
from tests.factories import START, make_appointment, make_closure, make_practitioner, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
PAGE = "/admin/diary/block/"


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with travel(NOW, tick=False):
        yield


def send(client: Client, booked: Appointment, address: str = PAGE, **changes: str) -> Any:
    typed = {
        "practitioner": str(booked.practitioner_id),
        "day": "2026-11-26",
        "from_time": "12:00",
        "until_time": "13:30",
        "reason": "Letters",
    }
    return client.post(address, {**typed, **changes})


def test_what_was_dragged_over_stands_in_the_form(client: Client, booked: Appointment) -> None:
    drawn = {"day": "2026-11-26", "from": "12:15", "until": "13:00", "with": str(booked.practitioner_id)}

    form = client.get(PAGE, drawn).context["form"]

    values = [form[name].value() for name in ("practitioner", "day", "from_time", "until_time")]
    assert values == [booked.practitioner_id, date(2026, 11, 26), time(12, 15), time(13)]


def test_a_block_takes_the_time_away_and_stands_in_the_diary(client: Client, booked: Appointment) -> None:
    answer = send(client, booked, f"{PAGE}?next=/admin/diary/?view=day%26day=2026-11-26")

    made = Closure.objects.get()
    shown = client.get(answer.headers["Location"])
    assert answer.headers["Location"] == f"/admin/diary/?view=day&day=2026-11-26&chosen=block-{made.pk}#chosen"
    assert (shown.context["chosen"].row, shown.context["may_remove"]) == (made, True)
    free = openings.free_times(booked.service, first_day=START.date(), last_day=START.date(), now=NOW)
    assert [f"{one.start:%H:%M}" for one in free if 10 < one.start.hour < 14] == ["11:00", "13:30"]


def test_over_people_it_says_who_and_asks_and_mails_nobody(client: Client, booked: Appointment) -> None:
    asked = send(client, booked, from_time="10:30")
    none = Closure.objects.count()
    done = send(client, booked, from_time="10:30", knowingly="on")

    booked.refresh_from_db()
    assert (asked.status_code, none, done.status_code) == (409, 0, 302)
    assert "Ailsa Reid (10:00 to 11:00) stays booked and is told nothing" in asked.content.decode()
    assert (booked.status, Notice.objects.count()) == ("booked", 0)
    shown = client.get(done.headers["Location"])
    assert [one.pk for one in shown.context["in_the_way"]] == [booked.pk]


def test_a_name_full_of_script_is_asked_about_as_text(client: Client, booked: Appointment) -> None:
    Appointment.objects.update(name="<script>x</script>")

    shown = send(client, booked, from_time="10:30").content.decode()

    assert ("<script>x" in shown, "&lt;script&gt;x" in shown) == (False, True)


def test_somebody_elses_appointments_are_in_nobodys_way(client: Client, booked: Appointment) -> None:
    make_appointment(starts_at=START.replace(hour=12))

    assert send(client, booked).status_code == 302


def test_one_press_gives_the_time_back(client: Client, booked: Appointment) -> None:
    send(client, booked)
    made = Closure.objects.get()

    answer = client.post(f"{PAGE}{made.pk}/remove/", {"next": "/admin/diary/?day=2026-11-26"})

    assert (answer.headers["Location"], Closure.objects.count()) == ("/admin/diary/?day=2026-11-26", 0)


def test_closures_of_the_clinic_or_of_several_days_are_not_taken_away_here(client: Client, booked: Appointment) -> None:
    mairi, part = booked.practitioner, {"from_time": time(9), "until_time": time(10)}
    kept = [
        make_closure(),
        make_closure(practitioner=mairi),
        make_closure(practitioner=mairi, last_day=date(2026, 12, 2), **part),
    ]

    answers = [client.post(f"{PAGE}{one.pk}/remove/").status_code for one in kept]

    assert (answers, Closure.objects.count()) == ([404] * 3, 3)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"until_time": "12:00"}, "until_time"),
        ({"until_time": "11:00"}, "until_time"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": ""}, "day"),
        ({"from_time": "\x00"}, "from_time"),
        ({"practitioner": "0"}, "practitioner"),
        ({"reason": "x" * 121}, "reason"),
    ],
)
def test_mistakes_are_named_and_block_nothing(
    client: Client, booked: Appointment, typed: dict[str, str], name: str
) -> None:
    answer = send(client, booked, **typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    assert Closure.objects.count() == 0


def test_without_words_it_is_simply_blocked(client: Client, booked: Appointment) -> None:
    send(client, booked, reason="")

    assert Closure.objects.get().reason == "Blocked"


def test_only_who_may_add_a_closure_blocks_and_only_who_may_delete_one_removes(
    client: Client, booked: Appointment
) -> None:
    send(client, booked)
    made, reception = Closure.objects.get(), make_user()
    client.force_login(reception)

    assert (client.get(PAGE).status_code, client.post(f"{PAGE}{made.pk}/remove/").status_code) == (403, 403)
    assert client.get("/admin/diary/").context["may_block"] is False
    reception.user_permissions.set(Permission.objects.filter(codename__in=["add_closure", "delete_closure"]))
    assert client.get(PAGE).status_code == 200


def test_a_block_of_another_practitioner_can_be_made_from_their_column(client: Client, booked: Appointment) -> None:
    ewan = make_practitioner(first_name="Ewan")

    assert client.get(PAGE, {"with": ewan.pk}).context["form"]["practitioner"].value() == ewan.pk
