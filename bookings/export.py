"""A patient's appointments, and what was told before them, as the export of the record prints them."""

from bookings import intake
from bookings.models import Appointment, Intake
from patients.export.parts import Line
from patients.export.record import AppointmentLine, ToldRecord
from patients.models import Patient


def appointment_lines(patient: Patient) -> tuple[AppointmentLine, ...]:
    """Every appointment of the patient, oldest first, cancelled ones included."""
    rows = Appointment.objects.for_people().filter(patient=patient).select_related("practitioner")
    return tuple(
        AppointmentLine(
            starts_at=row.starts_at,
            service=row.service_name,
            practitioner=row.practitioner.display_name,
            state=row.get_status_display(),
        )
        for row in rows.order_by("starts_at")
    )


def told_records(patient: Patient) -> tuple[ToldRecord, ...]:
    """What was sent before each visit, oldest first; what was never sent was not told."""
    sent = Intake.objects.filter(appointment__patient=patient).exclude(sent_at=None).select_related("appointment")
    rows = sent.prefetch_related("answers__question").order_by("appointment__starts_at")
    return tuple(ToldRecord(row.appointment.starts_at, row.sent_at, _lines(row)) for row in rows if row.sent_at)


def _lines(row: Intake) -> tuple[Line, ...]:
    own = [Line("In their own words", row.own_words)] if row.own_words else []
    facts = [Line(name, words) for name, words in intake.facts(row)]
    answers = [Line(said.answer.asked, said.words) for said in intake.answers(row)]
    agreed = [Line("Agreed to treatment", row.consent_name)] if row.consented_at else []
    return (*own, *answers, *facts, *agreed)
