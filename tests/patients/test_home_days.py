"""What was done at home: ticked once a day, taken back, counted without a judgement."""

from datetime import date, timedelta
from typing import Any

import pytest

from patients import home_days, sheets
from patients.models import Episode, ExerciseTick, HomeDay
from tests.factories import START, make_episode, make_patient, make_practitioner
from tests.patients.at_home import visit

pytestmark = pytest.mark.django_db

TODAY = START.date()
ON_SHEET = ("exercise_1", "exercise_2")


@pytest.fixture
def episode() -> Episode:
    note = visit(days_ago=20, exercises=(("exercise_1", "3 sets"), ("exercise_2", "twice")))
    return note.episode


def mark(episode: Episode, code: str = "exercise_1", *, back: int = 0, is_done: bool = True) -> None:
    day = TODAY - timedelta(days=back)
    home_days.mark(episode=episode, code=code, day=day, is_done=is_done, on_sheet=ON_SHEET, now=START)


def test_a_second_tick_changes_nothing_and_one_is_taken_back(episode: Episode) -> None:
    mark(episode)
    mark(episode)
    twice = ExerciseTick.objects.count()

    mark(episode, is_done=False)
    mark(episode, is_done=False)

    assert (twice, ExerciseTick.objects.count()) == (1, 0)


@pytest.mark.parametrize("back", [-1, 7])
def test_only_today_and_the_six_days_before_can_be_marked(episode: Episode, back: int) -> None:
    with pytest.raises(home_days.CannotMark):
        mark(episode, back=back)
    with pytest.raises(home_days.CannotMark):
        home_days.tell(episode=episode, day=TODAY - timedelta(days=back), pain=3, remark="", now=START)


def test_what_is_not_on_the_sheet_cannot_be_ticked(episode: Episode) -> None:
    with pytest.raises(home_days.CannotMark):
        mark(episode, "exercise_3")


def test_the_day_goes_by_the_clock_in_glasgow(episode: Episode) -> None:
    half_past_midnight_in_summer = START.replace(month=7, day=1, hour=23, minute=30)

    home_days.mark(
        episode=episode, code="exercise_1", day=date(2026, 7, 2), is_done=True, on_sheet=ON_SHEET,
        now=half_past_midnight_in_summer,
    )  # fmt: skip

    assert ExerciseTick.objects.get().day == date(2026, 7, 2)


def test_a_day_told_can_be_changed_and_emptied(episode: Episode) -> None:
    home_days.tell(episode=episode, day=TODAY, pain=0, remark="", now=START)
    home_days.tell(episode=episode, day=TODAY, pain=4, remark="Long drive", now=START)
    told = HomeDay.objects.get()

    home_days.tell(episode=episode, day=TODAY, pain=None, remark="", now=START)

    assert (told.pain, told.remark, HomeDay.objects.count()) == (4, "Long drive", 0)


def test_the_week_shows_each_day_as_told(episode: Episode) -> None:
    mark(episode, back=1)
    home_days.tell(episode=episode, day=TODAY, pain=0, remark="", now=START)

    days = home_days.days(episode, today=TODAY)

    assert [(one.day.day, sorted(one.done), one.pain, one.is_told) for one in days[-3:]] == [
        (24, [], None, False),
        (25, ["exercise_1"], None, True),
        (26, [], 0, True),
    ]
    assert len(days) == 7


def test_days_done_are_counted_and_gaps_stay_gaps(episode: Episode) -> None:
    sheets.make_link(episode=episode, by=make_practitioner(), now=START - timedelta(days=5))
    mark(episode, back=2)
    mark(episode, "exercise_2", back=2)
    mark(episode)
    home_days.tell(episode=episode, day=TODAY, pain=2, remark="Fine.", now=START)

    done = home_days.done(episode, today=TODAY)

    assert done
    assert (done.count, len(done.days), done.pains) == (2, 6, (None, None, None, None, None, 2))
    assert [(row.name, row.count, row.marks[3]) for row in done.rows] == [
        ("Exercise 1", 2, True),
        ("Exercise 2", 1, True),
    ]


def test_an_exercise_given_and_never_ticked_stands_in_the_grid(episode: Episode) -> None:
    sheets.make_link(episode=episode, by=make_practitioner(), now=START - timedelta(days=40))

    done = home_days.done(episode, today=TODAY)

    assert done
    assert ([(row.name, row.count) for row in done.rows], len(done.days)) == (
        [("Exercise 1", 0), ("Exercise 2", 0)],
        14,
    )


def test_without_a_link_nothing_is_counted(episode: Episode) -> None:
    assert home_days.done(episode, today=TODAY) is None


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_grid_costs_the_same_for_one_episode_and_for_three(item_count: int, django_assert_num_queries: Any) -> None:
    patient, by = make_patient(), make_practitioner()
    episodes = [make_episode(patient=patient) for _ in range(item_count)]
    for one in episodes:
        visit(episode=one, exercises=(("exercise_1", "3 sets"),))
        sheets.make_link(episode=one, by=by, now=START)
        mark(one)

    with django_assert_num_queries(4):
        assert len(home_days.done_by_episode(episodes, today=TODAY)) == item_count
