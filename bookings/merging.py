"""What speaks against putting the appointments of two people into one file. Plain keys only: no record is asked."""

from uuid import UUID

from bookings.models import Appointment
from bookings.models.appointments import BLOCKING

OVERLAP = "appointment_no_patient_overlap"  # the guard that refuses in the end, whoever was quicker

Pair = tuple[Appointment, Appointment]


def clashes(one: UUID, other: UUID) -> list[Pair]:
    """Appointments of the two that share a moment, past ones too: nobody was in two places."""
    rows = Appointment.objects.filter(patient__in=[one, other], status__in=BLOCKING)
    found: list[Pair] = []
    latest: Appointment | None = None
    for row in rows.select_related("practitioner").order_by("starts_at", "ends_at"):
        if latest is not None and row.starts_at < latest.ends_at:
            found.append((latest, row))
        if latest is None or row.ends_at > latest.ends_at:
            latest = row
    return found
