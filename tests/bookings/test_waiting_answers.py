"""Offers of the waiting list: yes, no, no answer, and leaving."""

from datetime import date, timedelta

import pytest

from bookings import attendance, diary, notices, waiting
from bookings.models import Appointment, Notice, Service, WaitingListEntry, WaitingOffer
from bookings.taking import NotAllowed, PersonTaken
from tests.bookings.online import NOW
from tests.bookings.waiters import TEN, THURSDAY, WHOLE_DAY, free_up, fully_booked, place, standing, the_offer, waits
from tests.factories import make_appointment, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(clinic: Service) -> Appointment:
    return fully_booked(clinic)


def test_after_the_time_to_answer_it_goes_to_the_next(clinic: Service, taken: Appointment) -> None:
    waits(clinic, "First")
    waits(clinic, "Second", minutes=5)
    free_up(taken)
    later = NOW + timedelta(minutes=120)

    assert (waiting.advance(now=later - timedelta(seconds=1)), standing(NOW)) == (0, ["First"])
    waiting.advance(now=later)

    assert standing(later) == ["Second"]
    assert WaitingOffer.objects.get(entry__name="First").answer == "lapsed"


def test_who_did_not_answer_stays_on_the_list_but_is_not_offered_the_same_time(
    clinic: Service, taken: Appointment
) -> None:
    entry = waits(clinic)
    free_up(taken)

    made = [waiting.advance(now=NOW + timedelta(hours=3 * number)) for number in (1, 2)]

    assert (made, entry.offers.count()) == ([0, 0], 1)
    assert WaitingListEntry.objects.get().status == "waiting"


def test_a_no_passes_it_on_at_once_and_keeps_the_place_on_the_list(clinic: Service, taken: Appointment) -> None:
    first = waits(clinic, "First")
    waits(clinic, "Second", minutes=5)
    free_up(taken)

    waiting.decline(offer=the_offer(), now=NOW)

    assert (standing(), WaitingListEntry.objects.get(pk=first.pk).status) == (["Second"], "waiting")


def test_a_no_is_not_answered_with_a_quarter_of_an_hour_later(clinic: Service) -> None:
    whole_day = make_appointment(**place(clinic), **WHOLE_DAY)
    waits(clinic, "First", afternoons=False)
    waits(clinic, "Second", minutes=5, afternoons=False)
    free_up(whole_day)
    first = WaitingOffer.objects.get(entry__name="First")

    waiting.decline(offer=first, now=NOW)

    again = WaitingOffer.objects.filter(entry__name="First", answer="").first()
    assert again is None or abs(again.starts_at - first.starts_at) >= timedelta(hours=1)


def test_a_yes_books_it_with_what_they_told(clinic: Service, taken: Appointment) -> None:
    entry = waits(clinic, reason="Sore", date_of_birth=date(1984, 5, 14))
    free_up(taken)

    booked = waiting.accept(offer=the_offer(), now=NOW)

    told = (booked.status, booked.name, booked.email, booked.reason, booked.starts_at, booked.held_until)
    assert told == ("booked", "Iain", "iain@example.org", "Sore", TEN, None)
    assert (WaitingListEntry.objects.get(pk=entry.pk).status, WaitingOffer.objects.get().answer) == (
        "booked",
        "accepted",
    )
    assert sorted(booked.notices.values_list("kind", flat=True)) == ["confirmation", "reminder"]


def test_a_yes_gives_the_older_appointment_back_and_offers_it_on(clinic: Service, taken: Appointment) -> None:
    week = timedelta(days=7)
    older = fully_booked(clinic, weeks=1)
    waits(clinic, "First", appointment=older)
    waits(clinic, "Second", minutes=5, first_day=THURSDAY + week, last_day=THURSDAY + week)
    free_up(taken)

    waiting.accept(offer=the_offer(), now=NOW)

    row = Appointment.objects.get(pk=older.pk)
    assert (row.status, row.is_late_cancel, standing()) == ("cancelled", False, ["Second"])
    assert Notice.objects.filter(appointment=older, kind="cancellation").count() == 1


def test_when_a_yes_fails_halfway_nothing_has_changed(
    clinic: Service, taken: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = make_appointment(**place(clinic), starts_at=TEN + timedelta(days=7))
    waits(clinic, appointment=older)
    free_up(taken)
    offer = the_offer()
    monkeypatch.setattr(notices, "queue_reminders", lambda *given, **more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        waiting.accept(offer=offer, now=NOW)

    assert Appointment.objects.get(pk=older.pk).status == "booked"
    assert (the_offer().appointment.status, WaitingListEntry.objects.get().status) == ("held", "waiting")
    assert not Notice.objects.filter(kind__in=("confirmation", "cancellation"), appointment=older).exists()


@pytest.mark.parametrize("minutes", [120, 121])
def test_an_offer_that_is_over_is_refused(clinic: Service, taken: Appointment, minutes: int) -> None:
    waits(clinic)
    free_up(taken)

    with pytest.raises(NotAllowed):
        waiting.accept(offer=the_offer(), now=NOW + timedelta(minutes=minutes))

    assert WaitingListEntry.objects.get().status == "waiting"


def test_a_second_yes_is_refused(clinic: Service, taken: Appointment) -> None:
    waits(clinic)
    free_up(taken)
    offer = the_offer()
    waiting.accept(offer=offer, now=NOW)

    with pytest.raises(NotAllowed):
        waiting.accept(offer=offer, now=NOW)

    assert Appointment.objects.filter(name="Iain").count() == 1


def test_who_is_booked_elsewhere_then_keeps_offer_and_appointment(clinic: Service, taken: Appointment) -> None:
    patient = make_patient()
    make_appointment(patient=patient)
    waits(clinic, patient=patient)
    free_up(taken)

    with pytest.raises(PersonTaken):
        waiting.accept(offer=the_offer(), now=NOW)

    assert standing() == ["Iain"]


def test_leaving_hands_a_standing_offer_on(clinic: Service, taken: Appointment) -> None:
    first = waits(clinic, "First")
    waits(clinic, "Second", minutes=5)
    free_up(taken)

    waiting.withdraw(entry=first, now=NOW)

    assert (standing(), WaitingListEntry.objects.get(pk=first.pk).status) == (["Second"], "withdrawn")


def test_two_workers_close_a_lapsed_offer_once(clinic: Service, taken: Appointment) -> None:
    waits(clinic, "First")
    waits(clinic, "Second", minutes=5)
    free_up(taken)
    later = NOW + timedelta(hours=2)

    waiting.advance(now=later)
    waiting.advance(now=later)

    assert (standing(later), WaitingOffer.objects.count()) == (["Second"], 2)


def test_an_appointment_that_began_is_not_given_back(clinic: Service, taken: Appointment) -> None:
    older = make_appointment(starts_at=NOW + timedelta(hours=200))
    waits(clinic, appointment=older)
    free_up(taken)
    attendance.arrive(appointment=older, now=NOW)

    waiting.accept(offer=the_offer(), now=NOW)

    assert Appointment.objects.get(pk=older.pk).status == "arrived"


def test_a_lapsed_offer_in_the_way_of_a_booking_is_cleared_without_a_worker(
    clinic: Service, taken: Appointment
) -> None:
    waits(clinic)
    free_up(taken)
    later = NOW + timedelta(hours=3)

    booked = diary.book(**place(clinic), start=TEN, contact=diary.Contact(name="Quick"), now=later)
    waiting.advance(now=later)

    assert (booked.status, WaitingOffer.objects.get().answer) == ("booked", "lapsed")
