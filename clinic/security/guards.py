"""Refuses to start a process that would write to a database without its guards, or to one of other people."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.utils import DatabaseError

from clinic import demo_database
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


def require_own_people() -> None:
    """Raise ImproperlyConfigured where made-up people and real ones would meet.

    Everybody knows the passwords of a demonstration, and a demonstration may be thrown away.
    """
    try:
        is_demo = demo_database.is_demo()
    except DatabaseError:  # that it cannot be read is said by `require_guards`, which comes next and closes it
        return
    if is_demo and not settings.DEMO:
        raise ImproperlyConfigured("This database was made by make demo: name the clinic's own in DATABASE_URL.")
    if settings.DEMO and not is_demo:
        raise ImproperlyConfigured("This database was not made by make demo: leave DEMO off, or run make demo.")
