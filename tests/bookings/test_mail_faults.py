"""Whatever the mail server does: at least once, at most one repeat for each crash, nothing lost, nothing stale."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as clinic_settings
from django.core.management import call_command
from django.utils import timezone
from time_machine import travel

from bookings import diary, notices
from bookings.models import Appointment, Notice
from tests.bookings.smtp_server import DROP, HANG, MailServer
from tests.factories import make_appointment
from tests.scratch import finished, run_python, scratch_database

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MAILS = 40 if os.environ.get("RACES") == "full" else 20  # for two workers
FAULTS = {
    "busy at the greeting": ({"greeting": "421 too busy"}, "SMTPConnectError"),
    "not now for this address": ({"RCPT": "451 greylisted, come back"}, "SMTPRecipientsRefused"),
    "no such mailbox": ({"RCPT": "550 no such mailbox"}, "SMTPRecipientsRefused"),
    "says nothing more": ({"RCPT": HANG}, "SMTPServerDisconnected"),
    "hangs up amid the mail": ({"body": DROP}, "SMTPServerDisconnected"),
    "refuses the password": ({"AUTH": "535 wrong password"}, "SMTPAuthenticationError"),
    "refuses the whole mail": ({"END": "554 we think it is spam"}, "SMTPDataError"),
}
TALKS_TO = """
import sys
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", int(sys.argv[1]), False
from django.core.management import call_command
"""
WORKS = f"{TALKS_TO}call_command('outbox', '--once')"
WORKS_NOW_AND_TWICE_LATER = f"""{TALKS_TO}
from datetime import datetime, timedelta
from time_machine import travel
call_command("outbox", "--once")
with travel(datetime.now().astimezone() + timedelta(minutes=6)):
    call_command("outbox", "--once")
    call_command("outbox", "--once")
"""
DIES_BEFORE_MARKING = f"""{TALKS_TO}
import os, signal
from django.db import connection

def die(execute, sql, params, many, context):
    if sql.startswith("UPDATE") and '"sent_at" = ' in sql.partition("WHERE")[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connection.execute_wrapper(die):
    call_command("outbox", "--once")
"""
QUEUES = """
import sys
from datetime import timedelta
from django.utils import timezone
from bookings import notices
from bookings.models import Notice
from tests.factories import make_appointment, make_practitioner
now, mairi = timezone.now(), make_practitioner(username="mairi")
for number in range(int(sys.argv[-1])):
    starts_at = now + timedelta(days=1, hours=2 * number)
    one = make_appointment(practitioner=mairi, starts_at=starts_at, email=f"person{number}@example.org")
    notices.queue(one, Notice.Kind.CONFIRMATION, now=now)
"""


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as running:
        speak_smtp(settings, running.port)
        yield running


def speak_smtp(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "clinic", "secret"
    settings.EMAIL_TIMEOUT = 0.3


def queued(**changes: Any) -> Notice:
    appointment = make_appointment(**{"starts_at": NOW + timedelta(days=5), **changes})
    notice = notices.queue(appointment, Notice.Kind.CONFIRMATION, now=timezone.now())
    assert notice is not None
    return notice


def work() -> str:
    words = StringIO()
    call_command("outbox", "--once", stdout=words)
    return words.getvalue().strip()


def state(notice: Notice) -> tuple[int, bool, bool]:
    """How often it was tried, whether it went, whether it was dropped."""
    notice.refresh_from_db()
    return notice.attempts, notice.sent_at is not None, notice.dropped_at is not None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mail_the_server_did_not_take_goes_once_when_the_server_is_well(
    fault: str, server: MailServer, clock: Any
) -> None:
    notice = queued()
    server.replies, error = dict(FAULTS[fault][0]), FAULTS[fault][1]

    first = (work(), len(server.accepted), state(notice), notice.last_error.partition(":")[0])
    server.replies = {}
    clock.shift(timedelta(minutes=1))
    second = (work(), len(server.accepted), state(notice), notice.last_error)

    assert first == ("0 sent", 0, (1, False, False), error)
    assert second == ("1 sent", 1, (1, True, False), "")


def test_a_server_that_falls_silent_after_taking_the_mail_gets_no_second(server: MailServer, clock: Any) -> None:
    queued()
    server.replies = {"QUIT": HANG}

    said = [work()]
    clock.shift(timedelta(hours=2))
    said.append(work())

    assert (said, len(server.accepted)) == (["1 sent", "0 sent"], 1)


def test_a_server_that_cannot_be_reached_loses_nothing(settings: Any, clock: Any) -> None:
    notice = queued()
    with MailServer() as gone:
        port = gone.port
    speak_smtp(settings, port)

    first = (work(), state(notice), notice.last_error.partition(":")[0])
    clock.shift(timedelta(minutes=1))
    with MailServer(port) as back:
        second = (work(), len(back.accepted), state(notice))

    assert (first, second) == (("0 sent", (1, False, False), "ConnectionRefusedError"), ("1 sent", 1, (1, True, False)))


def test_nobody_waits_for_a_silent_server_without_end() -> None:
    assert clinic_settings.EMAIL_TIMEOUT == 20


def test_an_address_no_mail_can_have_holds_up_nobody(server: MailServer) -> None:
    bad, good = queued(email="ailsa@exam ple\nBcc: x@example.org"), queued(email="good@example.org")

    said = work()

    assert (said, [mail["To"] for mail in server.accepted]) == ("1 sent", ["good@example.org"])
    assert (state(bad), state(good), Notice.objects.failing().get()) == ((1, False, False), (0, True, False), bad)


def test_one_mail_that_is_always_refused_holds_up_no_other(server: MailServer, clock: Any) -> None:
    bad = queued(email="gone@example.org")
    good = [queued(email=f"good{number}@example.org") for number in range(3)]
    server.replies = {"RCPT": lambda line: "550 gone" if "gone@" in line else "250 fine"}

    said = [work()]
    for _ in range(5):
        clock.shift(timedelta(hours=2))
        said.append(work())

    assert (said, len(server.accepted)) == (["3 sent", *["0 sent"] * 5], 3)
    assert (state(bad), [state(one) for one in good]) == ((6, False, False), [(0, True, False)] * 3)


def test_a_day_without_a_server_loses_nothing_and_sends_nothing_stale(settings: Any, clock: Any) -> None:
    with MailServer() as gone:
        port = gone.port
    speak_smtp(settings, port)
    late = [NOW + timedelta(days=days) for days in (5, 6, 7)]
    for number, starts_at in enumerate(late):
        queued(starts_at=starts_at, email=f"person{number}@example.org")
        clock.shift(timedelta(minutes=1))
    passed, dropped = (make_appointment(starts_at=NOW + timedelta(hours=hours)) for hours in (20, 40))
    for one in (passed, dropped):
        notices.queue(one, Notice.Kind.REMINDER, now=NOW, due_at=NOW + timedelta(hours=1))
    for _ in range(24):
        work()
        clock.shift(timedelta(hours=1))
    diary.cancel(appointment=dropped, now=NOW + timedelta(hours=23), by_clinic=True)
    clock.shift(timedelta(hours=1))

    with MailServer(port) as back:
        said = (work(), work())

    went = [(mail["To"], mail["Subject"][:9]) for mail in back.accepted]
    confirmed = [(f"person{number}@example.org", "Your appo") for number in range(3)]
    assert said == ("4 sent", "0 sent")
    assert went == [*confirmed, ("ailsa@example.org", "Cancelled")]
    assert Notice.objects.filter(kind="reminder", dropped_at__isnull=False, sent_at=None).count() == 2


def test_what_is_more_than_one_address_gets_in_a_day_waits_for_the_next(server: MailServer, clock: Any) -> None:
    for _ in range(23):
        queued()

    said = [work(), work()]
    clock.shift(timedelta(days=1))
    said.append(work())

    assert (said, len(server.accepted)) == (["20 sent", "0 sent", "3 sent"], 23)
    assert not Notice.objects.filter(dropped_at__isnull=False).exists()


def test_what_is_more_than_the_clinic_sends_in_a_day_waits_for_the_next(server: MailServer, clock: Any) -> None:
    notice = queued(email="late@example.org")
    sent = {"appointment": make_appointment(), "kind": "confirmation", "queued_at": NOW, "due_at": NOW, "sent_at": NOW}
    Notice.objects.bulk_create(Notice(**sent) for _ in range(notices.MOST_A_DAY))

    said = [work()]
    clock.shift(timedelta(days=1))
    said.append(work())

    assert (said, [mail["To"] for mail in server.accepted]) == (["0 sent", "1 sent"], ["late@example.org"])
    assert state(notice) == (0, True, False)


def test_a_worker_killed_between_sending_and_marking_repeats_one_mail_under_one_name(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment, MailServer() as server:
        killed = run_python(QUEUES + DIES_BEFORE_MARKING, environment, str(server.port), "3")
        killed.communicate(timeout=60)
        said = finished(run_python(WORKS_NOW_AND_TWICE_LATER, environment, str(server.port))).splitlines()

    names = [mail["Message-ID"] for mail in server.accepted]
    assert (killed.returncode, said) == (-9, ["2 sent", "1 sent", "0 sent"])
    assert (len(names), len(set(names)), names.count(names[0])) == (4, 3, 2)


def test_two_workers_on_one_outbox_send_every_mail_once(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment, MailServer() as server:
        finished(run_python(QUEUES, environment, str(MAILS)))
        workers = [run_python(WORKS, environment, str(server.port)) for _ in range(2)]
        said = sum(int(finished(worker).split()[0]) for worker in workers)

    names = [mail["Message-ID"] for mail in server.accepted]
    assert (said, len(names), len(set(names))) == (MAILS, MAILS, MAILS)


def test_the_staff_see_since_when_mail_waits_and_what_fails(server: MailServer, clock: Any) -> None:
    notice = queued()
    server.replies = {"RCPT": "550 gone"}
    work()

    clock.shift(timedelta(minutes=30))

    assert Notice.objects.due_since(NOW + timedelta(minutes=30)) == NOW + timedelta(minutes=1)
    assert (Notice.objects.failing().get(), "ailsa@" in Notice.objects.get().last_error) == (notice, False)
    assert Appointment.objects.count() == 1
