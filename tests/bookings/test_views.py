"""The public booking pages: what is offered, what is refused, and that nothing typed is ever lost."""

from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from time_machine import travel

from bookings import links
from bookings.models import Appointment, Notice, Service
from tests.factories import (
    make_appointment,
    make_closure,
    make_hours,
    make_location,
    make_policy,
    make_practitioner,
    make_room,
    make_service,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FREE = "2026-11-26T10:00Z"
TYPED = {
    "name": "Seònaid NicIllEathain",
    "date_of_birth_day": "3",
    "date_of_birth_month": "9",
    "date_of_birth_year": "1981",
    "email": "seonaid@example.org",
    "phone": "07700 900123",
    "postcode": "g11 6aa",
    "reason": "Sore when I sit & drive.",
    "about": "high-hamstring",
}


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def clinic() -> Service:
    """Thursdays nine to five, one therapist, one room, an hour at £58."""
    practitioner = make_practitioner(username="mairi")
    location = make_location()
    make_hours(practitioner=practitioner, location=location, room=make_room(location=location))
    make_policy(step_minutes=30)
    return make_service(slug="initial", practitioners=[practitioner])


def details(client: Client, *, start: str = FREE, slug: str = "initial", **changes: Any) -> Any:
    typed = {name: value for name, value in {**TYPED, "form_key": str(uuid4()), **changes}.items() if value is not None}
    return client.post(f"/book/{slug}/details/?start={start}", typed)


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def nothing_was_booked() -> bool:
    return not Appointment.objects.exists() and not Notice.objects.exists()


def test_booking_ends_on_the_done_page_with_a_reference(client: Client, clinic: Service) -> None:
    answer = details(client)

    booked = Appointment.objects.get()
    assert answer.headers["Location"] == f"/appointment/{links.token(booked)}/booked/"
    assert booked.reference in words(client.get(answer.headers["Location"]))


def test_what_was_typed_is_kept_as_it_should_be(client: Client, clinic: Service) -> None:
    details(client)

    booked = Appointment.objects.get()
    assert (booked.name, booked.phone, booked.postcode) == ("Seònaid NicIllEathain", "+447700900123", "G11 6AA")
    assert (booked.date_of_birth, booked.reason, booked.condition_code) == (
        date(1981, 9, 3),
        "Sore when I sit & drive.",
        "high-hamstring",
    )
    assert (booked.room is not None, booked.location.name, booked.booked_by) == (True, "The clinic", None)


def test_forged_fields_change_nothing(client: Client, clinic: Service) -> None:
    forged = {"price_pence": "1", "duration_minutes": "5", "practitioner": "99", "status": "attended", "patient": "1"}

    details(client, **forged)

    booked = Appointment.objects.get()
    assert (booked.price_pence, booked.duration_minutes, booked.practitioner.username) == (5800, 60, "mairi")
    assert (booked.status, booked.patient) == ("booked", None)


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


def test_a_taken_time_answers_409_with_the_nearest_and_keeps_what_was_typed(client: Client, clinic: Service) -> None:
    details(client, email="first@example.org")

    answer = details(client)

    nearest = [slot.start.hour * 60 + slot.start.minute for slot in answer.context["nearest"]]
    lost = [typed for typed in TYPED.values() if typed not in words(answer)]
    assert (answer.status_code, nearest, lost) == (409, [11 * 60 + 15, 11 * 60 + 30, 12 * 60], [])
    assert (Appointment.objects.count(), Notice.objects.count()) == (1, 1)


def test_one_of_the_nearest_is_booked_by_its_button(client: Client, clinic: Service) -> None:
    details(client, email="first@example.org")
    offered = details(client).context["nearest"][1]

    pressed = {**TYPED, "start": offered.start.isoformat()}
    answer = client.post(f"/book/initial/details/?start={FREE}", pressed)

    assert (answer.status_code, Appointment.objects.latest("starts_at").starts_at) == (302, offered.start)


def test_pressing_twice_books_once(client: Client, clinic: Service) -> None:
    key = str(uuid4())

    first, second = details(client, form_key=key), details(client, form_key=key)

    assert first.headers["Location"] == second.headers["Location"]
    assert (Appointment.objects.count(), Notice.objects.count()) == (1, 1)


def test_looking_changes_nothing(client: Client, clinic: Service) -> None:
    token = links.token(make_appointment())
    before = list(Appointment.objects.values_list())
    paths = ["/book/", "/book/initial/", f"/book/initial/details/?start={FREE}"]
    paths += [f"/appointment/{token}/{page}" for page in ("", "booked/", "cancel/", "appointment.ics")]

    statuses = {path: (client.get(path).status_code, client.head(path).status_code) for path in paths}

    assert set(statuses.values()) == {(200, 200)}
    assert (list(Appointment.objects.values_list()), Notice.objects.count()) == (before, 0)


def test_other_methods_are_refused(client: Client, clinic: Service) -> None:
    token = links.token(make_appointment())

    posts = [client.post(path).status_code for path in ("/book/", "/book/initial/", f"/appointment/{token}/")]

    assert posts == [405, 405, 405]


def test_the_link_cancels_by_post_only_and_twice_is_harmless(client: Client) -> None:
    appointment = make_appointment()
    page = f"/appointment/{links.token(appointment)}/cancel/"

    answers = [client.post(page, {"reason": "Better"}).status_code, client.post(page).status_code]

    appointment.refresh_from_db()
    assert (answers, appointment.status, appointment.cancel_reason) == ([302, 302], "cancelled", "Better")
    assert Notice.objects.filter(kind="cancellation").count() == 1


def test_what_has_begun_cannot_be_cancelled_online(client: Client) -> None:
    appointment = make_appointment(starts_at=NOW - timedelta(minutes=1))

    client.post(f"/appointment/{links.token(appointment)}/cancel/")

    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_an_overlong_reason_to_cancel_is_not_lost(client: Client) -> None:
    appointment = make_appointment()

    answer = client.post(f"/appointment/{links.token(appointment)}/cancel/", {"reason": "z" * 301})

    appointment.refresh_from_db()
    assert (answer.status_code, "z" * 301 in words(answer), appointment.status) == (422, True, "booked")


@pytest.mark.parametrize("page", ["", "booked/", "cancel/", "appointment.ics"])
def test_a_link_that_does_not_work_says_so_without_a_name(client: Client, page: str) -> None:
    answer = client.get(f"/appointment/{'A' * 54}/{page}")

    assert (answer.status_code, "does not work any more" in words(answer)) == (404, True)


def test_token_pages_do_not_leak_their_address(client: Client) -> None:
    answer = client.get(f"/appointment/{links.token(make_appointment())}/")

    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == (
        "strict-origin",
        "no-store, private",
    )


def test_hostile_words_are_words(client: Client, clinic: Service) -> None:
    answer = details(client, name="<script>alert(1)</script>", email="bad")

    assert b"<script>alert(1)" not in answer.content


def test_two_weeks_a_page_as_far_as_the_horizon(client: Client, clinic: Service) -> None:
    first = client.get("/book/initial/?about=high-hamstring")
    last = client.get("/book/initial/?from=2030-01-01")

    assert (len(first.context["days"]), first.context["earlier_url"]) == (14, "")
    assert first.context["later_url"] == "/book/initial/?from=2026-12-04&about=high-hamstring"
    assert (last.context["days"][-1].date, last.context["later_url"]) == (date(2027, 1, 19), "")


def test_a_clinic_without_times_says_so(client: Client) -> None:
    make_service(slug="initial", practitioners=[make_practitioner()])

    assert "No time is free just now." in words(client.get("/book/initial/"))


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_times_page_asks_the_same_whatever_is_booked(
    client: Client, clinic: Service, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        make_appointment(
            starts_at=datetime(2026, 11, 26, 9 + 2 * number, tzinfo=UTC), practitioner=clinic.practitioners.get()
        )
        make_hours(practitioner=clinic.practitioners.get(), weekday=number, opens=time(18), closes=time(20))

    with django_assert_num_queries(11):
        client.get("/book/initial/")


def test_the_details_page_asks_little(client: Client, clinic: Service, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(8):
        client.get(f"/book/initial/details/?start={FREE}")


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
