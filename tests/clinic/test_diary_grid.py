"""Where things stand in the diary: rows of five minutes by the clock on the wall, side by side where they overlap."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.diary_grid import (
    DAY_MINUTES,
    Event,
    Place,
    frame,
    hours_of,
    in_lanes,
    kept_free,
    merged,
    quarters,
    stands,
    wall,
    without,
)

DAY = date(2026, 11, 26)
FORWARD, BACK = date(2027, 3, 28), date(2026, 10, 25)
SPANS = st.lists(st.tuples(st.integers(0, 288), st.integers(0, 288)).map(lambda pair: (min(pair), max(pair))))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def event(start: int, minutes: int, key: str = "a") -> Event:
    return Event("appointment", key, Place(start, minutes), SimpleNamespace())


def covered(spans: list[tuple[int, int]]) -> set[int]:
    return {minute for start, end in spans for minute in range(start, end)}


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        (at(DAY, 9, 30), at(DAY, 10, 15), Place(570, 45)),
        (at(DAY, 9, 32), at(DAY, 9, 33), Place(570, 5)),
        (at(DAY, 23, 30), at(DAY, 23, 30) + timedelta(hours=2), Place(1410, 30)),
        (at(DAY, 23, 58), at(DAY, 23, 59), Place(1435, 5)),
        (at(DAY, 0) - timedelta(hours=1), at(DAY, 1), Place(0, 60)),
    ],
)
def test_a_time_stands_on_its_day_in_steps_of_five(start: datetime, end: datetime, place: Place) -> None:
    assert stands(DAY, start, end) == place


def test_in_summer_the_clock_on_the_wall_counts() -> None:
    assert stands(date(2026, 7, 1), at(date(2026, 7, 1), 9), at(date(2026, 7, 1), 10)) == Place(600, 60)


def test_in_march_what_spans_the_missing_hour_reaches_to_where_the_clock_says() -> None:
    assert stands(FORWARD, at(FORWARD, 0, 30), at(FORWARD, 1, 30)) == Place(30, 120)


def test_in_october_the_doubled_hour_is_as_long_as_it_truly_is() -> None:
    assert stands(BACK, at(BACK, 0, 30), at(BACK, 1, 30)) == Place(90, 60)
    assert stands(BACK, at(BACK, 1, 30), at(BACK, 2, 30)) == Place(90, 60)


def test_days_on_which_the_clocks_change_are_an_hour_shorter_or_longer() -> None:
    assert [hours_of(day) for day in (FORWARD, BACK, DAY)] == [23, 25, 24]


def test_the_minute_of_a_day_counts_on_into_the_next() -> None:
    assert [wall(DAY, at(DAY, 9)), wall(DAY, at(date(2026, 11, 27), 0, 30))] == [540, DAY_MINUTES + 30]


def test_what_is_kept_free_ends_at_midnight() -> None:
    assert kept_free(Place(10, 1420), timedelta(minutes=15), timedelta(minutes=12)) == (10, 10)


def test_three_at_once_stand_side_by_side_and_the_next_has_the_width_to_itself() -> None:
    laid = in_lanes([event(540, 60, "a"), event(550, 60, "b"), event(555, 30, "c"), event(660, 60, "d")])

    assert [(one.key, one.lane, one.lanes) for one in laid] == [("a", 0, 3), ("b", 1, 3), ("c", 2, 3), ("d", 0, 1)]


def test_more_at_once_than_there_is_room_for_share_the_last_lane() -> None:
    laid = in_lanes([event(540, 60, f"{number:02}") for number in range(20)])

    assert (max(one.lane for one in laid), {one.lanes for one in laid}) == (7, {8})


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 40)), max_size=7))
def test_nothing_in_one_lane_overlaps(times: list[tuple[int, int]]) -> None:
    laid = in_lanes([event(5 * start, 5 * length, str(number)) for number, (start, length) in enumerate(times)])

    for one in laid:
        beside = [other for other in laid if other.key != one.key and other.lane == one.lane]
        assert all(other.whole.end <= one.whole.start or other.whole.start >= one.whole.end for other in beside)
        assert one.lane < one.lanes


@given(SPANS, SPANS)
def test_what_is_left_is_what_was_there_and_was_not_taken(spans: list, taken: list) -> None:
    assert covered(without(spans, taken)) == covered(spans) - covered(taken)
    assert covered(merged(spans)) == covered(spans)


def test_the_picture_holds_everything_in_whole_hours() -> None:
    assert [frame([(545, 600), (590, 1000)]), frame([]), frame([(0, 5)])] == [(9, 17), (9, 17), (0, 1)]


@pytest.mark.parametrize(
    ("minutes", "words"), [(255, "4¼ hours"), (60, "1 hour"), (75, "1¼ hours"), (30, "½ hour"), (10, "no time")]
)
def test_lengths_are_said_in_quarters(minutes: int, words: str) -> None:
    assert quarters(minutes) == words
