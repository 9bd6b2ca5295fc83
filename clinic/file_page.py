"""The patient's file: who they are, alerts, episodes on one time axis, what is booked."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic import file_parts, told_alerts
from clinic.book_page import uuid_of
from clinic.file_appointments import Appointments
from clinic.file_forms import EpisodeForm
from clinic.file_opening import file_url, must_read_records, opened, to_file
from patients import episodes, notes, timeline
from patients.models import AuditEntry, CaseNote, Episode, Patient

EPISODES_AT_ONCE = 3
LOOKS_SHOWN = 8


@require_safe
def patient_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one patient on one page; the reading is traced before anything is shown."""
    patient = opened(request, pk)
    now = timezone.now()
    known = _episodes(patient)
    shown = _shown(known, uuid_of(request.GET.get("episode", "")))
    booked = Appointments.of(patient, now)
    timelines = timeline.gather(shown, now=now, missed=booked.missed_of(shown), coming=booked.coming_of(shown))
    context = {
        **admin.site.each_context(request),
        "title": patient.name,
        "patient": patient,
        "age": patient.age_on(timezone.localdate(now)),
        "cards": file_parts.cards(timelines, request),
        "others": [one for one in known if one not in shown],
        "drafts": _drafts(patient),
        "to_write": booked.without_note(request.user.pk, now),
        "coming": booked.coming,
        "past": booked.past,
        "past_count": booked.past_count,
        "offers": told_alerts.of_patient(patient),
        "consents": patient.consents.select_related("wording"),
        "courses": patient.courses.select_related("service"),
        "trace": AuditEntry.objects.filter(patient_reference__in=_references(patient)).order_by("-position")[
            :LOOKS_SHOWN
        ],
        "here": file_url(patient.pk),
    }
    return render(request, "clinic/file.html", context)


@require_http_methods(["GET", "POST"])
def episode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Side, onset, working hypothesis and first day of an episode."""
    must_read_records(request)
    found = get_object_or_404(Episode.objects.select_related("patient", "condition"), pk=pk)
    opened(request, found.patient_id)
    form = EpisodeForm(request.POST or None, instance=found)
    is_changed_elsewhere = False
    if form.is_valid():
        try:
            shown = form.cleaned_data["episode_shown"]
            episodes.change(episode=found, typed=form.typed(), shown=shown, by=request.user, now=timezone.now())
            return to_file(found.patient_id, f"e-{found.pk}")
        except notes.EpisodeChanged as error:
            form.show_both(error.fields, Episode.objects.get(pk=found.pk))
            is_changed_elsewhere = True
    context = {
        **admin.site.each_context(request),
        "title": f"{found}, {found.patient.name}",
        "form": form,
        "episode": found,
        "file_url": file_url(found.patient_id),
    }
    status = 409 if is_changed_elsewhere else 422 if form.errors else 200
    return render(request, "clinic/episode.html", context, status=status)


def _episodes(patient: Patient) -> list[Episode]:
    visits = Count("case_notes", filter=Q(case_notes__discarded_at=None))
    return list(patient.episodes.select_related("condition").annotate(visits=visits))


def _shown(known: list[Episode], asked: Any) -> list[Episode]:
    """The one that was asked for; else those that are open, or the last one."""
    if asked:
        return [one for one in known if one.pk == asked]
    return [one for one in known if one.is_open][:EPISODES_AT_ONCE] or known[:1]


def _references(patient: Patient) -> Any:
    """Its own, and those of the files that went into it: whoever looked there looked at this person."""
    whose = Q(pk=patient.pk) | Q(merged_into=patient) | Q(merged_into__merged_into=patient)
    return Patient.everybody.filter(whose).order_by().values("reference")


def _drafts(patient: Patient) -> list[CaseNote]:
    drafts = CaseNote.objects.drafts().filter(episode__patient=patient)
    return list(drafts.select_related("author", "episode__condition").order_by("seen_at"))
