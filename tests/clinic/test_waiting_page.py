"""The waiting list as the staff see and steer it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import waiting
from bookings.models import Appointment, Notice, WaitingListEntry, WaitingOffer
from tests.factories import make_appointment, make_hours, make_location, make_practitioner, make_service, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FREE = "2026-11-26T10:00Z"


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def mairi(client: Client) -> Any:
    """The therapist, signed in, who treats on Thursdays."""
    user = make_practitioner(username="mairi")
    make_hours(practitioner=user, location=make_location())
    make_service(practitioners=[user])
    client.force_login(user)
    return user


def waits(mairi: Any, name: str = "Iain Muir", *, minutes: int = 0, **given: Any) -> WaitingListEntry:
    since = NOW - timedelta(days=1) + timedelta(minutes=minutes)
    values = {"service": mairi.services.get(), "first_day": date(2026, 11, 20), "last_day": date(2026, 12, 20)}
    values |= {"email": "iain@example.org", "joined_at": since, "queued_at": since, **given}
    return WaitingListEntry.objects.create(name=name, **values)


def do(client: Client, entry: WaitingListEntry, verb: str, **more: str) -> Any:
    return client.post("/admin/waiting/", {"entry": str(entry.pk), "do": verb, **more}, follow=True)


def shown_names(client: Client) -> list[str]:
    return [entry.name for entry, *_ in client.get("/admin/waiting/").context["rows"]]


def test_an_empty_list_says_so(client: Client, mairi: Any) -> None:
    assert "Nobody is waiting." in client.get("/admin/waiting/").content.decode()


def test_people_stand_in_the_order_they_joined(client: Client, mairi: Any) -> None:
    waits(mairi, "Second", minutes=5)
    waits(mairi, "First")

    assert shown_names(client) == ["First", "Second"]


def test_what_would_suit_is_said_in_words(client: Client, mairi: Any) -> None:
    waits(mairi, weekdays="03", evenings=False)

    assert "Mon, Thu; mornings, afternoons" in client.get("/admin/waiting/").content.decode()


def test_somebody_can_be_put_first(client: Client, mairi: Any) -> None:
    waits(mairi, "First")
    later = waits(mairi, "Second", minutes=5)

    do(client, later, "first")

    assert shown_names(client) == ["Second", "First"]


def test_somebody_can_be_taken_off(client: Client, mairi: Any) -> None:
    entry = waits(mairi)

    do(client, entry, "withdraw")

    entry.refresh_from_db()
    assert (entry.status, shown_names(client)) == ("withdrawn", [])


def test_a_chosen_time_is_offered_and_kept_for_them_alone(client: Client, mairi: Any) -> None:
    waits(mairi, "First")
    entry = waits(mairi, "Second", minutes=5)

    listed = FREE in client.get("/admin/waiting/", {"entry": str(entry.pk)}).content.decode()
    do(client, entry, "offer", start=FREE)

    offer = WaitingOffer.objects.get()
    assert (listed, offer.entry, offer.appointment.status) == (True, entry, "held")
    assert Notice.objects.get(kind="offer").offer == offer
    assert "theirs until" in client.get("/admin/waiting/").content.decode()


def test_nobody_is_offered_two_times_at_once(client: Client, mairi: Any) -> None:
    entry = waits(mairi)
    do(client, entry, "offer", start=FREE)

    answer = do(client, entry, "offer", start="2026-11-26T14:00Z")

    assert "being offered a time already" in answer.content.decode()
    assert (WaitingOffer.objects.count(), Appointment.objects.count()) == (1, 1)


def test_an_offer_that_has_run_out_makes_way_for_another(client: Client, mairi: Any) -> None:
    entry = waits(mairi)
    do(client, entry, "offer", start=FREE)

    later = NOW + timedelta(hours=3)
    waiting.offer_start(entry=entry, start=datetime(2026, 12, 3, 10, tzinfo=UTC), by=None, now=later)

    assert list(WaitingOffer.objects.order_by("made_at").values_list("answer", flat=True)) == ["lapsed", ""]


def test_a_time_that_has_gone_is_said_kindly(client: Client, mairi: Any) -> None:
    entry = waits(mairi)
    make_appointment(practitioner=mairi)

    answers = [do(client, entry, "offer", start=start) for start in (FREE, "\x00", "")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert "not free any more" in answers[0].content.decode()
    assert not WaitingOffer.objects.exists()


def typed(mairi: Any, **changes: Any) -> dict[str, Any]:
    when = {"first_day": "2026-11-20", "last_day": "2026-12-20", "weekdays": ["0", "3"], "parts": ["mornings"]}
    who = {"name": "Iain Muir", "email": "iain@example.org", "phone": "0141 496 0123"}
    return {"service": mairi.services.get().pk, **when, **who, **changes}


def test_somebody_who_rings_is_added_and_gets_a_mail(client: Client, mairi: Any) -> None:
    answer = client.post("/admin/waiting/add/", typed(mairi))

    entry = WaitingListEntry.objects.get()
    assert (answer.status_code, entry.weekdays, entry.mornings, entry.evenings) == (302, "03", True, False)
    assert Notice.objects.get().entry == entry


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"),
        ({"last_day": "2026-11-19"}, "last_day"),
        ({"first_day": "2026-12-24"}, "last_day"),
        ({"weekdays": []}, "weekdays"),
        ({"parts": ["\x00"]}, "parts"),
        ({"name": "x" * 500}, "name"),
        ({"email": "a@" + "b" * 300 + ".org"}, "email"),
    ],
)
def test_what_is_missing_is_said_and_kept(client: Client, mairi: Any, changes: dict[str, Any], field: str) -> None:
    answer = client.post("/admin/waiting/add/", typed(mairi, **changes))

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_asks_the_database_the_same_whatever_its_length(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    entries = [waits(mairi, f"Person {number}", appointment=make_appointment()) for number in range(item_count)]

    with django_assert_num_queries(10):
        client.get("/admin/waiting/", {"entry": str(entries[0].pk)})


def test_a_receptionist_sees_who_waits_but_not_why(client: Client, mairi: Any) -> None:
    waits(mairi, reason="CANARY", condition_code="canary-code")
    client.force_login(make_user(username="desk", is_superuser=True))

    shown = client.get("/admin/waiting/").content.decode()

    assert ("canary" in shown.lower(), "Iain Muir" in shown) == (False, True)


def test_looking_at_the_list_changes_nothing(client: Client, mairi: Any) -> None:
    entry = waits(mairi)

    client.get("/admin/waiting/", {"entry": str(entry.pk), "do": "withdraw"})

    assert (WaitingListEntry.objects.get().status, WaitingOffer.objects.count()) == ("waiting", 0)


@pytest.mark.parametrize("posted", [{}, {"entry": "\x00"}, {"entry": "9" * 400}])
def test_junk_is_not_found(client: Client, mairi: Any, posted: dict[str, str]) -> None:
    assert client.post("/admin/waiting/", posted).status_code == 404
