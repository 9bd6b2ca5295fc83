"""The exercise sheet on a phone: ticked with one thumb and without a script, reported, handed over on a tablet."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from bookings import links
from patients import guards, sheets
from patients.models import Episode, ExerciseTick, HomeDay, PatientReport
from tests.journeys.keyboard import NARROW, Twin, press, reach
from tests.journeys.visits import Visit, make_session, make_visit, sign_in

FINGER = 44  # pixels: what a thumb needs


@pytest.fixture
def visit(clinic: str) -> Iterator[Visit]:
    """A signed visit, taken away afterwards: the guards keep signed notes for good."""
    yield make_visit()
    guards.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    guards.install(connection)


@pytest.fixture
def address(visit: Visit, clinic: str) -> str:
    link = sheets.make_link(episode=visit.episode, by=visit.therapist, now=timezone.now())
    return f"{clinic}{reverse('my_sheet', args=[links.token(link, links.SHEET)])}"


@pytest.fixture
def twin(new_context: Callable[..., BrowserContext]) -> Twin:
    return Twin(new_context(java_script_enabled=False, viewport=NARROW).new_page(), new_context)


def test_a_day_is_told_by_keyboard_without_a_script_and_without_a_barrier(twin: Twin, address: str) -> None:
    page = twin.page
    page.goto(address)
    twin.look()
    press(page, 'button[value^="done-"]')
    twin.look()
    press(page, ".my-week__one:first-child a")
    reach(page, ".my-day summary")
    page.keyboard.press("Enter")
    reach(page, 'input[name="remark"]')
    page.keyboard.type("Long drive")
    press(page, 'button[value="day"]')
    twin.look()
    press(page, 'a[href$="/how-it-is/"]')
    twin.look()
    reach(page, 'input[name="figure-sane"]')
    page.keyboard.type("70")
    press(page, "form.measures button")
    twin.look()

    assert (ExerciseTick.objects.count(), HomeDay.objects.get().remark) == (1, "Long drive")
    assert [str(score) for score in PatientReport.objects.get().scores.all()] == [
        "How normal is it today (0 to 100 percent): 70"
    ]
    assert twin.found == []


def test_everything_to_press_is_wide_enough_for_a_thumb(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)

    boxes = page.locator("main :is(button, .my-week__day, summary):visible").evaluate_all(
        "all => all.map(one => Math.round(one.getBoundingClientRect().height))"
    )

    assert min(boxes) >= FINGER


def test_the_therapists_page_has_no_barrier_and_the_tablet_no_way_back(
    visit: Visit, address: str, clinic: str, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    sign_in(context, make_session(visit.therapist), clinic)
    page = context.new_page()
    page.goto(f"{clinic}{reverse('admin:sheet', args=[Episode.objects.get().pk])}")
    violations = [one["id"] for one in Axe().run(page).response["violations"]]

    page.get_by_role("button", name="Sign out and hand over").click()
    page.wait_for_url("**/how-it-is/**")
    page.go_back()

    assert violations == []
    assert "/admin/login/" in page.url
