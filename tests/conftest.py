"""Settings and fixtures shared by the whole suite."""

import gc
import os
import shutil

import pytest
from django.db.backends.postgresql.creation import DatabaseCreation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.scratch import template_folder


def drop_by_force(self: DatabaseCreation, name: str, verbosity: int) -> None:
    """Drop a test database even while a request cut off by a closing browser still holds a connection to it."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")


DatabaseCreation._destroy_test_db = drop_by_force

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


def pytest_configure(config: pytest.Config) -> None:
    _forget_template(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    _forget_template(config)


def _forget_template(config: pytest.Config) -> None:
    """The process that begins the run takes away the scratch database that all of them copy, older ones included."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(template_folder(), ignore_errors=True)


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: the collector need not walk through them again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
