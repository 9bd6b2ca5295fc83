"""Makes the demonstration: a database of its own, full of made-up people."""

import gc
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic import demo, demo_database
from clinic.demo_clinic import PASSWORD

LOGINS = f"""
  Log in at {{address}}/admin/ as

      mairi   {PASSWORD}   (therapist, runs the clinic)
      jonas   {PASSWORD}   (therapist)
      desk    {PASSWORD}   (reception: sees no records)
"""
KEPT = "The demonstration is there already; `make demo AGAIN=1` makes it new for today."


class Command(BaseCommand):
    """`manage.py demo`: makes it once; `--again` throws it away and makes it new."""

    help = "Fills a database of its own with made-up people; never one that holds anybody else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="throw the demonstration away and make it new")
        parser.add_argument("--people", type=int, default=demo.PEOPLE, help="how many people to make up")

    def handle(self, *args: Any, again: bool, people: int, **options: Any) -> None:
        try:
            self._make(again=again, people=people)
        except demo_database.NotTheDemo as error:
            raise CommandError(str(error)) from error
        self.stdout.write(LOGINS.format(address=settings.BASE_URL))

    def _make(self, *, again: bool, people: int) -> None:
        demo_database.require_switched_on()
        demo_database.require_empty_or_demo()
        if demo_database.is_demo() and (again or not demo_database.is_whole()):
            demo_database.empty()
        else:
            demo_database.prepare()
        if demo_database.is_demo():
            self.stdout.write(KEPT)
            return
        gc.set_threshold(50_000, 20, 20)  # thousands of rows at once: the collector need not walk through them so often
        counts = demo.make(people=people, now=timezone.now(), tell=self._tell)
        self._line(f"Made up {_words(counts)}.", is_last=True)

    def _tell(self, counts: Counter[str], share: float) -> None:
        self._line(f"Making people up: {share:4.0%}, {_words(counts)}")

    def _line(self, words: str, *, is_last: bool = False) -> None:
        """One line that is written over, on a screen; only the last one into a file."""
        is_screen = self.stdout.isatty()
        if is_screen or is_last:
            self.stdout.write(f"\r\x1b[K{words}" if is_screen else words, ending="\n" if is_last else "")
            self.stdout.flush()


def _words(counts: Counter[str]) -> str:
    """`12 people, 84 appointments, 60 notes, 3 drafts`."""
    return ", ".join(f"{counts[name]:,} {name}" for name in ("people", "appointments", "notes", "drafts"))
