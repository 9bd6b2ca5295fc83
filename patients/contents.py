"""Everything on a note or an addendum as plain values: what is sealed, shown, compared and exported."""

from datetime import UTC, datetime
from typing import Any

from patients.models import (
    Addendum,
    CaseNote,
    Episode,
    HomeExercise,
    LoadRule,
    MimicConsidered,
    OutcomeScore,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    Treatment,
    TreatmentStepState,
)

SCHEMA = "case-note/2"
ADDENDUM_SCHEMA = "addendum/1"
Content = dict[str, Any]


def note_content(note: CaseNote) -> Content:
    """Everything on a note with its words as they are now; what a draft shows and what signing seals."""
    return {
        "schema": SCHEMA,
        "id": str(note.pk),
        "kind": _coded(note.kind, note.get_kind_display()),
        "patient": _patient(note),
        "episode": _episode(note.episode),
        "catalogue_version": note.catalogue_version.number if note.catalogue_version else None,
        "position": note.position,
        "seen_at": _moment(note.seen_at),
        "entered_at": _moment(note.entered_at),
        "signed_at": _moment(note.signed_at),
        "author": _person(note.author),
        "history": note.history,
        "flare": note.flare,
        "consent": _coded(note.consent, note.get_consent_display()),
        "advice": note.advice,
        "load_plan": note.load_plan,
        "avoid": note.avoid,
        "plan": note.plan,
        "carried_from": _key(note.carried_from_id),
        "copied_from": _key(note.copied_from_id),
        **_findings(note),
    }


def addendum_content(addendum: Addendum) -> Content:
    """Everything on an addendum."""
    return {
        "schema": ADDENDUM_SCHEMA,
        "id": str(addendum.pk),
        "note": str(addendum.note_id),
        "position": addendum.position,
        "kind": _coded(addendum.kind, addendum.get_kind_display()),
        "text": addendum.text,
        "author": _person(addendum.author),
        "written_at": _moment(addendum.written_at),
    }


def _findings(note: CaseNote) -> Content:
    return {
        "symptoms": [_symptom(one) for one in note.symptoms.all()],
        "provocation_results": [_result(one) for one in note.provocation_results.all()],
        "suspected_causes": [_cause(one) for one in note.suspected_causes.all()],
        "treatment_steps": [_step(one) for one in note.treatment_step_states.all()],
        "treatments": [_treatment(one) for one in note.treatments.all()],
        "home_exercises": [_exercise(one) for one in note.home_exercises.all()],
        "red_flags": [_red_flag(one) for one in note.red_flag_answers.all()],
        "mimics_considered": [_mimic(one) for one in note.mimics_considered.all()],
        "outcome_scores": [_score(one) for one in note.outcome_scores.all()],
    }


def _result(result: ProvocationResult) -> Content:
    return {
        "code": result.test.code,
        "name": result.test.name,
        "side": _coded(result.side, result.get_side_display()),
        "outcome": _coded(result.outcome, result.get_outcome_display()),
        "familiar_pain": _coded(result.familiar_pain, result.get_familiar_pain_display()),
        "pain_score": result.pain_score,
        "measure": result.measure,
        "text": result.text,
    }


def _cause(suspected: SuspectedCause) -> Content:
    return {
        "code": suspected.cause.code,
        "label": suspected.cause.label,
        "role": _coded(suspected.role, suspected.get_role_display()),
        "weight": _coded(suspected.weight, suspected.get_weight_display()),
        "text": suspected.text,
    }


def _step(stated: TreatmentStepState) -> Content:
    return {
        "code": stated.step.code,
        "step_number": stated.step.number,
        "title": stated.step.title,
        "state": _coded(stated.state, stated.get_state_display()),
        "text": stated.text,
    }


def _exercise(given: HomeExercise) -> Content:
    return {
        "code": given.exercise.code,
        "name": given.exercise.name,
        "how": given.exercise.how,
        "dose": given.dose,
        "load_rule": rule_content(given.load_rule),
        "text": given.text,
    }


def rule_content(rule: LoadRule | None) -> Content:
    return {"code": rule.code if rule else "", "words": rule.label if rule else "", "how": rule.text if rule else ""}


def _treatment(done: Treatment) -> Content:
    return {
        "code": done.technique.code,
        "label": done.technique.label,
        "region": done.region,
        "text": done.text,
    }


def _mimic(considered: MimicConsidered) -> Content:
    return {"code": considered.mimic.code, "label": considered.mimic.label, "text": considered.text}


def _score(score: OutcomeScore) -> Content:
    """One figure; the activity is the patient's own words, not the catalogue's."""
    return {
        "code": score.instrument.code,
        "name": score.instrument.name,
        "unit": score.instrument.unit,
        "version": score.version,
        "side": _coded(score.side, score.get_side_display()),
        "activity": score.label,
        "value": f"{score.value.normalize():f}",
        "filled_by": _coded(score.filled_by, score.get_filled_by_display()),
    }


def _red_flag(answer: RedFlagAnswer) -> Content:
    return {
        "code": answer.red_flag.code,
        "label": answer.red_flag.label,
        "ask": answer.red_flag.ask_lines,
        "reply": _coded(answer.reply, answer.get_reply_display()),
        "action": answer.action,
    }


def _symptom(symptom: Symptom) -> Content:
    return {
        "code": symptom.question.code,
        "question": symptom.question.ask,
        "group": symptom.question.group,
        "answer_kind": symptom.question.kind,
        "unit": symptom.question.unit,
        "side": _coded(symptom.side, symptom.get_side_display()),
        "state": _coded(symptom.state, symptom.get_state_display()),
        "number": symptom.number,
        "codes": symptom.codes.split(),
        "text": symptom.text,
        "answer": symptom.answer,
    }


def _patient(note: CaseNote) -> Content:
    patient = note.episode.patient
    return {
        "id": str(patient.pk),
        "reference": patient.reference,
        "name": patient.name,
        "date_of_birth": patient.date_of_birth.isoformat(),
    }


def _episode(episode: Episode) -> Content:
    return {
        "id": str(episode.pk),
        "condition": {"code": episode.condition.code, "title": episode.condition.title},
        "side": _coded(episode.side, episode.get_side_display()),
        "onset": episode.onset,
        "working_hypothesis": episode.working_hypothesis,
        "started_on": episode.started_on.isoformat(),
    }


def _person(user: Any) -> Content:
    return {"name": user.display_name, "title": user.title, "registration_number": user.registration_number}


def _key(pk: Any) -> str | None:
    return str(pk) if pk else None


def _coded(code: str, words: str) -> Content:
    return {"code": code, "words": words if code else ""}


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
