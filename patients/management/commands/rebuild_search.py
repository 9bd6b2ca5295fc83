"""Make everything that searching looks through anew from the record."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from patients import search_index, search_tables


class Command(BaseCommand):
    help = "Make everything that searching looks through anew from the record; the record itself is only read."

    def handle(self, *args: Any, **options: Any) -> None:
        people, notes = search_index.rebuild()
        self.stdout.write(f"{people} people and {notes} notes can be found.")
        if connection.vendor == "sqlite" and not search_tables.has_trigrams(connection):
            self.stdout.write("This SQLite was built without FTS5, so each search reads every note: slower, not less.")
