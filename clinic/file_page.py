"""The patient's file: who they are, alerts, episodes with their notes, what is booked."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.file_forms import EpisodeForm
from patients import audit, consents
from patients.access import may_open_records
from patients.models import AuditEntry, CaseNote, Consent, Episode, Patient


@require_safe
def patient_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one patient on one page; the reading is traced before anything is shown."""
    patient = _opened(request, pk)
    now = timezone.now()
    people = patient.appointments.for_people()
    appointments = people.select_related("practitioner", "case_note").order_by("-starts_at")
    context = {
        **admin.site.each_context(request),
        "title": patient.name,
        "patient": patient,
        "age": patient.age_on(timezone.localdate(now)),
        "episodes": _episodes(patient),
        "coming": [one for one in appointments if one.starts_at > now and one.is_live][::-1],
        "past": [one for one in appointments if one.starts_at <= now or not one.is_live],
        "consents": patient.consents.select_related("wording"),
        "courses": patient.courses.select_related("service"),
        "trace": AuditEntry.objects.filter(patient_reference=patient.reference).order_by("-position")[:8],
    }
    return render(request, "clinic/file.html", context)


@require_http_methods(["GET", "POST"])
def episode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Side, onset, working hypothesis of an episode; close it or open it again."""
    found = get_object_or_404(Episode.objects.select_related("patient", "condition"), pk=pk)
    _opened(request, found.patient_id)
    form = EpisodeForm(request.POST or None, instance=found)
    if form.is_valid():
        form.save()
        _trace(request, AuditEntry.Action.CHANGE, f"episode {found.pk}", found.patient, tuple(form.changed_data))
        return HttpResponse(status=303, headers={"Location": _file_url(found.patient)})
    context = {
        **admin.site.each_context(request),
        "title": f"{found}, {found.patient.name}",
        "form": form,
        "episode": found,
        "file_url": _file_url(found.patient),
    }
    return render(request, "clinic/episode.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient takes a consent back; that it was given stays on record."""
    if not may_open_records(request.user):
        raise PermissionDenied
    consent = get_object_or_404(Consent.objects.select_related("patient"), pk=pk)
    consents.withdraw(consent=consent, by=request.user, now=timezone.now())
    return HttpResponseRedirect(f"{_file_url(consent.patient)}#consents")


def _opened(request: HttpRequest, pk: Any) -> Patient:
    if not may_open_records(request.user):
        raise PermissionDenied
    patient = get_object_or_404(Patient, pk=pk)
    _trace(request, AuditEntry.Action.VIEW, f"file of patient {patient.pk}", patient)
    return patient


def _trace(
    request: HttpRequest, action: AuditEntry.Action, subject: str, patient: Patient, fields: tuple[str, ...] = ()
) -> None:
    actor = request.user.get_username()
    audit.record(actor=actor, action=action, subject=subject, patient=patient, fields=fields, now=timezone.now())


def _episodes(patient: Patient) -> list[Episode]:
    notes = CaseNote.objects.with_findings().order_by("-seen_at", "-entered_at")
    return list(patient.episodes.select_related("condition").prefetch_related(Prefetch("case_notes", queryset=notes)))


def _file_url(patient: Patient) -> str:
    return reverse("admin:patient_file", args=[patient.pk])
