"""What the public booking pages refuse: in words, without a row or a mail, and without losing what was typed."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bookings.models import Service
from tests.bookings.online import FREE, TYPED, details, nothing_was_booked, words
from tests.factories import (
    make_closure,
    make_service,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Give your name"),
        ("name", "x" * 100_000, "at most 200 letters"),
        ("name", "a\x00b", "Null characters"),
        ("email", "seonaid.example.org", "name@example.org"),
        ("email", "", "Give your email"),
        ("phone", "12", "phone number"),
        ("postcode", "Glasgow", "postcode"),
        ("date_of_birth_day", "30", "does not exist"),
        ("date_of_birth_day", "", "Give day, month and year"),
        ("date_of_birth_month", "x", "Give day, month and year"),
        ("date_of_birth_year", "9999", "within the last 120 years"),
        ("date_of_birth_year", "0", "does not exist"),
        ("date_of_birth_year", "1850", "within the last 120 years"),
        ("date_of_birth_year", "99999999999999999999", "does not exist"),
        ("date_of_birth_year", "2012", "parent or guardian"),
        ("reason", "y" * 2_001, "2,000 letters"),
        ("reason", "\x00", "Null characters"),
        ("form_key", "not a key", "UUID"),
    ],
)
def test_a_mistake_is_explained_and_nothing_else_is_lost(
    client: Client, clinic: Service, field: str, value: str, says: str
) -> None:
    changes = {field: value, **({"date_of_birth_month": "2"} if (field, value) == ("date_of_birth_day", "30") else {})}

    answer = details(client, **changes)

    kept = [typed for name, typed in TYPED.items() if name not in changes and typed not in words(answer)]
    assert (answer.status_code, says in words(answer), kept, nothing_was_booked()) == (422, True, [], True)


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("2026-11-19T10:00Z", 409),
        ("2026-11-20T13:00Z", 409),
        ("2026-11-26T08:00Z", 409),
        ("2026-11-26T16:30Z", 409),
        ("2026-11-26T10:10Z", 409),
        ("2026-11-27T10:00Z", 409),
        ("2027-11-25T10:00Z", 409),
        ("2026-02-30T10:00Z", 404),
        ("9999-12-31T23:59Z", 404),
        ("0001-01-01T00:00Z", 404),
        ("2026-11-26T10:00", 404),
        ("2026-11-26", 404),
        ("tomorrow", 404),
        ("", 404),
        ("%00", 404),
        ("2026-11-26T10:00%2B99:99", 404),
    ],
)
def test_a_time_that_cannot_be_booked_is_refused_in_words(
    client: Client, clinic: Service, start: str, status: int
) -> None:
    answer = details(client, start=start)

    assert (answer.status_code, "Traceback" in words(answer), nothing_was_booked()) == (status, False, True)


def test_a_closed_day_is_refused_and_said_on_the_page(client: Client, clinic: Service) -> None:
    make_closure(first_day=date(2026, 11, 26), reason="St Andrew's Eve")

    answer = details(client)

    assert (answer.status_code, nothing_was_booked()) == (409, True)
    assert "Closed: St Andrew's Eve." in words(client.get("/book/initial/"))


@pytest.mark.parametrize("slug", ["nobody", "hidden", "unknown"])
def test_a_service_nobody_offers_cannot_be_booked(client: Client, clinic: Service, slug: str) -> None:
    make_service(slug="nobody")
    make_service(slug="hidden", is_offered=False, practitioners=clinic.practitioners.all())

    assert (details(client, slug=slug).status_code, nothing_was_booked()) == (404, True)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    typed=st.dictionaries(st.sampled_from([*TYPED, "start", "form_key"]), st.text(max_size=60)),
    start=st.one_of(st.text(max_size=40), st.just(FREE)),
)
def test_whatever_is_sent_is_answered_in_words(
    client: Client, clinic: Service, typed: dict[str, str], start: str
) -> None:
    answer = client.post("/book/initial/details/", {**TYPED, **typed}, query_params={"start": start})
    page = client.get("/book/initial/", {"from": start, "about": typed.get("about", "")})

    assert (answer.status_code < 500, page.status_code < 500) == (True, True)
