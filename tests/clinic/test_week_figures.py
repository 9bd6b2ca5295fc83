"""Figures of the week, and the gaps between the appointments of a day."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings.models import WaitingOffer
from tests.clinic.test_today_waiting import waits
from tests.factories import START, make_appointment, make_closure, make_hours, make_practitioner, make_user

pytestmark = pytest.mark.django_db

NOON = START + timedelta(hours=2)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOON, tick=False):
        yield


def figures(client: Client, day: str = "") -> dict[str, tuple[str, str]]:
    """Value and the one of the week before, by name."""
    found = client.get("/admin/", {"day": day} if day else {}).context["figures"]
    return {figure.name: (figure.value, figure.before) for figure in found}


def words(client: Client) -> dict[str, str]:
    return {figure.name: figure.words for figure in client.get("/admin/").context["figures"]}


def gaps(client: Client, day: str = "") -> list[tuple[str, str, str]]:
    """(from, until, words) of all that is no appointment."""
    entries = client.get("/admin/", {"day": day} if day else {}).context["entries"]
    return [(f"{one.at:%H:%M}", f"{one.until:%H:%M}", one.words) for one in entries if one.kind == "gap"]


@pytest.fixture
def week(mairi: Any) -> Any:
    """Thursdays nine to five; two weeks with something of everything."""
    make_hours(practitioner=mairi)
    make_appointment(practitioner=mairi, status="attended", starts_at=START - timedelta(hours=1))
    make_appointment(practitioner=mairi, status="did_not_attend", starts_at=START)
    make_appointment(practitioner=mairi, starts_at=START + timedelta(hours=4))
    gone = {"status": "cancelled", "cancelled_at": START}
    make_appointment(practitioner=mairi, is_late_cancel=True, **gone)
    make_appointment(practitioner=mairi, **gone)
    make_appointment(practitioner=mairi, status="attended", starts_at=START - timedelta(days=7), minutes=120)
    return mairi


def test_each_figure_stands_beside_the_week_before(client: Client, week: Any) -> None:
    assert figures(client) == {
        "Booked": ("3", "1"),
        "Attended": ("1 of 3", "1 of 1"),
        "Did not attend": ("1", "0"),
        "Late cancels": ("1", "0"),
        "Time used": ("33 %", "25 %"),
    }


def test_the_time_used_says_how_it_was_worked_out(client: Client, week: Any) -> None:
    assert words(client)["Time used"] == "1 h treated of 3 h open so far"


def test_closures_are_taken_out_of_the_opened_time(client: Client, week: Any) -> None:
    make_closure(first_day=date(2026, 11, 26), from_time=time(10), until_time=time(12))

    assert words(client)["Time used"] == "1 h treated of 1 h open so far"


def test_somebody_still_on_the_table_counts_up_to_now(client: Client, week: Any) -> None:
    make_appointment(practitioner=week, status="attended", starts_at=NOON - timedelta(minutes=30))

    assert words(client)["Time used"] == "1 h 30 min treated of 3 h open so far"


@pytest.mark.parametrize(("day", "value"), [("2026-12-03", "–"), ("2026-11-19", "25 %"), ("2020-01-01", "–")])
def test_other_weeks_have_their_own_figures(client: Client, week: Any, day: str, value: str) -> None:
    assert figures(client, day)["Time used"][0] == value


def test_a_practitioner_sees_their_own_and_the_desk_the_whole_clinic(client: Client, week: Any) -> None:
    make_appointment(status="attended")

    own = figures(client)["Booked"]
    client.force_login(make_user(username="desk"))

    assert (own, figures(client)["Booked"]) == (("3", "1"), ("4", "1"))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_when_the_clocks_change_has_the_hours_it_has(client: Client, mairi: Any, day: str) -> None:
    make_hours(practitioner=mairi, weekday=6, opens=time(0), closes=time(4))

    with travel(datetime.fromisoformat(f"{day}T12:00+00:00"), tick=False):
        hours = {"2026-03-29": "3 h", "2026-10-25": "5 h"}[day]
        assert words(client)["Time used"] == f"0 h treated of {hours} open so far"


def test_free_time_ahead_is_a_row_of_its_own(client: Client, mairi: Any) -> None:
    make_hours(practitioner=mairi)
    make_appointment(practitioner=mairi, starts_at=START + timedelta(hours=4), after=15)

    assert gaps(client) == [("12:00", "14:00", "Free"), ("15:15", "17:00", "Free")]


def test_what_is_closed_and_what_is_kept_is_said(client: Client, mairi: Any) -> None:
    make_hours(practitioner=mairi, opens=time(12), closes=time(15))
    make_closure(first_day=date(2026, 11, 26), from_time=time(12), until_time=time(13), reason="Lunch")
    held = {"status": "held", "name": ""}
    offered = make_appointment(
        practitioner=mairi, starts_at=NOON + timedelta(hours=1), held_until=NOON + timedelta(hours=1), **held
    )
    make_appointment(
        practitioner=mairi, starts_at=NOON + timedelta(hours=2), held_until=NOON + timedelta(minutes=9), **held
    )
    times = {"starts_at": offered.starts_at, "made_at": NOON, "expires_at": NOON + timedelta(hours=1)}
    WaitingOffer.objects.create(entry=waits(), practitioner=mairi, appointment=offered, **times)

    assert gaps(client) == [
        ("12:00", "13:00", "Closed: Lunch"),
        ("13:00", "14:00", "Offered to Iain Muir, until 13:00"),
        ("14:00", "15:00", "Kept for somebody who is booking, until 12:09"),
    ]


def test_days_that_are_over_have_nothing_free(client: Client, mairi: Any) -> None:
    make_hours(practitioner=mairi)

    assert gaps(client, "2026-11-19") == []


def test_a_whole_day_off_is_said_above_the_list(client: Client, mairi: Any) -> None:
    make_hours(practitioner=mairi)
    make_closure(first_day=date(2026, 11, 26), reason="Staff day")
    make_closure(first_day=date(2026, 11, 26), reason="Not mine", practitioner=make_practitioner())

    shown = client.get("/admin/")

    assert (shown.context["closed"], "Closed: Staff day." in shown.content.decode()) == (["Staff day"], True)


def test_the_desk_sees_whose_time_is_free(client: Client, mairi: Any) -> None:
    make_hours(practitioner=mairi)
    make_hours(practitioner=make_practitioner(first_name="Jonas"), opens=time(13))
    client.force_login(make_user(username="desk"))

    assert gaps(client) == [("12:00", "17:00", "Free, Mairi Campbell"), ("13:00", "17:00", "Free, Jonas Campbell")]
