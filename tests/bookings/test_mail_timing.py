"""When mail goes: after the delay, as reminders by the clock on the wall, once, to who is known, and never stale."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from time_machine import travel

from bookings import attendance, diary, links, notices, returning
from bookings.models import Notice, PersonalLink
from tests.bookings.test_outbox import queued, work
from tests.factories import make_appointment, make_patient, make_policy

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[Any]:
    with travel(NOW, tick=False) as traveller:
        yield traveller


def test_moves_within_the_delay_become_one_mail_about_where_it_ended(at_ten: Any) -> None:
    appointment = make_appointment(starts_at=NOW + timedelta(days=5))
    mairi = appointment.practitioner
    for hours in (1, 2, 3):
        diary.move(appointment=appointment, now=NOW, by=mairi, start=NOW + timedelta(days=5, hours=hours))

    at_ten.shift(timedelta(minutes=2))
    work()
    early = len(mail.outbox)
    at_ten.shift(timedelta(minutes=1))
    work()

    assert (early, [sent.subject for sent in mail.outbox]) == (
        0,
        ["Changed: your appointment is on Sunday 29 November, 13:00"],
    )


def test_a_confirmation_outlives_a_move_that_was_taken_back(at_ten: Any) -> None:
    notice = queued(starts_at=NOW + timedelta(days=5))
    mairi = notice.appointment.practitioner
    moved = diary.move(appointment=notice.appointment, now=NOW, by=mairi, start=NOW + timedelta(days=6))
    work()  # the confirmation is not true just now, but may be again

    diary.undo(change=diary.undoable(moved, NOW), now=NOW, by=mairi)
    at_ten.shift(timedelta(minutes=3))
    work()

    assert [sent.subject for sent in mail.outbox] == ["Your appointment on Sunday 29 November, 10:00"]


def test_taking_back_brings_no_older_mail_to_life(at_ten: Any) -> None:
    notice = queued(starts_at=NOW + timedelta(days=5))
    appointment, mairi = notice.appointment, notice.appointment.practitioner
    diary.move(appointment=appointment, now=NOW, start=NOW + timedelta(days=6))
    moved = diary.move(appointment=appointment, now=NOW, by=mairi, start=NOW + timedelta(days=7))
    diary.undo(change=diary.undoable(moved, NOW), now=NOW, by=mairi)

    at_ten.shift(timedelta(minutes=3))
    work()

    assert [sent.subject[:7] for sent in mail.outbox] == ["Changed"]


def test_thanks_are_said_once_however_often_somebody_was_marked_attended(at_ten: Any) -> None:
    appointment = make_appointment(starts_at=NOW - timedelta(hours=1))
    for verb in (attendance.attend, attendance.step_back, attendance.attend):
        verb(appointment=appointment, now=NOW)

    at_ten.shift(timedelta(days=1))
    work()

    assert [sent.subject for sent in mail.outbox] == ["Thank you for coming"]


@pytest.mark.parametrize(
    ("start", "lead", "expected"),
    [
        ("2026-03-29T10:00+01:00", 1, "2026-03-28T10:00:00+00:00"),
        ("2026-03-30T10:00+01:00", 1, "2026-03-29T09:00:00+00:00"),
        ("2026-10-25T10:00+00:00", 1, "2026-10-24T09:00:00+00:00"),
        ("2026-10-26T10:00+00:00", 1, "2026-10-25T10:00:00+00:00"),
        ("2027-03-28T10:00+01:00", 1, "2027-03-27T10:00:00+00:00"),
        ("2027-03-29T10:00+01:00", 1, "2027-03-28T09:00:00+00:00"),
        ("2026-10-26T18:30+00:00", 7, "2026-10-19T17:30:00+00:00"),
    ],
)
def test_a_reminder_goes_at_the_same_time_of_day_across_the_change_of_clocks(
    start: str, lead: int, expected: str
) -> None:
    make_policy(reminder_days=str(lead))
    appointment = make_appointment(starts_at=datetime.fromisoformat(start))

    notices.queue_reminders(appointment, now=datetime(2026, 1, 1, tzinfo=UTC))

    assert [one.due_at.astimezone(UTC).isoformat() for one in Notice.objects.all()] == [expected]


def test_there_are_as_many_reminders_as_the_clinic_chose_and_none_for_what_is_past() -> None:
    make_policy(reminder_days="7, 2, 1")
    appointment = make_appointment(starts_at=NOW + timedelta(days=3))

    notices.queue_reminders(appointment, now=NOW)

    assert [one.due_at - NOW for one in Notice.objects.all()] == [timedelta(days=1), timedelta(days=2)]


def test_nobody_is_reminded_of_a_time_that_was_moved_or_cancelled(at_ten: Any) -> None:
    moved, gone = (make_appointment(starts_at=NOW + timedelta(days=2, hours=hours)) for hours in (0, 5))
    for one in (moved, gone):
        notices.queue_reminders(one, now=NOW)
    diary.move(appointment=moved, now=NOW, start=NOW + timedelta(days=4), is_quiet=True)
    diary.cancel(appointment=gone, now=NOW, is_quiet=True)

    at_ten.shift(timedelta(days=3))
    work()

    assert [sent.subject for sent in mail.outbox] == ["Reminder: your appointment on Saturday 28 November, 10:00"]


@pytest.mark.parametrize("email", ["ailsa@example.org", "AILSA@Example.org"])
def test_somebody_known_gets_a_link_for_a_day_to_the_address_in_the_record(email: str) -> None:
    patient = make_patient()
    returning.ask(email=email, date_of_birth=patient.date_of_birth, now=NOW)

    work()

    link = PersonalLink.objects.get()
    assert (link.patient, link.expires_at) == (patient, NOW + timedelta(hours=24))
    assert [(sent.to, links.personal_url(link) in sent.body) for sent in mail.outbox] == [([patient.email], True)]


@pytest.mark.parametrize("people", [0, 2], ids=["nobody", "two people"])
def test_a_link_asked_for_by_who_is_not_one_person_here_is_never_mailed(people: int) -> None:
    for _ in range(people):
        make_patient()
    returning.ask(email="ailsa@example.org", date_of_birth=date(1984, 5, 14), now=NOW)

    work()

    assert (mail.outbox, Notice.objects.get().dropped_at, PersonalLink.objects.get().patient) == ([], NOW, None)


def test_a_link_asked_for_while_the_worker_stood_still_is_mailed_late_and_works_a_day(at_ten: Any) -> None:
    patient = make_patient()
    returning.ask(email=patient.email, date_of_birth=patient.date_of_birth, now=NOW)

    at_ten.shift(timedelta(hours=30))
    work()

    assert (len(mail.outbox), PersonalLink.objects.get().expires_at) == (1, NOW + timedelta(hours=54))
