"""Saving and signing what the note's page sends: by a button, or by itself while somebody types."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from bookings import desk, unlinking
from clinic import intake_page, note_conflict, note_held, note_shown
from patients import again, drafts, episodes, notes, reports
from patients.forms import NoteForm
from patients.last_visit import LastVisit
from patients.models import CaseNote
from patients.note_items import NoteItems
from patients.note_rows import NoteRows

Errors = dict[str, list[str]]
PLACES = {
    again.ALL_NO: "card-flags",
    again.FLAGS: "card-flags",
    again.TESTS: "card-tests",
    again.TECHNIQUES: "done-today",
    again.ACTIVITIES: "card-scores",
}


def save(request: HttpRequest, note: CaseNote) -> HttpResponse:
    """Save what was typed, with what was taken over; then sign it if that was asked for."""
    items = NoteItems.of(note, request.POST)
    is_over = note.is_signed or note.is_discarded
    press = None if is_over else intake_page.taking(request, note, items)
    form = NoteForm(press.data if press else posted(request, note, items), note=note, items=items)
    is_valid = form.is_valid()
    if is_over or form.cleaned_data.get("version", note.version) != note.version:
        return note_conflict.show_both(request, note, form)
    if not is_valid:
        return note_shown.draft(request, note, form, status=422)
    try:
        saved = _keep(request, note, form, press)
        if request.POST.get("do") == "sign":
            _sign(request, saved, form)
    except notes.CannotSign as error:
        return _not_signed(request, note, error)
    except notes.NoteError:
        return note_conflict.show_both(request, note, form)
    return HttpResponseRedirect(reverse("admin:note", args=[note.pk]) + _anchor(request, press))


def autosave(request: HttpRequest, note: CaseNote) -> HttpResponse:
    """Keep all that can be kept; a field that cannot is named, and the draft keeps what it held there.

    200 all kept; 422 kept but for the fields named; 409 stale or signed: the page then sends its form for both texts.
    """
    items = NoteItems.of(note, request.POST)
    data = posted(request, note, items)
    form = NoteForm(data, note=note, items=items)
    errors: Errors = {name: [str(one) for one in said] for name, said in form.errors.items()}
    if note.is_signed or note.is_discarded:
        return _conflict(note)
    if "version" in errors:
        return JsonResponse({"reason": "unreadable", "errors": errors}, status=422)
    saved = _stored(request, note, form)
    if saved is None:
        return _conflict(note)
    return JsonResponse(_acknowledged(request, saved, form, data, errors), status=422 if errors else 200)


def posted(request: HttpRequest, note: CaseNote, items: NoteItems) -> QueryDict:
    """What was sent, with what one press answers: both texts weighed, or `asked today, unchanged` and its like."""
    do = request.POST.get("do", "")
    if do == note_conflict.CHOSEN:
        return note_conflict.chosen(request.POST, note)
    if do.startswith(reports.TAKE):
        return reports.taken_over(request.POST, note)
    if again.is_known(do):
        return again.filled(request.POST, do, items=items, last=LastVisit.before(note))
    return request.POST


def _keep(request: HttpRequest, note: CaseNote, form: NoteForm, press: intake_page.Taking | None) -> CaseNote:
    version, now = form.cleaned_data["version"], timezone.now()
    with transaction.atomic():
        if press:
            drafts.hold(note, version=version, by=request.user, with_file=True)
        written = replace(form.written(), is_decided=request.POST.get("do") == note_conflict.CHOSEN)
        saved = notes.save_draft(note=note, version=version, written=written, by=request.user, now=now)
        if press:
            intake_page.settle(request, press)
        if request.POST.get("do", "").startswith(reports.TAKE):
            reports.settle(saved, now=now)
    return saved


def _sign(request: HttpRequest, saved: CaseNote, form: NoteForm) -> None:
    now, shown = timezone.now(), episodes.marks_of(form.written().episode)
    with transaction.atomic():
        unlinking.hold(saved)
        note = notes.sign(note=saved, version=saved.version, by=request.user, now=now, episode_shown=shown)
        desk.was_seen(note=note, by=request.user, now=now)
    messages.success(request, f"Signed at {timezone.localtime(now):%H:%M}. Anything to add goes below the note.")


def _not_signed(request: HttpRequest, note: CaseNote, error: notes.CannotSign) -> HttpResponse:
    saved = CaseNote.objects.with_findings().get(pk=note.pk)
    return note_shown.draft(request, saved, note_conflict.stored_form(saved), status=422, refused=error.missing)


def _anchor(request: HttpRequest, press: intake_page.Taking | None) -> str:
    """Where the page goes on after a button in the middle of it."""
    do = request.POST.get("do", "")
    if do.startswith(reports.TAKE):
        return "#card-scores"
    if not again.is_known(do):
        return intake_page.anchor(press)
    if do in PLACES:
        return f"#{PLACES[do]}"
    row = do.removeprefix(again.ONE)
    return f"#{row.rpartition('-')[0] if row.startswith('test-') else row}"


def _stored(request: HttpRequest, note: CaseNote, form: NoteForm) -> CaseNote | None:
    """The draft as it is now; nothing where another window said something else."""
    version, now = form.cleaned_data["version"], timezone.now()
    try:
        return notes.save_draft(
            note=note, version=version, written=form.written(), by=request.user, now=now, is_autosave=True
        )
    except notes.NoteError:
        return _same(note, form)


def _same(note: CaseNote, typed: NoteForm) -> CaseNote | None:
    """The draft, where it says what was sent already: the page's last answer was lost on the way, nothing else."""
    stored = CaseNote.objects.with_findings().get(pk=note.pk)
    if stored.is_signed or stored.is_discarded:
        return None
    written = typed.written()
    said = {**written.note, **written.episode}
    stands = {name: getattr(stored if name in written.note else stored.episode, name) for name in said}
    return None if said != stands or drafts.differing(stored, drafts.by_kind(written.findings)) else stored


def _conflict(note: CaseNote) -> HttpResponse:
    present = CaseNote.objects.get(pk=note.pk)
    answer = {
        "reason": "signed" if present.is_signed else "discarded" if present.is_discarded else "stale",
        "at": f"{timezone.localtime(present.signed_at or present.discarded_at or present.changed_at):%H:%M}",
        "url": reverse("admin:note", args=[note.pk]),
    }
    return JsonResponse(answer, status=409)


def _acknowledged(
    request: HttpRequest, saved: CaseNote, form: NoteForm, data: QueryDict, errors: Errors
) -> dict[str, Any]:
    """What the page may say now: saved when, as which draft, what is missing, what differs, what a press has filled."""
    last = LastVisit.before(saved)
    flags = note_shown.flag_state(saved, form.items, last)
    missing = notes.missing_before_signing(saved, now=timezone.now())
    return {
        "version": saved.version,
        "saved_at": f"{timezone.localtime(saved.changed_at):%H:%M:%S}",
        "missing": [{"anchor": item.anchor, "words": item.words} for item in missing],
        "errors": errors,
        "flags": {"state": flags.state, "words": flags.words},
        "changes": note_shown.changes(NoteRows.of(form, form.items, last)),
        "filled": _filled(request.POST, data),
    }


def _filled(sent: QueryDict, data: QueryDict) -> dict[str, list[str]]:
    """Fields that a press has answered, for the page to show."""
    return {name: data.getlist(name) for name in data if data.getlist(name) != sent.getlist(name)}


def is_read(request: HttpRequest) -> bool:
    """Whether an answer may show more of the record than was sent: all but the plain saving of what is typed."""
    return not (note_held.is_autosave(request) and request.POST.get("do", "save") == "save")
