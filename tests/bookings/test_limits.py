"""Limits: counted by network and day, in the database, without looking at who somebody says they are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from bookings import limits
from bookings.models import Tally

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TWICE_AN_HOUR = (limits.Limit("thing", 2, limits.HOUR),)


def request(address: str = "192.0.2.1") -> object:
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_the_third_time_within_the_hour_is_refused_and_says_when_to_come_back() -> None:
    for _ in range(2):
        limits.count(TWICE_AN_HOUR, request(), now=NOW)

    with pytest.raises(limits.TooMany) as refused:
        limits.count(TWICE_AN_HOUR, request(), now=NOW + timedelta(minutes=20))

    assert refused.value.wait == timedelta(minutes=40)


def test_the_next_hour_and_the_next_network_count_for_themselves() -> None:
    for _ in range(2):
        limits.count(TWICE_AN_HOUR, request(), now=NOW)

    limits.count(TWICE_AN_HOUR, request(), now=NOW + timedelta(hours=1))
    limits.count(TWICE_AN_HOUR, request("192.0.2.2"), now=NOW)


def test_a_shared_limit_counts_everybody() -> None:
    once_a_day = (limits.Limit("thing", 1, limits.DAY, is_shared=True),)
    limits.count(once_a_day, request(), now=NOW)

    with pytest.raises(limits.TooMany):
        limits.count(once_a_day, request("192.0.2.2"), now=NOW)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("nonsense", "", True),
    ],
)
def test_a_network_is_one_address_or_one_household(one: str, other: str, is_same: bool) -> None:
    assert (limits.network_of(request(one)) == limits.network_of(request(other))) is is_same


def test_no_address_is_kept_and_old_counts_go() -> None:
    limits.count(TWICE_AN_HOUR, request(), now=NOW)

    assert "192.0.2.1" not in str(Tally.objects.values())
    assert (limits.forget(now=NOW + timedelta(days=1)), limits.forget(now=NOW + timedelta(days=3))) == (0, 1)
