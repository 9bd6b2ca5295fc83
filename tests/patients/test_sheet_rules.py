"""What the patient tells at home: the database refuses the bad row, whatever the models and forms would say."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction

from patients.models import ExerciseSheet, ExerciseTick, HomeDay, Instrument, PatientReport, ReportedScore
from tests.factories import START, make_episode, make_practitioner

pytestmark = pytest.mark.django_db


def report() -> PatientReport:
    return PatientReport.objects.create(episode=make_episode(), day=START.date(), reported_at=START)


def sheet() -> ExerciseSheet:
    return ExerciseSheet.objects.create(episode=make_episode(), made_at=START, made_by=make_practitioner())


def tick() -> ExerciseTick:
    episode = make_episode()
    exercise = episode.condition.exercises.first()
    return ExerciseTick.objects.create(episode=episode, exercise=exercise, day=START.date(), ticked_at=START)


def day() -> HomeDay:
    return HomeDay.objects.create(episode=make_episode(), day=START.date(), pain=3, told_at=START)


def score() -> ReportedScore:
    told = report()
    return ReportedScore.objects.create(report=told, instrument=Instrument.objects.first(), value=4)


CHANGES: list[tuple[str, Any, dict[str, Any]]] = [
    ("exercise_sheet_link_stops_after_it_is_made", sheet, {"stopped_at": START - timedelta(seconds=1)}),
    ("home_day_pain_is_0_to_10", day, {"pain": 11}),
    ("home_day_says_something", day, {"pain": None}),
    ("patient_report_is_taken_into_a_note", report, {"taken_at": START}),
]
DOUBLES = [
    ("exercise_is_ticked_once_a_day", tick),
    ("home_day_is_told_once", day),
    ("patient_report_is_one_a_day", report),
    ("reported_score_is_told_once", score),
]


@pytest.mark.parametrize(("name", "make", "change"), CHANGES)
def test_the_database_refuses_the_change_at_home(name: str, make: Any, change: dict[str, Any]) -> None:
    row = make()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize(("name", "make"), DOUBLES)
def test_the_database_refuses_the_second_at_home(name: str, make: Any) -> None:
    row: models.Model = make()
    row.pk = uuid4()
    row._state.adding = True

    said = name if connection.vendor == "postgresql" else "^UNIQUE constraint failed"
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        type(row)._base_manager.bulk_create([row])


def test_an_episode_has_one_sheet() -> None:
    row = sheet()
    row.pk = uuid4()

    with pytest.raises(IntegrityError), transaction.atomic():
        ExerciseSheet._base_manager.bulk_create([row])
