"""The outbox: at least once, nothing stale, nothing clinical, and patient with a broken server."""

import smtplib
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from time_machine import travel

from bookings import diary, letters, notices
from bookings.management.commands.outbox import send_due
from bookings.models import Notice
from patients import guards
from patients.models import ClinicProfile
from tests.bookings.online import calendar_of, received
from tests.factories import make_appointment, make_patient

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FAILURES = [
    smtplib.SMTPRecipientsRefused({"ailsa@example.org": (550, b"no such mailbox ailsa@example.org")}),
    smtplib.SMTPServerDisconnected("gone"),
    ConnectionRefusedError("refused"),
    TimeoutError("timed out"),
]


class BrokenServer(BaseEmailBackend):
    """A mail server that fails as told."""

    failure: Exception = ConnectionRefusedError("refused")

    def send_messages(self, messages: Any) -> int:
        raise self.failure


@pytest.fixture(autouse=True)
def at_ten() -> Any:
    ClinicProfile.objects.create(pk=1, name="Kelvin Clinic", phone="0141 496 0123", what_to_bring="Shorts")
    with travel(NOW, tick=False) as traveller:
        yield traveller


def queued(**changes: Any) -> Notice:
    appointment = make_appointment(**changes)
    notice = notices.queue(appointment, Notice.Kind.CONFIRMATION, now=NOW)
    assert notice is not None
    return notice


def work() -> None:
    call_command("outbox", "--once", verbosity=0)


def test_a_confirmation_goes_with_its_calendar_file() -> None:
    notice = queued()

    work()

    notice.refresh_from_db()
    message = mail.outbox[0]
    assert (len(mail.outbox), message.to, notice.sent_at) == (1, ["ailsa@example.org"], NOW)
    assert calendar_of(message).vevent.dtstart.value == notice.appointment.starts_at


def test_a_second_run_sends_nothing_again() -> None:
    queued()

    work()
    work()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_failure_is_kept_and_tried_again_with_the_same_message_id(
    failure: Exception, settings: Any, at_ten: Any
) -> None:
    notice = queued()
    expected = letters.compose(notice, letterhead=notices.Letterhead("x"), now=NOW).extra_headers["Message-ID"]
    settings.EMAIL_BACKEND, BrokenServer.failure = "tests.bookings.test_outbox.BrokenServer", failure
    work()
    notice.refresh_from_db()
    kept = (notice.attempts, notice.sent_at, notice.due_at, "ailsa" in notice.last_error)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    at_ten.shift(timedelta(minutes=2))
    work()

    assert kept == (1, None, NOW + timedelta(minutes=1), False)
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [expected]


def test_a_server_that_is_down_for_a_day_is_asked_ever_more_rarely(settings: Any, at_ten: Any) -> None:
    notice = queued(starts_at=NOW + timedelta(days=5))
    settings.EMAIL_BACKEND = "tests.bookings.test_outbox.BrokenServer"
    for _ in range(24 * 60 // 20):
        work()
        at_ten.shift(timedelta(minutes=20))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    at_ten.shift(timedelta(hours=1))
    work()

    notice.refresh_from_db()
    assert (notice.attempts, len(mail.outbox)) == (28, 1)


def test_a_mail_in_another_workers_hands_is_left_alone_until_its_claim_ends() -> None:
    notice = queued()

    first, second = notices.claim(NOW), notices.claim(NOW)
    later = notices.claim(NOW + notices.CLAIM)

    assert (first, second, later) == (notice, None, notice)


def test_of_two_workers_that_saw_the_same_mail_one_gets_it() -> None:
    notice = queued()

    quicker: list[bool] = []

    def other_worker_is_quicker(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and not quicker:
            quicker.append(True)
            Notice.objects.filter(pk=notice.pk).update(claimed_until=NOW + notices.CLAIM)
        return execute(sql, *rest)

    with connection.execute_wrapper(other_worker_is_quicker):
        mine = notices.claim(NOW)

    assert mine is None


def test_a_worker_told_to_stop_leaves_the_rest_for_later() -> None:
    queued()
    stop = threading.Event()
    stop.set()

    assert (send_due(stop), mail.outbox) == (0, [])


def test_a_mail_whose_address_was_taken_out_goes_nowhere() -> None:
    notice = queued()
    diary.correct(appointment=notice.appointment, contact={"email": ""}, now=NOW)

    work()

    notice.refresh_from_db()
    assert (notice.sent_at, notice.dropped_at, mail.outbox) == (None, NOW, [])


def test_a_confirmation_of_what_is_cancelled_is_never_sent() -> None:
    notice = queued()
    diary.cancel(appointment=notice.appointment, now=NOW)

    work()

    notice.refresh_from_db()
    assert (notice.dropped_at, [message.subject[:9] for message in mail.outbox]) == (NOW, ["Cancelled"])


def test_a_mail_about_the_past_is_dropped() -> None:
    notice = queued(starts_at=NOW - timedelta(days=1))

    work()

    notice.refresh_from_db()
    assert (notice.dropped_at, mail.outbox) == (NOW, [])


def test_no_clinical_word_leaves_the_house() -> None:
    patient = make_patient(alerts="CANARY-ALERT")
    queued(patient=patient, reason="CANARY-REASON", condition_code="canary-condition")

    work()

    sent = mail.outbox[0]
    whole = [*(f"{name}: {value}" for name, value in received(sent).items()), sent.body, calendar_of(sent).serialize()]
    assert [part for part in whole if "canary" in part.lower()] == []


def test_a_hostile_name_stays_in_its_line() -> None:
    queued(name="Ailsa {{ 7|add:1 }}\r\n <b>\u202e", email="ailsa@example.org")

    work()

    assert mail.outbox[0].body.splitlines()[0] == "Hello Ailsa {{ 7|add:1 }} <b>,"


def test_the_worker_refuses_to_start_without_guards() -> None:
    guards.remove(connection)

    with pytest.raises(CommandError, match="case_note_fixed_once_signed"):
        work()
