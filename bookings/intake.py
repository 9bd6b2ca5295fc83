"""Intake: what is asked before a first visit, from the catalogue, and its way into the note and the record.

The public pages see plain values only. Red flags are read, never answered; nothing is scored.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from bookings.forms import GUARDIAN_AGE
from bookings.intake_parts import ABOUT_YOU, CONTACTS, STORY, TOLD, Agreement, Part, Question, Sheet, Values, Wording
from bookings.models import Appointment, Intake, IntakeAnswer
from bookings.ticket import asks_beforehand
from patients import audit, consents, guide
from patients.models import AuditEntry, CaseNote, Condition, Consent, ConsentWording, Patient, SymptomQuestion

IN_FILE = ("gp", "emergency_contact", "communication_needs")
LEAVE_THE_REST = "Answer what you can and leave the rest."
Kind = SymptomQuestion.Kind


class IntakeClosed(Exception):
    """The appointment has begun, was cancelled, or is not a first one."""


class WordingChanged(Exception):
    """The text was replaced by a newer one while it was being read."""


@dataclass(frozen=True)
class Said:
    """One answer as it stands beside its field in the note."""

    answer: IntakeAnswer
    question: SymptomQuestion

    @property
    def key(self) -> str:
        return str(self.answer.pk)

    @property
    def value(self) -> str | list[str]:
        """As the note's own field takes it."""
        return _typed(self.question, self.answer.value)

    @property
    def words(self) -> str:
        return _question(self.question).said(self.value)

    @property
    def is_taken(self) -> bool:
        return self.answer.accepted_at is not None


def sheet(appointment: Appointment) -> Sheet:
    """What is asked for this appointment and what was answered; writes nothing."""
    rows = Intake.objects.select_related("appointment", "condition", "consent_wording")
    intake = rows.prefetch_related("answers__question").filter(appointment=appointment).first()
    condition = _shown(intake.condition if intake and intake.condition else _asked_about(appointment))
    wording = consents.to_agree_to(with_drafts=settings.IS_LOOPBACK)
    told = {name: getattr(intake, name) if intake else "" for name in TOLD}
    return Sheet(
        questions=(STORY, *(_parts(condition) if condition else ()), ABOUT_YOU, CONTACTS),
        values={**told, **{f"answer-{said.question.code}": said.value for said in answers(intake)}},
        flags=guide.flags(condition) if condition else (),
        wording=_plain(wording),
        agreement=_agreement(appointment, intake),
        sent_at=intake.sent_at if intake else None,
        is_begun=intake is not None,
    )


def save(*, appointment: Appointment, part: Part, typed: Values, now: datetime) -> None:
    """Keep what was typed in one part; an answer that was emptied is taken back. Raises IntakeClosed."""
    with transaction.atomic():
        intake = _held(appointment, now)
        for name in set(part.names) & set(TOLD):
            setattr(intake, name, typed[name])
        intake.changed_at = now
        intake.save(update_fields=[*TOLD, "changed_at"])
        _save_answers(intake, [one for one in part.asked if isinstance(one, Question)], typed, now)


def note_name(*, appointment: Appointment, name: str, now: datetime) -> None:
    """Remember the name typed under the consent, without its being given. Raises IntakeClosed."""
    with transaction.atomic():
        intake = _held(appointment, now)
        if intake.consented_at is None:
            intake.consent_name = name
            intake.save(update_fields=["consent_name"])


def agree(*, appointment: Appointment, number: int, name: str, now: datetime) -> None:
    """Consent to the wording that was shown. Raises WordingChanged when there is a newer one, or IntakeClosed."""
    with transaction.atomic():
        intake = _held(appointment, now)
        wording = consents.to_agree_to(with_drafts=settings.IS_LOOPBACK)
        if wording is None or wording.number != number:
            raise WordingChanged
        if intake.consented_at is None:
            intake.consent_wording, intake.consent_name, intake.consented_at = wording, name, now
            intake.changed_at = now
            intake.save(update_fields=["consent_wording", "consent_name", "consented_at", "changed_at"])


def take_back(*, appointment: Appointment, now: datetime) -> None:
    """Take a consent back, unless it is in the record already: there it is withdrawn. Raises IntakeClosed."""
    with transaction.atomic():
        intake = _held(appointment, now)
        if not is_in_record(intake):
            intake.consent_wording, intake.consented_at, intake.changed_at = None, None, now
            intake.save(update_fields=["consent_wording", "consented_at", "changed_at"])


def send(*, appointment: Appointment, now: datetime) -> None:
    """From now on the therapist reads it; sending once more changes nothing. Raises IntakeClosed."""
    with transaction.atomic():
        intake = _held(appointment, now)
        if intake.sent_at is None:
            intake.sent_at = intake.changed_at = now
            intake.save(update_fields=["sent_at", "changed_at"])


def of_note(note: CaseNote) -> Intake | None:
    """What was sent before the appointment of a note."""
    return _sent().filter(appointment__case_note=note).first()


def of_appointment(appointment: Appointment) -> Intake | None:
    """What was sent before an appointment."""
    return _sent().filter(appointment=appointment).first()


def answers(intake: Intake | None) -> list[Said]:
    """Every answer of an intake, in the catalogue's order."""
    rows = intake.answers.all() if intake else ()
    return [Said(row, row.question) for row in rows]


def facts(intake: Intake) -> list[tuple[str, str]]:
    """What was told beside the questions and the own words: (what, words)."""
    names = [name for name in TOLD if name != "own_words"]
    return [(TOLD[name].ask, getattr(intake, name)) for name in names if getattr(intake, name)]


def is_in_record(intake: Intake) -> bool:
    """Whether the consent given before the visit is kept in the file."""
    patient = intake.appointment.patient_id
    return bool(patient and intake.consented_at and Consent.objects.filter(**_given(intake, patient)).exists())


def trace_reading(intake: Intake, *, actor: str, now: datetime) -> None:
    """No trace, no reading."""
    audit.record(
        actor=actor,
        action=AuditEntry.Action.VIEW,
        subject=f"intake {intake.pk}",
        patient=intake.appointment.patient,
        now=now,
    )


def accept(*, intake: Intake, taken: Iterable[Said], now: datetime) -> None:
    """The therapist took these answers over into the note."""
    keys = [said.answer.pk for said in taken]
    intake.answers.filter(pk__in=keys, accepted_at=None).update(accepted_at=now)
    Intake.objects.filter(pk=intake.pk, taken_at=None).update(taken_at=now)


def fill_file(*, intake: Intake, by: Any, now: datetime) -> list[str]:
    """Put GP, emergency contact and needs into the file where it has none; returns what the file has otherwise."""
    told = {name: getattr(intake, name) for name in IN_FILE if getattr(intake, name)}
    if (patient_id := intake.appointment.patient_id) is None:
        return []
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=patient_id)
        new = {name: words for name, words in told.items() if not getattr(patient, name)}
        if new:
            Patient.objects.filter(pk=patient.pk).update(**new)
            actor, change = by.get_username(), AuditEntry.Action.CHANGE
            subject = f"patient {patient.pk}"
            audit.record(actor=actor, action=change, subject=subject, patient=patient, fields=tuple(new), now=now)
    return [TOLD[name].ask for name, words in told.items() if name not in new and getattr(patient, name) != words]


def keep_consent(*, intake: Intake, by: Any, now: datetime) -> None:
    """Keep the consent that was given before the visit in the file; once is enough."""
    patient = intake.appointment.patient
    if patient and intake.consented_at and intake.consent_wording:
        consents.keep(**{**_given(intake, patient.pk), "patient": patient}, by=by, now=now)


def _given(intake: Intake, patient_id: Any) -> dict[str, Any]:
    return {
        "patient": patient_id,
        "wording": intake.consent_wording,
        "given_by": intake.consent_name,
        "given_at": intake.consented_at,
        "source": Consent.Source.ONLINE,
    }


def _sent() -> QuerySet[Intake]:
    related = ("appointment__patient", "condition", "consent_wording")
    return Intake.objects.exclude(sent_at=None).select_related(*related).prefetch_related("answers__question")


def _held(appointment: Appointment, now: datetime) -> Intake:
    held = Appointment.objects.select_for_update(of=("self",)).select_related("service").get(pk=appointment.pk)
    if not asks_beforehand(held, now):
        raise IntakeClosed
    intake, _ = Intake.objects.get_or_create(appointment=held, defaults={"started_at": now, "changed_at": now})
    if intake.condition is None and (condition := _shown(_asked_about(held))):
        intake.condition = condition
        intake.save(update_fields=["condition"])
    return intake


def _save_answers(intake: Intake, questions: list[Question], typed: Values, now: datetime) -> None:
    rows = {row.code: row for row in guide.questions(intake.condition)} if intake.condition else {}
    for question in questions:
        value, row = _stored(typed[question.name]), rows.get(question.code)
        if row is None:
            continue
        if not value:
            intake.answers.filter(question=row).delete()
        elif not intake.answers.filter(question=row, value=value).exists():
            said = {"asked": row.ask, "value": value, "answered_at": now, "accepted_at": None}
            intake.answers.update_or_create(question=row, defaults=said)


def _stored(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


def _typed(question: SymptomQuestion, value: str) -> str | list[str]:
    return value.split() if question.kind == Kind.MULTICHOICE else value


def _asked_about(appointment: Appointment) -> Condition | None:
    return Condition.objects.in_use().filter(code=appointment.condition_code).first()


def _shown(condition: Condition | None) -> Condition | None:
    """As with the guide: on the internet only once a practitioner has reviewed it, and then in those words."""
    if condition is None or condition.retired_at:
        return None
    return condition if settings.IS_LOOPBACK or guide.is_public(condition) else None


def _parts(condition: Condition) -> Iterator[Part]:
    """One part for each group of questions, numbered, so that no address says what it is about."""
    rows = guide.questions(condition)
    for number, group in enumerate(dict.fromkeys(row.group for row in rows), start=1):
        asked = tuple(_question(row) for row in rows if row.group == group)
        yield Part(f"questions-{number}", group[:1].upper() + group[1:], LEAVE_THE_REST, asked)


def _question(row: SymptomQuestion) -> Question:
    return Question(
        code=row.code,
        ask=row.ask,
        kind=row.kind,
        unit=row.unit,
        lowest=row.minimum if row.minimum is not None else 0,
        highest=row.maximum if row.maximum is not None else 9999,
        choices=tuple(row.choices),
    )


def _agreement(appointment: Appointment, intake: Intake | None) -> Agreement:
    age = appointment.age_on_the_day()
    is_young = age is not None and age < GUARDIAN_AGE
    usual = appointment.guardian_name if is_young else appointment.name
    if intake is None:
        return Agreement(usual)
    wording = _plain(intake.consent_wording)
    return Agreement(intake.consent_name or usual, intake.consented_at, wording, is_in_record(intake))


def _plain(wording: ConsentWording | None) -> Wording | None:
    return Wording(wording.number, wording.text) if wording else None
