"""The seal of a signed note: everything on it as canonical JSON, hashed and chained to the note before.

The hash is SHA-256 over the previous hash, a newline and the canonical JSON (UTF-8, keys sorted, no spaces), so
anybody can check a chain with a few lines of any language. Notes are chained per episode, addenda per note.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from patients.models import (
    Addendum,
    CaseNote,
    Episode,
    HomeExercise,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    TreatmentStepState,
)

SCHEMA = "case-note/1"
ADDENDUM_SCHEMA = "addendum/1"

# Words of the catalogue, which may change after a note was signed; the seal keeps them as they were.
WORDS = {
    "words", "question", "name", "label", "title", "answer", "answer_kind", "ask", "how", "unit", "group",
    "step_number", "catalogue_version",
}  # fmt: skip

Content = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """The first thing wrong in a chain: which row, and what about it."""

    row: str
    words: str


def canonical(content: Content) -> str:
    """The one spelling of a content that is hashed."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(previous_hash: str, text: str) -> str:
    """SHA-256 of a sealed text, bound to the one before it."""
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()


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
        "consent": _coded(note.consent, note.get_consent_display()),
        "advice": note.advice,
        "plan": note.plan,
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


def opened(sealed: str) -> Content:
    """The content of a seal."""
    content: Content = json.loads(sealed)
    return content


def first_fault(episode: Episode) -> Fault | None:
    """The first note or addendum of an episode that is not as it was sealed, or None."""
    previous = ""
    for expected, note in enumerate(episode.case_notes.signed().order_by("position"), start=1):
        row = f"note {note.pk}"
        if note.position != expected:
            return Fault(row, f"position {expected} of the episode is missing")
        fault = _sealed_row_fault(row, note, previous, note_content(CaseNote.objects.with_findings().get(pk=note.pk)))
        if fault or (fault := _first_addendum_fault(note)):
            return fault
        previous = note.seal_hash
    return None


def _first_addendum_fault(note: CaseNote) -> Fault | None:
    previous = note.seal_hash
    for expected, addendum in enumerate(note.addenda.select_related("author").order_by("position"), start=1):
        row = f"addendum {addendum.pk}"
        if addendum.position != expected:
            return Fault(row, f"position {expected} under its note is missing")
        fault = _sealed_row_fault(row, addendum, previous, addendum_content(addendum))
        if fault:
            return fault
        previous = addendum.seal_hash
    return None


def _sealed_row_fault(row: str, sealed: CaseNote | Addendum, previous: str, now: Content) -> Fault | None:
    if sealed.previous_hash != previous:
        return Fault(row, "it does not follow the one before it")
    if digest(previous, sealed.seal) != sealed.seal_hash:
        return Fault(row, "its seal does not match its hash")
    if _facts(opened(sealed.seal)) != _facts(now):
        return Fault(row, "its rows differ from its seal")
    return None


def _facts(content: Content) -> Any:
    """What the rows must still say; catalogue words and names of people may have moved on since."""
    return _without_words({key: value for key, value in content.items() if key not in {"patient", "episode", "author"}})


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_words(part) for key, part in value.items() if key not in WORDS}
    if isinstance(value, list):
        return sorted((_without_words(part) for part in value), key=str)
    return value


def _findings(note: CaseNote) -> Content:
    return {
        "symptoms": [_symptom(one) for one in note.symptoms.all()],
        "provocation_results": [_result(one) for one in note.provocation_results.all()],
        "suspected_causes": [_cause(one) for one in note.suspected_causes.all()],
        "treatment_steps": [_step(one) for one in note.treatment_step_states.all()],
        "treatments": [
            {"code": one.technique.code, "label": one.technique.label, "text": one.text}
            for one in note.treatments.all()
        ],
        "home_exercises": [_exercise(one) for one in note.home_exercises.all()],
        "red_flags": [_red_flag(one) for one in note.red_flag_answers.all()],
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
        "text": given.text,
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


def _coded(code: str, words: str) -> Content:
    return {"code": code, "words": words if code else ""}


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
