"""Episodes from the file: start one, close it with words, open it again."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.file_forms import CloseForm, StartForm
from clinic.file_opening import file_url, must_read_records, opened, to_file
from patients import episode_verbs
from patients.models import Episode


@require_http_methods(["GET", "POST"])
def start_episode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a new episode; when one like it is open already, a human says whether this is another."""
    patient = opened(request, pk)
    form = StartForm(request.POST or None, initial={"started_on": timezone.localdate()})
    alike: Episode | None = None
    if form.is_valid():
        try:
            started = episode_verbs.start(patient=patient, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Started: {started}.")
            return to_file(patient.pk, f"e-{started.pk}")
        except episode_verbs.AlreadyOpen as error:
            alike = error.episode
            form.ask_again()
    context = {
        **admin.site.each_context(request),
        "title": f"A new episode of {patient.name}",
        "patient": patient,
        "form": form,
        "alike": alike,
        "file_url": file_url(patient.pk),
    }
    return render(request, "clinic/episode_start.html", context, status=409 if alike else 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def close_episode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is over: when, and how it ended in the therapist's words."""
    found = _episode(request, pk)
    form = CloseForm(request.POST or None, initial=_ending(found))
    problem = "" if found.is_open else "This episode is closed already. Open it again first to change how it ended."
    if form.is_valid() and not problem:
        on, words = form.cleaned_data["closed_on"], form.cleaned_data["closing_words"]
        try:
            episode_verbs.close(episode=found, on=on, words=words, by=request.user, now=timezone.now())
            messages.success(request, f"Closed: {found}.")
            return to_file(found.patient_id, f"e-{found.pk}")
        except episode_verbs.EpisodeError as error:
            form.add_error("closed_on", str(error))
    context = {
        **admin.site.each_context(request),
        "title": f"Close {found}, {found.patient.name}",
        "episode": found,
        "form": form,
        "problem": problem,
        "drafts": found.case_notes.drafts().count(),
        "file_url": file_url(found.patient_id),
    }
    status = 409 if problem and request.method == "POST" else 422 if form.errors else 200
    return render(request, "clinic/episode_close.html", context, status=status)


@require_POST
def reopen_episode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It goes on after all."""
    found = _episode(request, pk)
    episode_verbs.reopen(episode=found, by=request.user, now=timezone.now())
    messages.success(request, f"Open again: {found}.")
    return to_file(found.patient_id, f"e-{found.pk}")


def _episode(request: HttpRequest, pk: UUID) -> Episode:
    must_read_records(request)
    found = get_object_or_404(Episode.objects.select_related("patient", "condition"), pk=pk)
    opened(request, found.patient_id)
    return found


def _ending(found: Episode) -> dict[str, Any]:
    today: date = timezone.localdate()
    return {"closed_on": today, "closing_words": found.closing_words}
