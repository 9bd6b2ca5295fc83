"""The next appointment in two keys: near the usual weekday, time and rhythm, never twice, and back to the note."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from time_machine import travel

from bookings.models import Appointment, Notice
from clinic import next_visit
from clinic.models import User
from patients.models import AuditEntry, Patient
from tests.factories import (
    START,
    make_appointment,
    make_closure,
    make_episode,
    make_hours,
    make_note,
    make_patient,
    make_practitioner,
    make_service,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def at_half_past_eleven() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def ailsa(booked: Appointment) -> Patient:
    """Comes on Thursdays at ten, every three weeks; today too."""
    patient = make_patient()
    Appointment.objects.update(patient=patient, status="attended")
    booked.service.audience = "returning"
    booked.service.save()
    for number in (1, 2):
        make_appointment(
            starts_at=START - 3 * number * WEEK,
            patient=patient,
            status="attended",
            practitioner=booked.practitioner,
            service=booked.service,
        )
    return patient


def show(client: Client, **asked: Any) -> Any:
    return client.get("/admin/next/", asked)


def times(answer: Any) -> list[str]:
    return [f"{timezone.localtime(one.start):%a %d %b %H:%M}" for one in answer.context["free"]]


def book(client: Client, shown: Any, number: int = 0, **changes: Any) -> Any:
    slot = shown.context["free"][number]
    typed = {"start": slot.spelled_start, "key": str(shown.context["key"]), **changes}
    return client.post(shown.context["asked"].url(), typed)


def test_the_first_proposal_is_the_usual_weekday_time_and_rhythm(client: Client, ailsa: Patient) -> None:
    shown = show(client, patient=ailsa.pk)

    assert times(shown)[:4] == ["Thu 17 Dec 10:00", "Thu 17 Dec 09:00", "Thu 17 Dec 11:00", "Thu 10 Dec 10:00"]
    assert "Usually Thursdays about 10:00, every 3 weeks, with Mairi Campbell." in shown.content.decode()
    assert shown.content.decode().count("autofocus") == 1


def test_weeks_can_be_said(client: Client, ailsa: Patient) -> None:
    assert times(show(client, patient=ailsa.pk, weeks=2))[0] == "Thu 10 Dec 10:00"


def test_one_press_books_it_for_the_file_with_a_mail_that_can_be_undone(client: Client, ailsa: Patient) -> None:
    answer = book(client, show(client, patient=ailsa.pk))

    made = Appointment.objects.get(status="booked")
    assert (made.starts_at, made.patient, made.email) == (START + 3 * WEEK, ailsa, ailsa.email)
    assert answer.headers["Location"] == f"/admin/appointments/{made.pk}/"
    assert Notice.objects.get(kind="confirmation").due_at == NOW + timedelta(minutes=3)


def test_from_the_note_it_leads_back_to_the_note(client: Client, ailsa: Patient) -> None:
    note = make_note(episode=make_episode(patient=ailsa))

    answer = book(client, show(client, note=note.pk))

    assert (answer.headers["Location"], Appointment.objects.filter(status="booked").count()) == (
        f"/admin/notes/{note.pk}/",
        1,
    )


def test_another_place_to_go_back_to_only_if_it_is_ours(client: Client, ailsa: Patient) -> None:
    ours, theirs = (
        show(client, patient=ailsa.pk, next=there).context["asked"].back
        for there in ("/admin/diary/?day=2026-11-26", "https://evil.example/")
    )

    assert (ours, theirs) == ("/admin/diary/?day=2026-11-26", "")


def test_pressing_twice_books_once(client: Client, ailsa: Patient) -> None:
    shown = show(client, patient=ailsa.pk)

    answers = [book(client, shown), book(client, shown)]

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Appointment.objects.filter(status="booked").count() == 1


def test_who_loses_the_time_is_told_and_shown_others(client: Client, ailsa: Patient) -> None:
    shown = show(client, patient=ailsa.pk)
    make_appointment(practitioner=Appointment.objects.first().practitioner, starts_at=START + 3 * WEEK)

    answer = book(client, shown)

    assert (answer.status_code, "Nothing was booked" in answer.content.decode()) == (409, True)
    assert times(answer)[0] == "Thu 17 Dec 11:00"
    assert not Appointment.objects.filter(status="booked", patient=ailsa).exists()


def test_what_they_have_booked_already_is_shown_and_left_out(client: Client, ailsa: Patient) -> None:
    ewan = make_practitioner(first_name="Ewan")
    make_appointment(practitioner=ewan, patient=ailsa, starts_at=START + 3 * WEEK)

    shown = show(client, patient=ailsa.pk, weeks=0, **{"with": Appointment.objects.first().practitioner_id})

    assert [one.practitioner for one in shown.context["coming"]] == [ewan]
    assert "Thu 17 Dec 10:00" not in times(shown)


def test_a_closed_week_leads_to_the_nearest_open_one(client: Client, ailsa: Patient) -> None:
    make_closure(first_day=date(2026, 12, 14), last_day=date(2026, 12, 20))

    assert times(show(client, patient=ailsa.pk))[0] in {"Thu 10 Dec 10:00", "Thu 24 Dec 10:00"}


def test_the_local_time_stays_when_the_clocks_change(client: Client, ailsa: Patient) -> None:
    with travel(datetime(2027, 3, 18, 12, tzinfo=UTC), tick=False):
        client.force_login(User.objects.get(username="mairi"))
        start, end = (datetime(2027, 3, 18, hour, tzinfo=UTC) for hour in (10, 11))
        Appointment.objects.filter(starts_at=START).update(
            starts_at=start, ends_at=end, occupied_from=start, occupied_until=end
        )
        assert times(show(client, patient=ailsa.pk, weeks=2))[0] == "Thu 01 Apr 10:00"


def test_a_receptionist_goes_by_the_appointment_and_never_by_file_or_note(client: Client, ailsa: Patient) -> None:
    note = make_note(episode=make_episode(patient=ailsa))
    client.force_login(make_user())

    by_appointment = show(client, appointment=Appointment.objects.first().pk)

    assert (by_appointment.status_code, times(by_appointment)[0]) == (200, "Thu 17 Dec 10:00")
    assert [show(client, **asked).status_code for asked in ({"patient": ailsa.pk}, {"note": note.pk})] == [403, 403]
    assert "hamstring" not in by_appointment.content.decode().lower()


def test_somebody_without_a_file_is_booked_with_what_they_told(client: Client, booked: Appointment) -> None:
    Appointment.objects.update(guardian_name="Moira Reid", guardian_relation="mother")

    book(client, show(client, appointment=booked.pk, weeks=1))

    made = Appointment.objects.exclude(pk=booked.pk).get()
    assert (made.starts_at, made.name, made.guardian_name, made.patient) == (
        START + WEEK,
        "Ailsa Reid",
        "Moira Reid",
        None,
    )


def test_opening_it_by_a_file_is_traced_before_anything_is_shown(client: Client, ailsa: Patient) -> None:
    show(client, patient=ailsa.pk)

    entry = AuditEntry.objects.get(action="view")
    assert (entry.patient_reference, entry.subject) == (ailsa.reference, f"next appointment of patient {ailsa.pk}")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 404),
        ({"patient": "\x00"}, 404),
        ({"patient": str(uuid4())}, 404),
        ({"note": str(uuid4())}, 404),
        ({"appointment": str(uuid4())}, 404),
    ],
)
def test_nobody_in_particular_has_no_next_appointment(
    client: Client, booked: Appointment, asked: dict[str, str], status: int
) -> None:
    assert show(client, **asked).status_code == status


@pytest.mark.parametrize("typed", [{"start": "\x00"}, {"start": "2026-11-01T10:00Z"}, {"start": "2027-03-28T01:30Z"}])
def test_a_time_that_cannot_be_is_refused(client: Client, ailsa: Patient, typed: dict[str, str]) -> None:
    assert book(client, show(client, patient=ailsa.pk), **typed).status_code == 409


@pytest.mark.parametrize("odd", [{"weeks": "99999"}, {"weeks": "-1"}, {"service": "x"}, {"with": "9" * 40}])
def test_odd_wishes_show_the_usual(client: Client, ailsa: Patient, odd: dict[str, str]) -> None:
    assert times(show(client, patient=ailsa.pk, **odd))[0] == "Thu 17 Dec 10:00"


def test_after_a_first_visit_the_follow_up_is_proposed(client: Client, booked: Appointment) -> None:
    booked.service.audience = "new"
    booked.service.save()
    follow_up = make_service(practitioners=[booked.practitioner], audience="returning", name="Follow-up")
    shown = show(client, appointment=booked.pk)

    assert (shown.context["asked"].service, shown.context["habit"].days) == (follow_up, 14)


def test_where_nothing_is_offered_it_says_what_to_do(client: Client) -> None:
    client.force_login(make_practitioner())

    shown = show(client, patient=make_patient().pk)

    assert "add a service under Settings" in shown.content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_it_costs_the_same_however_many_visits(
    client: Client, booked: Appointment, item_count: int, django_assert_num_queries: Any
) -> None:
    patient = make_patient()
    make_hours(practitioner=booked.practitioner, location=booked.location, weekday=4)
    for number in range(item_count):
        make_appointment(
            starts_at=START - number * WEEK + timedelta(hours=8), patient=patient, practitioner=booked.practitioner
        )

    the_chain_is_locked = connection.vendor == "postgresql"
    with django_assert_num_queries(16 + the_chain_is_locked):
        show(client, patient=patient.pk)


def visits(*moments: datetime) -> list[Any]:
    return [Appointment(starts_at=moment) for moment in moments]


def test_the_habit_is_what_most_visits_have_in_common_and_the_newest_decides() -> None:
    habit = next_visit.habit(visits(START, START - WEEK + timedelta(days=1), START - 3 * WEEK), now=NOW)

    assert (habit.weekday, habit.minute, habit.days, habit.target(NOW)) == (3, 600, 14, (date(2026, 12, 10), 600))


def test_somebody_long_away_is_proposed_a_day_from_today_on() -> None:
    habit = next_visit.habit(visits(START - 40 * WEEK), now=NOW)

    assert habit.target(NOW) == (date(2026, 11, 26), 600)
