"""What the mail worker does once a minute besides mail, by hand."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from bookings import housekeeping


class Command(BaseCommand):
    """`manage.py housekeeping` gives back and removes what is due, and says how much."""

    help = "Gives back times kept no longer and removes details that are due to go; the mail worker does the same."

    def handle(self, *args: Any, **options: Any) -> None:
        done = asdict(housekeeping.tidy(now=timezone.now()))
        self.stdout.write(", ".join(f"{name.replace('_', ' ')}: {number}" for name, number in done.items()))
