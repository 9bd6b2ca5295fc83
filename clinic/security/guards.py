"""Refuses to start a process that would write to a database without its guards."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.utils import DatabaseError

from patients import guards


def require_guards() -> None:
    """Raise ImproperlyConfigured, naming what is missing, unless every guard stands in the database."""
    try:
        missing = guards.missing(connection)
    except DatabaseError as error:
        raise ImproperlyConfigured(f"The database cannot be read ({error}). Run `manage.py migrate` first.") from error
    finally:
        connection.close()
    if missing:
        names = ", ".join(missing)
        raise ImproperlyConfigured(f"The database lacks the guards {names}. Run `manage.py migrate` to put them back.")
