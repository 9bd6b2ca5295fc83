"""Doing things from the diary: drag to move, the verbs of the day, and taking back what was a slip."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings.models import Appointment, BookingPolicy, Notice
from clinic.diary_columns import verbs_of
from tests.factories import (
    START,
    make_appointment,
    make_closure,
    make_hours,
    make_practitioner,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 9, 20, tzinfo=UTC)
HERE = "/admin/diary/?view=week&day=2026-11-26&with=1"


@pytest.fixture(autouse=True)
def at_twenty_past_nine() -> Any:
    with travel(NOW, tick=False):
        yield


def drag(client: Client, row: Appointment, at: str = "14:15", **changes: str) -> Any:
    dropped = {"day": "2026-11-26", "time": at, "practitioner": "", "stands": row.starts_at.isoformat(), **changes}
    return client.post(f"/admin/diary/move/{row.pk}/", dropped)


def do(client: Client, row: Appointment, verb: str, **more: Any) -> Any:
    return client.post(f"/admin/appointments/{row.pk}/do/", {"do": verb, "next": HERE, **more})


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["words"]


def test_what_is_dragged_moves_and_can_be_taken_back_before_any_mail_goes(client: Client, booked: Appointment) -> None:
    answer = drag(client, booked)
    shown = client.get("/admin/diary/")
    [change] = shown.context["changes"]
    back = do(client, booked, "undo", change=change.pk)

    assert (answer.status_code, answer.json()) == (200, {"words": "Moved to Thursday 26 November, 14:15."})
    assert "10:00 to Thursday 26 November 2026, 14:15. No mail has gone yet" in shown.content.decode()
    booked.refresh_from_db()
    assert (back.headers["Location"], booked.starts_at) == (HERE, START)
    assert not Notice.objects.filter(kind="change", dropped_at=None).exists()


def test_it_moves_on_the_same_day_though_people_online_need_notice_and_a_grid(
    client: Client, booked: Appointment
) -> None:
    BookingPolicy.objects.update(notice_hours=48, step_minutes=60)

    assert drag(client, booked, "11:05").status_code == 200


def test_a_taken_time_is_refused_by_name_and_nothing_moves(client: Client, booked: Appointment) -> None:
    make_appointment(practitioner=booked.practitioner, starts_at=START + timedelta(hours=4), name="Iain <Muir>")

    answer = drag(client, booked)

    booked.refresh_from_db()
    assert refused(answer) == (409, "This time is taken by Iain <Muir> (14:00 to 15:00).")
    assert booked.starts_at == START


def test_a_shut_time_leads_to_the_form_where_it_can_be_done_knowingly(client: Client, booked: Appointment) -> None:
    make_closure(practitioner=booked.practitioner, first_day=START.date(), from_time=time(14), until_time=time(15))

    shut, late = drag(client, booked), drag(client, booked, "19:00", practitioner=str(booked.practitioner_id))

    assert refused(shut) == (409, "The clinic, or this practitioner, is closed at this time.")
    assert refused(late) == (409, "This is outside their opening hours.")
    form = client.get(late.json()["url"]).context["form"]
    assert [str(form[name].value()) for name in ("day", "time", "practitioner")] == [
        "2026-11-26",
        "19:00",
        str(booked.practitioner_id),
    ]


def test_a_page_that_is_too_old_moves_nothing(client: Client, booked: Appointment) -> None:
    old = booked.starts_at
    drag(client, booked)

    answer = drag(client, booked, "11:00", stands=old.isoformat())

    booked.refresh_from_db()
    assert refused(answer) == (409, "Ailsa Reid was moved meanwhile. Load the page again to see where to.")
    assert booked.starts_at == START + timedelta(hours=4, minutes=15)


def test_to_somebody_else_only_if_they_do_the_same(client: Client, booked: Appointment) -> None:
    ewan = make_practitioner(first_name="Ewan")
    make_hours(practitioner=ewan, location=booked.location)

    no = drag(client, booked, practitioner=str(ewan.pk))
    booked.service.practitioners.add(ewan)
    yes = drag(client, booked, practitioner=str(ewan.pk))

    booked.refresh_from_db()
    assert refused(no) == (409, "Ewan Campbell does not do this: Initial assessment.")
    assert (yes.status_code, booked.practitioner, booked.room) == (200, ewan, None)


@pytest.mark.parametrize("status", ["arrived", "attended", "did_not_attend", "cancelled"])
def test_only_what_is_booked_can_be_dragged(client: Client, booked: Appointment, status: str) -> None:
    Appointment.objects.update(status=status, cancelled_at=NOW if status == "cancelled" else None)

    assert drag(client, booked).status_code == 409


@pytest.mark.parametrize(
    "dropped",
    [
        {"time": "\x00"},
        {"time": ""},
        {"time": "25:00"},
        {"day": "2027-03-28", "time": "01:30"},
        {"day": "2026-10-25", "time": "01:30"},
        {"day": "2026-11-25"},
        {"practitioner": "9" * 12},
        {"stands": "never"},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client: Client, booked: Appointment, dropped: dict[str, str]) -> None:
    answer = drag(client, booked, **{"at": dropped.pop("time", "14:15"), **dropped})

    booked.refresh_from_db()
    assert (answer.status_code, booked.starts_at, bool(answer.json()["words"])) == (409, START, True)


def test_a_drag_asks_for_the_rules_in_a_few_queries(
    client: Client, booked: Appointment, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30):
        drag(client, booked)


def test_a_length_as_booked_decides_and_not_that_of_the_service_today(client: Client, booked: Appointment) -> None:
    booked.service.duration_minutes = 180
    booked.service.save()

    assert drag(client, booked, "16:00").status_code == 200


@pytest.mark.parametrize("verb", ["arrive", "attend", "missed"])
def test_each_verb_of_the_day_leads_back_to_the_diary_and_can_be_stepped_back(
    client: Client, booked: Appointment, verb: str
) -> None:
    with travel(START + timedelta(minutes=20), tick=False):
        answer = do(client, booked, verb)
        [change] = client.get("/admin/diary/").context["changes"]
        do(client, booked, "back")
        left = client.get("/admin/diary/").context["changes"]

    booked.refresh_from_db()
    assert (answer.headers["Location"], change.kind, booked.status, left) == (HERE, "status", "booked", [])


def test_a_cancellation_from_the_diary_can_be_taken_back(client: Client, booked: Appointment) -> None:
    do(client, booked, "cancel", reason="Wrong person", whose="clinic")
    [change] = client.get("/admin/diary/").context["changes"]

    do(client, booked, "undo", change=change.pk)

    booked.refresh_from_db()
    assert booked.status == "booked"


def test_what_can_be_pressed_follows_the_state_and_the_time(client: Client, booked: Appointment) -> None:
    seen = []
    for now in (NOW, START + timedelta(minutes=5)):
        with travel(now, tick=False):
            [event] = client.get("/admin/diary/").context["grid"].events
            seen.append([verb for verb, _ in event.verbs])

    assert seen == [["arrive"], ["arrive", "attend", "missed"]]


def test_after_three_minutes_and_for_others_there_is_nothing_to_take_back(client: Client, booked: Appointment) -> None:
    drag(client, booked)
    other = Client()
    other.force_login(make_user(is_superuser=True))

    theirs = other.get("/admin/diary/").context["changes"]
    with travel(NOW + timedelta(minutes=3, seconds=1), tick=False):
        late = client.get("/admin/diary/").context["changes"]

    assert (theirs, late) == ([], [])


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/admin/", "/book/", "javascript:x", "\x00"])
def test_nobody_is_led_elsewhere(client: Client, booked: Appointment, there: str) -> None:
    answer = do(client, booked, "arrive", next=there)

    assert answer.headers["Location"] == f"/admin/appointments/{booked.pk}/"


def test_a_receptionist_drags_and_marks_as_well(client: Client, booked: Appointment) -> None:
    client.force_login(make_user())

    assert (drag(client, booked).status_code, do(client, booked, "arrive").status_code) == (200, 302)


def test_nobody_drags_without_being_logged_in(client: Client, booked: Appointment) -> None:
    client.logout()

    answer = drag(client, booked)

    booked.refresh_from_db()
    assert (answer.status_code, booked.starts_at) == (302, START)
    assert client.get(f"/admin/diary/move/{booked.pk}/").status_code == 302


def test_nobody_is_marked_arrived_before_their_day(client: Client, booked: Appointment) -> None:
    tomorrow = make_appointment(starts_at=START + 24 * timedelta(hours=1), practitioner=booked.practitioner)

    verbs = {at: verbs_of(tomorrow, START + at * timedelta(hours=1)) for at in (0, 23)}

    assert verbs == {0: (), 23: (("arrive", "Mark arrived"),)}
