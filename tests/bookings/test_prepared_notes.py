"""A note opened before anybody has come: the therapist prepares, and nothing is closed to the patient by it."""

from datetime import timedelta
from typing import Any

import pytest

from bookings import attendance, desk, intake
from bookings.models import Appointment
from bookings.ticket import asks_beforehand
from tests.bookings.intake_answers import first_appointment
from tests.factories import START, make_appointment, make_condition, make_practitioner

pytestmark = pytest.mark.django_db

EARLY, SOON = START - timedelta(hours=2), START - timedelta(minutes=10)


def opened(appointment: Appointment, *, now: Any) -> Appointment:
    desk.open_note(appointment=appointment, by=make_practitioner(), now=now)
    return Appointment.objects.select_related("case_note").get(pk=appointment.pk)


@pytest.fixture
def booked() -> Appointment:
    make_condition()
    return make_appointment()


def test_a_note_opened_hours_before_is_prepared_and_nobody_has_come_yet(booked: Appointment) -> None:
    prepared = opened(booked, now=EARLY)

    assert (prepared.status, prepared.case_note.seen_at) == ("booked", START)


def test_a_note_opened_a_few_minutes_before_says_that_they_came(booked: Appointment) -> None:
    begun = opened(booked, now=SOON)

    assert (begun.status, begun.case_note.seen_at) == ("attended", SOON)


def test_whoever_has_arrived_early_is_treated_early(booked: Appointment) -> None:
    attendance.arrive(appointment=booked, now=EARLY)

    begun = opened(booked, now=EARLY)

    assert (begun.status, begun.case_note.seen_at) == ("attended", EARLY)


def test_opening_a_prepared_note_when_the_time_has_come_says_that_they_came(booked: Appointment) -> None:
    prepared = opened(booked, now=EARLY)

    again = opened(booked, now=START)

    assert (again.status, again.case_note) == ("attended", prepared.case_note)


def test_signing_a_prepared_note_says_that_they_came(booked: Appointment) -> None:
    prepared = opened(booked, now=EARLY)

    desk.was_seen(note=prepared.case_note, by=make_practitioner(), now=START)

    booked.refresh_from_db()
    assert booked.status == "attended"


def test_somebody_who_does_not_come_is_missed_although_a_note_was_prepared(booked: Appointment) -> None:
    prepared = opened(booked, now=EARLY)
    verbs = [verb for verb, _ in attendance.steps(prepared)]

    attendance.mark_did_not_attend(appointment=prepared, now=START)

    booked.refresh_from_db()
    assert (verbs, booked.status) == (["arrive", "missed"], "did_not_attend")


def test_once_a_note_says_they_came_nothing_steps_back(booked: Appointment) -> None:
    begun = opened(booked, now=SOON)

    with pytest.raises(attendance.NotAllowed):
        attendance.step_back(appointment=begun, now=SOON)

    assert attendance.steps(begun) == []


@pytest.mark.parametrize("opened_at", [EARLY, SOON])
def test_the_questions_before_a_first_visit_stay_open_until_it_begins(opened_at: Any) -> None:
    appointment = opened(first_appointment(), now=opened_at)

    part = next(iter(intake.sheet(appointment).questions))
    intake.save(appointment=appointment, part=part, typed={"own_words": "It hurts."}, now=SOON)

    assert [asks_beforehand(appointment, SOON), asks_beforehand(appointment, START)] == [True, False]
