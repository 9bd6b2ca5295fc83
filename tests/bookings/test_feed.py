"""A practitioner's private calendar: initials and kind of appointment, read by libraries that did not write it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import ics as reader
import pytest
import vobject
from django.test import Client

from bookings import feed_views, links
from clinic.models import User
from tests.factories import make_appointment, make_practitioner, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def mairi() -> User:
    return make_practitioner(username="mairi")


def address(practitioner: User) -> str:
    return links.feed_url(links.new_feed(practitioner=practitioner, now=NOW)).removeprefix("http://localhost:8000")


def read(answer: Any) -> list[tuple[str, datetime, datetime]]:
    """What two readers find, which must be the same."""
    text = answer.content.decode()
    events = vobject.readOne(text).contents.get("vevent", [])
    found = [(one.summary.value, one.dtstart.value, one.dtend.value) for one in events]
    other = [(one.name, one.begin.datetime, one.end.datetime) for one in reader.Calendar(text).events]
    assert sorted(found) == sorted(other)
    return found


def test_it_shows_initials_and_the_kind_of_appointment_and_nothing_else(client: Client, mairi: User) -> None:
    told = {"name": "Seònaid Anna NicIllEathain", "reason": "CANARY", "condition_code": "canary", "postcode": "G1 1AA"}
    one = make_appointment(practitioner=mairi, **told)

    answer = client.get(address(mairi))

    text = answer.content.decode()
    assert read(answer) == [("S. N., Initial assessment", one.starts_at, one.ends_at)]
    hidden = ("Seònaid", "CANARY", "canary", "G1 1AA", "example.org", "ATTENDEE", "LOCATION", "4477", one.reference)
    assert [word for word in hidden if word in text] == []
    assert (answer["Content-Type"], "METHOD:PUBLISH\r\n" in text) == (
        "text/calendar; charset=utf-8; method=PUBLISH",
        True,
    )


def test_it_holds_two_weeks_back_and_sixty_days_ahead_of_those_who_come(client: Client, mairi: User) -> None:
    for days in (-15, -13, 1, 59, 61):
        make_appointment(practitioner=mairi, starts_at=NOW + timedelta(days=days))
    make_appointment(practitioner=mairi, starts_at=NOW + timedelta(days=2), status="cancelled", cancelled_at=NOW)
    make_appointment(practitioner=mairi, starts_at=NOW + timedelta(days=3), status="did_not_attend")
    kept = {"status": "held", "held_until": NOW + timedelta(days=1)}
    make_appointment(practitioner=mairi, starts_at=NOW + timedelta(days=4), **kept)
    make_appointment(starts_at=NOW + timedelta(days=5))

    shown = read(client.get(address(mairi)))

    assert [(start - NOW).days for _, start, _ in shown] == [-13, 1, 59]


def test_an_empty_one_is_a_whole_calendar(client: Client, mairi: User) -> None:
    answer = client.get(address(mairi))

    zone = vobject.readOne(answer.content.decode()).vtimezone
    assert (answer.status_code, read(answer), zone.tzid.value) == (200, [], "Europe/London")


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-12-24T10:00+00:00", "20261224T100000Z"),
        ("2027-01-15T10:00+00:00", "20270115T100000Z"),
    ],
)
def test_times_are_written_as_moments(local: str, utc: str, client: Client, mairi: User) -> None:
    make_appointment(practitioner=mairi, starts_at=datetime.fromisoformat(local))

    assert f"DTSTART:{utc}\r\n" in client.get(address(mairi)).content.decode()


def test_a_stopped_and_a_renewed_address_show_nothing_any_more(client: Client, mairi: User) -> None:
    old = address(mairi)
    new = address(mairi)
    renewed = (client.get(old).status_code, client.get(new).status_code)

    links.stop_feed(practitioner=mairi)

    assert (renewed, client.get(new).status_code) == ((404, 200), 404)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_practitioner": False}])
def test_who_works_here_no_more_has_no_calendar(change: dict[str, bool], client: Client, mairi: User) -> None:
    given = address(mairi)
    User.objects.filter(pk=mairi.pk).update(**change)

    assert client.get(given).status_code == 404


@pytest.mark.parametrize("token", ["x", "%00", "é" * 54, "A" * 22, "A" * 54, "A" * 5000])
def test_a_guessed_address_is_nothing(token: str, client: Client) -> None:
    assert client.get(f"/calendar/{token}/clinic.ics").status_code == 404


def test_the_link_of_an_appointment_opens_no_calendar(client: Client, mairi: User) -> None:
    one = make_appointment(practitioner=mairi)

    assert client.get(f"/calendar/{links.token(one)}/clinic.ics").status_code == 404


def test_nobody_keeps_or_lists_it_and_an_unchanged_one_is_not_sent_again(client: Client, mairi: User) -> None:
    given = address(mairi)
    make_appointment(practitioner=mairi)
    first = client.get(given)

    again = client.get(given, headers={"If-None-Match": first["ETag"]})
    make_appointment(practitioner=mairi, starts_at=NOW + timedelta(days=2))
    changed = client.get(given, headers={"If-None-Match": first["ETag"]})

    assert (first["Cache-Control"], first["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")
    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)


def test_a_change_is_the_same_entry_with_a_higher_sequence(client: Client, mairi: User) -> None:
    one = make_appointment(practitioner=mairi, sequence=4)

    event = vobject.readOne(client.get(address(mairi)).content.decode()).vevent

    assert (event.uid.value, event.sequence.value) == (f"{one.pk}@localhost", "4")


@pytest.mark.parametrize("item_count", [1, 3, 60])
def test_it_takes_two_queries_however_many_come(
    item_count: int, client: Client, mairi: User, django_assert_num_queries: Any
) -> None:
    service = make_service(practitioners=[mairi])
    for number in range(item_count):
        make_appointment(practitioner=mairi, service=service, starts_at=NOW + timedelta(hours=2 * number + 1))
    given = address(mairi)

    with django_assert_num_queries(2):
        assert len(client.get(given).content.split(b"BEGIN:VEVENT")) == item_count + 1


@pytest.mark.parametrize(
    ("name", "shown"), [("Ailsa Reid", "A. R."), ("madonna", "M."), ("Jo  van der Berg", "J. B."), ("7\r\n;", "?")]
)
def test_a_name_is_shown_by_its_first_and_last_letter(name: str, shown: str) -> None:
    assert feed_views.initials(name) == shown
