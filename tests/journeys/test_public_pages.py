"""Each public page, in a browser: no barrier axe can find, nothing the policy blocks, nothing wider than the screen."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

PAGES = {
    "/": 200,
    "/conditions/": 200,
    "/conditions/high-hamstring-tendinopathy/": 200,
    "/privacy/": 200,
    "/cancellations/": 200,
    "/complaints/": 200,
    "/book/": 200,
    "/book/initial-assessment/": 200,
    "/book/initial-assessment/details/?start=never": 404,
    "/returning/": 200,
    "/returning/?sent=yes": 200,
    "/returning/nonsense/": 404,
    "/appointment/nonsense/": 404,
    "/no-such-page/": 404,
    "/admin/login/": 200,
    "details": 200,
}
WIDTHS = (320, 390, 1440)


def open_page(page: Page, clinic: str, path: str) -> None:
    """Go there; `details` means the form behind the first free time."""
    page.set_default_timeout(10_000)
    address = clinic + ("/book/initial-assessment/" if path == "details" else path)
    response = page.goto(address)
    if path == "details":
        with page.expect_navigation() as navigation:
            page.locator(".first button").click()
        response = navigation.value
    assert response is not None
    assert response.status == PAGES[path]


@pytest.fixture
def axe_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page that lets axe in; the pages themselves stay under their policy."""
    return new_context(bypass_csp=True, viewport={"width": 390, "height": 844}).new_page()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_barrier(axe_page: Page, clinic: str, path: str) -> None:
    open_page(axe_page, clinic, path)

    found = Axe().run(axe_page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_the_page_keeps_its_own_policy_and_loads_from_here_alone(page: Page, clinic: str, path: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, clinic, path)
    page.wait_for_load_state("networkidle")

    assert [text for text in said if "Content Security Policy" in text] == []
    assert [url for url in asked if not url.startswith((clinic, "data:"))] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_screen(page: Page, clinic: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_page(page, clinic, path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
