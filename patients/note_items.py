"""The catalogue entries that one note shows: those in use, and those it has recorded already."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Prefetch

from patients.choices import Side
from patients.models import (
    CaseNote,
    Cause,
    Condition,
    Exercise,
    Instrument,
    LoadRule,
    Mimic,
    ProvocationTest,
    RedFlag,
    SymptomQuestion,
    Technique,
    TreatmentStep,
)
from patients.note_scores import Slot, slots

Sent = Mapping[str, Any]
MEASURED = (SymptomQuestion.Kind.PAIN, SymptomQuestion.Kind.NUMBER)
BOTH_SIDES = (Side.LEFT.value, Side.RIGHT.value)
NEVER_TYPED = ("-role", "-rule")  # lists that always send something


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
    load_rules: tuple[LoadRule, ...]
    scores: tuple[Slot, ...]
    sides: tuple[str, ...]
    question_sides: Mapping[Any, tuple[str, ...]]

    @classmethod
    def of(cls, note: CaseNote, sent: Sent | None = None) -> Self:
        """Read them for a note that came with its findings; what was retired while somebody typed is shown too."""
        condition = note.episode.condition
        shown = _Shown(sent or {})
        questions = shown.entries(condition.symptomquestions, note.symptoms, "question_id", "symptom")
        instruments: tuple[Instrument, ...] = shown.entries(
            condition.instruments, note.outcome_scores, "instrument_id", "score"
        )
        return cls(
            questions=questions,
            causes=shown.entries(condition.causes, note.suspected_causes, "cause_id", "cause"),
            mimics=shown.entries(condition.mimics, note.mimics_considered, "mimic_id", "mimic"),
            steps=shown.entries(condition.treatmentsteps, note.treatment_step_states, "step_id", "step"),
            red_flags=shown.entries(condition.redflags, note.red_flag_answers, "red_flag_id", "flag"),
            load_rules=shown.entries(condition.loadrules, note.home_exercises, "load_rule_id", ""),
            scores=tuple(slots(instruments, note.outcome_scores.all(), has_side=condition.has_side)),
            sides=_sides(note),
            question_sides={question.pk: _asked_on(question, note) for question in questions},
            **_with_more(condition, note, shown),
        )

    def tests_by_side(self) -> Iterator[tuple[ProvocationTest, str]]:
        """Every test on every side, the sore one first."""
        for test in self.tests:
            for side in self.sides:
                yield test, side

    def answers(self) -> Iterator[tuple[SymptomQuestion, str, str]]:
        """Every question with the side it is asked about and the name of its field."""
        for question in self.questions:
            for side in self.question_sides[question.pk]:
                yield question, side, answer_name(question.code, side)

    @property
    def default_rule(self) -> LoadRule | None:
        """The pain rule that holds where none was chosen."""
        in_use = [rule for rule in self.load_rules if rule.retired_at is None]
        return next((rule for rule in in_use if rule.is_default), in_use[0] if in_use else None)


def answer_name(code: str, side: str) -> str:
    """The field of one answer: `symptom-<code>`, with the side behind it where both sides are asked."""
    return f"symptom-{code}-{side}" if side else f"symptom-{code}"


class _Shown:
    """Entries in use, and retired ones that the note or the sent form holds: nothing recorded goes out of sight."""

    def __init__(self, sent: Sent) -> None:
        self.typed = [name for name in sent if sent[name] and not name.endswith(NEVER_TYPED)]

    def entries(self, entries: Any, recorded: Any, link: str, kind: str) -> tuple[Any, ...]:
        held = {getattr(row, link) for row in recorded.all()}
        return tuple(
            entry
            for entry in entries.all()
            if entry.retired_at is None or entry.pk in held or self._is_typed(f"{kind}-{entry.code}")
        )

    def _is_typed(self, name: str) -> bool:
        return any(one == name or one.startswith(f"{name}-") for one in self.typed)


def _with_more(condition: Condition, note: CaseNote, shown: _Shown) -> dict[str, Any]:
    """The kinds of entries that bring rows of their own: figures of a test, steps of a technique or exercise."""
    steps = Prefetch("steps", queryset=TreatmentStep.objects.order_by("number"))
    tests = condition.provocationtests.prefetch_related("accuracies")
    exercises = condition.exercises.select_related("easier", "harder").prefetch_related(steps)
    return {
        "tests": shown.entries(tests, note.provocation_results, "test_id", "test"),
        "techniques": shown.entries(
            condition.techniques.prefetch_related(steps), note.treatments, "technique_id", "technique"
        ),
        "exercises": shown.entries(exercises, note.home_exercises, "exercise_id", "exercise"),
    }


def _sides(note: CaseNote) -> tuple[str, ...]:
    if not note.episode.condition.has_side:
        return ("",)
    return (Side.LEFT, Side.RIGHT) if note.episode.side == Side.LEFT else (Side.RIGHT, Side.LEFT)


def _asked_on(question: SymptomQuestion, note: CaseNote) -> tuple[str, ...]:
    """Charted measures are asked per side where both are sore; a figure held under another side stays in sight."""
    is_split = question.is_charted and question.kind in MEASURED and note.episode.side == Side.BOTH
    sides = BOTH_SIDES if is_split else ("",)
    held = {one.side for one in note.symptoms.all() if one.question_id == question.pk and one.number is not None}
    return (*sides, *sorted(held - {*sides}))
