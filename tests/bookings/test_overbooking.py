"""Two at once on purpose: the staff alone, with a reason, and nobody else slips in beside them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from bookings import diary
from bookings.models import Appointment, AppointmentChange, Service
from bookings.taking import PersonTaken
from tests.bookings.online import FREE, NOW, details
from tests.factories import make_appointment, make_location, make_patient, make_practitioner, make_service

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)


def beside(first: Appointment, *, start: datetime = START, **changes: Any) -> Appointment:
    """Book beside an appointment, as the staff do."""
    wanted = {
        "service": first.service,
        "practitioner": first.practitioner,
        "location": first.location,
        "contact": diary.Contact(name="Squeezed In"),
        "booked_by": first.practitioner,
        "overbook_reason": "Acute; ten minutes only",
        "now": NOW,
    }
    return diary.book(start=start, **{**wanted, **changes})


def is_refused(**given: Any) -> bool:
    try:
        with transaction.atomic():
            make_appointment(**given)
    except IntegrityError:
        return True
    return False


def groups() -> int:
    return Appointment.objects.values("sharing_group").distinct().count()


def test_two_at_once_need_a_reason() -> None:
    first = make_appointment()

    with pytest.raises(diary.SlotTaken):
        beside(first, overbook_reason="")
    second = beside(first)

    assert second.sharing_group == Appointment.objects.get(pk=first.pk).sharing_group
    assert second.overbook_reason == "Acute; ten minutes only"


def test_two_at_once_are_recorded_with_who_and_why() -> None:
    second = beside(make_appointment())

    change = AppointmentChange.objects.get()
    assert (change.kind, change.by, change.reason) == ("overbooked", second.booked_by, "Acute; ten minutes only")


def test_a_third_may_come_beside_two_who_overlap_already() -> None:
    first = make_appointment()
    beside(first, start=START + HALF)

    beside(first, start=START + HALF)

    assert (Appointment.objects.count(), groups()) == (3, 1)


def test_one_may_come_beside_two_who_follow_each_other() -> None:
    first = make_appointment()
    make_appointment(practitioner=first.practitioner, starts_at=START + 2 * HALF)

    beside(first, start=START + HALF)

    assert (Appointment.objects.count(), groups()) == (3, 1)


def test_two_pairs_are_not_tied_together() -> None:
    first = make_appointment()
    beside(first)
    other = make_appointment(practitioner=first.practitioner, starts_at=START + 3 * HALF)
    beside(other, start=other.starts_at + HALF)

    with pytest.raises(diary.NotAllowed):
        beside(first, start=START + 2 * HALF)

    assert Appointment.objects.count() == 4


def test_the_guard_refuses_all_that_is_not_so_marked() -> None:
    first = make_appointment()
    beside(first)
    third = Appointment.objects.get(pk=first.pk)
    third.pk, third.reference, third.sharing_group = None, "ZZZZZZ", make_patient().pk
    third._state.adding = True

    assert is_refused(practitioner=first.practitioner, starts_at=START + HALF)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.bulk_create([third])


def test_raw_sql_does_not_get_around_it_either() -> None:
    first = make_appointment()
    beside(first)
    later = make_appointment(practitioner=first.practitioner, starts_at=START + timedelta(hours=5))
    values = [first.occupied_from, first.occupied_until, first.starts_at, first.ends_at]
    columns = "occupied_from = %s, occupied_until = %s, starts_at = %s, ends_at = %s"
    raw = [connection.ops.adapt_datetimefield_value(value) for value in values]
    key = later.pk.hex if connection.vendor == "sqlite" else later.pk

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE bookings_appointment SET {columns} WHERE id = %s", [*raw, key])


def test_one_person_is_never_in_two_places_whatever_the_reason() -> None:
    first = make_appointment(patient=make_patient())

    with pytest.raises(PersonTaken):
        beside(first, patient_id=first.patient_id)


def test_a_reason_without_anybody_there_is_an_ordinary_appointment() -> None:
    first = make_appointment()

    alone = beside(first, start=START + timedelta(hours=4))

    assert (alone.overbook_reason, alone.changes.get().kind) == ("", "booked")


def test_moving_one_away_ends_the_sharing() -> None:
    first = make_appointment()
    second = beside(first)

    diary.move(appointment=second, now=NOW, by=second.booked_by, start=START + timedelta(hours=4))

    second.refresh_from_db()
    assert (second.overbook_reason, groups()) == ("", 2)
    assert is_refused(practitioner=first.practitioner, starts_at=START)


def test_one_can_be_moved_beside_somebody_with_a_reason() -> None:
    first = make_appointment()
    other = make_appointment(practitioner=first.practitioner, starts_at=START + timedelta(hours=4))
    where = {"appointment": other, "now": NOW, "by": first.practitioner, "start": START + HALF}

    with pytest.raises(diary.SlotTaken):
        diary.move(**where)
    moved = diary.move(**where, overbook_reason="Sisters")

    assert (moved.overbook_reason, groups()) == ("Sisters", 1)


def test_the_visitor_whose_kept_time_was_squeezed_still_books_it() -> None:
    mairi = make_practitioner()
    wanted = {"service": make_service(practitioners=[mairi]), "practitioner": mairi, "location": make_location()}
    held = diary.hold(now=NOW, until=NOW + HALF, start=START, visitor="v", **wanted)
    beside(held, start=START)

    booked = diary.book(contact=diary.Contact(name="Ailsa"), now=NOW, held=held, start=START, visitor="v", **wanted)

    assert (booked.pk, booked.status) == (held.pk, "booked")


def test_no_public_field_books_beside_anybody(client: Client, clinic: Service, at_noon: Any) -> None:
    first = make_appointment(practitioner=clinic.practitioners.get())
    group = str(first.sharing_group)

    answer = details(client, start=FREE, overbook_reason="Please", sharing_group=group, beside="on", booked_by="1")

    assert (answer.status_code, Appointment.objects.live().count()) == (409, 1)


def test_without_a_member_of_staff_a_reason_counts_for_nothing() -> None:
    first = make_appointment()

    with pytest.raises(diary.SlotTaken):
        beside(first, booked_by=None)
