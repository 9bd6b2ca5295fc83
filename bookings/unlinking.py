"""What becomes of an appointment whose note was discarded or marked as entered in error."""

from typing import Any

from django.db import IntegrityError, transaction

from bookings.models import Appointment, Intake, IntakeAnswer

OVERLAP = "appointment_no_patient_overlap"


class PatientIsBusy(Exception):
    """The right person has another appointment at that time."""


def hold(note: Any) -> None:
    """Lock the appointments of a note before its episode and the trace, as every other verb does.

    The other way round, this one and a merge of the file would wait for each other, and one of them would fail.
    """
    list(Appointment.objects.select_for_update().filter(case_note=note).order_by("pk").values_list("pk", flat=True))


def free(note: Any, *, is_other_person: bool = False) -> list[Appointment]:
    """Take the note off its appointment, so that a right one can be opened; and the person, if that was wrong too.

    What was told before the visit waits to be taken over again.
    """
    with transaction.atomic():
        freed = list(Appointment.objects.select_for_update().filter(case_note=note))
        for appointment in freed:
            appointment.case_note = None
            if is_other_person:
                appointment.patient = None
            appointment.save(update_fields=["case_note", "patient"])
        Intake.objects.filter(appointment__in=freed).update(taken_at=None)
        IntakeAnswer.objects.filter(intake__appointment__in=freed).update(accepted_at=None)
    return freed


def hand_over(note: Any, *, to: Any, patient: Any) -> list[Appointment]:
    """The appointment was the other person's all along: theirs is the note now. Raises PatientIsBusy."""
    try:
        with transaction.atomic():
            moved = list(Appointment.objects.select_for_update().filter(case_note=note))
            for appointment in moved:
                appointment.case_note, appointment.patient = to, patient
                appointment.save(update_fields=["case_note", "patient"])
    except IntegrityError as error:
        if OVERLAP not in str(error):
            raise
        raise PatientIsBusy from error
    return moved
