"""The note: a draft to fill in beside its appointment, or a signed note to read and add to."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings.models import Appointment
from clinic import intake_page
from patients import audit, notes, seal
from patients.access import may_open_records
from patients.choices import RedFlagReply
from patients.forms import AddendumForm, NoteForm
from patients.models import AuditEntry, CaseNote
from patients.note_items import NoteItems
from patients.note_rows import LastVisit, NoteRows


@require_http_methods(["GET", "HEAD", "POST"])
def note_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a note; save or sign a draft. Reading is traced before anything is shown."""
    note = _opened(request, pk)
    if note.is_signed and request.method != "POST":
        return _show_signed(request, note, AddendumForm())
    if note.author_id != request.user.pk:
        return _show_signed(request, note, None)
    items = NoteItems.of(note)
    taking = None if note.is_signed else intake_page.taking(request, note, items)
    form = NoteForm(taking.data if taking else _posted(request, items), note=note, items=items)
    if note.is_signed:
        return _show_both(request, form)
    if request.method == "POST":
        return _save(request, note, form, taking)
    return _show_draft(request, note, form)


@require_POST
def add_addendum(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add words under a signed note."""
    note = _opened(request, pk)
    form = AddendumForm(request.POST)
    if not note.is_signed:
        messages.error(request, "A draft takes no addenda: change the draft itself.")
    elif form.is_valid():
        notes.add_addendum(note=note, author=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Added. It stays under the note for good.")
    else:
        return _show_signed(request, note, form, status=422)
    return HttpResponseRedirect(reverse("admin:note", args=[note.pk]))


def _save(
    request: HttpRequest, note: CaseNote, form: NoteForm, taking: intake_page.Taking | None = None
) -> HttpResponse:
    """Save what was typed, with what was taken over; then sign it if that was asked for."""
    if not form.is_valid():
        return _show_draft(request, note, form, status=422)
    version, now = form.cleaned_data["version"], timezone.now()
    try:
        with transaction.atomic():
            note = notes.save_draft(note=note, version=version, written=form.written(), by=request.user, now=now)
            if taking:
                intake_page.settle(request, taking)
        if request.POST.get("do") == "sign":
            notes.sign(note=note, version=note.version, by=request.user, now=timezone.now())
    except (notes.StaleDraft, notes.NoteIsSigned):
        return _show_both(request, form)
    except notes.CannotSign as error:
        saved = CaseNote.objects.with_findings().get(pk=note.pk)
        fresh = NoteForm(note=saved, items=NoteItems.of(saved))
        return _show_draft(request, saved, fresh, status=422, refused=error.missing)
    return HttpResponseRedirect(reverse("admin:note", args=[note.pk]) + intake_page.anchor(taking))


def _posted(request: HttpRequest, items: NoteItems) -> Any:
    """What was sent; the one press `asked today: all no` answers the red flags still open."""
    if request.method != "POST":
        return None
    if request.POST.get("do") != "all_no":
        return request.POST
    data = request.POST.copy()
    for flag in items.red_flags:
        name = f"flag-{flag.code}-reply"
        data[name] = data.get(name) or RedFlagReply.NO
    return data


def _opened(request: HttpRequest, pk: UUID) -> CaseNote:
    if not may_open_records(request.user):
        raise PermissionDenied
    note = get_object_or_404(CaseNote.objects.with_findings(), pk=pk)
    audit.record(
        actor=request.user.get_username(),
        action=AuditEntry.Action.VIEW,
        subject=f"note {note.pk}",
        patient=note.episode.patient,
        now=timezone.now(),
    )
    return note


def _show_draft(
    request: HttpRequest,
    note: CaseNote,
    form: NoteForm,
    *,
    status: int = 200,
    refused: list[notes.Missing] | None = None,
) -> HttpResponse:
    last = LastVisit.before(note)
    told = intake_page.read(request, note, form.items)
    context = {
        **_about(request, note),
        "form": form,
        "rows": NoteRows.of(form, form.items, last, told.answers if told else {}),
        "told": told,
        "mimics": form.items.mimics,
        "last": last,
        "missing": notes.missing_before_signing(note, now=timezone.now()),
        "refused": refused,
    }
    return render(request, "patients/note.html", context, status=status)


def _show_signed(request: HttpRequest, note: CaseNote, form: AddendumForm | None, *, status: int = 200) -> HttpResponse:
    content = seal.opened(note.seal) if note.is_signed else seal.note_content(note)
    context = {**_about(request, note), "content": content, "form": form}
    return render(request, "patients/note_signed.html", context, status=status)


def _show_both(request: HttpRequest, form: NoteForm) -> HttpResponse:
    """409: somebody (or another window) saved in between. Both texts are shown and neither is lost."""
    stored = CaseNote.objects.with_findings().get(pk=form.note.pk)
    theirs = NoteForm(note=stored, items=NoteItems.of(stored))
    context = {
        **_about(request, stored),
        "differences": list(_differences(theirs, form)),
        "sent": [(name, value) for name in request.POST if name not in UNSENT for value in request.POST.getlist(name)],
        "stored_version": stored.version,
    }
    return render(request, "patients/note_stale.html", context, status=409)


UNSENT = {"csrfmiddlewaretoken", "version", "do"}


def _differences(stored: NoteForm, typed: NoteForm) -> Any:
    """(label, stored, typed) of every field that says something else."""
    for name, field in stored.fields.items():
        kept, sent = stored[name].value(), typed[name].value()
        if name != "version" and _words(kept) != _words(sent):
            yield field.label or name, _words(kept), _words(sent)


def _words(value: Any) -> str:
    if value in (None, False):
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if hasattr(value, "strftime"):
        return f"{value:%H:%M}" if hasattr(value, "hour") else f"{value:%Y-%m-%d}"
    return "yes" if value is True or value == "on" else str(value).replace("\r\n", "\n")


def _about(request: HttpRequest, note: CaseNote) -> dict[str, Any]:
    patient = note.episode.patient
    now = timezone.now()
    coming = Appointment.objects.live().filter(patient=patient, starts_at__gt=now).exclude(case_note=note)
    return {
        **admin.site.each_context(request),
        "title": f"{'Note' if note.is_signed else 'Draft'}, {patient.name}, {timezone.localdate(note.seen_at)}",
        "note": note,
        "patient": patient,
        "age": patient.age_on(timezone.localdate(now)),
        "appointment": Appointment.objects.filter(case_note=note).first(),
        "coming": coming.order_by("starts_at").first(),
    }


urls = [
    path("notes/<uuid:pk>/", note_page, name="note"),
    path("notes/<uuid:pk>/addendum/", add_addendum, name="note_addendum"),
]
