"""Opening somebody's file: who may, and the trace that comes before anything is shown."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from patients import audit
from patients.access import may_open_records
from patients.models import AuditEntry, Patient


class SeeOther(HttpResponseRedirect):
    """Saved; what to look at next is elsewhere."""

    status_code = 303


def opened(request: HttpRequest, pk: UUID, what: str = "file") -> Patient:
    """The patient, with alerts at hand, once the reading is traced."""
    if not may_open_records(request.user):
        raise PermissionDenied
    patient = get_object_or_404(Patient.objects.prefetch_related("alerts"), pk=pk)
    trace(request, AuditEntry.Action.VIEW, f"{what} of patient {patient.pk}", patient)
    return patient


def must_read_records(request: HttpRequest) -> None:
    if not may_open_records(request.user):
        raise PermissionDenied


def trace(
    request: HttpRequest, action: AuditEntry.Action, subject: str, patient: Patient, fields: tuple[str, ...] = ()
) -> None:
    actor = request.user.get_username()
    audit.record(actor=actor, action=action, subject=subject, patient=patient, fields=fields, now=timezone.now())


def file_url(patient_id: UUID, anchor: str = "") -> str:
    return reverse("admin:patient_file", args=[patient_id]) + (f"#{anchor}" if anchor else "")


def to_file(patient_id: UUID, anchor: str = "") -> HttpResponse:
    """Back to the file after something was saved."""
    return SeeOther(file_url(patient_id, anchor))
