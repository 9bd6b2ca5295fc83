"""A complete visit, ready to be saved and signed."""

from typing import Any

from django.db import models

from patients import notes
from patients.models import (
    CaseNote,
    Condition,
    HomeExercise,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    Treatment,
    TreatmentStepState,
)
from tests.factories import START, make_note


def findings(condition: Condition, *, pain: int = 7) -> list[models.Model]:
    """One finding of every kind, and every red flag asked."""
    return [
        Symptom(question=condition.symptomquestions.get(code="pain_worst"), number=pain, state="same"),
        Symptom(question=condition.symptomquestions.get(code="character"), codes="sharp ache"),
        Symptom(question=condition.symptomquestions.get(code="load_change"), text="More hills"),
        ProvocationResult(
            test=condition.provocationtests.first(),
            side="right",
            outcome="positive",
            familiar_pain="yes",
            pain_score=6,
            measure="4 reps",
            text="at once",
        ),
        SuspectedCause(cause=condition.causes.first(), role="onset", weight="main", text="hills"),
        TreatmentStepState(step=condition.treatmentsteps.first(), state="active", text="cut hills"),
        TreatmentStepState(step=condition.treatmentsteps.all()[1], state="active"),
        Treatment(technique=condition.techniques.first(), text="muscle belly"),
        HomeExercise(exercise=condition.exercises.first(), dose="4 sets of 20 seconds", text="standing"),
        *(RedFlagAnswer(red_flag=flag, reply="no") for flag in condition.redflags.all()),
    ]


def written(condition: Condition, **changes: Any) -> notes.Written:
    """Everything that a visit of this condition needs to be signed."""
    note = {"history": "Cannot sit.", "consent": "given", "advice": "Stand more.", "plan": "Cut hills.", **changes}
    return notes.Written(note=note, episode={"side": "right"}, findings=findings(condition))


def saved_note(**given: Any) -> CaseNote:
    """A draft that only waits for its signature."""
    note = make_note(**given)
    return notes.save_draft(
        note=note, version=note.version, written=written(note.episode.condition), by=note.author, now=START
    )


def signed_note(**given: Any) -> CaseNote:
    """A note signed by its author."""
    note = saved_note(**given)
    return notes.sign(note=note, version=note.version, by=note.author, now=START)
