"""Closures: the proposed days off, their ticks, and who is booked meanwhile."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bookings import closures, diary
from bookings.models import Appointment, Closure, ExtraOpening, Notice
from tests.factories import START, make_appointment, make_closure, make_policy, make_practitioner

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
THURSDAY = date(2026, 11, 26)  # the day of START


def names(closure: Closure) -> list[str]:
    return [one.name for one in closures.in_the_way([closure], now=NOW).get(closure.pk, [])]


def shut(**given: Any) -> Closure:
    return make_closure(**{"first_day": THURSDAY, "reason": "Training", **given})


def open_specially(practitioner: Any, location: Any, opens: time, closes: time) -> None:
    days = {"weekday": 3, "valid_from": THURSDAY, "valid_until": THURSDAY, "is_extra": True}
    ExtraOpening.objects.create(practitioner=practitioner, location=location, opens=opens, closes=closes, **days)


def test_a_year_is_filled_in_with_glasgows_days_and_scotlands_each_with_its_source() -> None:
    closures.propose(2027)

    listed = {row.reason: (row.first_day, row.is_kept) for row in Closure.objects.exclude(source="")}
    fair, good_friday = listed["Glasgow Fair Monday"], listed["Good Friday"]
    assert (fair, good_friday) == ((date(2027, 7, 19), True), (date(2027, 3, 26), False))
    assert closures.is_filled_in(2027)


def test_filling_in_again_adds_nothing_and_changes_nothing() -> None:
    closures.propose(2027)
    Closure.objects.filter(reason="May Day").update(is_kept=False, reason="We work")
    before = list(Closure.objects.values())

    assert (closures.propose(2027), list(Closure.objects.values())) == (0, before)


def test_a_day_the_clinic_entered_itself_is_not_listed_twice() -> None:
    make_closure(first_day=date(2027, 12, 25), reason="Christmas at home")

    closures.propose(2027)

    assert list(Closure.objects.filter(first_day=date(2027, 12, 25)).values_list("reason", flat=True)) == [
        "Christmas at home"
    ]


def test_ticks_change_only_what_was_shown() -> None:
    kept, dropped, unseen = shut(is_kept=False), shut(), shut()

    fresh = closures.tick(shown=[kept.pk, dropped.pk], kept=[kept.pk])

    now = dict(Closure.objects.values_list("pk", "is_kept"))
    assert (fresh, now) == ([kept], {kept.pk: True, dropped.pk: False, unseen.pk: True})


def test_whoever_is_booked_that_day_is_in_the_way() -> None:
    make_appointment(name="That Day")
    make_appointment(name="The Day After", starts_at=START + timedelta(days=1))
    make_appointment(name="Gone", status="cancelled", cancelled_at=NOW)
    make_appointment(name="", status="held", held_until=START)

    assert names(shut()) == ["That Day"]


def test_a_closure_of_one_person_is_in_nobody_elses_way() -> None:
    mine = make_appointment(name="Mine")
    make_appointment(name="Theirs")

    assert names(shut(practitioner=mine.practitioner)) == ["Mine"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (time(9), time(10), []),
        (time(9), time(10, 1), ["Ailsa Reid"]),
        (time(10, 59), time(13), ["Ailsa Reid"]),
        (time(11), time(13), []),
    ],
)
def test_a_closure_of_part_of_the_day_is_in_the_way_of_whom_it_meets(
    since: time, until: time, expected: list[str]
) -> None:
    make_appointment()

    assert names(shut(from_time=since, until_time=until)) == expected


def test_a_closure_that_is_not_kept_is_in_nobodys_way() -> None:
    make_appointment()

    assert names(shut(is_kept=False)) == []


def test_what_has_begun_is_left_alone() -> None:
    make_appointment(starts_at=NOW - timedelta(minutes=10))

    assert names(shut(first_day=NOW.date())) == []


def test_an_opening_of_that_day_holds_in_spite_of_the_closure() -> None:
    first = make_appointment(name="Inside")
    later = make_appointment(name="Past It", starts_at=START + timedelta(hours=1), practitioner=first.practitioner)
    open_specially(first.practitioner, later.location, time(10), time(11))

    assert names(shut()) == ["Past It"]


@pytest.mark.parametrize(
    ("day", "starts_at"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, 30, tzinfo=UTC)),  # 23:30 in Glasgow, the day has 23 hours
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 30, tzinfo=UTC)),  # 23:30, the day has 25 hours
    ],
)
def test_the_last_hour_of_a_day_belongs_to_it_when_the_clocks_change(day: date, starts_at: datetime) -> None:
    make_appointment(starts_at=starts_at, minutes=20)
    closure = shut(first_day=day)

    assert list(closures.in_the_way([closure], now=datetime(2026, 10, 1, tzinfo=UTC))) == [closure.pk]


def test_a_closure_without_end_is_no_trouble() -> None:
    make_appointment()

    assert names(shut(last_day=date(9999, 12, 31))) == ["Ailsa Reid"]


@pytest.mark.parametrize("item_count", [1, 30])
def test_who_is_in_the_way_costs_two_queries_however_many_closures(
    item_count: int, django_assert_num_queries: Any
) -> None:
    make_appointment()
    rows = [shut() for _ in range(item_count)]

    with django_assert_num_queries(2):
        closures.in_the_way(rows, now=NOW)


def test_only_who_was_ticked_is_cancelled_and_the_mail_waits_three_minutes() -> None:
    make_policy(reminder_days="")
    ticked = make_appointment(name="Ticked")
    make_appointment(name="Left", starts_at=START + timedelta(hours=2))
    by = make_practitioner()

    closures.cancel_for(closure=shut(), keys={ticked.pk}, now=NOW, by=by)

    states = dict(Appointment.objects.values_list("name", "status"))
    assert states == {"Ticked": "cancelled", "Left": "booked"}
    assert list(Notice.objects.values_list("kind", "due_at")) == [("cancellation", NOW + timedelta(minutes=3))]


def test_who_is_cancelled_for_a_closure_is_never_late() -> None:
    appointment = make_appointment()
    by, at = make_practitioner(), START - timedelta(minutes=5)

    (row,) = closures.cancel_for(closure=shut(), keys={appointment.pk}, now=at, by=by)

    assert (row.is_late_cancel, row.cancel_reason) == (False, "Closed: Training")


def test_who_is_not_in_the_way_is_not_cancelled_whatever_is_ticked() -> None:
    other = make_appointment(starts_at=START + timedelta(days=1))

    assert closures.cancel_for(closure=shut(), keys={other.pk}, now=NOW, by=make_practitioner()) == []


def test_nobody_is_cancelled_when_one_of_them_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_appointment(name="First")
    second = make_appointment(name="Second", starts_at=START + timedelta(hours=2))
    found = closures.in_the_way([closure := shut()], now=NOW)
    Appointment.objects.filter(pk=second.pk).update(status="cancelled", cancelled_at=NOW)  # meanwhile, by themselves
    monkeypatch.setattr(closures, "in_the_way", lambda *_, **__: found)

    with pytest.raises(diary.NotAllowed):
        closures.cancel_for(closure=closure, keys={first.pk, second.pk}, now=NOW, by=make_practitioner())

    first.refresh_from_db()
    assert (first.status, Notice.objects.count()) == ("booked", 0)
