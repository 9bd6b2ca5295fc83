"""Verbs of the diary: what is kept, what is refused, what is mailed."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from bookings import attendance, diary
from bookings.models import Appointment, Notice
from tests.factories import (
    make_appointment,
    make_location,
    make_patient,
    make_policy,
    make_practitioner,
    make_room,
    make_service,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NOW = START - timedelta(days=2)
ALLOWED = {
    ("booked", "arrived"),
    ("booked", "attended"),
    ("booked", "did_not_attend"),
    ("booked", "cancelled"),
    ("arrived", "attended"),
    ("arrived", "booked"),
    ("arrived", "did_not_attend"),
    ("arrived", "cancelled"),
    ("attended", "booked"),
    ("did_not_attend", "booked"),
    ("did_not_attend", "attended"),
}


def cancel_at_the_desk(**given: Any) -> Appointment:
    return diary.cancel(**given, by=make_practitioner())


def wishes(**changes: Any) -> dict[str, Any]:
    """Everything `book` needs."""
    practitioner = changes.pop("practitioner", None) or make_practitioner()
    contact = diary.Contact(name="Ailsa Reid", email="ailsa@example.org")
    return {
        "service": make_service(practitioners=[practitioner]),
        "practitioner": practitioner,
        "location": make_location(),
        "start": START,
        "contact": contact,
        "now": NOW,
        **changes,
    }


def test_booking_takes_length_price_and_buffers_from_the_service() -> None:
    booked = diary.book(**wishes())

    assert (booked.ends_at, booked.occupied_until) == (START + timedelta(hours=1), START + timedelta(minutes=75))
    assert (booked.service_name, booked.price_words, booked.status) == ("Initial assessment", "£58", "booked")


def test_a_service_that_changes_leaves_the_appointment_as_it_was() -> None:
    wanted = wishes()
    booked = diary.book(**wanted)
    wanted["service"].price_pence, wanted["service"].duration_minutes = 9900, 15
    wanted["service"].save()

    booked.refresh_from_db()
    assert (booked.price_words, booked.duration_minutes) == ("£58", 60)


def test_second_booker_of_a_time_gets_slot_taken() -> None:
    wanted = wishes()
    diary.book(**wanted)

    with pytest.raises(diary.SlotTaken):
        diary.book(**wanted)

    assert (Appointment.objects.count(), Notice.objects.filter(kind="confirmation").count()) == (1, 1)


@pytest.mark.parametrize("minutes", [-74, -30, 30, 74])
def test_buffers_keep_others_away(minutes: int) -> None:
    wanted = wishes()
    diary.book(**wanted)

    with pytest.raises(diary.SlotTaken):
        diary.book(**{**wanted, "start": START + timedelta(minutes=minutes)})


@pytest.mark.parametrize("minutes", [-75, 75])
def test_back_to_back_is_fine(minutes: int) -> None:
    wanted = wishes()
    diary.book(**wanted)

    diary.book(**{**wanted, "start": START + timedelta(minutes=minutes)})

    assert Appointment.objects.count() == 2


def test_a_room_holds_one_appointment_at_a_time() -> None:
    room = make_room()
    diary.book(**wishes(room=room))

    with pytest.raises(diary.SlotTaken):
        diary.book(**wishes(room=room))


def test_one_patient_is_not_in_two_places() -> None:
    patient = make_patient()
    diary.book(**wishes(patient_id=patient.pk))

    with pytest.raises(diary.SlotTaken):
        diary.book(**wishes(patient_id=patient.pk))


def test_the_same_form_again_gives_the_same_appointment() -> None:
    wanted = wishes(form_key="once")
    first = diary.book(**wanted)

    again = diary.book(**wanted)

    assert (again, Appointment.objects.count(), Notice.objects.filter(kind="confirmation").count()) == (first, 1, 1)


def test_without_an_address_nothing_is_mailed() -> None:
    diary.book(**wishes(contact=diary.Contact(name="Ailsa Reid", phone="+441414960123")))

    assert Notice.objects.count() == 0


def test_cancelling_frees_the_time_and_queues_a_mail() -> None:
    wanted = wishes()
    booked = diary.book(**wanted)

    cancelled = diary.cancel(appointment=booked, now=NOW, reason="Better already")
    diary.book(**wanted)

    assert (cancelled.status, cancelled.cancelled_at, cancelled.cancel_reason) == ("cancelled", NOW, "Better already")
    assert sorted(Notice.objects.exclude(kind="reminder").values_list("kind", "sequence")) == [
        ("cancellation", 1),
        ("confirmation", 0),
        ("confirmation", 0),
    ]


@pytest.mark.parametrize(("hours", "is_late"), [(25, False), (24, False), (23, True)])
def test_a_late_cancellation_is_marked(hours: int, is_late: bool) -> None:
    make_policy(cancel_hours=24)
    booked = diary.book(**wishes())

    assert diary.cancel(appointment=booked, now=START - timedelta(hours=hours)).is_late_cancel is is_late


def test_cancelling_twice_is_refused_and_mails_once() -> None:
    booked = diary.book(**wishes())
    diary.cancel(appointment=booked, now=NOW)

    with pytest.raises(diary.NotAllowed):
        diary.cancel(appointment=booked, now=NOW)

    assert Notice.objects.filter(kind="cancellation").count() == 1


STATUSES = [status for status in Appointment.Status.values if status != "held"]


@pytest.mark.parametrize(("old", "new"), list(product(STATUSES, repeat=2)))
def test_only_the_moves_on_the_list_are_made(old: str, new: str) -> None:
    cancelled_at = START if old == "cancelled" else None
    appointment = make_appointment(status=old, cancelled_at=cancelled_at)
    verbs = {
        "arrived": attendance.arrive,
        "attended": attendance.attend,
        "did_not_attend": attendance.mark_did_not_attend,
        "cancelled": cancel_at_the_desk,
        "booked": attendance.step_back,
    }

    try:
        verbs[new](appointment=appointment, now=START + timedelta(hours=2))
    except diary.NotAllowed:
        moved = False
    else:
        moved = True

    appointment.refresh_from_db()
    assert (moved, appointment.status) == ((old, new) in ALLOWED, new if moved else old)


def test_nobody_has_failed_to_come_before_it_began() -> None:
    appointment = make_appointment()

    with pytest.raises(diary.NotAllowed):
        attendance.mark_did_not_attend(appointment=appointment, now=START - timedelta(minutes=1))


def test_stepping_back_onto_a_time_that_is_gone_is_refused() -> None:
    missed = make_appointment(status="did_not_attend")
    make_appointment(practitioner=missed.practitioner)

    with pytest.raises(diary.SlotTaken):
        attendance.step_back(appointment=missed, now=START)
    with pytest.raises(diary.SlotTaken):
        attendance.attend(appointment=missed, now=START)

    missed.refresh_from_db()
    assert missed.status == "did_not_attend"
