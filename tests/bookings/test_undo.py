"""Taking back a slip: for three minutes, before any mail goes, as long as nothing else happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookings import attendance, diary, links
from bookings.models import Appointment, Notice
from tests.factories import make_appointment, make_location, make_practitioner, make_service

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NOW = START - timedelta(days=5)
SOON = NOW + timedelta(minutes=3)


def at_the_desk() -> Appointment:
    mairi = make_practitioner()
    wanted = {"service": make_service(practitioners=[mairi]), "practitioner": mairi, "location": make_location()}
    contact = diary.Contact(name="Ailsa Reid", email="ailsa@example.org")
    return diary.book(contact=contact, start=START, booked_by=mairi, now=NOW - timedelta(days=1), **wanted)


def take_back(appointment: Appointment, *, now: datetime = SOON) -> Appointment:
    change = diary.undoable(appointment, now)
    assert change is not None
    return diary.undo(change=change, now=now, by=appointment.booked_by)


def waiting_mail(now: datetime) -> list[str]:
    return sorted(Notice.objects.filter(sent_at=None, dropped_at=None).values_list("kind", flat=True))


def test_a_move_is_taken_back_with_its_mail() -> None:
    appointment = at_the_desk()
    moved = diary.move(appointment=appointment, now=NOW, by=appointment.booked_by, start=START + timedelta(hours=3))

    back = take_back(moved)

    assert (back.starts_at, back.sequence) == (START, 2)
    assert waiting_mail(SOON) == ["confirmation", "reminder"]
    assert all(notice.sequence == 2 for notice in Notice.objects.filter(dropped_at=None))


def test_a_cancellation_is_taken_back_as_if_it_had_never_been() -> None:
    appointment = at_the_desk()
    diary.cancel(appointment=appointment, now=NOW, by=appointment.booked_by, reason="Wrong person")

    back = take_back(appointment)

    assert (back.status, back.cancelled_at, back.cancel_reason) == ("booked", None, "")
    assert waiting_mail(SOON) == ["confirmation", "reminder"]


def test_a_booking_taken_back_frees_the_time_and_mails_nobody() -> None:
    appointment = at_the_desk()
    now = NOW - timedelta(days=1)

    back = take_back(appointment, now=now)

    assert (back.status, Notice.objects.filter(dropped_at=None).exists()) == ("cancelled", False)


def test_after_three_minutes_it_is_too_late() -> None:
    appointment = at_the_desk()
    change = diary.cancel(appointment=appointment, now=NOW, by=appointment.booked_by).changes.last()
    late = SOON + timedelta(seconds=1)

    with pytest.raises(diary.NotAllowed):
        diary.undo(change=change, now=late, by=appointment.booked_by)

    assert diary.undoable(appointment, late) is None


def test_only_the_last_thing_that_happened_is_taken_back() -> None:
    appointment = at_the_desk()
    diary.move(appointment=appointment, now=NOW, by=appointment.booked_by, start=START + timedelta(hours=3))
    moved = diary.undoable(appointment, NOW)
    attendance.arrive(appointment=appointment, now=NOW, by=appointment.booked_by)

    with pytest.raises(diary.NotAllowed):
        diary.undo(change=moved, now=NOW, by=appointment.booked_by)

    assert diary.undoable(appointment, NOW) is None


def test_what_people_do_online_is_not_for_the_staff_to_take_back() -> None:
    appointment = at_the_desk()
    diary.cancel(appointment=appointment, now=NOW)

    assert diary.undoable(appointment, NOW) is None


def test_a_time_that_went_to_somebody_else_cannot_be_taken_back() -> None:
    appointment = at_the_desk()
    diary.cancel(appointment=appointment, now=NOW, by=appointment.booked_by)
    make_appointment(practitioner=appointment.practitioner)

    with pytest.raises(diary.SlotTaken):
        take_back(appointment)

    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


def test_a_kept_time_that_ran_out_is_not_in_the_way() -> None:
    appointment = at_the_desk()
    diary.cancel(appointment=appointment, now=NOW, by=appointment.booked_by)
    wanted = {name: getattr(appointment, name) for name in ("service", "practitioner", "location")}
    diary.hold(now=NOW, until=NOW + timedelta(seconds=30), start=START, visitor="v", **wanted)

    assert take_back(appointment).status == "booked"


def test_an_overbooked_move_goes_back_to_being_alone() -> None:
    first = at_the_desk()
    place: dict[str, Any] = {name: getattr(first, name) for name in ("practitioner", "service", "location")}
    other = make_appointment(starts_at=START + timedelta(hours=4), booked_by=first.booked_by, **place)
    diary.move(appointment=other, now=NOW, by=first.booked_by, start=START, overbook_reason="Sisters")

    back = take_back(other)

    assert (back.overbook_reason, back.sharing_group == first.sharing_group) == ("", False)


def test_a_new_link_kills_the_old_one_and_is_mailed() -> None:
    appointment = at_the_desk()
    old = links.token(appointment)
    Notice.objects.all().delete()

    renewed = diary.renew_link(appointment=appointment, now=NOW, by=appointment.booked_by)

    assert links.opened(links.token(renewed), now=NOW) == appointment
    with pytest.raises(links.LinkGone):
        links.opened(old, now=NOW)
    assert (waiting_mail(NOW), renewed.changes.last().kind) == (["confirmation"], "link")
