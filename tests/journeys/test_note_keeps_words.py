"""No word is lost on the way: saved as it is typed, signed out, in two windows; and nothing shows after logging out."""

import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.visits import DESK, PHONE, SAVED, Visit, open_note, signed_in

STORED_HERE = "indexedDB.databases().then(found => [localStorage.length, sessionStorage.length, found.length])"


def test_typed_words_are_on_the_server_two_seconds_after_the_last_key(visit: Visit, noted: str, desk: Page) -> None:
    open_note(desk, visit, noted)
    desk.locator('[name="plan"]').focus()

    with desk.expect_response(lambda answer: answer.request.headers.get("x-autosave") == "1") as answer:
        desk.keyboard.type("Flat runs only. alpha+beta, dose%20A", delay=5)
        last_key = time.monotonic()
        before = desk.locator(".signing__saved").inner_text()
    took = time.monotonic() - last_key

    expect(desk.locator(SAVED)).to_contain_text(answer.value.json()["saved_at"])
    assert desk.evaluate(STORED_HERE) == [0, 0, 0]
    assert (visit.note.plan, "Saved" in before, took < 2) == ("Flat runs only. alpha+beta, dose%20A", False, True)


def test_signed_out_in_mid_typing_no_word_is_lost(visit: Visit, noted: str, desk: Page) -> None:
    open_note(desk, visit, noted)
    desk.context.clear_cookies()
    desk.locator('[name="plan"]').focus()
    desk.keyboard.type("Typed after the session ended")
    desk.wait_for_selector("dialog.note-door[open]")

    with desk.context.expect_page() as opened:
        desk.locator("dialog.note-door a").click()
    opened.value.fill("#id_username", "mairi")
    opened.value.fill("#id_password", "secret")
    opened.value.press("#id_password", "Enter")
    opened.value.wait_for_url("**/signed-in/")
    opened.value.close()
    desk.evaluate("dispatchEvent(new Event('focus'))")

    expect(desk.locator(SAVED)).to_be_visible()
    expect(desk.locator("dialog.note-door")).to_be_hidden()
    assert visit.note.plan == "Typed after the session ended"


def both_texts(page: Page) -> int:
    """Save two texts from two windows; the page then shows both, with the status that comes back."""
    other = page.context.new_page()
    other.goto(page.url)
    for window, words in ((other, "From the first window"), (page, "From the second window")):
        window.locator('[name="plan"]').fill(words)
        window.keyboard.press("Control+s")
        window.wait_for_selector(".signing__saved:is([data-state=saved], [data-state=conflict])")
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="See both texts").click()
    return answer.value.status


def test_a_second_window_shows_both_texts_and_loses_neither(visit: Visit, noted: str, desk: Page) -> None:
    open_note(desk, visit, noted)

    status = both_texts(desk)
    shown = desk.locator("main").inner_text()
    desk.get_by_label("Both, one below the other").check()
    with desk.expect_navigation():
        desk.get_by_role("button", name="Save as chosen").click()

    assert (status, "From the first window" in shown, "From the second window" in shown) == (409, True, True)
    assert visit.note.plan == "From the first window\nFrom the second window"


def test_going_back_after_logging_out_shows_nothing(visit: Visit, noted: str, desk: Page) -> None:
    open_note(desk, visit, noted)
    desk.locator(".bar__user summary").click()
    with desk.expect_navigation():
        desk.get_by_role("button", name="Log out").click()

    desk.go_back()

    expect(desk.locator("#login-form")).to_be_visible()
    assert "MacLeod" not in desk.locator("body").inner_text()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_the_pages_of_a_note(
    visit: Visit, noted: str, new_context: Callable[..., BrowserContext], screen: dict[str, int]
) -> None:
    page = signed_in(new_context, visit, noted, viewport=screen, bypass_csp=True)
    first = visit.note
    open_note(page, visit, noted)
    found = [*violations(page)]
    page.keyboard.press("?")
    found += violations(page)
    page.keyboard.press("Escape")
    both_texts(page)
    found += violations(page)
    page.goto(f"{noted}/admin/notes/{first.pk}/")
    found += violations(page)

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]]
