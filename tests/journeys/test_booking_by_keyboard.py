"""Somebody books with the keyboard alone, on a small screen, with JavaScript switched off."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bookings.models import Appointment, Notice
from tests.journeys.keyboard import DETAILS, NARROW, SUBMIT, TIME, book, press, reach


@pytest.fixture
def small_page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(java_script_enabled=False, viewport=NARROW).new_page()


def test_a_time_is_booked_without_mouse_or_script(small_page: Page, clinic: str) -> None:
    book(small_page, f"{clinic}/book/")

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

    press(small_page, 'a[href^="/book/"]')

    expect(small_page.locator("h1")).to_have_count(1)


def test_what_was_booked_is_cancelled_the_same_way(small_page: Page, clinic: str) -> None:
    book(small_page, f"{clinic}/book/")

    press(small_page, 'a[href$="/cancel/"]')
    press(small_page, "button.button--danger")

    expect(small_page.locator(".ticket__state")).to_contain_text("Cancelled")
    assert Appointment.objects.get().status == Appointment.Status.CANCELLED


def test_a_mistake_is_named_and_nothing_typed_is_lost(small_page: Page, clinic: str) -> None:
    small_page.goto(f"{clinic}/book/")
    press(small_page, 'a[href^="/book/initial-assessment/"]')
    press(small_page, TIME)
    reach(small_page, '[name="name"]')
    small_page.keyboard.type(DETAILS["name"])

    assert press(small_page, SUBMIT) == 422
    expect(small_page.locator('[name="name"]')).to_have_value(DETAILS["name"])
    expect(small_page.locator('[name="email"]')).to_have_attribute("aria-invalid", "true")
