"""Services, hours, openings of one day and closures as the clinic types them in."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from bookings.models import BookingPolicy, Closure, ExtraOpening, OpeningHours, Service
from clinic.models import User
from tests.factories import make_appointment, make_hours, make_location, make_policy, make_practitioner, make_room
from tests.factories import make_service as a_service

pytestmark = pytest.mark.django_db
ADD = "/admin/bookings/{}/add/"


@pytest.fixture
def mairi(client: Client) -> User:
    user = make_practitioner(username="mairi")
    client.force_login(user)
    return user


def hours(mairi: User, **given: Any) -> dict[str, Any]:
    """Thursdays nine to five."""
    place = given.pop("location", None) or make_location()
    times = {"weekday": "3", "opens": "09:00", "closes": "17:00", "valid_from": "2026-01-01"}
    return {"practitioner": mairi.pk, "location": place.pk, **times, **given}


def extra(mairi: User, **given: Any) -> dict[str, Any]:
    """A Saturday morning."""
    place = given.pop("location", None) or make_location()
    times = {"valid_from": "2026-11-28", "opens": "09:00", "closes": "12:00"}
    return {"practitioner": mairi.pk, "location": place.pk, **times, **given}


def service(mairi: User, **given: Any) -> dict[str, Any]:
    words = {"name": "Sports massage", "slug": "sports-massage", "audience": "both", "setting": "clinic"}
    numbers = {"duration_minutes": "45", "buffer_before_minutes": "0", "buffer_after_minutes": "15", "position": "3"}
    return {**words, **numbers, "price_pence": "46.50", "practitioners": [mairi.pk], "colour": "moss", **given}


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize(("typed", "pence"), [("58", 5800), ("58.5", 5850), ("£46.50", 4650), ("0", 0), ("0.29", 29)])
def test_a_price_is_typed_in_pounds(client: Client, mairi: User, typed: str, pence: int) -> None:
    client.post(ADD.format("service"), service(mairi, price_pence=typed))

    assert Service.objects.get().price_pence == pence


@pytest.mark.parametrize("typed", ["", "-1", "58.555", "10000", "1e9", "NaN", "free", "\x00", "9" * 400])
def test_what_is_no_price_is_refused_and_stays_typed(client: Client, mairi: User, typed: str) -> None:
    answer = client.post(ADD.format("service"), service(mairi, price_pence=typed))

    assert list(errors(answer)) == ["price_pence"]
    assert Service.objects.count() == 0


def test_the_form_shows_the_price_in_pounds(client: Client, mairi: User) -> None:
    row = a_service(price_pence=5850, practitioners=[mairi])

    shown = client.get(f"/admin/bookings/service/{row.pk}/change/").content.decode()

    assert 'value="58.50"' in shown


def test_a_changed_service_leaves_booked_appointments_as_they_were(client: Client, mairi: User) -> None:
    booked = make_appointment(practitioner=mairi)

    client.post(f"/admin/bookings/service/{booked.service_id}/change/", service(mairi, price_pence="99"))

    booked.refresh_from_db()
    assert (booked.price_pence, booked.service_name, booked.duration_minutes) == (5800, "Initial assessment", 60)
    assert booked.service.price_pence == 9900


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes": "09:00"}, "closes"),
        ({"closes": "08:00"}, "closes"),
        ({"valid_until": "2025-12-31"}, "valid_until"),
        ({"valid_from": "0001-01-01"}, "valid_from"),
        ({"valid_until": "9999-12-31"}, "valid_until"),
    ],
)
def test_odd_hours_are_refused_with_a_word_beside_the_field(
    client: Client, mairi: User, changes: dict[str, str], field: str
) -> None:
    answer = client.post(ADD.format("openinghours"), hours(mairi, **changes))

    assert (list(errors(answer)), OpeningHours.objects.count()) == ([field], 0)


def test_a_room_of_another_place_is_refused(client: Client, mairi: User) -> None:
    answer = client.post(ADD.format("openinghours"), hours(mairi, room=make_room().pk))

    assert list(errors(answer)) == ["room"]


def test_overlapping_hours_of_one_person_are_saved_with_a_warning(client: Client, mairi: User) -> None:
    place = make_location()
    make_hours(practitioner=mairi, location=place)

    answer = client.post(ADD.format("openinghours"), hours(mairi, location=place, opens="16:00"), follow=True)

    assert OpeningHours.objects.count() == 2
    assert ["overlaps other hours" in str(one) for one in answer.context["messages"]] == [True, False]


@pytest.mark.parametrize(
    "changes", [{"opens": "17:00", "closes": "19:00"}, {"weekday": "4"}, {"valid_from": "2026-07-01"}]
)
def test_hours_that_follow_one_another_are_saved_without_a_word(
    client: Client, mairi: User, changes: dict[str, str]
) -> None:
    place = make_location()
    make_hours(practitioner=mairi, location=place, valid_until=date(2026, 6, 30))

    new = hours(mairi, location=place, **{"valid_from": "2026-03-01", **changes})
    answer = client.post(ADD.format("openinghours"), new, follow=True)

    assert ["overlaps" in str(one) for one in answer.context["messages"]] == [False]


def test_an_opening_of_one_day_knows_its_weekday_and_its_end(client: Client, mairi: User) -> None:
    client.post(ADD.format("extraopening"), extra(mairi))

    row = ExtraOpening.objects.get()
    assert (row.is_extra, row.weekday, row.valid_until) == (True, 5, date(2026, 11, 28))


def test_a_moved_opening_of_one_day_moves_its_weekday_and_its_end(client: Client, mairi: User) -> None:
    client.post(ADD.format("extraopening"), extra(mairi))
    row = ExtraOpening.objects.get()

    client.post(
        f"/admin/bookings/extraopening/{row.pk}/change/", extra(mairi, location=row.location, valid_from="2026-11-29")
    )

    row.refresh_from_db()
    assert (row.is_extra, row.weekday, row.valid_until) == (True, 6, date(2026, 11, 29))


def test_two_openings_of_one_day_never_overlap(client: Client, mairi: User) -> None:
    client.post(ADD.format("extraopening"), extra(mairi))

    answer = client.post(ADD.format("extraopening"), extra(mairi, opens="11:00", closes="13:00"))

    assert errors(answer)["opens"] == [
        "They are open already from 09:00 to 12:00 that day. Change that one, or choose hours beside it."
    ]


def test_weekly_hours_and_openings_of_one_day_are_two_lists(client: Client, mairi: User) -> None:
    make_hours(practitioner=mairi)
    client.post(ADD.format("extraopening"), extra(mairi))

    lists = (client.get(f"/admin/bookings/{name}/").context["cl"] for name in ("openinghours", "extraopening"))

    assert [[row.opens for row in one.result_list] for one in lists] == [[time(9)], [time(9)]]


def test_a_closure_of_one_day_needs_its_first_day_only(client: Client, mairi: User) -> None:
    client.post(ADD.format("closure"), {"first_day": "2026-11-30", "reason": "St Andrew's Day", "is_kept": "on"})

    assert Closure.objects.get().last_day == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": "2026-11-29"}, "last_day"),
        ({"from_time": "09:00"}, "until_time"),
        ({"until_time": "09:00"}, "from_time"),
        ({"from_time": "10:00", "until_time": "09:00"}, "until_time"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"reason": "a\x00b"}, "reason"),
        ({"practitioner": "999999"}, "practitioner"),
    ],
)
def test_an_odd_closure_is_refused_with_a_word_beside_the_field(
    client: Client, mairi: User, changes: dict[str, str], field: str
) -> None:
    answer = client.post(ADD.format("closure"), {"first_day": "2026-11-30", "reason": "Leave", **changes})

    assert (list(errors(answer)), Closure.objects.count()) == ([field], 0)


def test_a_weekday_is_ticked_nowhere_past_the_list_of_who_must_be_moved(client: Client, mairi: User) -> None:
    """The list of closures has no ticks of its own: each leads to its page, which lists who must be moved."""
    assert client.get("/admin/bookings/closure/").context["cl"].list_editable == ()


def test_the_policy_is_saved_from_its_one_form(client: Client, mairi: User) -> None:
    make_policy()
    page = "/admin/bookings/bookingpolicy/1/change/"
    form = client.get(page).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}

    answer = client.post(page, {**typed, "step_minutes": "20", "reminder_days": "7, 1"})

    policy = BookingPolicy.objects.get()
    assert (answer.status_code, policy.step_minutes, policy.reminder_days_before) == (302, 20, [7, 1])


@pytest.mark.parametrize(
    "changes", [{"step_minutes": "7"}, {"horizon_days": "0"}, {"horizon_days": "367"}, {"reminder_days": "soon"}]
)
def test_an_odd_policy_is_refused_with_a_word_beside_the_field(
    client: Client, mairi: User, changes: dict[str, str]
) -> None:
    make_policy()
    page = "/admin/bookings/bookingpolicy/1/change/"
    form = client.get(page).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}

    assert list(errors(client.post(page, {**typed, **changes}))) == list(changes)
