"""What a note must say before it can be signed, in the order of the page."""

from datetime import datetime

from patients.choices import FamiliarPain, ProvocationOutcome, RedFlagReply
from patients.models import CaseNote
from patients.note_errors import Missing


def missing_before_signing(note: CaseNote, *, now: datetime) -> list[Missing]:
    """What the therapist still has to say, in the order of the page; read from a note with its findings."""
    return [
        *_missing_about_the_day(note, now),
        *_missing_red_flags(note),
        *_missing_symptoms(note),
        *_missing_in_tests(note),
        *_missing_in_steps(note),
    ]


def _missing_about_the_day(note: CaseNote, now: datetime) -> list[Missing]:
    missing = []
    if note.episode.condition.has_side and not note.episode.side:
        missing.append(Missing("episode-side", "Say which side this is about."))
    if note.seen_at > now:
        missing.append(Missing("seen-at", "The time of treatment is still to come."))
    return missing


def _missing_red_flags(note: CaseNote) -> list[Missing]:
    answers = {answer.red_flag_id: answer for answer in note.red_flag_answers.all()}
    missing = []
    for flag in note.episode.condition.redflags.in_use():
        answer = answers.get(flag.pk)
        if answer is None:
            missing.append(Missing(f"red-flag-{flag.code}", f"Red flag not asked: {flag.label}."))
        elif answer.reply != RedFlagReply.NO and not answer.action.strip():
            missing.append(Missing(f"red-flag-{flag.code}", f"{flag.label}: say what was done about it."))
    return missing


def _missing_symptoms(note: CaseNote) -> list[Missing]:
    if note.kind != CaseNote.Kind.INITIAL:
        return []
    answered = {symptom.question_id for symptom in note.symptoms.all()}
    required = note.episode.condition.symptomquestions.in_use().filter(is_required=True)
    return [
        Missing(f"symptom-{question.code}", f"First visit, not answered: {question.ask}")
        for question in required
        if question.pk not in answered
    ]


def _missing_in_tests(note: CaseNote) -> list[Missing]:
    missing = []
    for result in note.provocation_results.all():
        if result.outcome in ProvocationOutcome.with_pain() and not result.familiar_pain:
            missing.append(Missing(f"test-{result.test.code}", f"{result.test.name}: was it the familiar pain?"))
        elif result.familiar_pain in (FamiliarPain.YES, FamiliarPain.PARTLY) and result.pain_score is None:
            missing.append(Missing(f"test-{result.test.code}", f"{result.test.name}: how strong was it, 0 to 10?"))
    return missing


def _missing_in_steps(note: CaseNote) -> list[Missing]:
    missing = []
    if not note.treatment_step_states.all():
        missing.append(Missing("card-steps", "Say where at least one treatment step stands."))
    if note.treatments.all() and not note.consent:
        missing.append(Missing("consent", "Say whether consent to today's treatment was asked and given."))
    return missing
