"""The desk: one appointment with its verbs, its history, and who it is for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import attendance, desk, diary
from bookings.course_plans import coming
from bookings.models import Appointment, Notice
from clinic import alert_pages, intake_page
from clinic.book_page import day_of, uuid_of, why_cancelled
from clinic.desk_forms import ContactForm
from clinic.returns import own_url
from patients.access import may_open_records
from patients.models import Condition, Episode, Patient

VERBS = {
    "arrive": attendance.arrive,
    "attend": attendance.attend,
    "missed": attendance.mark_did_not_attend,
    "back": attendance.step_back,
}


@require_safe
def appointment_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who, when, where, what they wrote, and what can be done now."""
    return _show(request, _appointment(pk))


@require_POST
def appointment_do(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do one thing with an appointment, then go back to where it was pressed."""
    appointment = _appointment(pk)
    try:
        answer = _do(request, appointment)
    except (desk.NeedsPerson, desk.NeedsProblem) as error:
        return _show(request, _appointment(pk), asks=error, status=409)
    except (desk.DeskError, diary.DiaryError) as error:
        messages.error(request, str(error))
        answer = None
    return answer or _back(request, appointment)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put right a name, a birthday or an address of an appointment."""
    appointment = _appointment(pk)
    known = {name: getattr(appointment, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        diary.correct(appointment=appointment, contact=form.contact(), now=timezone.now(), by=request.user)
        messages.success(request, "Put right.")
        return HttpResponseRedirect(reverse("admin:appointment", args=[appointment.pk]))
    context = {
        **admin.site.each_context(request),
        "title": f"Details of {appointment.name}",
        "form": form,
        "appointment": appointment,
    }
    return render(request, "clinic/correct.html", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, appointment: Appointment) -> HttpResponse | None:
    verb, now, by = request.POST.get("do", ""), timezone.now(), request.user
    if verb == "note" and may_open_records(request.user):
        note = desk.open_note(appointment=appointment, by=request.user, now=now, **_choices(request))
        return HttpResponseRedirect(reverse("admin:note", args=[note.pk]))
    if verb == "cancel":
        row = diary.cancel(appointment=appointment, now=now, by=by, **why_cancelled(request))
        late = " It counts as late." if row.is_late_cancel else ""
        messages.success(request, f"Cancelled.{late} A mail says so in three minutes, if we have an address.")
    elif verb == "undo":
        _undo(appointment, request.POST.get("change", ""), now, by)
        messages.success(request, "Taken back. No mail about it goes.")
    elif verb == "link":
        diary.renew_link(appointment=appointment, now=now, by=by)
        messages.success(request, "Every link sent before is dead. A mail with the new one is on its way.")
    elif verb in VERBS:
        VERBS[verb](appointment=appointment, now=now, by=by)
    else:
        raise desk.DeskError("That is not something this appointment can do.")
    return None


def _undo(appointment: Appointment, key: str, now: datetime, by: Any) -> None:
    change = diary.undoable(appointment, now)
    if change is None or str(change.pk) != key:
        raise diary.NotAllowed("This can be taken back for three minutes, as long as nothing else was changed since.")
    try:
        diary.undo(change=change, now=now, by=by)
    except diary.SlotTaken as error:
        raise diary.NotAllowed("It cannot be taken back: somebody else has the time by now.") from error


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What a human chose when the desk could not tell by itself."""
    chosen: dict[str, Any] = {"is_new_person": request.POST.get("person") == "new"}
    if person := uuid_of(request.POST.get("person", "")):
        chosen["patient"] = get_object_or_404(Patient, pk=person)
    if episode := uuid_of(request.POST.get("episode", "")):
        chosen["problem"] = desk.Problem(episode=get_object_or_404(Episode, pk=episode))
    elif code := request.POST.get("condition", ""):
        chosen["problem"] = desk.Problem(condition=get_object_or_404(Condition.objects.usable(), code=code))
    return chosen


def _show(
    request: HttpRequest, appointment: Appointment, *, asks: desk.DeskError | None = None, status: int = 200
) -> HttpResponse:
    reads, now = may_open_records(request.user), timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": f"{appointment.name}, {timezone.localtime(appointment.starts_at):%A %-d %B %Y, %H:%M}",
        "appointment": appointment,
        "reads_records": reads,
        "guide": Condition.objects.filter(code=appointment.condition_code).first() if reads else None,
        "steps": attendance.steps(appointment),
        "is_due": timezone.localdate(appointment.starts_at) <= timezone.localdate(),
        "look_alikes": _look_alikes(appointment) if reads else [],
        "problems": desk.problems(appointment) if reads and isinstance(asks, desk.NeedsProblem) else [],
        "asks": asks,
        "person": request.POST.get("person", ""),
        "notices": Notice.objects.filter(_about(appointment)).order_by("queued_at"),
        "changes": appointment.changes.select_related("by"),
        "undoable": diary.undoable(appointment, now),
        "at_once": _at_once(appointment),
        "siblings": coming(appointment.course, now=now) if appointment.course else [],
        **intake_page.of_appointment(request, appointment),
        **alert_pages.of_appointment(request, appointment),
    }
    return render(request, "clinic/appointment.html", context, status=status)


def _look_alikes(appointment: Appointment) -> list[Patient]:
    if appointment.patient_id or not appointment.date_of_birth:
        return []
    return desk.look_alikes(appointment)


def _about(appointment: Appointment) -> Q:
    """Mails about the appointment itself, or about the course it belongs to."""
    own = Q(appointment=appointment)
    return own | Q(course=appointment.course_id) if appointment.course_id else own


def _at_once(appointment: Appointment) -> list[Appointment]:
    """Who is booked beside it on purpose."""
    span = (appointment.occupied_from, appointment.occupied_until)
    group = Appointment.objects.live().touching(*span).filter(sharing_group=appointment.sharing_group)
    return list(group.exclude(pk=appointment.pk)) if appointment.is_live else []


def _appointment(pk: UUID) -> Appointment:
    related = ("service", "practitioner", "location", "room", "patient", "case_note", "booked_by", "course")
    return get_object_or_404(Appointment.objects.for_people().select_related(*related), pk=pk)


def _back(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    if there := own_url(request.POST.get("next", ""), ""):
        return HttpResponseRedirect(there)
    if day := request.POST.get("day", ""):
        return HttpResponseRedirect(f"{reverse('admin:index')}?day={day_of(day):%Y-%m-%d}#a-{appointment.pk}")
    return HttpResponseRedirect(reverse("admin:appointment", args=[appointment.pk]))
