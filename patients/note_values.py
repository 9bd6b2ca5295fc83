"""Between the note's form and its rows: what a draft holds as field values, and typed values as findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from patients.choices import ProvocationOutcome
from patients.models import (
    CaseNote,
    HomeExercise,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    SymptomQuestion,
    Treatment,
    TreatmentStepState,
)
from patients.note_items import NoteItems

Values = Mapping[str, Any]
CODED = (SymptomQuestion.Kind.CHOICE, SymptomQuestion.Kind.MULTICHOICE, SymptomQuestion.Kind.YES_NO_UNSURE)
COUNTED = (SymptomQuestion.Kind.PAIN, SymptomQuestion.Kind.NUMBER)


def of_note(note: CaseNote) -> dict[str, Any]:
    """What a draft says now, by name of field; the note comes with its findings."""
    seen = timezone.localtime(note.seen_at)
    values: dict[str, Any] = {
        "version": note.version,
        "seen_on": seen.date(),
        "seen_at": seen.time(),
        **{name: getattr(note.episode, name) for name in ("side", "onset", "working_hypothesis")},
        **{name: getattr(note, name) for name in ("history", "consent", "advice", "plan")},
    }
    for part in (_symptom_values, _test_values, _cause_values, _step_values, _treatment_values, _flag_values):
        values |= part(note)
    return values


def symptoms(items: NoteItems, data: Values) -> Iterator[Symptom]:
    """Answers that say something."""
    for question in items.questions:
        answer, state = data[f"symptom-{question.code}"], data[f"symptom-{question.code}-state"]
        if answer in (None, "", []) and not state:
            continue
        symptom = Symptom(question=question, state=state)
        if question.kind in COUNTED:
            symptom.number = answer
        elif question.kind in CODED:
            symptom.codes = " ".join(answer) if isinstance(answer, list) else answer
        else:
            symptom.text = answer
        yield symptom


def provocation_results(items: NoteItems, data: Values) -> Iterator[ProvocationResult]:
    """Tests done, or not done with a remark; pain only where the outcome calls for it."""
    for test, side in items.tests_by_side():
        name = f"test-{test.code}-{side or 'none'}"
        outcome, text = data[f"{name}-outcome"], data[f"{name}-text"]
        if not outcome and not text:
            continue
        hurts = outcome in ProvocationOutcome.with_pain()
        yield ProvocationResult(
            test=test,
            side=side,
            outcome=outcome or ProvocationOutcome.NOT_DONE,
            familiar_pain=data[f"{name}-familiar"] if hurts else "",
            pain_score=data[f"{name}-pain"] if hurts else None,
            measure=data[f"{name}-measure"] if outcome else "",
            text=text,
        )


def suspected_causes(items: NoteItems, data: Values) -> Iterator[SuspectedCause]:
    """Causes that were given a weight."""
    for cause in items.causes:
        name = f"cause-{cause.code}"
        if weight := data[f"{name}-weight"]:
            role = data[f"{name}-role"] or cause.role
            yield SuspectedCause(cause=cause, weight=weight, role=role, text=data[f"{name}-text"])


def step_states(items: NoteItems, data: Values) -> Iterator[TreatmentStepState]:
    """Steps whose state was said."""
    for step in items.steps:
        if state := data[f"step-{step.code}-state"]:
            yield TreatmentStepState(step=step, state=state, text=data[f"step-{step.code}-text"])


def treatments(items: NoteItems, data: Values) -> Iterator[Treatment]:
    """Techniques that were ticked."""
    for technique in items.techniques:
        if data[f"technique-{technique.code}"]:
            yield Treatment(technique=technique, text=data[f"technique-{technique.code}-text"])


def home_exercises(items: NoteItems, data: Values) -> Iterator[HomeExercise]:
    """Exercises that were ticked; without a dose, the catalogue's usual one is what was given."""
    for exercise in items.exercises:
        name = f"exercise-{exercise.code}"
        if data[name]:
            dose = data[f"{name}-dose"].strip() or exercise.dose or "as shown"
            yield HomeExercise(exercise=exercise, dose=dose, text=data[f"{name}-text"])


def red_flag_answers(items: NoteItems, data: Values) -> Iterator[RedFlagAnswer]:
    """Red flags that were asked."""
    for flag in items.red_flags:
        if reply := data[f"flag-{flag.code}-reply"]:
            yield RedFlagAnswer(red_flag=flag, reply=reply, action=data[f"flag-{flag.code}-action"])


def _symptom_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for symptom in note.symptoms.all():
        question = symptom.question
        name = f"symptom-{question.code}"
        if question.kind in COUNTED:
            values[name] = symptom.number
        elif question.kind == SymptomQuestion.Kind.MULTICHOICE:
            values[name] = symptom.codes.split()
        else:
            values[name] = symptom.codes or symptom.text
        values[f"{name}-state"] = symptom.state
    return values


def _test_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for result in note.provocation_results.all():
        name = f"test-{result.test.code}-{result.side or 'none'}"
        outcome = "" if result.outcome == ProvocationOutcome.NOT_DONE else result.outcome
        values |= {
            f"{name}-outcome": outcome,
            f"{name}-familiar": result.familiar_pain,
            f"{name}-pain": result.pain_score,
            f"{name}-measure": result.measure,
            f"{name}-text": result.text,
        }
    return values


def _cause_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for suspected in note.suspected_causes.all():
        name = f"cause-{suspected.cause.code}"
        values |= {f"{name}-weight": suspected.weight, f"{name}-role": suspected.role, f"{name}-text": suspected.text}
    return values


def _step_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for stated in note.treatment_step_states.all():
        values |= {f"step-{stated.step.code}-state": stated.state, f"step-{stated.step.code}-text": stated.text}
    return values


def _treatment_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for done in note.treatments.all():
        values |= {f"technique-{done.technique.code}": True, f"technique-{done.technique.code}-text": done.text}
    for given in note.home_exercises.all():
        name = f"exercise-{given.exercise.code}"
        values |= {name: True, f"{name}-dose": given.dose, f"{name}-text": given.text}
    return values


def _flag_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for answer in note.red_flag_answers.all():
        name = f"flag-{answer.red_flag.code}"
        values |= {f"{name}-reply": answer.reply, f"{name}-action": answer.action}
    return values
