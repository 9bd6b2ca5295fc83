"""A patient's appointments, as the export of the record prints them."""

from bookings.models import Appointment
from patients.export.record import AppointmentLine
from patients.models import Patient


def appointment_lines(patient: Patient) -> tuple[AppointmentLine, ...]:
    """Every appointment of the patient, oldest first, cancelled ones included."""
    rows = Appointment.objects.filter(patient=patient).select_related("practitioner").order_by("starts_at")
    return tuple(
        AppointmentLine(
            starts_at=row.starts_at,
            service=row.service_name,
            practitioner=row.practitioner.display_name,
            state=row.get_status_display(),
        )
        for row in rows
    )
