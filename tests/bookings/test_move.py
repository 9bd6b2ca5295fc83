"""Moving an appointment with the link in the mail."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import diary, links, moving, taking
from bookings.models import Appointment, AppointmentChange, Notice, OpeningHours, Service
from tests.bookings.online import words
from tests.factories import make_appointment, make_hours, make_location, make_patient, make_practitioner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)


@pytest.fixture
def mine(clinic: Service) -> Appointment:
    """An hour on Thursday at ten, and a quarter kept free after it."""
    place = {"practitioner": clinic.practitioners.get(), "location": OpeningHours.objects.get().location}
    return make_appointment(service=clinic, after=15, **place)


def page(appointment: Appointment, name: str = "move/") -> str:
    return f"/appointment/{links.token(appointment)}/{name}"


def press(client: Client, appointment: Appointment, start: datetime | str = LATER, **more: str) -> Any:
    spelled = start if isinstance(start, str) else f"{start:%Y-%m-%dT%H:%MZ}"
    return client.post(page(appointment), {"start": spelled, **more})


def now_at(appointment: Appointment) -> datetime:
    return Appointment.objects.get(pk=appointment.pk).starts_at


def test_one_press_moves_it_and_the_page_says_so(client: Client, mine: Appointment) -> None:
    answer = press(client, mine)

    assert (answer.status_code, answer.headers["Location"], now_at(mine)) == (302, page(mine, ""), LATER)
    assert "This is your new time. It was Thursday 26 November, 10:00" in words(client.get(page(mine, "")))


def test_looking_at_the_times_moves_nothing(client: Client, mine: Appointment) -> None:
    answer = client.get(page(mine))

    assert (answer.status_code, now_at(mine), AppointmentChange.objects.count()) == (200, TEN, 0)


def test_its_own_time_is_in_nobodys_way(client: Client, mine: Appointment) -> None:
    press(client, mine, TEN + timedelta(minutes=30))

    assert now_at(mine) == TEN + timedelta(minutes=30)


def test_the_time_it_has_is_not_offered(client: Client, mine: Appointment) -> None:
    shown = [slot.start for day in client.get(page(mine)).context["days"] for part in day.parts for slot in part.slots]

    assert (TEN in shown, TEN + timedelta(minutes=30) in shown) == (False, True)


def test_pressing_the_time_it_has_changes_nothing(client: Client, mine: Appointment) -> None:
    assert (press(client, mine, TEN).status_code, AppointmentChange.objects.count()) == (302, 0)


def test_price_and_length_stay_as_booked(client: Client, mine: Appointment) -> None:
    Service.objects.update(price_pence=9900, duration_minutes=30)

    press(client, mine)

    row = Appointment.objects.get(pk=mine.pk)
    kept_after = row.occupied_until - row.ends_at
    assert (row.price_pence, row.duration_minutes, kept_after) == (5800, 60, timedelta(minutes=15))


def test_a_shorter_service_opens_no_time_too_short_for_what_was_booked(client: Client, mine: Appointment) -> None:
    Service.objects.update(duration_minutes=30)

    answer = press(client, mine, datetime(2026, 12, 3, 16, 30, tzinfo=UTC))

    assert (answer.status_code, now_at(mine)) == (409, TEN)


def test_whoever_loses_a_time_keeps_what_they_had(client: Client, mine: Appointment) -> None:
    make_appointment(service=mine.service, practitioner=mine.practitioner, location=mine.location, starts_at=LATER)

    answer = press(client, mine)

    assert (answer.status_code, now_at(mine), len(answer.context["nearest"])) == (409, TEN, 3)
    assert "You still have Thursday 26 November, 10:00." in words(answer)


def test_a_time_lost_in_the_last_moment_is_lost_in_one_transaction(mine: Appointment) -> None:
    make_appointment(service=mine.service, practitioner=mine.practitioner, location=mine.location, starts_at=LATER)

    with pytest.raises(diary.SlotTaken):
        diary.move(appointment=mine, start=LATER, now=TEN - timedelta(days=3))

    assert (now_at(mine), mine.changes.count(), Notice.objects.count()) == (TEN, 0, 0)


def test_somebody_booked_elsewhere_at_that_time_is_told_so(client: Client, mine: Appointment) -> None:
    patient = make_patient()
    Appointment.objects.filter(pk=mine.pk).update(patient=patient)
    make_appointment(starts_at=LATER, patient=patient)

    answer = press(client, mine)

    assert (answer.status_code, now_at(mine)) == (409, TEN)
    assert "You have another appointment with us at this time." in words(answer)


@pytest.mark.parametrize(("minutes", "status", "moves"), [(0, 302, True), (1, 409, False)])
def test_the_cut_off_is_judged_at_the_moment_of_the_press(
    client: Client, mine: Appointment, minutes: int, status: int, moves: bool
) -> None:
    with travel(TEN - timedelta(hours=24) + timedelta(minutes=minutes), tick=False):
        answer = press(client, mine)

    assert (answer.status_code, now_at(mine) == LATER) == (status, moves)


def test_after_the_cut_off_the_page_says_ring_us(client: Client, mine: Appointment) -> None:
    with travel(TEN - timedelta(hours=2), tick=False):
        assert "Too late to move it here" in words(client.get(page(mine)))
        assert page(mine) not in words(client.get(page(mine, "")))


@pytest.mark.parametrize("start", ["", "x", "\x00", "2026-12-03T14:00", "9999-12-31T23:59Z", "2026-12-03T14:00Z" * 99])
def test_what_is_no_time_moves_nothing(client: Client, mine: Appointment, start: str) -> None:
    assert (press(client, mine, start).status_code, now_at(mine)) == (422, TEN)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2026-12-03T14:07Z", "Appointments do not start at this minute."),
        ("2026-12-04T14:00Z", "We are closed at this time."),
        ("2027-06-03T14:00Z", "This is further ahead than can be booked yet."),
        ("2026-11-19T14:00Z", "This time is over."),
    ],
)
def test_a_time_that_cannot_be_had_is_refused_in_words(client: Client, mine: Appointment, start: str, why: str) -> None:
    answer = press(client, mine, start)

    assert (answer.status_code, answer.context["problem"], now_at(mine)) == (409, why, TEN)


@pytest.mark.parametrize("asked", ["x", "2026-02-30", "9999-12-31", "0001-01-01", "\x00"])
def test_any_first_day_shows_a_page(client: Client, mine: Appointment, asked: str) -> None:
    assert client.get(page(mine), {"from": asked}).status_code == 200


def test_with_anybody_it_can_move_to_another_practitioner(client: Client, mine: Appointment) -> None:
    other = make_practitioner(username="eilidh", first_name="Eilidh")
    make_hours(practitioner=other, location=make_location(), weekday=4)
    mine.service.practitioners.add(other)
    friday = datetime(2026, 12, 4, 14, 0, tzinfo=UTC)

    refused, moved = press(client, mine, friday), press(client, mine, friday, **{"with": "anybody"})

    assert (refused.status_code, moved.status_code) == (409, 302)
    assert Appointment.objects.get(pk=mine.pk).practitioner == other


def test_a_cancelled_appointment_moves_nowhere(client: Client, mine: Appointment) -> None:
    diary.cancel(appointment=mine, now=TEN - timedelta(days=3))

    assert (press(client, mine).headers["Location"], now_at(mine)) == (page(mine, ""), TEN)


def test_a_move_mails_once_with_the_next_number(client: Client, mine: Appointment) -> None:
    press(client, mine)

    row = Appointment.objects.get(pk=mine.pk)
    kinds = sorted(row.notices.values_list("kind", "sequence"))
    assert (row.sequence, kinds) == (1, [("change", 1), ("reminder", 1)])


def test_a_home_visit_that_starts_elsewhere_keeps_the_way_there_free(mine: Appointment) -> None:
    mine.travel_minutes, mine.occupied_from = 10, TEN - timedelta(minutes=10)

    taking.moved(mine, {"start": LATER, "travel_minutes": 25})

    assert (LATER - mine.occupied_from, mine.occupied_until - mine.ends_at) == (
        timedelta(minutes=25),
        timedelta(minutes=30),
    )


def test_the_service_is_judged_as_it_was_booked(mine: Appointment) -> None:
    service = moving.as_booked(mine)

    assert (service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes) == (60, 0, 15)


@pytest.mark.parametrize("others", [0, 4])
def test_the_times_page_asks_the_same_whatever_is_booked(
    client: Client, mine: Appointment, others: int, django_assert_num_queries: Any
) -> None:
    for week in range(others):
        make_appointment(
            service=mine.service,
            practitioner=mine.practitioner,
            location=mine.location,
            starts_at=LATER + timedelta(days=7 * week),
        )

    with django_assert_num_queries(11):
        client.get(page(mine))


def test_the_hours_are_still_kept(client: Client, mine: Appointment) -> None:
    OpeningHours.objects.update(opens=time(13))

    assert press(client, mine, TEN + timedelta(days=7)).status_code == 409
