"""Whether a database belongs to the demonstration, and how it is emptied; a clinic's own is never touched."""

from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from patients import audit
from patients.models import AuditEntry, Patient

ACTOR, SUBJECT, WHOLE = "make demo", "a demonstration of made-up people", "the demonstration is whole"


class NotTheDemo(Exception):
    """The database holds, or may hold, real people; the text says what to do."""


def require_switched_on() -> None:
    """The banner and the database of its own come with the setting, so nothing is made without it."""
    if not settings.DEMO:
        raise NotTheDemo(
            "Made-up people are made only with DEMO=on, which gives them a database of their own: make demo"
        )


def prepare() -> None:
    """Tables and catalogue as they are now."""
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=StringIO())


def is_demo() -> bool:
    """The first line of its audit trail says so, and no trail can be changed."""
    if not _has_tables():
        return False
    first = AuditEntry.objects.filter(position=1).values_list("actor", "subject").first()
    return first == (ACTOR, SUBJECT)


def is_whole() -> bool:
    """It was not cut off while it was made."""
    return AuditEntry.objects.filter(actor=ACTOR, subject=WHOLE).exists()


def require_empty_or_demo() -> None:
    """Refuse a database with anybody in it that the demonstration has not made, before anything is done to it."""
    if not _has_tables() or is_demo():
        return
    if Patient.objects.exists() or get_user_model().objects.exists() or AuditEntry.objects.exists():
        raise NotTheDemo(
            "This database was not made by make demo, so nothing is put into it. "
            "Leave DEMO_DATABASE_URL out, or name an empty database there."
        )


def mark(now: datetime, subject: str = SUBJECT) -> None:
    """Say for good that the people in it are made up, or that all of them are there."""
    audit.record(actor=ACTOR, action=AuditEntry.Action.CREATE, subject=subject, now=now)


def empty() -> None:
    """Throw the demonstration away, tables and all, and lay the tables out anew."""
    if not is_demo():
        raise NotTheDemo("Only a database made by make demo is emptied.")
    if connection.vendor == "sqlite":
        _remove_file(str(connection.settings_dict["NAME"]))
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    prepare()


def _has_tables() -> bool:
    return AuditEntry._meta.db_table in connection.introspection.table_names()


def _remove_file(name: str) -> None:
    connection.close()
    for ending in ("", "-wal", "-shm"):
        Path(f"{name}{ending}").unlink(missing_ok=True)
