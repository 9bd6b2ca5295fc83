"""The mail worker: sends what is due, one mail at a time, and tidies up once a minute; two can run side by side."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from bookings import desk, housekeeping, notices
from bookings.taking import DiaryError
from patients import guards

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 5
TIDY_SECONDS = 60


class Command(BaseCommand):
    """`manage.py outbox` works until it is told to stop; `--once` tidies up, sends what is due and ends."""

    help = "Sends the mails that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        self._require_guards()
        stop = threading.Event()
        if once:
            housekeeping.tidy(now=timezone.now())
            self.stdout.write(f"{send_due(stop)} sent")
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        tidied = float("-inf")
        while not stop.is_set():
            try:
                if time.monotonic() - tidied >= TIDY_SECONDS:
                    tidied = time.monotonic()
                    housekeeping.tidy(now=timezone.now())
                send_due(stop)
            except (DatabaseError, DiaryError):  # somebody was quicker, or the database did not answer
                logger.exception("Something was in the way; trying again in %s seconds.", PAUSE_SECONDS)
            connection.close()
            stop.wait(PAUSE_SECONDS)

    def _require_guards(self) -> None:
        missing = guards.missing(connection)
        if missing:
            raise CommandError(f"The database lacks the guards {', '.join(missing)}. Run `manage.py migrate` first.")


def send_due(stop: threading.Event) -> int:
    """Send every mail that is due now, until told to stop; returns how many went."""
    sent = 0
    letterhead = desk.letterhead()
    while not stop.is_set() and (notice := notices.claim(timezone.now())):
        if notice.personal_link:
            desk.recognise(notice.personal_link, now=timezone.now())
        sent += notices.deliver(notice, letterhead=letterhead, now=timezone.now)
    return sent
