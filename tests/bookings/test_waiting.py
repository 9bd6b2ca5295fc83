"""The waiting list: a freed time is offered in fair order, to one person alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from bookings import diary, openings, waiting
from bookings.models import Appointment, Notice, OpeningHours, Service, WaitingOffer
from tests.bookings.online import NOW
from tests.bookings.waiters import TEN, THURSDAY, free_up, fully_booked, place, standing, waits
from tests.factories import make_appointment, make_hours, make_location, make_practitioner, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(clinic: Service) -> Appointment:
    return fully_booked(clinic)


def test_a_freed_time_goes_to_who_has_waited_longest(clinic: Service, taken: Appointment) -> None:
    waits(clinic, "Second", minutes=5)
    waits(clinic, "First")

    free_up(taken)

    assert standing() == ["First"]
    assert list(Notice.objects.filter(kind="offer").values_list("offer__entry__name", flat=True)) == ["First"]


def test_whom_the_clinic_put_first_comes_first(clinic: Service, taken: Appointment) -> None:
    waits(clinic, "First")
    waiting.put_first(entry=waits(clinic, "Second", minutes=5), now=NOW)

    free_up(taken)

    assert standing() == ["Second"]


@pytest.mark.parametrize(
    "wish",
    [
        {"mornings": False},
        {"weekdays": "012456"},
        {"last_day": THURSDAY - timedelta(days=1), "first_day": date(2026, 11, 20)},
        {"first_day": THURSDAY + timedelta(days=1), "last_day": date(2026, 12, 20)},
        {"status": "withdrawn"},
    ],
    ids=str,
)
def test_who_would_not_come_then_is_passed_over(clinic: Service, taken: Appointment, wish: dict[str, Any]) -> None:
    waits(clinic, "First", **wish)
    waits(clinic, "Second", minutes=5)

    free_up(taken)

    assert standing() == ["Second"]


def test_who_wants_somebody_else_is_passed_over(clinic: Service, taken: Appointment) -> None:
    waits(clinic, practitioner=make_practitioner())

    free_up(taken)

    assert standing() == []


def test_the_time_is_kept_while_it_is_offered(clinic: Service, taken: Appointment) -> None:
    waits(clinic)

    free_up(taken)

    assert openings.free_times(clinic, first_day=THURSDAY, last_day=THURSDAY, now=NOW) == []
    with pytest.raises(diary.SlotTaken):
        diary.book(**place(clinic), start=TEN, contact=diary.Contact(name="Quick"), now=NOW)


def test_who_is_being_offered_a_time_is_not_offered_another(clinic: Service, taken: Appointment) -> None:
    other = make_appointment(**place(clinic), starts_at=TEN + timedelta(days=7), after=15)
    waits(clinic, last_day=THURSDAY + timedelta(days=7))

    free_up(taken)
    free_up(other)

    assert (standing(), WaitingOffer.objects.count()) == (["Iain"], 1)


def test_nobody_is_offered_more_than_three_times_a_day(clinic: Service) -> None:
    waits(clinic, last_day=THURSDAY + timedelta(days=28))

    for _ in range(6):
        waiting.advance(now=NOW)
        for offer in WaitingOffer.objects.filter(answer=""):
            waiting.decline(offer=offer, now=NOW)

    assert WaitingOffer.objects.count() == 3
    assert waiting.advance(now=NOW + timedelta(days=1, minutes=1)) == 1


def test_only_times_before_the_appointment_they_have_are_offered(clinic: Service, taken: Appointment) -> None:
    sooner = make_appointment(**place(clinic), starts_at=TEN - timedelta(days=1))
    waits(clinic, appointment=sooner, first_day=date(2026, 11, 20), last_day=date(2026, 12, 20))

    free_up(taken)

    assert standing() == []


def test_a_time_within_the_notice_is_offered_to_nobody(clinic: Service, taken: Appointment) -> None:
    waits(clinic)

    free_up(taken, now=TEN - timedelta(hours=11))

    assert standing() == []


def test_a_time_that_is_moved_away_from_is_offered_too(clinic: Service, taken: Appointment) -> None:
    waits(clinic)

    diary.move(appointment=taken, start=TEN + timedelta(days=7), now=NOW)

    assert standing() == ["Iain"]


def test_what_the_staff_free_is_offered_once_it_cannot_be_taken_back(clinic: Service, taken: Appointment) -> None:
    waits(clinic)
    diary.cancel(appointment=taken, now=NOW, by=taken.practitioner)

    early, late = (waiting.advance(now=NOW + timedelta(minutes=minutes)) for minutes in (3, 4))

    assert (early, late, standing()) == (0, 1, ["Iain"])


def test_what_the_staff_move_can_be_put_back_while_people_wait(clinic: Service, taken: Appointment) -> None:
    waits(clinic)
    mairi = taken.practitioner
    diary.move(appointment=taken, start=TEN + timedelta(days=7), now=NOW, by=mairi)
    waiting.advance(now=NOW)

    diary.undo(change=taken.changes.get(), now=NOW, by=mairi)

    assert (Appointment.objects.get(pk=taken.pk).starts_at, standing()) == (TEN, [])


def test_home_visits_are_offered_only_within_reach_and_with_the_way_there() -> None:
    mairi = make_practitioner()
    home = make_service(practitioners=[mairi], setting="home", buffer_after_minutes=0)
    make_hours(practitioner=mairi, location=make_location(postcode="G12 8AA"))
    waits(home, "Far", postcode="EH1 1AA")
    waits(home, "Near", minutes=5, postcode="G11 6AA", visit_street="4 Byres Road")

    waiting.advance(now=NOW)

    assert standing() == ["Near"]
    assert WaitingOffer.objects.get().appointment.travel_minutes > 0


def test_it_takes_as_many_questions_whoever_waits_in_vain(
    clinic: Service, taken: Appointment, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        waits(clinic, f"Evening{number}", minutes=number, mornings=False, afternoons=False)

    with django_assert_max_num_queries(20):
        free_up(taken)


def test_hours_that_end_meanwhile_are_kept(clinic: Service, taken: Appointment) -> None:
    waits(clinic)
    OpeningHours.objects.all().delete()

    free_up(taken)

    assert standing() == []
