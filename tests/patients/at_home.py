"""Visits that give something to do at home."""

from datetime import datetime, timedelta
from typing import Any

from patients import notes
from patients.models import CaseNote, Episode, HomeExercise, OutcomeScore, RedFlagAnswer, TreatmentStepState
from tests.factories import START, make_episode, make_note

Given = tuple[str, ...]  # an exercise, its dose and, if it has one of its own, its pain rule


def visit(
    *,
    episode: Episode | None = None,
    days_ago: int = 0,
    exercises: tuple[Given, ...] = (),
    **given: Any,
) -> CaseNote:
    """A signed note: exercises as (code, dose), activities as {words: figure}, texts by name."""
    activities: dict[str, int] = given.pop("activities", {})
    author = given.pop("author", None)
    episode = episode or make_episode()
    seen_at: datetime = START - timedelta(days=days_ago)
    note = make_note(episode=episode, seen_at=seen_at, entered_at=seen_at, **({"author": author} if author else {}))
    condition = episode.condition
    rules = {rule.code: rule for rule in condition.loadrules.all()}
    psfs = condition.instruments.get(code="psfs")
    findings = [
        TreatmentStepState(step=condition.treatmentsteps.first(), state="active"),
        *(RedFlagAnswer(red_flag=flag, reply="no") for flag in condition.redflags.all()),
        *(
            HomeExercise(
                exercise=condition.exercises.get(code=code), dose=dose, load_rule=rules[rule[0]] if rule else None
            )
            for code, dose, *rule in exercises
        ),
        *(
            OutcomeScore(instrument=psfs, version="1", position=place, label=label, value=value)
            for place, (label, value) in enumerate(activities.items(), start=1)
        ),
    ]
    written = notes.Written(note=given, findings=findings)
    saved = notes.save_draft(note=note, version=note.version, written=written, by=note.author, now=seen_at)
    return notes.sign(note=saved, version=saved.version, by=note.author, now=seen_at)
