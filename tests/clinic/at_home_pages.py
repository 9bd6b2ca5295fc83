"""Somebody with a signed visit and a sheet, shared by the tests of the pages at home."""

import re
from typing import Any

from django.urls import reverse

from bookings import links
from patients import sheets
from patients.models import Episode, Exercise, ExerciseSheet, Instrument, LoadRule
from tests.factories import START, make_episode, make_practitioner
from tests.patients.at_home import visit

CLINICAL = "High hamstring tendinopathy"


def seen() -> Episode:
    """An episode with one signed visit that gave two exercises."""
    found = make_episode()
    for model in (Exercise, LoadRule, Instrument):
        model.objects.update(evidence="secondary")
    given = (("exercise_1", "3 sets of 10"), ("exercise_2", "once a day"))
    visit(episode=found, days_ago=7, exercises=given, advice="Stand more.", activities={"Running 5 km": 3})
    return found


def linked(episode: Episode | None = None) -> ExerciseSheet:
    return sheets.make_link(episode=episode or seen(), by=make_practitioner(), now=START)


def url(sheet: ExerciseSheet, name: str = "my_sheet") -> str:
    return reverse(name, args=[links.token(sheet, links.SHEET)])


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
