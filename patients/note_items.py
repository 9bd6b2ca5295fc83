"""The catalogue entries that one note shows: those in use, and those it has recorded already."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Prefetch

from patients.choices import Side
from patients.models import (
    CaseNote,
    Cause,
    Exercise,
    Mimic,
    ProvocationTest,
    RedFlag,
    SymptomQuestion,
    Technique,
    TreatmentStep,
)


@dataclass(frozen=True)
class NoteItems:
    """Everything a note of this condition can record, in the catalogue's order, and the side it is about."""

    questions: tuple[SymptomQuestion, ...]
    tests: tuple[ProvocationTest, ...]
    causes: tuple[Cause, ...]
    mimics: tuple[Mimic, ...]
    steps: tuple[TreatmentStep, ...]
    techniques: tuple[Technique, ...]
    exercises: tuple[Exercise, ...]
    red_flags: tuple[RedFlag, ...]
    sides: tuple[str, ...]

    @classmethod
    def of(cls, note: CaseNote) -> Self:
        """Read them for a note that came with its findings."""
        condition = note.episode.condition
        steps = Prefetch("steps", queryset=TreatmentStep.objects.order_by("number"))
        return cls(
            questions=_shown(condition.symptomquestions, note.symptoms, "question_id"),
            tests=_shown(
                condition.provocationtests.prefetch_related("accuracies"), note.provocation_results, "test_id"
            ),
            causes=_shown(condition.causes, note.suspected_causes, "cause_id"),
            mimics=tuple(condition.mimics.in_use()),
            steps=_shown(condition.treatmentsteps, note.treatment_step_states, "step_id"),
            techniques=_shown(condition.techniques.prefetch_related(steps), note.treatments, "technique_id"),
            exercises=_shown(condition.exercises.prefetch_related(steps), note.home_exercises, "exercise_id"),
            red_flags=_shown(condition.redflags, note.red_flag_answers, "red_flag_id"),
            sides=_sides(note),
        )

    def tests_by_side(self) -> Iterator[tuple[ProvocationTest, str]]:
        """Every test on every side, the sore one first."""
        for test in self.tests:
            for side in self.sides:
                yield test, side


def _shown(entries: Any, recorded: Any, link: str) -> tuple[Any, ...]:
    """Entries in use, and retired ones that the note holds, so that nothing recorded goes out of sight."""
    held = {getattr(row, link) for row in recorded.all()}
    return tuple(entry for entry in entries.all() if entry.retired_at is None or entry.pk in held)


def _sides(note: CaseNote) -> tuple[str, ...]:
    if not note.episode.condition.has_side:
        return ("",)
    return (Side.LEFT, Side.RIGHT) if note.episode.side == Side.LEFT else (Side.RIGHT, Side.LEFT)
