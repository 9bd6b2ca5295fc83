"""Free times as data: what the booking page offers, in at most six queries, for anybody to show."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bookings import limits, openings
from bookings.models import Appointment, Service
from tests.factories import START, make_appointment, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

PAGE = "/free-times.json"


def ask(client: Client, **query: Any) -> Any:
    return client.get(PAGE, {"service": "initial", **query})


def test_it_says_when_and_where_to_book(client: Client, clinic: Service) -> None:
    answer = ask(client, **{"from": "2026-11-26", "days": "1"})

    first = answer.json()["times"][0]
    assert answer.status_code == 200
    assert {**answer.json(), "times": len(answer.json()["times"])} == {
        "service": "initial",
        "from": "2026-11-26",
        "until": "2026-11-26",
        "times": 15,
    }
    assert first == {
        "start": "2026-11-26T09:00:00+00:00",
        "end": "2026-11-26T10:00:00+00:00",
        "url": "http://localhost:8000/book/initial/details/?start=2026-11-26T09%3A00Z",
    }


def test_it_offers_exactly_what_the_booking_pages_offer(client: Client, clinic: Service) -> None:
    make_appointment(practitioner=clinic.practitioners.get(), starts_at=START, after=15)
    now, first_day = datetime(2026, 11, 20, 12, 0, tzinfo=UTC), datetime(2026, 11, 20).date()  # noqa: DTZ001
    days = {"first_day": first_day, "last_day": first_day + timedelta(days=29)}

    told = ask(client, days="30").json()["times"]

    expected = [one.start for one in openings.free_times(clinic, **days, now=now)]
    assert [datetime.fromisoformat(one["start"]) for one in told] == expected


def test_times_are_by_the_clock_on_the_wall_in_summer(client: Client, clinic: Service, time_machine: Any) -> None:
    time_machine.move_to(datetime(2027, 3, 20, 12, 0, tzinfo=UTC))

    starts = [one["start"] for one in ask(client, days="15").json()["times"] if "T09:00" in one["start"]]

    assert starts == ["2027-03-25T09:00:00+00:00", "2027-04-01T09:00:00+01:00"]


def test_the_address_it_gives_leads_to_the_form(client: Client, clinic: Service) -> None:
    url = ask(client).json()["times"][0]["url"].removeprefix("http://localhost:8000")

    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"service": ""}, "Say which service"),
        ({"service": "a\x00b"}, "Say which service"),
        ({"service": "x" * 61}, "Say which service"),
        ({"days": "0"}, "days must be"),
        ({"days": "31"}, "days must be"),
        ({"days": "٣"}, "days must be"),
        ({"days": "9" * 5000}, "days must be"),
        ({"days": "1e1"}, "days must be"),
        ({"from": "tomorrow"}, "from must be"),
        ({"from": "2026-02-30"}, "from must be"),
        ({"from": "9999-12-31"}, "from must be"),
        ({"from": "0001-01-01"}, "from must be"),
        ({"from": "\x00"}, "from must be"),
    ],
)
def test_what_cannot_be_answered_is_said_in_plain_words(
    query: dict[str, str], words: str, client: Client, clinic: Service
) -> None:
    answer = ask(client, **query)

    assert (answer.status_code, answer.json()["error"].startswith(words)) == (400, True)
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("change", [{"slug": "other"}, {"is_offered": False}])
def test_what_is_not_on_offer_is_not_found(change: dict[str, Any], client: Client, clinic: Service) -> None:
    Service.objects.update(**change)

    assert ask(client).status_code == 404


@pytest.mark.parametrize("change", [{"setting": "home"}, {"audience": "returning"}])
def test_what_needs_a_question_first_leads_to_the_page_that_asks(
    change: dict[str, str], client: Client, clinic: Service
) -> None:
    Service.objects.update(**change)

    answer = ask(client)

    assert (answer.status_code, answer.json()["error"][-35:]) == (400, "http://localhost:8000/book/initial/")


@pytest.mark.parametrize("day", ["2000-01-01", "2026-11-19", "2099-12-31"])
def test_days_that_are_past_or_far_off_have_no_times(day: str, client: Client, clinic: Service) -> None:
    assert ask(client, **{"from": day, "days": "1"}).json()["times"] == []


def test_other_sites_may_show_it_and_keep_it_for_a_minute(client: Client, clinic: Service) -> None:
    answer = ask(client)

    assert (answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("public, max-age=60", "application/json")
    assert answer.cookies.output() == ""


def test_it_can_only_be_read(client: Client, clinic: Service) -> None:
    assert client.post(PAGE, {"service": "initial"}).status_code == 405


def test_it_names_nobody_who_is_booked(client: Client, clinic: Service) -> None:
    make_appointment(practitioner=clinic.practitioners.get(), name="CANARY", reason="CANARY", email="canary@x.org")

    assert "canary" not in ask(client).content.decode().lower()


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, clinic: Service) -> None:
    statuses = [ask(client).status_code for _ in range(limits.FREE_TIMES[0].most + 1)]

    answer = ask(client)

    assert statuses == [200] * 120 + [429]
    assert (answer.status_code, 1 <= int(answer["Retry-After"]) <= 61) == (429, True)
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("item_count", [1, 3, 300])
def test_thirty_days_take_six_queries_however_many_are_booked(
    item_count: int, client: Client, clinic: Service, django_assert_num_queries: Any
) -> None:
    make_service(practitioners=clinic.practitioners.all())
    booked = make_appointment(practitioner=clinic.practitioners.get(), service=clinic)
    shared = {"practitioner": booked.practitioner, "service": clinic, "location": booked.location}
    for number in range(1, item_count):
        make_appointment(starts_at=START + timedelta(hours=2 * number), **shared)

    with django_assert_num_queries(6):
        answer = ask(client, days="30")

    assert (answer.status_code, Appointment.objects.count()) == (200, item_count)
