"""Take a patient's record away: by a button in the file, or by command. No trace, no record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from bookings.export import appointment_lines, told_records
from patients import audit
from patients.access import may_open_records
from patients.export import home, pdf, record, text
from patients.models import AuditEntry, Patient

FORMATS = {"pdf": ("pdf", "application/pdf"), "text": ("txt", "text/plain; charset=utf-8")}


@dataclass(frozen=True)
class Exported:
    """One rendering of a record, ready to hand over."""

    body: bytes
    file_name: str
    content_type: str


def export(*, patient: Patient, form: str, actor: str, now: datetime) -> Exported:
    """Trace the export, then gather and render the whole record. Raises pdf.CannotPrint."""
    ending, content_type = FORMATS[form]
    audit.record(
        actor=actor,
        action=AuditEntry.Action.EXPORT,
        subject=f"record of patient {patient.pk} as {form}",
        patient=patient,
        now=now,
    )
    appointments, told = appointment_lines(patient), told_records(patient)
    gathered = record.gather(patient, now=now, appointments=appointments, told=told, home=home.records(patient))
    body = pdf.render(gathered) if form == "pdf" else text.render(gathered).encode()
    file_name = f"record-{patient.reference}-{timezone.localdate(now):%Y-%m-%d}.{ending}"
    return Exported(body, file_name, content_type)


@require_POST
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record as a file to keep."""
    if not may_open_records(request.user):
        raise PermissionDenied
    patient = get_object_or_404(Patient, pk=pk)
    form = request.POST.get("format", "")
    if form not in FORMATS:
        form = "pdf"
    try:
        exported = export(patient=patient, form=form, actor=request.user.get_username(), now=timezone.now())
    except pdf.CannotPrint as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:patient_file", args=[patient.pk]))
    return HttpResponse(
        exported.body,
        content_type=exported.content_type,
        headers={"Content-Disposition": f'attachment; filename="{exported.file_name}"'},
    )
