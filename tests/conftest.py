"""Settings and fixtures shared by the whole suite."""

import gc
import os
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.sqlite3.creation import DatabaseCreation as SqliteCreation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.scratch import template


def drop_by_force(self: DatabaseCreation, name: str, verbosity: int) -> None:
    """Drop a test database even while a request cut off by a closing browser still holds a connection to it."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")


DatabaseCreation._destroy_test_db = drop_by_force

make_empty = SqliteCreation._create_test_db


def start_from_template(self: SqliteCreation, *args: Any) -> str:
    """A test database in memory that holds every migration already: migrating takes longer than hundreds of tests."""
    name = make_empty(self, *args)
    if self.is_in_memory_db(name):
        self.kept_open = sqlite3.connect(name, uri=True, check_same_thread=False)  # or the memory is given back at once
        with closing(sqlite3.connect(template())) as migrated:
            migrated.backup(self.kept_open)
    return name


SqliteCreation._create_test_db = start_from_template

hypothesis_settings.register_profile(
    "quick", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "full", max_examples=2500, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def quiet_outside_world(settings: pytest.FixtureRequest) -> None:
    """No test writes mail outside its own folder or takes a second over a password."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: the collector need not walk through them again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
