"""Somebody without a mouse: Tab, Enter, Space and letters, on a screen 320 pixels wide, with JavaScript off."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

NARROW = {"width": 320, "height": 640}
ENTER_IS_TOO_QUICK = 3200  # milliseconds: a form sent sooner after it was shown is taken for a machine's
DETAILS = {
    "name": "Màiri NicDhòmhnaill",
    "date_of_birth_day": "14",
    "date_of_birth_month": "5",
    "date_of_birth_year": "1984",
    "email": "mairi@example.org",
    "phone": "07700 900123",
    "postcode": "g116aa",
    "reason": "Sore when I sit, since the spring",
}
TIME = 'button[name="start"]'
SUBMIT = "#details button:not([name])"


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is on a match, as somebody without a mouse does."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.locator(f":is({selector}):focus").count():
            return
    pytest.fail(f"{selector} cannot be reached with the Tab key on {page.url}")


def press(page: Page, selector: str) -> int:
    """Press Enter on it and wait for the answer, whose status comes back."""
    reach(page, selector)
    with page.expect_navigation() as answer:
        page.keyboard.press("Enter")
    return answer.value.status


def fill_in(page: Page) -> None:
    for name, value in DETAILS.items():
        reach(page, f'[name="{name}"]')
        page.keyboard.type(value)


def book(page: Page, address: str, look: Callable[[], None] = lambda: None) -> None:
    """From the first page to the booked time; `look` is called on every page on the way."""
    page.goto(address)
    look()
    press(page, 'a[href^="/book/initial-assessment/"]')
    look()
    press(page, TIME)
    look()
    fill_in(page)
    page.wait_for_timeout(ENTER_IS_TOO_QUICK)
    press(page, SUBMIT)
    look()


@dataclass
class Twin:
    """A browser with JavaScript beside one without: it opens the same page and lets axe look at it."""

    page: Page
    new_context: Callable[..., BrowserContext]
    found: list[Any] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Note what axe objects to, and a page that is wider than the screen."""
        state = self.page.context.storage_state()
        context = self.new_context(storage_state=state, bypass_csp=True, viewport=NARROW)
        page = context.new_page()
        page.goto(self.page.url)
        self.seen.append(page.title())
        violations = Axe().run(page).response["violations"]
        self.found += [(page.url, one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
        if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
            self.found.append((page.url, "wider than the screen", []))
        context.close()
