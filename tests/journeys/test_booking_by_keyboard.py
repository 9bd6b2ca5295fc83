"""Somebody books with the keyboard alone, on a small screen, with JavaScript switched off."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bookings.models import Appointment, Notice

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


@pytest.fixture
def small_page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is on a match, as somebody without a mouse does."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.locator(f":is({selector}):focus").count():
            return
    pytest.fail(f"{selector} cannot be reached with the Tab key on {page.url}")


def follow(page: Page, selector: str) -> None:
    reach(page, selector)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def fill_in(page: Page) -> None:
    for name, value in DETAILS.items():
        reach(page, f'[name="{name}"]')
        page.keyboard.type(value)


def book(page: Page, clinic: str) -> None:
    page.goto(f"{clinic}/book/")
    follow(page, 'a[href^="/book/initial-assessment/"]')
    follow(page, 'a.button[href*="/details/"]')
    fill_in(page)
    follow(page, "button:not([name])")


def test_a_time_is_booked_without_mouse_or_script(small_page: Page, clinic: str) -> None:
    book(small_page, clinic)

    booked = Appointment.objects.get()
    expect(small_page.locator(".ticket__state .reference")).to_have_text(booked.reference)
    assert (booked.name, booked.email, booked.phone, booked.postcode, booked.date_of_birth) == (
        "Màiri NicDhòmhnaill",
        "mairi@example.org",
        "+447700900123",
        "G11 6AA",
        date(1984, 5, 14),
    )
    assert Notice.objects.get(kind="confirmation").appointment == booked


def test_the_way_in_from_the_home_page_is_a_few_keys_long(small_page: Page, clinic: str) -> None:
    small_page.goto(clinic)

    follow(small_page, 'a[href^="/book/"]')

    expect(small_page.locator("h1")).to_have_count(1)


def test_what_was_booked_is_cancelled_the_same_way(small_page: Page, clinic: str) -> None:
    book(small_page, clinic)

    follow(small_page, 'a[href$="/cancel/"]')
    follow(small_page, "button.button--danger")

    expect(small_page.locator(".ticket__state")).to_contain_text("Cancelled")
    assert Appointment.objects.get().status == Appointment.Status.CANCELLED


def test_a_mistake_is_named_and_nothing_typed_is_lost(small_page: Page, clinic: str) -> None:
    small_page.goto(f"{clinic}/book/")
    follow(small_page, 'a[href^="/book/initial-assessment/"]')
    follow(small_page, 'a.button[href*="/details/"]')
    reach(small_page, '[name="name"]')
    small_page.keyboard.type(DETAILS["name"])
    reach(small_page, "button:not([name])")
    with small_page.expect_navigation() as answer:
        small_page.keyboard.press("Enter")

    assert answer.value.status == 422
    expect(small_page.locator('[name="name"]')).to_have_value(DETAILS["name"])
    expect(small_page.locator('[name="email"]')).to_have_attribute("aria-invalid", "true")
