"""The whole way by keyboard: book, answer the questions beforehand, move, cancel; axe looks at every page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from bookings.models import Appointment, Intake
from tests.journeys.keyboard import DETAILS, NARROW, TIME, Twin, book, press, reach

PARTS = 12  # more than there are
ABOUT = "about=high-hamstring-tendinopathy"
GO_ON, AGREE, SEND = (f'button[name="do"][value="{value}"]' for value in ("next", "agree", "send"))


@pytest.fixture
def twin(new_context: Callable[..., BrowserContext]) -> Twin:
    return Twin(new_context(java_script_enabled=False, viewport=NARROW).new_page(), new_context)


def answer_questions(page: Page, look: Callable[[], None]) -> None:
    """Every part: one answer in each, a name and a tick under the agreement, and sent at the end."""
    press(page, 'a[href$="/before-your-visit/"]')
    look()
    press(page, ".steps + p a.button")
    for _ in range(PARTS):
        look()
        if page.locator(SEND).count():
            break
        if page.locator(AGREE).count():
            agree(page)
        else:
            answer_one(page)
            press(page, GO_ON)
    press(page, SEND)
    look()


def answer_one(page: Page) -> None:
    """Tick, or write a number, which fits a line of words too."""
    reach(page, "form input, form textarea")
    if page.locator(":is([type=radio], [type=checkbox]):focus").count():
        page.keyboard.press("Space")
    else:
        page.keyboard.type("20")


def agree(page: Page) -> None:
    reach(page, '[name="name"]')
    page.keyboard.type(DETAILS["name"])
    reach(page, '[name="agrees"]')
    page.keyboard.press("Space")
    press(page, AGREE)


def test_the_whole_way_is_walked_without_mouse_or_script_and_without_a_barrier(twin: Twin, clinic: str) -> None:
    page = twin.page
    book(page, f"{clinic}/book/?{ABOUT}", twin.look)
    first = Appointment.objects.get()

    answer_questions(page, twin.look)
    page.goto(page.url.split("/before-your-visit/")[0] + "/")
    twin.look()
    press(page, 'a[href$="/move/"]')
    twin.look()
    press(page, TIME)
    twin.look()
    press(page, 'a[href$="/cancel/"]')
    twin.look()
    press(page, "button.button--danger")
    twin.look()

    last = Appointment.objects.get()
    assert (last.pk, last.status, last.starts_at != first.starts_at) == (first.pk, "cancelled", True)
    assert Intake.objects.get(appointment=last).sent_at is not None
    assert twin.found == []
    assert len(twin.seen) >= 14
