"""What waits beside the day: people who may be known, mail in trouble, the waiting list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import closures
from bookings.models import Notice, PersonalLink, WaitingListEntry, WaitingOffer
from tests.factories import START, make_appointment, make_patient, make_service, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_nine() -> Any:
    with travel(NOW, tick=False):
        yield


def today(client: Client) -> str:
    return client.get("/admin/").content.decode()


def queue(**given: Any) -> Notice:
    about = given.pop("about", None) or {"appointment": make_appointment()}
    return Notice.objects.create(
        **{"kind": "confirmation", "queued_at": NOW, "due_at": NOW - timedelta(hours=3), **about, **given}
    )


def waits() -> WaitingListEntry:
    days = {"first_day": date(2026, 11, 20), "last_day": date(2026, 12, 20)}
    person = {"name": "Iain Muir", "email": "iain@example.org", "service": make_service()}
    return WaitingListEntry.objects.create(joined_at=NOW, queued_at=NOW, **days, **person)


def test_somebody_who_looks_like_a_patient_is_a_possible_match(client: Client, mairi: Any) -> None:
    make_patient(name="Calum Reid")
    make_appointment(name="Callum Reid")
    make_appointment(name="Next Week", starts_at=START + timedelta(days=7))

    matches = client.get("/admin/").context["matches"]

    assert [(one.appointment.name, one.patient.name, one.shared) for one in matches] == [
        (name, "Calum Reid", "same birthday, same phone, same email") for name in ("Callum Reid", "Next Week")
    ]
    assert "Possible match" in today(client)


@pytest.mark.parametrize(
    "given",
    [
        {"date_of_birth": date(1990, 1, 1), "email": "other@example.org", "phone": ""},
        {"date_of_birth": None},
        {"status": "cancelled", "cancelled_at": NOW},
        {"status": "held", "held_until": NOW + timedelta(minutes=10)},
    ],
)
def test_who_looks_like_nobody_or_does_not_come_is_no_match(client: Client, mairi: Any, given: dict[str, Any]) -> None:
    make_patient(name="Calum Reid")
    make_appointment(name="Callum Reid", **given)

    assert client.get("/admin/").context["matches"] == []


def test_who_is_matched_already_is_no_possible_match(client: Client, mairi: Any) -> None:
    make_appointment(patient=make_patient())

    assert client.get("/admin/").context["matches"] == []


def test_a_receptionist_learns_nothing_of_matches(client: Client) -> None:
    client.force_login(make_user(username="desk", is_superuser=True))
    make_patient(name="Calum Reid")
    make_appointment(name="Callum Reid")

    assert "ossible match" not in today(client)


@pytest.mark.parametrize("item_count", [1, 3])
def test_matches_cost_the_same_however_many(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    make_patient()
    for number in range(item_count):
        make_appointment(starts_at=START + timedelta(days=number))

    with django_assert_num_queries(23):
        client.get("/admin/")


def test_mail_that_fails_says_for_whom_and_since_when(client: Client, mairi: Any) -> None:
    queue(attempts=2, last_error="refused")

    shown = today(client)

    wanted = ("mail not sent yet", "Ailsa Reid", "tried 2 times", "has been due for 3\xa0hours", "07700 900123")
    assert [words for words in wanted if words not in shown] == []


def test_mail_that_nobody_sends_is_noticed_before_it_was_ever_tried(client: Client, mairi: Any) -> None:
    queue()

    assert "Mail is not going out" in today(client)


@pytest.mark.parametrize(
    "given", [{"due_at": NOW - timedelta(minutes=2)}, {"due_at": NOW + timedelta(days=1)}, {"sent_at": NOW}]
)
def test_mail_on_its_way_is_no_trouble(client: Client, mairi: Any, given: dict[str, Any]) -> None:
    closures.propose(2027)
    queue(**given)

    assert "Nothing. All notes are signed and all mail has gone." in today(client)


def test_failing_mail_of_every_kind_can_be_named(client: Client, mairi: Any) -> None:
    times = {"requested_at": NOW, "expires_at": NOW + timedelta(days=1)}
    link = PersonalLink.objects.create(email="x@example.org", date_of_birth=date(1984, 5, 14), **times)
    queue(about={"personal_link": link}, kind="link", attempts=1)
    queue(about={"entry": waits()}, kind="waiting", attempts=1)

    shown = today(client)

    assert ["x@example.org" in shown, "Iain Muir" in shown] == [True, True]


def test_failing_mail_about_a_time_that_is_merely_kept_leads_to_no_page(client: Client, mairi: Any) -> None:
    kept = make_appointment(status="held", held_until=NOW + timedelta(hours=2), name="Not Proved")
    queue(about={"appointment": kept}, kind="proof", attempts=1)

    shown = today(client)

    assert ["Not Proved" in shown, f"/admin/appointments/{kept.pk}/" in shown] == [True, False]


def test_the_waiting_list_is_counted_with_what_is_on_offer(client: Client, mairi: Any) -> None:
    times = {"starts_at": START + timedelta(days=1), "made_at": NOW, "expires_at": NOW + timedelta(hours=2)}
    WaitingOffer.objects.create(entry=waits(), practitioner=mairi, **times)

    context = client.get("/admin/").context

    assert (context["waiting_count"], [one.entry.name for one in context["offers"]]) == (1, ["Iain Muir"])
    assert "theirs until Thu 26 Nov, 11:00" in today(client)


def test_an_offer_that_is_over_is_not_shown(client: Client, mairi: Any) -> None:
    times = {"starts_at": START, "made_at": NOW, "expires_at": NOW - timedelta(minutes=1)}
    WaitingOffer.objects.create(entry=waits(), practitioner=mairi, **times)

    assert client.get("/admin/").context["offers"] == []
