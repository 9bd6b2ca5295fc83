"""Days off, who must be moved for a closure, and the calendar address, as the staff meet them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import closures, links
from bookings.models import Appointment, CalendarFeed, Closure, Notice
from tests.factories import START, make_appointment, make_closure, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
THURSDAY = "2026-11-26"
ADD = "/admin/bookings/closure/add/"


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def closure() -> Closure:
    """A Thursday off on which somebody is booked."""
    make_appointment(name="Isla Kerr", phone="+441414960123")
    return make_closure(first_day=date(2026, 11, 26), reason="Training")


def plan(closure: Closure) -> str:
    return f"/admin/closures/{closure.pk}/"


def states() -> dict[str, str]:
    return dict(Appointment.objects.values_list("name", "status"))


def day_off(**given: str) -> dict[str, str]:
    return {"first_day": THURSDAY, "reason": "Training", "is_kept": "on", **given}


def test_closing_a_day_with_appointments_leads_to_who_must_be_moved(client: Client, mairi: Any) -> None:
    make_appointment(name="Isla Kerr")

    answer = client.post(ADD, day_off())

    assert answer.headers["Location"] == plan(Closure.objects.get())
    assert (states(), Notice.objects.count()) == ({"Isla Kerr": "booked"}, 0)


def test_closing_a_day_without_appointments_leads_back_to_the_list(client: Client, mairi: Any) -> None:
    assert client.post(ADD, day_off()).headers["Location"] == "/admin/bookings/closure/"


def test_a_changed_closure_lists_who_must_be_moved_too(client: Client, mairi: Any) -> None:
    make_appointment()
    row = make_closure(first_day=date(2026, 11, 30))

    answer = client.post(f"/admin/bookings/closure/{row.pk}/change/", day_off())

    assert (answer.headers["Location"], Notice.objects.count()) == (plan(row), 0)


def test_the_list_says_name_time_and_phone_and_leads_to_moving(client: Client, mairi: Any, closure: Closure) -> None:
    key = Appointment.objects.get().pk

    shown = client.get(plan(closure)).content.decode()

    wanted = ("Isla Kerr", "Thursday 26 November, 10:00", "0141 496 0123", f"/admin/appointments/{key}/move/")
    assert [words for words in wanted if words not in shown] == []


def test_looking_at_the_list_changes_nothing(client: Client, mairi: Any, closure: Closure) -> None:
    client.get(plan(closure))

    assert (states(), Notice.objects.count()) == ({"Isla Kerr": "booked"}, 0)


def test_everybody_can_be_left_as_they_are(client: Client, mairi: Any, closure: Closure) -> None:
    client.post(plan(closure), {"do": "leave", "cancel": str(Appointment.objects.get().pk)})

    assert (states(), Notice.objects.count()) == ({"Isla Kerr": "booked"}, 0)


def test_those_who_are_ticked_are_cancelled_and_mailed(client: Client, mairi: Any, closure: Closure) -> None:
    make_appointment(name="Left Alone", starts_at=START + timedelta(hours=2))
    ticked = Appointment.objects.get(name="Isla Kerr")

    client.post(plan(closure), {"do": "cancel", "cancel": [str(ticked.pk)]})

    assert states() == {"Isla Kerr": "cancelled", "Left Alone": "booked"}
    assert list(Notice.objects.values_list("appointment", "kind")) == [(ticked.pk, "cancellation")]


@pytest.mark.parametrize("ticks", [[], [""], ["\x00"], ["not-a-key"], ["9" * 400]])
def test_without_a_tick_nobody_is_cancelled_and_the_page_says_so(
    client: Client, mairi: Any, closure: Closure, ticks: list[str]
) -> None:
    answer = client.post(plan(closure), {"do": "cancel", "cancel": ticks})

    assert (answer.status_code, "Nobody is ticked." in answer.content.decode()) == (422, True)
    assert states() == {"Isla Kerr": "booked"}


def test_the_clinic_may_stay_open_after_all(client: Client, mairi: Any, closure: Closure) -> None:
    client.post(plan(closure), {"do": "open"})

    closure.refresh_from_db()
    assert (closure.is_kept, states()) == (False, {"Isla Kerr": "booked"})


def test_a_year_is_filled_in_by_a_press_and_not_by_a_look(client: Client, mairi: Any) -> None:
    client.get("/admin/days-off/", {"year": "2027"})
    before = Closure.objects.count()

    answer = client.post("/admin/days-off/", {"do": "fill", "year": "2027"})

    assert (before, answer.headers["Location"]) == (0, "/admin/days-off/?year=2027")
    assert closures.is_filled_in(2027)


def test_ticks_are_saved_at_once_and_tell_nobody(client: Client, mairi: Any, closure: Closure) -> None:
    other = make_closure(first_day=date(2026, 12, 25), reason="Christmas Day", is_kept=False)
    ticks = {"shown": [closure.pk, other.pk], "kept": [closure.pk, other.pk], "year": "2026", "do": "save"}

    client.post("/admin/days-off/", ticks)

    assert set(Closure.objects.values_list("is_kept", flat=True)) == {True}
    assert (states(), Notice.objects.count()) == ({"Isla Kerr": "booked"}, 0)


def test_a_ticked_day_with_appointments_is_flagged(client: Client, mairi: Any, closure: Closure) -> None:
    Closure.objects.update(is_kept=False)

    answer = client.post(
        "/admin/days-off/", {"shown": [closure.pk], "kept": [closure.pk], "year": "2026", "do": "save"}, follow=True
    )

    shown = answer.content.decode()
    assert [words in shown for words in ("1 must be moved", plan(closure), "nobody was told")] == [True] * 3


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_days_off_cost_the_same_however_many(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        make_closure(first_day=date(2026, 11, 26 + number))
        make_appointment(starts_at=START + timedelta(days=number))

    with django_assert_num_queries(7):
        client.get("/admin/days-off/")


@pytest.mark.parametrize("year", ["", "0", "1066", "99999999999999999999", "x", "\x00", "²"])
def test_an_odd_year_shows_this_one(client: Client, mairi: Any, year: str) -> None:
    assert client.get("/admin/days-off/", {"year": year}).context["year"] == 2026


@pytest.mark.parametrize("keys", ["\x00", "x", "9" * 300, "-1"])
def test_odd_ticks_change_nothing(client: Client, mairi: Any, closure: Closure, keys: str) -> None:
    answer = client.post("/admin/days-off/", {"shown": keys, "kept": keys, "year": "2026", "do": "save"})

    closure.refresh_from_db()
    assert (answer.status_code, closure.is_kept) == (302, True)


@pytest.mark.parametrize("path", ["/admin/days-off/", "/admin/calendar-address/"])
def test_staff_without_leave_are_refused(client: Client, path: str) -> None:
    client.force_login(make_user())

    assert [client.get(path).status_code, client.post(path).status_code] == [403, 403]


@pytest.mark.parametrize("path", ["/admin/days-off/", "/admin/calendar-address/", "/admin/closures/1/"])
def test_a_stranger_is_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/admin/login/?next={path}"


def test_next_year_is_offered_on_today_until_it_is_filled_in(client: Client, mairi: Any) -> None:
    before = client.get("/admin/").content.decode()
    closures.propose(2027)
    after = client.get("/admin/").content.decode()

    assert ["Fill in 2027" in shown for shown in (before, after)] == [True, False]


def test_nothing_is_asked_about_next_year_in_september(client: Client, mairi: Any) -> None:
    with travel(datetime(2026, 9, 30, 12, tzinfo=UTC), tick=False):
        assert client.get("/admin/").context["year_to_fill"] is None


def test_today_says_who_is_booked_while_the_clinic_is_closed(client: Client, mairi: Any, closure: Closure) -> None:
    shown = client.get("/admin/").content.decode()

    assert [words in shown for words in ("Booked while you are closed", plan(closure))] == [True, True]


def test_a_practitioner_makes_a_calendar_address_and_a_look_makes_none(client: Client, mairi: Any) -> None:
    client.get("/admin/calendar-address/")
    before = CalendarFeed.objects.count()

    client.post("/admin/calendar-address/", {"do": "make"})

    feed = CalendarFeed.objects.get()
    assert (before, feed.practitioner) == (0, mairi)
    assert links.feed_url(feed) in client.get("/admin/calendar-address/").content.decode()


def test_a_new_calendar_address_kills_the_old_one(client: Client, mairi: Any) -> None:
    old = links.token(links.new_feed(practitioner=mairi, now=NOW), links.FEED)

    client.post("/admin/calendar-address/", {"do": "make"})

    with pytest.raises(links.LinkGone):
        links.opened_feed(old)


def test_a_stopped_calendar_address_opens_nothing(client: Client, mairi: Any) -> None:
    old = links.token(links.new_feed(practitioner=mairi, now=NOW), links.FEED)

    client.post("/admin/calendar-address/", {"do": "stop"})

    with pytest.raises(links.LinkGone):
        links.opened_feed(old)
