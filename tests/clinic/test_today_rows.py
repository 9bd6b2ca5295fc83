"""What each row of Today needs next, for whom, and which one the keys begin with."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from bookings.models import Appointment
from clinic.plain_ages import age_words
from patients.models import CaseNote
from tests.factories import (
    START,
    make_appointment,
    make_condition,
    make_note,
    make_patient,
    make_practitioner,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def five_past_ten() -> Any:
    with travel(START + timedelta(minutes=5), tick=False):
        yield


def rows(client: Client, day: str = "") -> list[Any]:
    return list(client.get("/admin/", {"day": day} if day else {}).context["rows"])


def needs(client: Client, day: str = "") -> list[list[str]]:
    return [[row.next.words, *(step.words for step in row.others)] for row in rows(client, day)]


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, ["Write note", "Mark arrived", "Did not attend"]),
        ({"starts_at": at(0.25)}, ["Write note", "Mark arrived"]),
        ({"starts_at": at(3)}, ["Mark arrived"]),
        ({"status": "arrived"}, ["Write note", "Undo"]),
        ({"status": "attended"}, ["Write note", "Undo"]),
        ({"status": "did_not_attend"}, ["Undo"]),
    ],
)
def test_a_practitioner_is_offered_what_comes_next(client: Client, mairi: Any, given: Any, wanted: list[str]) -> None:
    make_appointment(practitioner=mairi, **given)

    assert needs(client) == [wanted]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, ["Mark arrived", "Did not attend"]),
        ({"status": "arrived"}, ["Open", "Undo"]),
        ({"status": "attended"}, ["Open", "Undo"]),
    ],
)
def test_the_desk_is_offered_everything_but_notes(client: Client, given: Any, wanted: list[str]) -> None:
    client.force_login(make_user(username="desk"))
    make_appointment(**given)

    assert needs(client) == [wanted]


def test_days_ahead_are_only_looked_at(client: Client, mairi: Any) -> None:
    make_appointment(practitioner=mairi, starts_at=at(24))

    assert needs(client, "2026-11-27") == [["Open"]]


def test_a_day_gone_by_can_still_be_put_right(client: Client, mairi: Any) -> None:
    make_appointment(practitioner=mairi, starts_at=at(-24))

    assert needs(client, "2026-11-25") == [["Write note", "Did not attend"]]


def noted(mairi: Any, author: Any = None, **given: Any) -> CaseNote:
    note = make_note(author=author or mairi)
    make_appointment(practitioner=mairi, patient=note.episode.patient, case_note=note, **given)
    return note


def test_a_draft_of_mine_is_finished_and_one_of_somebody_else_read(client: Client, mairi: Any) -> None:
    noted(mairi, status="attended")
    noted(mairi, author=make_practitioner(first_name="Jonas"), status="attended", starts_at=at(2))

    assert [(row.next.words, row.next.said) for row in rows(client)] == [
        ("Finish and sign", "Draft"),
        ("Read draft", "Draft of Jonas Campbell"),
    ]


def test_a_prepared_note_is_open_before_the_time_and_marks_them_seen_after_it(client: Client, mairi: Any) -> None:
    noted(mairi)
    noted(mairi, starts_at=at(3))

    assert [(row.next.words, row.next.verb) for row in rows(client)] == [
        ("Finish and sign", "note"),
        ("Open draft", ""),
    ]


def likeliest(client: Client) -> list[str]:
    return [row.appointment.name for row in rows(client) if row.is_now]


def test_the_keys_begin_with_who_is_being_treated_now(client: Client, mairi: Any) -> None:
    make_appointment(practitioner=mairi, name="Before", starts_at=at(-1.5), status="attended")
    make_appointment(practitioner=mairi, name="Now")
    make_appointment(practitioner=mairi, name="Later", starts_at=at(2))

    assert likeliest(client) == ["Now"]


def test_whoever_has_arrived_comes_first(client: Client, mairi: Any) -> None:
    make_appointment(practitioner=mairi, name="Now")
    make_appointment(practitioner=mairi, name="Here", starts_at=at(2), status="arrived")

    assert likeliest(client) == ["Here"]


def test_the_keys_begin_with_my_own_people(client: Client, mairi: Any) -> None:
    make_appointment(name="Of Jonas")
    make_appointment(practitioner=mairi, name="Mine", starts_at=at(3))

    assert likeliest(client) == ["Mine"]


def test_a_day_that_is_done_begins_nowhere(client: Client, mairi: Any) -> None:
    make_appointment(practitioner=mairi, status="did_not_attend")

    assert likeliest(client) == []


def test_one_press_on_today_opens_the_note_and_marks_them_attended(client: Client, mairi: Any) -> None:
    make_condition()
    appointment = make_appointment(practitioner=mairi)

    answer = client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "note", "day": "2026-11-26"})

    appointment.refresh_from_db()
    assert (answer.headers["Location"], appointment.status) == (f"/admin/notes/{appointment.case_note_id}/", "attended")


def test_a_first_visit_and_a_missed_one_are_said(client: Client, mairi: Any) -> None:
    patient = make_patient()
    make_appointment(practitioner=mairi, patient=patient, starts_at=at(-200), status="attended")
    make_appointment(practitioner=mairi, patient=patient, starts_at=at(-100), status="did_not_attend")
    make_appointment(practitioner=mairi, patient=patient)
    make_appointment(practitioner=mairi, starts_at=at(2), date_of_birth=None)

    assert [(row.is_first, row.missed_last) for row in rows(client)] == [(False, True), (True, False)]


def test_rows_past_the_ninth_have_no_digit(client: Client, mairi: Any) -> None:
    for number in range(11):
        make_appointment(practitioner=mairi, starts_at=at(number), minutes=50)

    assert [row.number for row in rows(client)] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0]


def test_script_in_a_name_stays_text(client: Client, mairi: Any) -> None:
    make_appointment(practitioner=mairi, name="<script>alert(1)</script>")

    assert "<script>alert(1)" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_day_of_people_without_notes_costs_the_same_however_many(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        patient = make_patient(name=f"Person {number}", alerts="Latex")
        make_appointment(practitioner=mairi, patient=patient, starts_at=at(number * 1.5))
    client.get("/admin/")  # the first look of a day is traced

    with django_assert_num_queries(25):
        client.get("/admin/")


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_desks_day_costs_the_same_however_many(
    client: Client, item_count: int, django_assert_num_queries: Any
) -> None:
    client.force_login(make_user(username="desk"))
    for number in range(item_count):
        make_appointment(patient=make_patient(), starts_at=at(number * 1.5))

    with django_assert_num_queries(17):
        client.get("/admin/")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=7), "7 minutes old"),
        (timedelta(hours=1, minutes=20), "1 hour old"),
        (timedelta(hours=12), "1 day old"),
        (timedelta(days=2), "2 days old"),
        (timedelta(days=20), "2 weeks old"),
        (timedelta(days=100), "3 months old"),
    ],
)
def test_ages_are_said_as_people_say_them(before: timedelta, words: str) -> None:
    now = timezone.now()

    assert age_words(now - before, now) == words


def test_notes_not_signed_are_listed_with_their_age_oldest_first(client: Client, mairi: Any) -> None:
    note = make_note(author=mairi, seen_at=at(-48))
    make_appointment(practitioner=mairi, name="Not Begun", status="attended", starts_at=at(-3))
    make_appointment(practitioner=mairi, name="Under Way", status="attended")

    unsigned = client.get("/admin/").context["unsigned"]

    assert [(one.name, one.age, one.is_late) for one in unsigned] == [
        (note.episode.patient.name, "2 days old", True),
        ("Not Begun", "3 hours old", False),
    ]
    assert Appointment.objects.count() == 2
