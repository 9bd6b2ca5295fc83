"""The diary as the staff see it: what stands where, told apart in words too, and no clinical word for anybody."""

import os
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from time_machine import travel

from benchmarks import data
from bookings.models import Appointment, Closure, Service, WaitingListEntry, WaitingOffer
from clinic import diary_rows
from clinic.models import User
from patients import guards
from tests.factories import (
    START,
    make_appointment,
    make_closure,
    make_hours,
    make_location,
    make_practitioner,
    make_service,
    make_user,
)
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 9, 20, tzinfo=UTC)  # a Thursday
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_twenty_past_nine() -> Any:
    with travel(NOW, tick=False):
        yield


def show(client: Client, **asked: Any) -> Any:
    return client.get("/admin/diary/", asked)


def words(client: Client, **asked: Any) -> str:
    return unescape(show(client, **asked).content.decode())


def columns(answer: Any) -> list[Any]:
    return list(answer.context["grid"].columns)


def test_a_week_of_ones_own_with_hours_closed_and_now(client: Client, booked: Appointment) -> None:
    answer = show(client)

    thursday = columns(answer)[3]
    assert [one.day for one in columns(answer)] == [date(2026, 11, 23) + timedelta(days=number) for number in range(5)]
    assert [(one.key, one.box.start, one.box.minutes) for one in thursday.events] == [(f"a-{booked.pk}", 600, 60)]
    assert ([one.words for one in thursday.shutters], thursday.now.start, thursday.free_minutes) == ([], 560, 400)
    assert answer.context["lead"] == "1 appointment, 6½ hours free from now on."


def test_every_event_says_in_words_what_its_colour_says(client: Client, booked: Appointment) -> None:
    place = {"practitioner": booked.practitioner, "service": booked.service, "location": booked.location}
    make_appointment(starts_at=START - 3 * HOUR, status="attended", name="Came", **place)
    make_appointment(starts_at=START - 2 * HOUR, status="did_not_attend", name="Missed", **place)
    make_appointment(starts_at=START + 2 * HOUR, status="arrived", name="Here", **place)
    make_appointment(starts_at=START + 4 * HOUR, status="cancelled", cancelled_at=NOW, name="Gone", **place)

    answer = show(client)

    states = [one.state for one in columns(answer)[3].events]
    assert states == ["attended, note to write", "did not attend", "not matched", "arrived"]
    assert columns(answer)[3].sums == "1 attended, 1 did not attend, 2 to come"
    assert [one.name for one in answer.context["cancelled"]] == ["Gone"]


def test_two_at_once_stand_side_by_side_and_say_so(client: Client, booked: Appointment) -> None:
    group = {"sharing_group": booked.sharing_group, "overbook_reason": "Sisters"}
    make_appointment(starts_at=START + HOUR / 2, practitioner=booked.practitioner, **group)

    shown = words(client)

    assert ('data-lane="1" data-lanes="2"' in shown, shown.count(">Two at once<")) == (True, 2)
    assert "Two at once: Thursday 10:00." in shown


def test_times_that_are_kept_say_for_whom_and_until_when(client: Client, booked: Appointment) -> None:
    held = {"status": "held", "name": "", "email": "", "practitioner": booked.practitioner}
    make_appointment(starts_at=START + 2 * HOUR, held_until=NOW + HOUR / 6, **held)
    offered = make_appointment(starts_at=START + 4 * HOUR, held_until=NOW + 20 * HOUR, **held)
    make_appointment(starts_at=START + 6 * HOUR, held_until=NOW - HOUR, **held)
    who = {"name": "Eilidh Kerr", "email": "e@example.org", "first_day": NOW.date(), "last_day": NOW.date()}
    entry = WaitingListEntry.objects.create(service=booked.service, joined_at=NOW, queued_at=NOW, **who)
    times = {"starts_at": START, "made_at": NOW, "expires_at": NOW + 20 * HOUR}
    WaitingOffer.objects.create(entry=entry, appointment=offered, practitioner=booked.practitioner, **times)

    states = [one.state for one in columns(show(client))[3].events if one.kind == "held"]

    assert states == [
        "Somebody is booking online, until 09:30",
        "Offered to Eilidh Kerr from the waiting list, until Friday, 05:20",
    ]


def test_closures_days_off_breaks_and_extra_openings_are_told_apart(client: Client, booked: Appointment) -> None:
    mairi = booked.practitioner
    make_closure(first_day=date(2026, 11, 23), reason="Clinic closed")
    make_closure(first_day=date(2026, 11, 24), practitioner=mairi, reason="Course")
    make_closure(
        first_day=date(2026, 11, 26), practitioner=mairi, reason="Lunch", from_time=time(12), until_time=time(13)
    )
    day = {"valid_from": date(2026, 11, 29), "valid_until": date(2026, 11, 29), "is_extra": True, "reason": "Marathon"}
    make_hours(practitioner=mairi, location=booked.location, **day)

    monday, tuesday, _, thursday, _, sunday = columns(show(client))

    assert [(one.words, one.reason) for one in (*monday.shutters, *tuesday.shutters)] == [
        ("Closed", "Clinic closed"),
        ("Off", "Course"),
    ]
    assert [one.kind for one in thursday.events] == ["appointment", "block"]
    assert sunday.notes == ("Extra opening 09:00 to 17:00: Marathon",)


def test_between_two_stretches_there_is_a_break(client: Client, booked: Appointment) -> None:
    make_hours(practitioner=booked.practitioner, location=booked.location, opens=time(18), closes=time(20))

    assert [(one.words, one.times) for one in columns(show(client))[3].shutters] == [("Break", "17:00 to 18:00")]


@pytest.mark.parametrize(
    ("day", "note"),
    [("2027-03-28", "23 hours: the clocks go forward"), ("2026-10-25", "25 hours: the clocks go back")],
)
def test_a_day_on_which_the_clocks_change_says_so(client: Client, booked: Appointment, day: str, note: str) -> None:
    assert columns(show(client, view="day", day=day))[0].notes == (note,)


def test_an_appointment_in_the_doubled_hour_is_on_its_day_with_its_length(client: Client, booked: Appointment) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for start in (first, first + HOUR):
        make_appointment(starts_at=start, practitioner=booked.practitioner)

    events = columns(show(client, view="day", day="2026-10-25"))[0].events

    assert [(one.box.start, one.box.minutes, one.lane, one.lanes) for one in events] == [(90, 60, 0, 2), (90, 60, 1, 2)]


def test_a_week_with_nothing_is_shown_all_the_same(client: Client, booked: Appointment) -> None:
    answer = show(client, day="2025-03-05")

    assert (len(columns(answer)), answer.context["lead"]) == (5, "0 appointments.")
    assert {one.words for column in columns(answer) for one in column.shutters} == {"Closed"}


def test_a_clinic_without_anybody_says_what_to_do(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))

    assert "Nobody treats people here yet" in words(client)


def test_the_day_of_everybody_has_a_column_for_each(client: Client, booked: Appointment) -> None:
    ewan = make_practitioner(username="ewan", first_name="Ewan")
    make_appointment(practitioner=ewan, name="Iain Muir")

    day, week = show(client, view="day", **{"with": "all"}), show(client, **{"with": "all"})

    assert [(one.person.first_name, len(one.events)) for one in columns(day)] == [("Mairi", 1), ("Ewan", 1)]
    assert [one.is_beside for one in columns(week)[3].events] == [False, False]
    assert [one.key for one in columns(show(client))[3].events] == [f"a-{booked.pk}"]


@pytest.mark.parametrize("is_practitioner", [True, False])
def test_no_clinical_word_stands_in_the_diary_for_anybody(client: Client, is_practitioner: bool) -> None:
    note = signed_note()
    make_appointment(
        practitioner=note.author,
        patient=note.episode.patient,
        case_note=note,
        status="attended",
        reason="CANARY-REASON",
        condition_code="canary-code",
        overbook_reason="CANARY-WHY" if not is_practitioner else "",
    )
    client.force_login(note.author if is_practitioner else make_user(is_superuser=True))
    key = f"a-{Appointment.objects.get().pk}"

    shown = words(client, chosen=key) + words(client, view="day", chosen=key)
    shown += unescape(client.get("/admin/diary/sheet/").content.decode())

    assert [word in shown.lower() for word in ("canary", "hamstring", "ailsa reid")] == [False, False, True]
    assert ("signed" in shown, "/admin/patients/" in shown) == (is_practitioner, is_practitioner)


def test_names_are_shown_as_they_are_written(client: Client, booked: Appointment) -> None:
    Appointment.objects.update(name="<script>alert(1)</script>", service_name="A & B")

    shown = show(client, chosen=f"a-{booked.pk}").content.decode()

    assert ("<script>alert" in shown, "&lt;script&gt;alert(1)&lt;/script&gt;" in shown) == (False, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "\x00"},
        {"day": "9999-12-31"},
        {"day": "2100-12-31"},
        {"day": "2000-01-01", "view": "day"},
        {"with": "9" * 30, "view": "<b>"},
        {"chosen": "a-\x00"},
    ],
)
def test_odd_addresses_show_a_diary(client: Client, booked: Appointment, asked: dict[str, str]) -> None:
    assert show(client, **asked).status_code == 200


def test_the_day_sheet_names_people_or_only_their_initials(client: Client, booked: Appointment) -> None:
    full, initials = (
        client.get("/admin/diary/sheet/", {"names": names}).content.decode() for names in ("", "initials")
    )

    assert [("Ailsa Reid" in text, "A. R." in text, "07700 900123" in text) for text in (full, initials)] == [
        (True, False, True),
        (False, True, True),
    ]


def test_strangers_are_sent_to_log_in(client: Client) -> None:
    for path in ("", "sheet/", "block/"):
        assert client.get(f"/admin/diary/{path}").headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [("week", 9), ("day", 9)])
def test_the_diary_costs_the_same_however_much_is_in_it(
    client: Client, booked: Appointment, view: str, queries: int, item_count: int, django_assert_num_queries: Any
) -> None:
    fill(booked, item_count)

    with django_assert_num_queries(queries):
        answer = show(client, view=view, **{"with": "all"})

    assert len(answer.context["grid"].events) > item_count


def fill(booked: Appointment, count: int) -> None:
    """Each kind of thing there is, so many times, with other practitioners."""
    for number in range(count):
        other = make_practitioner()
        make_hours(practitioner=other, location=booked.location)
        make_appointment(practitioner=other)
        make_appointment(practitioner=other, starts_at=START + 3 * HOUR, status="held", held_until=NOW + HOUR)
        make_closure(practitioner=other, first_day=NOW.date(), from_time=time(12 + number), until_time=time(16))
        make_closure(first_day=date(2026, 11, 23 + number))


SIZES = (100, 100_000) if os.environ.get("RACES") == "full" else (100, 400)


def test_it_costs_the_same_with_however_many_stored_and_uses_an_index(
    client: Client, django_assert_num_queries: Any
) -> None:
    data.lay_out()
    client.force_login(User.objects.get(username="practitioner0"))
    guards.remove(connection)  # until the test is over: they make a hundred thousand rows a matter of minutes
    for size in SIZES:
        data.fill(size)
        with django_assert_num_queries(9):
            answer = show(client, day=f"{data.first_day() + timedelta(days=2):%Y-%m-%d}")
        assert len(answer.context["grid"].events) > 0
    plan = explained()

    assert [sign in plan for sign in ("SCAN bookings_appointment", "Seq Scan on bookings_appointment")] == [False] * 2


def explained() -> str:
    """How the engine finds the appointments of a week among all that are stored."""
    everybody = tuple(User.objects.order_by("pk"))
    days = tuple((data.first_day() + timedelta(days=number)).date() for number in range(7))
    scope = diary_rows.Scope(days, everybody, data.first_day(), True)
    ends = (data.first_day(), data.first_day() + timedelta(days=7))
    rows = diary_rows._appointments(scope, *ends)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return str(rows.explain())


def test_the_key_names_each_service_once(client: Client, booked: Appointment) -> None:
    make_service(name="Not used this week")
    make_location()

    assert [one.name for one in show(client).context["services"]] == [booked.service.name]
    assert (Service.objects.count(), Closure.objects.count()) == (2, 0)
