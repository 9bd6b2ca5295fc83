"""Calendar files, read by two libraries that did not write them and by our own rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import ics as second_reader
import pytest
import vobject

from bookings import diary, ics, letters
from bookings.models import Appointment
from tests.factories import make_appointment

EVENT = ics.CalendarEvent(
    uid="7d1c@clinic.example",
    sequence=0,
    start=datetime(2026, 11, 26, 10, 15, tzinfo=UTC),
    end=datetime(2026, 11, 26, 11, 15, tzinfo=UTC),
    stamp=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    summary="Appointment with Clinic, Seònaid & Łukasz; Ltd",
    location="7 Mill Lade Lane, Glasgow G12 8AA",
    organizer_name='The "Kelvin" Clinic',
    organizer_email="clinic@example.org",
    attendee_email="ailsa@example.org",
    url="https://clinic.example/appointment/abc/",
    description="Reference K7QM3X.\nTo see or cancel it: https://clinic.example/appointment/" + "a" * 120,
)


def test_another_reader_finds_what_was_written() -> None:
    calendar = vobject.readOne(ics.invitation(EVENT).decode())
    event = calendar.vevent

    assert (calendar.method.value, event.uid.value, event.sequence.value) == ("REQUEST", EVENT.uid, "0")
    assert (event.dtstart.value, event.dtend.value) == (EVENT.start, EVENT.end)
    assert (event.summary.value, event.location.value) == (EVENT.summary, EVENT.location)
    assert (event.description.value, event.organizer.value) == (EVENT.description, "mailto:clinic@example.org")
    assert (event.attendee.value, event.status.value) == ("mailto:ailsa@example.org", "CONFIRMED")


def test_a_second_reader_finds_the_same() -> None:
    calendar = second_reader.Calendar(ics.invitation(EVENT).decode())
    (event,) = calendar.events

    assert (calendar.method, event.uid, event.status) == ("REQUEST", EVENT.uid, "CONFIRMED")
    assert (event.begin.datetime, event.end.datetime) == (EVENT.start, EVENT.end)
    assert (event.name, event.location, event.description) == (EVENT.summary, EVENT.location, EVENT.description)
    assert (event.organizer.email, [one.email for one in event.attendees]) == (
        "clinic@example.org",
        ["ailsa@example.org"],
    )
    assert "SEQUENCE:0" in str(event.extra)


@pytest.mark.django_db
def test_an_appointment_has_one_uid_for_life_and_a_sequence_that_rises_by_one() -> None:
    appointment = make_appointment(starts_at=EVENT.start)
    by, written = appointment.practitioner, [read(appointment)]
    for days in (1, 2):
        moved = diary.move(appointment=appointment, now=EVENT.stamp, by=by, start=EVENT.start + timedelta(days=days))
        written.append(read(moved))
    written.append(read(diary.undo(change=diary.undoable(moved, EVENT.stamp), now=EVENT.stamp, by=by)))
    written.append(read(diary.cancel(appointment=appointment, now=EVENT.stamp)))

    uid = f"{appointment.pk}@localhost"
    assert [(one.method.value, one.vevent.uid.value, one.vevent.sequence.value) for one in written] == [
        *(("REQUEST", uid, str(sequence)) for sequence in range(4)),
        ("CANCEL", uid, "4"),
    ]
    assert [(one.vevent.dtstart.value - EVENT.start).days for one in written] == [0, 1, 2, 1, 1]


def read(appointment: Appointment) -> object:
    written = letters.calendar(appointment, letterhead=letters.Letterhead("Kelvin Clinic"), now=EVENT.stamp)
    return vobject.readOne(written.decode())


def test_a_cancellation_keeps_the_uid_and_raises_the_sequence() -> None:
    event = vobject.readOne(ics.cancellation(replace(EVENT, sequence=1)).decode())

    assert (event.method.value, event.vevent.uid.value) == ("CANCEL", EVENT.uid)
    assert (event.vevent.sequence.value, event.vevent.status.value) == ("1", "CANCELLED")


def test_lines_end_as_the_standard_says_and_are_folded() -> None:
    written = ics.invitation(EVENT)

    assert written.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in written.split(b"\r\n")) <= 75


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-28T09:00+00:00", "20260328T090000Z"),
        ("2026-03-30T09:00+01:00", "20260330T080000Z"),
        ("2026-10-24T09:00+01:00", "20261024T080000Z"),
        ("2026-10-26T09:00+00:00", "20261026T090000Z"),
        ("2027-03-29T09:00+01:00", "20270329T080000Z"),
    ],
)
def test_times_are_right_on_both_sides_of_the_change(local: str, utc: str) -> None:
    start = datetime.fromisoformat(local)

    written = ics.invitation(replace(EVENT, start=start, end=start + timedelta(hours=1))).decode()

    assert f"DTSTART:{utc}\r\n" in written
    assert vobject.readOne(written).vevent.dtstart.value == start
    assert next(iter(second_reader.Calendar(written).events)).begin.datetime == start


def test_a_hostile_name_makes_no_line_of_its_own() -> None:
    evil = "x\r\nATTENDEE:mailto:evil@example.org\x00\nMETHOD:CANCEL"
    written = ics.invitation(replace(EVENT, summary=evil, organizer_name=evil, location=evil)).decode()
    lines = written.replace("\r\n ", "").split("\r\n")

    assert [line for line in lines if line.startswith(("ATTENDEE", "METHOD"))] == [
        "METHOD:REQUEST",
        "ATTENDEE;CN=ailsa@example.org:mailto:ailsa@example.org",
    ]
    assert "\x00" not in written
