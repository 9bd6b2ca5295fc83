"""Today, the desk and the patient's file as the therapist meets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from bookings.models import Appointment
from patients.models import AuditEntry, CaseNote
from tests.factories import (
    make_alert,
    make_appointment,
    make_condition,
    make_episode,
    make_note,
    make_patient,
    make_practitioner,
    make_user,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.fixture
def mairi(client: Client) -> Any:
    """The therapist, signed in."""
    user = make_practitioner(username="mairi")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def at_ten() -> Any:
    with travel(START + timedelta(minutes=5), tick=False):
        yield


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_an_empty_day_says_so(client: Client, mairi: Any) -> None:
    assert "Nobody is booked on this day." in page(client, "/admin/")


@pytest.mark.parametrize(("seconds", "words"), [(20, "</time>, now."), (8 * 60, "</time>, in 8\xa0minutes.")])
def test_how_long_it_is_to_the_next_one_is_said_in_words(client: Client, mairi: Any, seconds: int, words: str) -> None:
    make_appointment(starts_at=START + timedelta(minutes=5, seconds=seconds), practitioner=mairi)

    assert words in page(client, "/admin/")


def test_each_appointment_says_what_it_needs_next(client: Client, mairi: Any) -> None:
    make_appointment(name="Booked Person", practitioner=mairi)
    make_appointment(name="Arrived Person", status="arrived")
    note = make_note(author=mairi)
    make_appointment(name="Seen Person", status="attended", patient=note.episode.patient, case_note=note)

    shown = page(client, "/admin/")

    assert [words in shown for words in ("Mark arrived", "Write note", "Finish and sign")] == [True] * 3


def test_one_press_marks_somebody_arrived(client: Client, mairi: Any) -> None:
    appointment = make_appointment()

    answer = client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "arrive", "day": "2026-11-26"})

    appointment.refresh_from_db()
    assert (answer.status_code, appointment.status) == (302, "arrived")


def test_one_press_opens_the_note_of_a_new_person(client: Client, mairi: Any) -> None:
    make_condition()
    appointment = make_appointment(status="arrived")

    answer = client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "note"})

    assert answer.headers["Location"] == f"/admin/notes/{CaseNote.objects.get().pk}/"


def test_a_look_alike_is_shown_side_by_side_and_can_be_chosen(client: Client, mairi: Any) -> None:
    make_condition()
    appointment = make_appointment(name="Callum Reid")
    known = make_patient(name="Calum Reid")
    url = f"/admin/appointments/{appointment.pk}/do/"

    asked = client.post(url, {"do": "note"})
    client.post(url, {"do": "note", "person": str(known.pk)})

    assert (asked.status_code, "Calum Reid" in asked.content.decode()) == (409, True)
    assert CaseNote.objects.get().episode.patient == known


def test_what_an_appointment_cannot_do_is_said_not_done(client: Client, mairi: Any) -> None:
    appointment = make_appointment(status="cancelled", cancelled_at=START)

    answer = client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "arrive"}, follow=True)

    appointment.refresh_from_db()
    assert (answer.status_code, appointment.status) == (200, "cancelled")
    assert len(list(answer.context["messages"])) == 1


def test_a_receptionist_sees_the_day_without_a_clinical_word(client: Client) -> None:
    client.force_login(make_user(username="desk", is_superuser=True))
    note = make_note()
    appointment = make_appointment(
        status="attended", patient=note.episode.patient, case_note=note, reason="CANARY-REASON"
    )
    make_alert(patient=note.episode.patient, text="CANARY-ALERT")

    shown = page(client, "/admin/") + page(client, f"/admin/appointments/{appointment.pk}/")

    assert [word in shown for word in ("CANARY", note.episode.condition.title, appointment.name)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("path", ["patients/{patient}/", "notes/{note}/", "episodes/{episode}/", "patients/patient/"])
def test_a_receptionist_opens_no_record(client: Client, path: str) -> None:
    client.force_login(make_user(username="desk", is_superuser=True))
    note = make_note()
    url = path.format(patient=note.episode.patient.pk, note=note.pk, episode=note.episode.pk)

    assert client.get(f"/admin/{url}").status_code in {403, 404}


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    patient = make_patient()

    answer = client.get(f"/admin/patients/{patient.pk}/")

    assert answer.headers["Location"] == f"/admin/login/?next=/admin/patients/{patient.pk}/"


def test_opening_a_file_is_traced_before_it_is_shown(client: Client, mairi: Any) -> None:
    patient = make_patient()

    shown = page(client, f"/admin/patients/{patient.pk}/")

    assert patient.name in shown
    assert list(AuditEntry.objects.filter(action="view").values_list("actor", "patient_reference")) == [
        ("mairi", patient.reference)
    ]


def test_alerts_and_problems_seen_among_the_days_appointments_are_traced_once_a_day(client: Client, mairi: Any) -> None:
    with_alert, with_problem, plain = make_patient(alerts="Latex"), make_episode().patient, make_patient()
    for hours, patient in enumerate((with_alert, with_problem, plain)):
        make_appointment(patient=patient, starts_at=START + timedelta(hours=hours))

    pages = [page(client, "/admin/?day=2026-11-26") for _ in range(2)]

    seen = AuditEntry.objects.filter(actor="mairi", action="view").values_list("patient_reference", flat=True)
    assert (pages[0].count("Latex"), list(seen)) == (1, [with_alert.reference, with_problem.reference])


def test_the_file_shows_episodes_and_notes_in_order(client: Client, mairi: Any) -> None:
    episode = make_episode()
    make_note(episode=episode, author=mairi, plan="First plan")
    make_note(episode=episode, author=mairi, plan="Second plan", kind="follow_up", seen_at=START + timedelta(days=7))

    shown = page(client, f"/admin/patients/{episode.patient.pk}/")

    assert -1 < shown.index("Second plan") < shown.index("First plan")


@pytest.mark.parametrize("item_count", [1, 3])
def test_today_asks_the_database_the_same_whatever_the_day(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        note = make_note(author=mairi)
        make_appointment(
            starts_at=START + timedelta(hours=number), patient=note.episode.patient, case_note=note, status="attended"
        )
    client.get("/admin/")  # the first look of a day is traced

    with django_assert_num_queries(24):
        client.get("/admin/")


@pytest.mark.parametrize("day", ["2026-02-30", "9999-12-31", "0000-00-00", "\x00", "x" * 500])
def test_an_odd_day_shows_today(client: Client, mairi: Any, day: str) -> None:
    assert client.get("/admin/", {"day": day}).status_code == 200


def test_failed_sign_ins_are_traced(client: Client) -> None:
    make_practitioner(username="mairi")

    client.post("/admin/login/", {"username": "mairi", "password": "wrong"})
    client.post("/admin/login/", {"username": "mairi", "password": "secret"})

    assert list(AuditEntry.objects.values_list("actor", "action")) == [("mairi", "fail"), ("mairi", "log_in")]


def staff_booking(**changes: str) -> dict[str, str]:
    return {"day": "2026-11-27", "time": "18:30", "name": "Phone Person", "phone": "0141 496 0123", **changes}


def test_staff_book_for_somebody_on_the_phone_outside_hours(client: Client, mairi: Any) -> None:
    earlier = make_appointment(practitioner=mairi)
    choices = {"service": earlier.service_id, "practitioner": mairi.pk, "location": earlier.location_id}

    answer = client.post("/admin/book/", staff_booking(knowingly="CLOSED") | choices)

    booked = Appointment.objects.get(name="Phone Person")
    assert answer.headers["Location"] == f"/admin/appointments/{booked.pk}/"
    assert (timezone.localtime(booked.starts_at).hour, booked.booked_by, booked.phone) == (18, mairi, "+441414960123")


def test_staff_are_told_when_the_time_is_taken_and_lose_nothing(client: Client, mairi: Any) -> None:
    earlier = make_appointment(practitioner=mairi)
    choices = {"service": earlier.service_id, "practitioner": mairi.pk, "location": earlier.location_id}

    answer = client.post("/admin/book/", staff_booking(day="2026-11-26", time="10:30") | choices)

    assert (answer.status_code, "Phone Person" in answer.content.decode()) == (409, True)
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2026-03-29", "time": "01:30"}, "clocks change"),
        ({"day": "2026-02-30"}, "valid date"),
        ({"day": "9999-12-31"}, "this century"),
        ({"phone": "12"}, "phone number"),
        ({"date_of_birth": "1850-01-01"}, "120 years"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_staff_are_told_what_is_wrong(client: Client, mairi: Any, changes: dict[str, str], words: str) -> None:
    earlier = make_appointment(practitioner=mairi)
    choices = {"service": earlier.service_id, "practitioner": mairi.pk, "location": earlier.location_id}

    answer = client.post("/admin/book/", staff_booking(**changes) | choices)

    assert (answer.status_code in {409, 422}, words in answer.content.decode()) == (True, True)


def test_what_was_told_can_be_put_right_before_the_file_is_opened(client: Client, mairi: Any) -> None:
    appointment = make_appointment(name="Ailsa Ried", date_of_birth=None)
    page = f"/admin/appointments/{appointment.pk}/details/"

    wrong = client.post(page, {"name": "Ailsa Reid", "date_of_birth": "1850-01-01"})
    right = client.post(page, {"name": "Ailsa Reid", "date_of_birth": "1984-05-14", "phone": "0141 496 0123"})

    appointment.refresh_from_db()
    assert (wrong.status_code, "Ailsa Reid" in wrong.content.decode(), right.status_code) == (422, True, 302)
    assert (appointment.name, appointment.date_of_birth.year, appointment.phone, appointment.reason) == (
        "Ailsa Reid",
        1984,
        "+441414960123",
        "",
    )


@pytest.mark.parametrize("is_practitioner", [True, False])
def test_djangos_own_pages_of_a_row_show_nothing_past_the_trace(client: Client, is_practitioner: bool) -> None:
    client.force_login(make_user(is_superuser=True, is_practitioner=is_practitioner))
    note = make_note(plan="CANARY")
    appointment = make_appointment(reason="CANARY", patient=note.episode.patient, case_note=note)

    answers = [
        client.get(f"/admin/bookings/appointment/{appointment.pk}/change/"),
        client.get(f"/admin/patients/casenote/{note.pk}/change/"),
    ]

    assert [(answer.status_code, b"CANARY" in answer.content) for answer in answers] == [(302, False)] * 2
