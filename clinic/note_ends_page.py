"""How a note ends that should not be there: a draft is discarded, a signed note is marked as entered in error."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import unlinking
from bookings.models import Appointment
from clinic.note_ends_forms import ON_EPISODE, DiscardForm, InErrorForm
from patients import audit, discarding, notes
from patients.access import may_open_records
from patients.models import AuditEntry, CaseNote, Episode, Patient


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why a draft is put away, then do it; the appointment is free for a right note."""
    note = opened_note(request, pk)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    problem = _why_not_discarded(note, request.user)
    if form.is_valid() and not problem:
        try:
            freed = _discard(request, note, form)
        except notes.NoteError as error:
            problem = str(error)
        else:
            messages.success(request, "Discarded. The file says that there was a draft, and why it is none any more.")
            return HttpResponseRedirect(_next_place(note, freed))
    status = 409 if problem and request.method == "POST" else 422 if form.errors else 200
    return _show(request, note, "patients/note_discard.html", form=form, problem=problem, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def in_error(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why a signed note should not be there and where its words belong, then mark and copy it."""
    note = opened_note(request, pk)
    is_sent, is_search = request.method == "POST", request.POST.get("do") == "search"
    form = InErrorForm(request.POST if is_sent else None, note=note)
    problem = _why_not_in_error(note)
    status = 409 if problem and is_sent else 200
    if is_sent and form.people:
        _trace(request, AuditEntry.Action.SEARCH, "patients", None)
    if is_search:
        form.errors.clear()  # whoever looks somebody up has not finished the rest yet
    elif is_sent and not problem:
        if form.is_valid():
            try:
                return _mark(request, note, form)
            except notes.NoteError as error:
                problem, status = str(error), 409
        else:
            status = 422
    return _show(
        request, note, "patients/note_in_error.html", form=form, problem=problem, is_search=is_search, status=status
    )


def opened_note(request: HttpRequest, pk: UUID) -> CaseNote:
    """The note, once the reading is traced."""
    if not may_open_records(request.user):
        raise PermissionDenied
    note = get_object_or_404(CaseNote.objects.with_findings(), pk=pk)
    _trace(request, AuditEntry.Action.VIEW, f"note {note.pk}", note.episode.patient)
    return note


def about(note: CaseNote) -> dict[str, Any]:
    """Who the note is about, for the strip."""
    patient = note.episode.patient
    return {
        "note": note,
        "patient": patient,
        "age": patient.age_on(timezone.localdate()),
        "appointment": Appointment.objects.filter(case_note=note).first(),
    }


def _discard(request: HttpRequest, note: CaseNote, form: DiscardForm) -> list[Appointment]:
    reason, is_other = form.cleaned_data["reason"], form.cleaned_data["is_other_person"]
    with transaction.atomic():
        unlinking.hold(note)
        discarding.discard(note=note, by=request.user, reason=reason, now=timezone.now())
        return unlinking.free(note, is_other_person=is_other)


def _mark(request: HttpRequest, note: CaseNote, form: InErrorForm) -> HttpResponse:
    """Mark it; with a right place, go on to the draft there."""
    now, reason = timezone.now(), form.cleaned_data["reason"]
    with transaction.atomic():
        unlinking.hold(note)
        right, action = _right_episode(note, form)
        _, copy = discarding.mark_in_error(note=note, by=request.user, reason=reason, now=now, right=right)
        if right is not None:
            _trace(request, action, f"episode {right.pk}", right.patient)
        if copy is None:
            unlinking.free(note, is_other_person=form.cleaned_data["is_other_person"])
        else:
            _hand_over(request, note, copy)
    messages.success(request, "Marked as entered in error. It stays in the file and does not count.")
    if copy is None:
        return HttpResponseRedirect(reverse("admin:note", args=[note.pk]))
    messages.info(request, "This is the draft in the right file. Check every word of it, then sign.")
    return HttpResponseRedirect(reverse("admin:note", args=[copy.pk]))


def _right_episode(note: CaseNote, form: InErrorForm) -> tuple[Episode | None, AuditEntry.Action]:
    """The episode that was chosen; a new one of the same condition where there is none. And what to trace of it."""
    wanted = form.wanted()
    if wanted is None:
        return None, AuditEntry.Action.VIEW
    kind, pk = wanted
    if kind == ON_EPISODE:
        discarding.hold(note, pk)
        episode = get_object_or_404(Episode.objects.select_related("patient", "condition"), pk=pk)
        return episode, AuditEntry.Action.VIEW
    discarding.hold(note)
    patient = get_object_or_404(Patient, pk=pk)
    condition, started_on = note.episode.condition, timezone.localdate(note.seen_at)
    alike = patient.episodes.open().filter(condition=condition).exclude(pk=note.episode_id).first()
    episode = alike or Episode.objects.create(patient=patient, condition=condition, started_on=started_on)
    return episode, AuditEntry.Action.CREATE


def _hand_over(request: HttpRequest, note: CaseNote, copy: CaseNote) -> None:
    try:
        unlinking.hand_over(note, to=copy, patient=copy.episode.patient)
    except unlinking.PatientIsBusy:
        unlinking.free(note)
        words = "The appointment was not moved: this person has another one at that time. Put it right on its page."
        messages.warning(request, words)


def _why_not_discarded(note: CaseNote, user: Any) -> str:
    if note.is_signed:
        return "This note is signed: it cannot be discarded. Mark it as entered in error instead."
    if note.is_discarded:
        return "This draft is discarded already."
    return "" if note.author_id == user.pk else "Only the author can discard this draft."


def _why_not_in_error(note: CaseNote) -> str:
    if not note.is_signed:
        return "This note is not signed: discard the draft instead."
    return "This note is marked as entered in error already." if note.is_in_error else ""


def _next_place(note: CaseNote, freed: list[Appointment]) -> str:
    if freed:
        return reverse("admin:appointment", args=[freed[0].pk])
    return reverse("admin:patient_file", args=[note.episode.patient_id])


def _show(request: HttpRequest, note: CaseNote, template: str, *, status: int, **more: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        **about(note),
        "title": f"{note}, {note.episode.patient.name}",
        **more,
    }
    return render(request, template, context, status=status)


def _trace(request: HttpRequest, action: AuditEntry.Action, subject: str, patient: Patient | None) -> None:
    audit.record(actor=request.user.get_username(), action=action, subject=subject, patient=patient, now=timezone.now())
