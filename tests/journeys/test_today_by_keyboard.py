"""Today in a browser: the keys of the list, which never change anything by a slip."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from bookings.models import Appointment
from patients import guards
from tests.factories import make_appointment, make_practitioner
from tests.journeys.visits import make_session, sign_in

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FOCUSED = "document.activeElement.closest('.visit').querySelector('.visit__name').textContent"


@pytest.fixture
def address(clinic: str) -> Iterator[str]:
    """The clinic with three people around now, all of the same therapist."""
    mairi = make_practitioner(username="mairi")
    begins = timezone.now().replace(second=0, microsecond=0)
    for name, minutes, status in (("First", -70, "attended"), ("Second", -2, "booked"), ("Third", 62, "booked")):
        start = begins + timedelta(minutes=minutes)
        make_appointment(practitioner=mairi, name=f"{name} Person", starts_at=start, status=status, date_of_birth=None)
    yield clinic
    guards.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    guards.install(connection)


@pytest.fixture
def open_today(address: str, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Today as the therapist opens it; the day the three fall on may be either side of midnight."""

    def opened(**given: object) -> Page:
        context = new_context(**{"viewport": DESK, **given})
        second = Appointment.objects.get(name="Second Person")
        sign_in(context, make_session(second.practitioner), address)
        page = context.new_page()
        page.goto(f"{address}/admin/")
        return page

    return opened


def test_the_focus_stands_on_who_is_being_treated_and_moves_along_the_list(open_today: Callable[..., Page]) -> None:
    page = open_today()
    page.wait_for_function("document.activeElement.matches('[data-step]')")

    seen = [page.evaluate(FOCUSED)]
    for key in ("k", "j", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        seen.append(page.evaluate(FOCUSED))

    assert seen == ["Second Person", "First Person", "Second Person", "First Person", "Second Person"]


def test_a_digit_looks_at_a_row_and_changes_nothing(open_today: Callable[..., Page]) -> None:
    page = open_today()
    page.wait_for_function("document.activeElement.matches('[data-step]')")

    with page.expect_navigation():
        page.keyboard.press("3")

    third = Appointment.objects.get(name="Third Person")
    assert (third.status, str(third.pk) in page.url) == ("booked", True)


def test_keys_rest_while_somebody_types_a_day(open_today: Callable[..., Page]) -> None:
    page = open_today()

    page.focus("#jump")
    page.keyboard.press("1")

    assert page.url.endswith("/admin/")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_today_has_no_barrier_that_axe_knows_of(open_today: Callable[..., Page], viewport: dict[str, int]) -> None:
    page = open_today(viewport=viewport)

    found = Axe().run(page).response["violations"]

    assert [(one["id"], len(one["nodes"])) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_without_script_everything_is_a_link_or_a_button(open_today: Callable[..., Page]) -> None:
    page = open_today(java_script_enabled=False)

    page.locator(".visit", has_text="Second Person").get_by_role("button", name="Mark arrived").click()

    assert Appointment.objects.get(name="Second Person").status == "arrived"
