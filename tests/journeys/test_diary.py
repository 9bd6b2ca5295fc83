"""The diary in a browser: dragged with a mouse, worked with keys alone, and without JavaScript; axe looks at it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from bookings.availability import local_moment
from bookings.models import Appointment, Closure, Location, Notice, Room, Service
from clinic.models import User
from tests.factories import make_appointment
from tests.journeys.visits import make_session, sign_in

WIDE = {"width": 1440, "height": 1400}
ROW = 7.2  # pixels of five minutes


@pytest.fixture
def tuesday(clinic: str) -> date:
    """A working day a fortnight on, with two people booked on it."""
    today = timezone.localdate()
    day = today + timedelta(days=14 + (1 - today.weekday()) % 7)
    book("Callum Reid", day, time(10))
    book("Iain Muir", day, time(14))
    return day


@pytest.fixture
def due(clinic: str) -> Appointment:
    """Somebody booked for this very day, who can be marked arrived."""
    return book("Ewan Bell", timezone.localdate(), time(14))


@pytest.fixture
def desk(clinic: str, tuesday: date, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page of the therapist, who is logged in, at the week of that day."""
    session = make_session(User.objects.get(username="therapist"))

    def open_page(**given: Any) -> Page:
        context = new_context(**{"viewport": WIDE, **given})
        sign_in(context, session, clinic)
        page = context.new_page()
        page.goto(f"{clinic}/admin/diary/?day={tuesday}")
        return page

    return open_page


def book(name: str, day: date, at: time) -> Appointment:
    service = Service.objects.get(slug="follow-up")
    place: dict[str, Any] = {"location": Location.objects.get(), "room": Room.objects.get()}
    start: datetime = local_moment(day, at)
    therapist = User.objects.get(username="therapist")
    return make_appointment(
        name=name, practitioner=therapist, service=service, starts_at=start, minutes=45, after=15, **place
    )


def box(page: Page, name: str) -> Any:
    return page.locator(".event", has_text=name).locator("a.event__box")


def drag(page: Page, name: str, *, rows: int) -> None:
    """Down the column by so many rows of five minutes."""
    bounds = box(page, name).bounding_box()
    x, y = bounds["x"] + 60, bounds["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + rows * ROW, steps=4)
    page.mouse.up()


def local(row: Appointment) -> str:
    row.refresh_from_db()
    return f"{timezone.localtime(row.starts_at):%H:%M}"


def test_an_appointment_is_dragged_and_taken_back(desk: Callable[..., Page]) -> None:
    page, callum = desk(), Appointment.objects.get(name="Callum Reid")

    drag(page, "Callum Reid", rows=12)
    expect(page.locator(".diary__undo")).to_contain_text("Callum Reid, moved")
    moved = local(callum)
    expect(box(page, "Callum Reid")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".messagelist")).to_contain_text("Taken back")

    assert (moved, local(callum)) == ("11:00", "10:00")
    assert not Notice.objects.filter(dropped_at=None, kind="change").exists()


def test_what_the_server_refuses_stays_where_it_was_and_says_why(desk: Callable[..., Page]) -> None:
    page, callum = desk(), Appointment.objects.get(name="Callum Reid")
    before = box(page, "Callum Reid").bounding_box()

    drag(page, "Callum Reid", rows=48)

    expect(page.locator("[data-said]")).to_contain_text("This time is taken by Iain Muir (14:00 to 14:45).")
    assert (box(page, "Callum Reid").bounding_box()["x"], local(callum)) == (before["x"], "10:00")
    twin = str(page.locator("[data-said] a").get_attribute("href"))
    assert twin.startswith(f"/admin/appointments/{callum.pk}/move/?day=")


def test_free_time_is_dragged_over_and_blocked_in_three_acts(desk: Callable[..., Page], tuesday: date) -> None:
    page = desk()
    column = page.locator(f'.day__list[data-day="{tuesday}"]').bounding_box()
    x, top = column["x"] + 80, column["y"]

    page.mouse.move(x, top + 24 * ROW)
    page.mouse.down()
    page.mouse.move(x, top + 36 * ROW, steps=4)
    page.mouse.up()
    page.wait_for_url("**/block/**")
    page.keyboard.type("Letters")
    page.keyboard.press("Enter")
    expect(page.locator("#chosen")).to_contain_text("Blocked: Letters")

    made = Closure.objects.get(reason="Letters")
    assert (made.first_day, made.from_time, made.until_time) == (tuesday, time(11), time(12))


def test_by_keys_alone_somebody_gets_the_next_free_time_in_two(desk: Callable[..., Page]) -> None:
    page = desk()
    box(page, "Callum Reid").focus()

    page.keyboard.press("f")
    expect(page.locator(".next__one--first")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("Booked: Callum Reid")
    assert Appointment.objects.filter(name="Callum Reid").count() == 2


def test_arrows_and_letters_go_through_the_diary(desk: Callable[..., Page], due: Appointment) -> None:
    page = desk()

    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("?")
    expect(page.locator(".diary__keys")).to_have_attribute("open", "")
    page.keyboard.press("t")
    page.wait_for_url(f"**day={timezone.localdate()}**")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(box(page, "Ewan Bell")).to_contain_text("Arrived")

    assert ("Callum Reid" in first, "Iain Muir" in second) == (True, True)


def test_without_script_everything_is_a_link_or_a_button(desk: Callable[..., Page], due: Appointment) -> None:
    page = desk(java_script_enabled=False)

    page.locator("[aria-keyshortcuts=t]").click()
    box(page, "Ewan Bell").click()
    page.locator("#chosen").get_by_role("button", name="Mark arrived").click()
    expect(page.locator(".diary__undo")).to_contain_text("booked to arrived")
    page.locator(".diary__undo button").click()

    due.refresh_from_db()
    assert due.status == "booked"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_and_the_policy_blocks_nothing(
    desk: Callable[..., Page], clinic: str, scheme: str
) -> None:
    page = desk(bypass_csp=True, color_scheme=scheme)
    key = Appointment.objects.get(name="Callum Reid").pk
    found = {}
    for path in (
        f"diary/?day={page.url[-10:]}&chosen=a-{key}",
        "diary/sheet/",
        "diary/block/",
        f"next/?appointment={key}",
    ):
        page.goto(f"{clinic}/admin/{path}")
        found[path] = [one["id"] for one in Axe().run(page).response["violations"]]

    assert [path for path, barriers in found.items() if barriers] == [], found


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_is_wider_than_the_screen_or_against_the_policy(desk: Callable[..., Page], width: int) -> None:
    page = desk(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload(wait_until="networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
