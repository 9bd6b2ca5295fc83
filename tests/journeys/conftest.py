"""A real browser against a running clinic: the starter clinic with the whole catalogue."""

import os
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from bookings.models import BookingPolicy, Intake
from patients import guards
from patients.models import Consent, ConsentWording
from tests.journeys.visits import Visit, make_visit, signed_in

# The browser's driver keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if BROWSER is None:
        say = pytest.fail if os.environ.get("JOURNEYS") == "required" else pytest.skip
        say("No browser on this machine: install chromium to run the journeys.")
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {**browser_type_launch_args, "executable_path": BROWSER, "args": [*QUIET, *sandbox]}


@pytest.fixture
def clinic(live_server: LiveServer) -> Iterator[str]:
    """The address of a starter clinic with every condition of the catalogue."""
    call_command("load_catalogue", stdout=StringIO())
    call_command("setup_clinic", stdout=StringIO())
    # The first free time is then never so near that moving or cancelling it is late, whatever hour it is.
    BookingPolicy.objects.update(notice_hours=72)
    yield live_server.url
    forget_wordings()


@pytest.fixture
def noted(clinic: str) -> Iterator[str]:
    """The same, for tests that sign notes: the guards keep those for good, so all is emptied without them."""
    yield clinic
    guards.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    guards.install(connection)


@pytest.fixture
def visit(noted: str) -> Visit:
    """Somebody who has arrived for a follow-up."""
    return make_visit()


@pytest.fixture
def desk(visit: Visit, noted: str, new_context: Callable[..., BrowserContext]) -> Page:
    """The browser of the therapist who treats them, signed in."""
    return signed_in(new_context, visit, noted)


def forget_wordings() -> None:
    """Take away what the guards keep for good, so that the tables can be emptied for the next test."""
    guards.remove(connection)
    Intake.objects.update(consent_wording=None)
    Consent.objects.all().delete()
    ConsentWording.objects.all().delete()
    guards.install(connection)
