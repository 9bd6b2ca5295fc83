"""Between the note's form and its rows: what a draft holds as field values, and typed values as findings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from patients import note_scores
from patients.choices import ProvocationOutcome
from patients.models import (
    CaseNote,
    HomeExercise,
    MimicConsidered,
    OutcomeScore,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    SymptomQuestion,
    Treatment,
    TreatmentStepState,
)
from patients.note_items import NoteItems, answer_name

Values = Mapping[str, Any]
CODED = (SymptomQuestion.Kind.CHOICE, SymptomQuestion.Kind.MULTICHOICE, SymptomQuestion.Kind.YES_NO_UNSURE)
NOTE_TEXTS = ("history", "flare", "consent", "advice", "load_plan", "avoid", "plan")
EPISODE_TEXTS = ("side", "onset", "working_hypothesis")
COUNTED = (SymptomQuestion.Kind.PAIN, SymptomQuestion.Kind.NUMBER)


def of_note(note: CaseNote) -> dict[str, Any]:
    """What a draft says now, by name of field; the note comes with its findings."""
    seen = timezone.localtime(note.seen_at)
    values: dict[str, Any] = {
        "version": note.version,
        "seen_on": seen.date(),
        "seen_at": seen.time(),
        **{name: getattr(note.episode, name) for name in EPISODE_TEXTS},
        **{name: getattr(note, name) for name in NOTE_TEXTS},
        **note_scores.values(note.outcome_scores.all()),
    }
    for part in (_symptom_values, _test_values, _cause_values, _step_values, _treatment_values, _flag_values):
        values |= part(note)
    return values


def findings(items: NoteItems, data: Values, held: Iterable[OutcomeScore] = ()) -> Iterator[models.Model]:
    """Everything typed as unsaved rows; `held` are the figures of the draft as it stands."""
    for kind in (
        symptoms,
        provocation_results,
        suspected_causes,
        step_states,
        treatments,
        home_exercises,
        red_flag_answers,
        mimics_considered,
    ):
        yield from kind(items, data)
    yield from note_scores.rows(items.scores, data, held)


def symptoms(items: NoteItems, data: Values) -> Iterator[Symptom]:
    """Answers that say something; where both sides are asked, one for each, and a state alone stands without a side."""
    for question in items.questions:
        state = data.get(f"symptom-{question.code}-state") or ""
        answers = {side: data.get(answer_name(question.code, side)) for side in items.question_sides[question.pk]}
        given = {side: answer for side, answer in answers.items() if answer not in (None, "", [])}
        for side, answer in given.items():
            yield _symptom(question, answer, side=side, state=state)
        if state and not given:
            yield Symptom(question=question, state=state)


def _symptom(question: SymptomQuestion, answer: Any, **given: str) -> Symptom:
    if question.kind in COUNTED:
        return Symptom(question=question, number=answer, **given)
    if question.kind in CODED:
        codes = " ".join(answer) if isinstance(answer, list) else answer
        return Symptom(question=question, codes=codes, **given)
    return Symptom(question=question, text=answer, **given)


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
            name = f"technique-{technique.code}"
            yield Treatment(technique=technique, region=data[f"{name}-region"], text=data[f"{name}-text"])


def home_exercises(items: NoteItems, data: Values) -> Iterator[HomeExercise]:
    """Exercises that were ticked; without a dose or a pain rule, the catalogue's usual one is what was given."""
    rules = {rule.code: rule for rule in items.load_rules}
    for exercise in items.exercises:
        name = f"exercise-{exercise.code}"
        if data[name]:
            dose = data[f"{name}-dose"].strip() or exercise.dose or "as shown"
            rule = rules.get(data[f"{name}-rule"], items.default_rule)
            yield HomeExercise(exercise=exercise, dose=dose, load_rule=rule, text=data[f"{name}-text"])


def red_flag_answers(items: NoteItems, data: Values) -> Iterator[RedFlagAnswer]:
    """Red flags that were asked."""
    for flag in items.red_flags:
        if reply := data[f"flag-{flag.code}-reply"]:
            yield RedFlagAnswer(red_flag=flag, reply=reply, action=data[f"flag-{flag.code}-action"])


def mimics_considered(items: NoteItems, data: Values) -> Iterator[MimicConsidered]:
    """What else the therapist had in mind."""
    for mimic in items.mimics:
        if data[f"mimic-{mimic.code}"]:
            yield MimicConsidered(mimic=mimic, text=data[f"mimic-{mimic.code}-text"])


def _symptom_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for symptom in note.symptoms.all():
        question = symptom.question
        name = answer_name(question.code, symptom.side)
        if question.kind in COUNTED:
            values[name] = symptom.number
        elif question.kind == SymptomQuestion.Kind.MULTICHOICE:
            values[name] = symptom.codes.split()
        else:
            values[name] = symptom.codes or symptom.text
        values[f"symptom-{question.code}-state"] = symptom.state
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
        name = f"technique-{done.technique.code}"
        values |= {name: True, f"{name}-region": done.region, f"{name}-text": done.text}
    for given in note.home_exercises.all():
        name = f"exercise-{given.exercise.code}"
        rule = given.load_rule.code if given.load_rule else ""
        values |= {name: True, f"{name}-dose": given.dose, f"{name}-rule": rule, f"{name}-text": given.text}
    for considered in note.mimics_considered.all():
        name = f"mimic-{considered.mimic.code}"
        values |= {name: True, f"{name}-text": considered.text}
    return values


def _flag_values(note: CaseNote) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for answer in note.red_flag_answers.all():
        name = f"flag-{answer.red_flag.code}"
        values |= {f"{name}-reply": answer.reply, f"{name}-action": answer.action}
    return values
