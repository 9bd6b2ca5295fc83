"""The page of a course: everything in view before anything is saved, and changed as a whole later."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings.models import Appointment, Course, Notice
from patients.models import AuditEntry, Patient
from tests.factories import (
    make_appointment,
    make_episode,
    make_hours,
    make_location,
    make_patient,
    make_practitioner,
    make_service,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def mairi(client: Client) -> Any:
    """The therapist, signed in, who treats on Thursdays."""
    user = make_practitioner(username="mairi")
    make_hours(practitioner=user, location=make_location())
    make_service(practitioners=[user], duration_minutes=30, buffer_after_minutes=0)
    client.force_login(user)
    return user


def asked(mairi: Any, **changes: str) -> dict[str, str]:
    service = mairi.services.first().pk
    typed = {"service": service, "practitioner": mairi.pk, "first_day": "2026-11-26", "at": "10:00"}
    return {**typed, "rhythm": "7", "count": "3", **changes}


def send(client: Client, patient: Patient, typed: dict[str, str]) -> Any:
    return client.post(f"/admin/patients/{patient.pk}/course/", typed)


def looked_at(client: Client, patient: Patient, typed: dict[str, str]) -> dict[str, str]:
    """The form again with the times as the page proposes them."""
    answer = send(client, patient, typed | {"plan": "1"})
    chosen = {row.name: option.value for row in answer.context["rows"] for option in row.options if option.is_chosen}
    return {**typed, **chosen, "key": answer.context["key"], "book": "1"}


def test_looking_at_the_times_saves_nothing(client: Client, mairi: Any) -> None:
    answer = send(client, make_patient(), asked(mairi) | {"plan": "1"})

    assert (answer.status_code, "Book all 3" in answer.content.decode()) == (200, True)
    assert (Course.objects.count(), Appointment.objects.count()) == (0, 0)


def test_one_press_books_them_all(client: Client, mairi: Any) -> None:
    patient = make_patient()

    answer = send(client, patient, looked_at(client, patient, asked(mairi)))

    course = Course.objects.get()
    assert answer.headers["Location"] == f"/admin/courses/{course.pk}/"
    assert set(Appointment.objects.values_list("course", "patient", "booked_by")) == {(course.pk, patient.pk, mairi.pk)}
    assert Notice.objects.filter(kind="course").count() == 1


def test_a_clash_has_to_be_decided_first(client: Client, mairi: Any) -> None:
    patient = make_patient()
    make_appointment(practitioner=mairi, starts_at=SECOND, minutes=30)
    typed = looked_at(client, patient, asked(mairi))

    undecided = send(client, patient, typed)
    decided = send(client, patient, typed | {"pick-1": "2026-12-03T10:30Z"})

    assert ("pick-1" in typed, undecided.status_code, decided.status_code) == (False, 409, 302)
    assert Course.objects.get().appointments.filter(starts_at__minute=30).count() == 1


def test_a_clash_can_be_left_out(client: Client, mairi: Any) -> None:
    patient = make_patient()
    make_appointment(practitioner=mairi, starts_at=SECOND, minutes=30)

    send(client, patient, looked_at(client, patient, asked(mairi)) | {"pick-1": "leave"})

    assert Course.objects.get().appointments.count() == 2


def test_a_time_lost_meanwhile_is_named_and_nothing_is_booked(client: Client, mairi: Any) -> None:
    patient = make_patient()
    typed = looked_at(client, patient, asked(mairi))
    make_appointment(practitioner=mairi, starts_at=SECOND, minutes=30)

    answer = send(client, patient, typed)

    assert answer.status_code == 409
    assert "Thursday 3 December 2026, 10:00 is not free any more" in answer.content.decode()
    assert not Course.objects.exists()


def test_a_plan_that_was_changed_is_shown_again_before_it_is_booked(client: Client, mairi: Any) -> None:
    patient = make_patient()

    answer = send(client, patient, looked_at(client, patient, asked(mairi)) | {"at": "11:00"})

    assert (answer.status_code, Course.objects.exists()) == (409, False)


def test_a_course_may_be_tied_to_a_problem_and_its_steps(client: Client, mairi: Any) -> None:
    episode = make_episode()
    step = episode.condition.treatmentsteps.first()
    typed = asked(mairi, episode=str(episode.pk), steps=str(step.pk))

    send(client, episode.patient, looked_at(client, episode.patient, typed))

    course = Course.objects.get()
    assert (course.episode, course.steps.get()) == (episode, step)


def test_steps_without_their_problem_are_refused(client: Client, mairi: Any) -> None:
    episode = make_episode()
    step = episode.condition.treatmentsteps.first()

    answer = send(client, episode.patient, asked(mairi, steps=str(step.pk)) | {"plan": "1"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["steps"])


def test_a_receptionist_plans_a_course_without_a_clinical_word(client: Client, mairi: Any) -> None:
    episode = make_episode()
    client.force_login(make_user(username="desk", is_superuser=True))
    page = f"/admin/patients/{episode.patient.pk}/course/"

    shown = client.get(page).content.decode()
    sent = send(client, episode.patient, looked_at(client, episode.patient, asked(mairi, episode=str(episode.pk))))

    assert (episode.condition.title in shown, episode.patient.name in shown) == (False, True)
    assert (sent.status_code, Course.objects.get().episode) == (302, None)
    assert episode.condition.title not in client.get(sent.headers["Location"]).content.decode()


def test_reading_the_problems_of_a_patient_is_traced(client: Client, mairi: Any) -> None:
    patient = make_patient()

    client.get(f"/admin/patients/{patient.pk}/course/")

    assert AuditEntry.objects.get(action="view").patient_reference == patient.reference


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": "1"}, "count"),
        ({"count": "999999999999"}, "count"),
        ({"rhythm": "other"}, "every_days"),
        ({"rhythm": "other", "every_days": "90", "count": "20"}, "count"),
        ({"rhythm": "\x00"}, "rhythm"),
        ({"first_day": "9999-12-31"}, "first_day"),
        ({"at": "25:99"}, "at"),
        ({"service": "x" * 500}, "service"),
    ],
)
def test_what_is_wrong_is_said_and_kept(client: Client, mairi: Any, changes: dict[str, str], field: str) -> None:
    answer = send(client, make_patient(), asked(mairi, **changes) | {"plan": "1"})

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)


def booked(client: Client, mairi: Any) -> Course:
    patient = make_patient()
    send(client, patient, looked_at(client, patient, asked(mairi)))
    return Course.objects.get()


def test_all_that_is_to_come_moves_after_its_clashes_were_seen(client: Client, mairi: Any) -> None:
    course = booked(client, mairi)
    page, typed = f"/admin/courses/{course.pk}/", {"first_day": "2026-12-03", "at": "14:00"}

    looked = client.post(page, typed | {"do": "plan"})
    chosen = {row.name: row.options[0].value for row in looked.context["rows"]}
    moved = client.post(page, {**typed, **chosen, "do": "move", "key": looked.context["key"]})

    assert (looked.status_code, moved.status_code) == (200, 302)
    days = [timed.date() for timed in course.appointments.values_list("starts_at", flat=True)]
    assert days == [date(2026, 12, 3), date(2026, 12, 10), date(2026, 12, 17)]
    assert {timed.time() for timed in course.appointments.values_list("starts_at", flat=True)} == {time(14)}


def test_all_that_is_to_come_is_cancelled_with_one_press(client: Client, mairi: Any) -> None:
    course = booked(client, mairi)

    client.post(f"/admin/courses/{course.pk}/", {"do": "cancel", "reason": "Moved a\x00way", "whose": "clinic"})

    assert set(course.appointments.values_list("status", "cancel_reason")) == {("cancelled", "Moved away")}


def test_the_course_is_found_from_the_file_and_from_each_appointment(client: Client, mairi: Any) -> None:
    course = booked(client, mairi)
    one = course.appointments.first()
    link = f"/admin/courses/{course.pk}/"

    pages = [f"/admin/patients/{course.patient_id}/", f"/admin/appointments/{one.pk}/"]

    assert [link in client.get(page).content.decode() for page in pages] == [True, True]
