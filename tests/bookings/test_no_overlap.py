"""Every other door to a time that is taken."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bookings.models import Appointment
from tests.factories import START, make_appointment, make_practitioner

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a door of SQLite alone")
GUARD = "appointment_no_practitioner_overlap"


@pytest.fixture
def taken() -> Appointment:
    return make_appointment()


def beside(taken: Appointment, minutes: int = 120, **changes: Any) -> Appointment:
    """Another appointment of the same practitioner, some minutes later."""
    starts_at = taken.starts_at + timedelta(minutes=minutes)
    return make_appointment(practitioner=taken.practitioner, starts_at=starts_at, **changes)


def refuse(act: Callable[[], Any]) -> None:
    before = list(Appointment.objects.order_by("pk").values_list())
    with pytest.raises(IntegrityError, match=GUARD), transaction.atomic():
        act()
    assert list(Appointment.objects.order_by("pk").values_list()) == before


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def twin(taken: Appointment, **changes: Any) -> Appointment:
    """The same row under another key, not saved."""
    values = {field.attname: getattr(taken, field.attname) for field in Appointment._meta.concrete_fields}
    fresh = {"id": uuid4(), "reference": uuid4().hex[:6], "sharing_group": uuid4(), "form_key": None}
    return Appointment(**{**values, **fresh, **changes})


def test_rows_written_in_bulk_are_refused(taken: Appointment) -> None:
    refuse(lambda: Appointment.objects.bulk_create([twin(taken)]))


def test_two_of_one_bulk_are_refused_against_each_other() -> None:
    taken = make_appointment(status="cancelled", cancelled_at=START)
    booked = {"status": "booked", "cancelled_at": None}

    refuse(lambda: Appointment.objects.bulk_create([twin(taken, **booked), twin(taken, **booked)]))


def test_moving_by_update_is_refused(taken: Appointment) -> None:
    later = beside(taken)
    half_past = taken.starts_at + timedelta(minutes=30)

    refuse(lambda: Appointment.objects.filter(pk=later.pk).update(starts_at=half_past, occupied_from=half_past))


def test_changing_the_practitioner_onto_a_taken_time_is_refused(taken: Appointment) -> None:
    other = make_appointment(practitioner=make_practitioner())

    refuse(lambda: Appointment.objects.filter(pk=other.pk).update(practitioner=taken.practitioner))


def test_a_buffer_that_grows_into_another_appointment_is_refused(taken: Appointment) -> None:
    later = beside(taken, minutes=60)

    refuse(lambda: Appointment.objects.filter(pk=taken.pk).update(occupied_until=later.ends_at))


def test_missed_appointments_are_not_marked_attended_onto_a_taken_time(taken: Appointment) -> None:
    missed = beside(taken, minutes=0, status="did_not_attend")

    refuse(lambda: Appointment.objects.filter(pk=missed.pk).update(status="attended"))


def test_a_fixture_is_refused(taken: Appointment, tmp_path: Path) -> None:
    fixture = tmp_path / "appointments.json"
    fixture.write_text(serializers.serialize("json", [twin(taken)]))

    refuse(lambda: call_command("loaddata", fixture, stdout=StringIO(), verbosity=0))


def test_half_open_times_may_touch_to_the_microsecond(taken: Appointment) -> None:
    beside(taken, minutes=60)
    before = taken.starts_at - timedelta(microseconds=1)
    odd = make_appointment(practitioner=taken.practitioner, starts_at=before - timedelta(hours=1), ends_at=before)

    refuse(lambda: Appointment.objects.filter(pk=odd.pk).update(occupied_until=before + timedelta(microseconds=2)))


def test_only_rows_of_one_sharing_group_overlap_on_purpose(taken: Appointment) -> None:
    shared = beside(taken, minutes=30, sharing_group=taken.sharing_group)

    refuse(lambda: beside(taken, minutes=45))

    assert shared.is_live


def test_a_form_is_told_before_the_database_is_asked(taken: Appointment) -> None:
    with pytest.raises(ValidationError, match="already taken"):
        twin(taken).validate_constraints()


@on_sqlite
@pytest.mark.parametrize(
    "spelling",
    [
        "'2026-11-26T10:30:00'",
        "'2026-11-26 10:30:00+01:00'",
        "'2026-11-26 10:30'",
        "CAST('2026-11-26 10:30:00' AS BLOB)",
        "5",
    ],
)
def test_a_time_written_another_way_does_not_slip_through(taken: Appointment, spelling: str) -> None:
    later = beside(taken)

    refuse(lambda: run(f"UPDATE bookings_appointment SET occupied_from = {spelling} WHERE id = %s", later.pk.hex))


@on_sqlite
def test_a_row_is_not_slipped_in_by_replacing(taken: Appointment) -> None:
    later = beside(taken)
    columns = [field.column for field in Appointment._meta.concrete_fields]
    values = ["occupied_from" if column == "occupied_from" else column for column in columns]
    source = f"SELECT {', '.join(values)} FROM bookings_appointment WHERE id = '{taken.pk.hex}'"
    moved = source.replace("SELECT id,", f"SELECT '{later.pk.hex}',").replace(" sharing_group,", f" '{uuid4().hex}',")

    refuse(lambda: run(f"INSERT OR REPLACE INTO bookings_appointment ({', '.join(columns)}) {moved}"))


@on_sqlite
def test_the_guard_finds_its_rows_by_index(taken: Appointment) -> None:
    sql = (
        "EXPLAIN QUERY PLAN SELECT 1 FROM bookings_appointment AS other WHERE other.practitioner_id = 1"
        " AND other.occupied_until > '2026-11-26 10:00:00' AND other.occupied_from < '2026-11-26 11:00:00'"
        " AND other.status IN ('booked') AND other.sharing_group <> 'x'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "USING INDEX appointment_by_practitioner" in plan
