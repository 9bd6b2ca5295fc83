"""A new note opens with last time's state, and with nothing that nobody measured, asked or did today."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from patients import carrying, notes
from patients.last_visit import LastVisit
from patients.models import (
    CaseNote,
    Exercise,
    HomeExercise,
    LoadRule,
    OutcomeScore,
    Symptom,
    SymptomQuestion,
    TreatmentStep,
)
from patients.note_items import NoteItems
from tests.factories import START, make_note
from tests.patients.written import findings, signed_note, written

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=7)


def start_after(note: CaseNote, days: int = 7) -> CaseNote:
    """The draft of the next visit, with its findings."""
    at = note.seen_at + timedelta(days=days)
    draft = notes.start(episode=note.episode, author=note.author, seen_at=at, now=at)
    return CaseNote.objects.with_findings().get(pk=draft.pk)


def signed_with(*rows: models.Model, **changes: Any) -> CaseNote:
    """A signed note with these rows beside the usual ones."""
    note = signed_note()
    draft = start_after(note, days=1)
    usual = [row for row in findings(note.episode.condition) if not any(_is_like(row, other) for other in rows)]
    said = written(note.episode.condition, **changes)
    said = notes.Written(note={**said.note, "seen_at": draft.seen_at}, findings=[*usual, *rows])
    saved = notes.save_draft(note=draft, version=1, written=said, by=note.author, now=draft.seen_at)
    return notes.sign(note=saved, version=saved.version, by=note.author, now=draft.seen_at)


def _is_like(row: Any, other: Any) -> bool:
    return type(row) is type(other) and getattr(row, "question_id", 0) == getattr(other, "question_id", 1)


def test_state_is_carried_and_marked_the_same() -> None:
    first = signed_with(load_plan="Flat runs.", avoid="Hills.")

    draft = start_after(first)

    assert [(one.question.code, one.answer, one.state) for one in draft.symptoms.all()] == [
        ("character", "sharp, like toothache", "same"),
        ("load_change", "More hills", "same"),
    ]
    assert [(one.role, one.weight, one.text) for one in draft.suspected_causes.all()] == [("onset", "main", "")]
    assert [(one.step.code, one.state, one.text) for one in draft.treatment_step_states.all()] == [
        ("step_1", "active", ""),
        ("step_2", "active", ""),
    ]
    assert [(one.dose, one.text) for one in draft.home_exercises.all()] == [("4 sets of 20 seconds", "")]
    assert (draft.load_plan, draft.avoid, draft.carried_from) == ("Flat runs.", "Hills.", first)


def test_what_belongs_to_one_day_is_not_carried() -> None:
    instrument = signed_note().episode.condition.instruments.get(code="nprs")
    first = signed_with(OutcomeScore(instrument=instrument, version="worst", value=7), flare="stairs")

    draft = start_after(first)

    gone = (draft.provocation_results, draft.treatments, draft.red_flag_answers, draft.outcome_scores)
    assert [rows.count() for rows in gone] == [0, 0, 0, 0]
    assert (draft.history, draft.consent, draft.advice, draft.plan, draft.flare) == ("",) * 5


def test_what_was_gone_stays_gone() -> None:
    question = SymptomQuestion.objects
    first = signed_note()
    gone = Symptom(question=question.get(code="load_change"), text="More hills", state="gone")

    draft = start_after(signed_with(gone) if first else first)

    assert [one.question.code for one in draft.symptoms.all()] == ["character"]


def test_the_pain_rule_is_carried_with_its_exercise() -> None:
    first = signed_note()
    rule = LoadRule.objects.create(
        condition=first.episode.condition, code="strict", label="Strict", text="None.", fine_up_to=0, acceptable_up_to=0
    )
    given = HomeExercise(exercise=Exercise.objects.get(code="exercise_2"), dose="twice", load_rule=rule)

    draft = start_after(signed_with(given))

    assert [one.load_rule for one in draft.home_exercises.all() if one.exercise.code == "exercise_2"] == [rule]


def test_entries_retired_since_are_not_carried_but_said() -> None:
    first = signed_note()
    Exercise.objects.filter(code="exercise_1").update(retired_at=LATER)
    TreatmentStep.objects.filter(code="step_2").update(retired_at=LATER)

    draft = start_after(first)
    items, last = NoteItems.of(draft), LastVisit.before(draft)

    assert (draft.home_exercises.count(), draft.treatment_step_states.count()) == (0, 1)
    assert carrying.left_behind(items, last) == ["Settle the pain", "Exercise 1"]


def test_an_option_that_left_its_question_is_not_carried() -> None:
    first = signed_note()
    SymptomQuestion.objects.filter(code="character").update(options="dull | dull")

    assert [one.question.code for one in start_after(first).symptoms.all()] == ["load_change"]


def test_a_note_in_error_or_discarded_carries_nothing_and_makes_nobody_a_follow_up() -> None:
    wrong = signed_note()
    notes.add_addendum(note=wrong, author=wrong.author, kind="in_error", text="Wrong file.", now=START)

    draft = start_after(wrong)

    assert (draft.kind, draft.carried_from, draft.symptoms.count()) == ("initial", None, 0)


def test_a_late_entry_opens_with_the_visit_before_it_not_with_a_later_one() -> None:
    first = signed_note()
    later = start_after(first, days=14)
    said = written(first.episode.condition, seen_at=later.seen_at, load_plan="Later.")
    saved = notes.save_draft(note=later, version=1, written=said, by=first.author, now=later.seen_at)
    notes.sign(note=saved, version=saved.version, by=first.author, now=later.seen_at)

    assert start_after(first, days=7).carried_from == first
    assert start_after(first, days=21).carried_from == later


def test_a_figure_without_a_side_is_in_view_on_both_sides_and_taken_over_on_neither() -> None:
    note = make_note()
    said = replace(written(note.episode.condition), episode={"side": "both"})
    saved = notes.save_draft(note=note, version=note.version, written=said, by=note.author, now=START)
    first = notes.sign(note=saved, version=saved.version, by=note.author, now=START)

    last = LastVisit.before(start_after(first))

    shown = {name: last.words.get(f"symptom-pain_worst{name}") for name in ("", "-left", "-right")}
    assert shown == {"": "7 out of 10", "-left": "7 out of 10, side not said", "-right": "7 out of 10, side not said"}
    assert {"symptom-pain_worst-left", "symptom-pain_worst-right"} & {*last.values} == set()


def test_figures_per_side_stand_beside_the_side_they_belong_to() -> None:
    first = signed_note()
    first.episode.side = "both"
    first.episode.save()

    draft = start_after(first)

    last = LastVisit.before(draft)
    assert {name: value for name, value in last.values.items() if "pain_worst" in name and "state" not in name} == {
        "symptom-pain_worst": "7",
        "symptom-pain_worst-right": "7",
    }
    assert NoteItems.of(draft).question_sides[SymptomQuestion.objects.get(code="pain_worst").pk] == ("left", "right")
