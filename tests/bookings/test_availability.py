"""The one rule of the diary, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.availability import GLASGOW, nearest, slots, why_not
from bookings.slots import Busy, Diary, Hours, Length, Reason, Rules, Shut, Slot, Wish

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
THURSDAY = date(2026, 11, 26)
HOURS = Hours(weekday=3, opens=time(9), closes=time(12), valid_from=date(2026, 1, 1), location_id=1)
RULES = Rules(notice=timedelta(hours=12), horizon_days=60, step_minutes=30)
DIARY = Diary(hours=(HOURS,), closures=(), busy=(), rules=RULES)
HOUR = Length(60)


def at(hour: int, minute: int = 0, day: date = THURSDAY) -> datetime:
    """A moment of a winter day, when Glasgow keeps UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def starts(diary: Diary, day: date = THURSDAY, length: Length = HOUR, now: datetime = NOW) -> list[str]:
    found = slots(diary, first_day=day, last_day=day, length=length, now=now)
    return [f"{slot.start:%H:%M}" for slot in found]


def reason(start: datetime, diary: Diary = DIARY, length: Length = HOUR) -> Reason | None:
    return why_not(Wish(start, length), diary, now=NOW)


def test_an_empty_morning_is_offered_on_the_grid_until_the_last_that_fits() -> None:
    assert starts(DIARY) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_a_day_without_hours_offers_nothing() -> None:
    assert starts(DIARY, THURSDAY + timedelta(days=1)) == []


def test_a_taken_hour_is_left_out_and_back_to_back_is_fine() -> None:
    diary = replace(DIARY, busy=(Busy(at(10), at(11)),))

    assert starts(diary) == ["09:00", "11:00"]


def test_an_odd_end_gives_a_start_of_its_own() -> None:
    diary = replace(DIARY, busy=(Busy(at(9), at(9, 50)),))

    assert starts(diary) == ["09:50", "10:00", "10:30", "11:00"]


def test_own_buffers_keep_clear_of_others_but_may_pass_closing_time() -> None:
    diary = replace(DIARY, busy=(Busy(at(10), at(10, 30)),))

    assert starts(diary, length=Length(30, before=15, after=15)) == ["09:00", "10:45", "11:00", "11:30"]


def test_a_room_taken_by_somebody_else_is_left_out() -> None:
    diary = replace(DIARY, hours=(replace(HOURS, room_id=7),), busy=(Busy(at(9), at(11), room_id=7),))
    other = replace(diary, busy=(Busy(at(9), at(11), room_id=8),))

    assert (starts(diary), len(starts(other))) == (["11:00"], 5)


def test_a_closure_of_the_day_and_one_of_an_hour() -> None:
    whole = replace(DIARY, closures=(Shut(THURSDAY, THURSDAY),))
    part = replace(DIARY, closures=(Shut(THURSDAY, THURSDAY, time(10), time(10, 30)),))

    assert (starts(whole), starts(part)) == ([], ["09:00", "10:30", "11:00"])


def test_hours_that_touch_are_one_stretch() -> None:
    two = (replace(HOURS, closes=time(10)), replace(HOURS, opens=time(10)))

    assert starts(replace(DIARY, hours=two), length=Length(150)) == ["09:00", "09:30"]


def test_hours_count_only_while_they_are_valid() -> None:
    ended = replace(HOURS, valid_until=THURSDAY - timedelta(days=1))
    begun = replace(HOURS, valid_from=THURSDAY + timedelta(days=1))

    assert starts(replace(DIARY, hours=(ended, begun))) == []


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (at(10), None),
        (NOW - timedelta(days=1), Reason.PAST),
        (NOW, Reason.PAST),
        (NOW + timedelta(hours=1), Reason.TOO_SOON),
        (at(10, day=date(2027, 1, 28)), Reason.TOO_FAR),
        (at(8), Reason.CLOSED),
        (at(11, 30), Reason.CLOSED),
        (at(10, 10), Reason.OFF_GRID),
        (at(10).replace(second=1), Reason.NOT_A_TIME),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), Reason.NOT_A_TIME),
        (datetime(1, 1, 1, tzinfo=UTC), Reason.NOT_A_TIME),
    ],
)
def test_every_refusal_has_its_reason(start: datetime, why: Reason | None) -> None:
    assert reason(start) is why


def test_taken_and_shut_are_told_apart() -> None:
    taken = replace(DIARY, busy=(Busy(at(10), at(11)),))
    shut = replace(DIARY, closures=(Shut(THURSDAY, THURSDAY),))

    assert (reason(at(10, 30), taken), reason(at(10), shut)) == (Reason.TAKEN, Reason.SHUT)


def test_the_furthest_day_is_a_local_day() -> None:
    last = date(2027, 1, 19)  # 60 days after 20 November, a Tuesday
    diary = replace(DIARY, hours=(replace(HOURS, weekday=1),))

    week_after = last + timedelta(days=7)
    assert (reason(at(9, day=last), diary), reason(at(9, day=week_after), diary)) == (None, Reason.TOO_FAR)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2027, 3, 28)])
def test_in_march_the_missing_hour_is_never_offered(day: date) -> None:
    night = Diary((Hours(6, time(0), time(4), date(2020, 1, 1)),), (), (), RULES)
    now = datetime.combine(day - timedelta(days=3), time(12), tzinfo=UTC)

    found = slots(night, first_day=day, last_day=day, length=HOUR, now=now)

    local = [f"{slot.start.astimezone(GLASGOW):%H:%M}" for slot in found]
    assert local == ["00:00", "00:30", "02:00", "02:30", "03:00"]


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 10, 31)])
def test_in_october_the_double_hour_is_offered_once(day: date) -> None:
    night = Diary((Hours(6, time(0), time(4), date(2020, 1, 1)),), (), (), RULES)
    now = datetime.combine(day - timedelta(days=3), time(12), tzinfo=UTC)

    found = slots(night, first_day=day, last_day=day, length=HOUR, now=now)

    local = [f"{slot.start.astimezone(GLASGOW):%H:%M}" for slot in found]
    assert local == ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00"]


@pytest.mark.parametrize(("day", "utc"), [(date(2026, 10, 22), "08:00"), (date(2026, 10, 29), "09:00")])
def test_nine_in_the_morning_stays_nine_across_the_change(day: date, utc: str) -> None:
    now = datetime.combine(day - timedelta(days=3), time(12), tzinfo=UTC)

    assert starts(DIARY, day, now=now)[0] == utc


def test_the_nearest_three_come_in_order_of_time() -> None:
    free = [Slot(at(hour), at(hour + 1)) for hour in (9, 12, 14, 17, 20)]

    assert [slot.start.hour for slot in nearest(free, at(15))] == [12, 14, 17]
