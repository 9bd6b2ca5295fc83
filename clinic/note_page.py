"""The note: a draft to fill in beside its appointment, or a signed note to read and add to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import note_conflict, note_held, note_saving, note_shown
from patients import audit, notes
from patients.access import may_open_records
from patients.forms import AddendumForm
from patients.models import AuditEntry, CaseNote


@require_http_methods(["GET", "HEAD", "POST"])
def note_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a note; save or sign a draft. Reading is traced before anything is shown."""
    note = _opened(request, pk)
    is_author = note.author_id == request.user.pk
    if request.method == "POST":
        return _save(request, note) if is_author else note_held.held(request, note_held.SOMEBODY_ELSE)
    if note.is_signed or note.is_discarded or not is_author:
        return note_shown.signed(request, note, AddendumForm() if note.is_signed else None)
    return note_shown.draft(request, note, note_conflict.stored_form(note))


@require_POST
def add_addendum(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add words under a signed note."""
    note = _opened(request, pk)
    form = AddendumForm(request.POST)
    if not note.is_signed:
        messages.error(request, "A draft takes no addenda: change the draft itself.")
    elif form.is_valid():
        added = notes.add_addendum(note=note, author=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Added. It stays under the note for good.")
        return HttpResponseRedirect(f"{reverse('admin:note', args=[note.pk])}#addendum-{added.position}")
    else:
        return note_shown.signed(request, note, form, status=422)
    return HttpResponseRedirect(reverse("admin:note", args=[note.pk]))


@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where a sign-in beside an open note ends: the note itself waits in the other tab."""
    return render(request, "patients/note_signed_in.html")


def _save(request: HttpRequest, note: CaseNote) -> HttpResponse:
    return (note_saving.autosave if note_held.is_autosave(request) else note_saving.save)(request, note)


def _opened(request: HttpRequest, pk: UUID) -> CaseNote:
    if not may_open_records(request.user):
        raise PermissionDenied
    note = get_object_or_404(CaseNote.objects.with_findings(), pk=pk)
    if note_saving.is_read(request):
        audit.record(
            actor=request.user.get_username(),
            action=AuditEntry.Action.VIEW,
            subject=f"note {note.pk}",
            patient=note.episode.patient,
            now=timezone.now(),
        )
    return note


def urls(guarded: Callable[..., Any]) -> list[Any]:
    """The note's pages, each behind the sign-in, and around that what keeps the words of somebody signed out."""
    return [
        path("notes/signed-in/", guarded(signed_in), name="note_signed_in"),
        path("notes/<uuid:pk>/", note_held.keeping_words(guarded(note_page)), name="note"),
        path("notes/<uuid:pk>/addendum/", note_held.keeping_words(guarded(add_addendum)), name="note_addendum"),
    ]
