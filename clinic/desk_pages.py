"""The desk: one appointment with its verbs, who it is for, and booking for somebody on the phone."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import desk, diary, openings
from bookings.models import Appointment, Service
from clinic.desk_forms import ContactForm, StaffBookingForm
from patients.access import may_open_records
from patients.models import Condition, Episode, Patient

VERBS = {
    "arrive": diary.arrive,
    "missed": diary.mark_did_not_attend,
    "back": diary.step_back,
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
def book(request: HttpRequest) -> HttpResponse:
    """Book for somebody on the phone or at the desk, also outside opening hours if need be."""
    form = StaffBookingForm(request.POST or None, initial=_initial(request))
    status = 200
    if form.is_valid():
        try:
            appointment = diary.book(**form.wishes(by=request.user, now=timezone.now()))
        except diary.SlotTaken:
            form.add_error("time", "Somebody else has this time. Choose another; the free ones are listed below.")
        else:
            messages.success(request, f"Booked: {appointment.name}, {form.when_words()}.")
            return HttpResponseRedirect(reverse("admin:appointment", args=[appointment.pk]))
    if form.errors:
        status = 409 if form.has_error("time") else 422
    context = {
        **admin.site.each_context(request),
        "title": "Book an appointment",
        "form": form,
        "free": _free_times(form),
    }
    return render(request, "clinic/book.html", context, status=status)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put right a name, a birthday or an address of an appointment."""
    appointment = _appointment(pk)
    known = {name: getattr(appointment, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        diary.correct(appointment=appointment, contact=form.contact())
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
    verb, now = request.POST.get("do", ""), timezone.now()
    if verb == "note" and may_open_records(request.user):
        note = desk.open_note(appointment=appointment, by=request.user, now=now, **_choices(request))
        return HttpResponseRedirect(reverse("admin:note", args=[note.pk]))
    if verb == "cancel":
        diary.cancel(appointment=appointment, reason=request.POST.get("reason", "")[:300], now=now)
        messages.success(request, "Cancelled. A mail says so, if we have an address.")
    elif verb in VERBS:
        VERBS[verb](appointment=appointment, now=now)
    else:
        raise desk.DeskError("That is not something this appointment can do.")
    return None


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What a human chose when the desk could not tell by itself."""
    chosen: dict[str, Any] = {"is_new_person": request.POST.get("person") == "new"}
    if person := _uuid(request.POST.get("person", "")):
        chosen["patient"] = get_object_or_404(Patient, pk=person)
    if episode := _uuid(request.POST.get("episode", "")):
        chosen["problem"] = desk.Problem(episode=get_object_or_404(Episode, pk=episode))
    elif code := request.POST.get("condition", ""):
        chosen["problem"] = desk.Problem(condition=get_object_or_404(Condition.objects.in_use(), code=code))
    return chosen


def _show(
    request: HttpRequest, appointment: Appointment, *, asks: desk.DeskError | None = None, status: int = 200
) -> HttpResponse:
    reads = may_open_records(request.user)
    context = {
        **admin.site.each_context(request),
        "title": f"{appointment.name}, {timezone.localtime(appointment.starts_at):%A %-d %B %Y, %H:%M}",
        "appointment": appointment,
        "reads_records": reads,
        "steps": diary.steps(appointment),
        "is_due": timezone.localdate(appointment.starts_at) <= timezone.localdate(),
        "look_alikes": _look_alikes(appointment) if reads else [],
        "problems": desk.problems(appointment) if reads and isinstance(asks, desk.NeedsProblem) else [],
        "asks": asks,
        "person": request.POST.get("person", ""),
        "notices": appointment.notices.order_by("queued_at"),
    }
    return render(request, "clinic/appointment.html", context, status=status)


def _look_alikes(appointment: Appointment) -> list[Patient]:
    if appointment.patient_id or not appointment.date_of_birth:
        return []
    return desk.look_alikes(appointment)


def _appointment(pk: UUID) -> Appointment:
    related = ("service", "practitioner", "location", "room", "patient", "case_note", "booked_by")
    return get_object_or_404(Appointment.objects.select_related(*related), pk=pk)


def _back(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    if day := request.POST.get("day", ""):
        return HttpResponseRedirect(f"{reverse('admin:index')}?day={_day(day):%Y-%m-%d}#a-{appointment.pk}")
    return HttpResponseRedirect(reverse("admin:appointment", args=[appointment.pk]))


def _initial(request: HttpRequest) -> dict[str, Any]:
    key = _uuid(request.GET.get("patient", ""))
    patient = Patient.objects.filter(pk=key).first() if key else None
    known = {}
    if patient is not None and may_open_records(request.user):
        known = {
            "patient": patient.pk,
            "name": patient.name,
            "email": patient.email,
            "phone": patient.phone,
            "postcode": patient.postcode,
            "date_of_birth": patient.date_of_birth,
        }
    return {"day": _day(request.GET.get("day", "")), **known}


def _free_times(form: StaffBookingForm) -> list[Any]:
    service = (
        Service.objects.filter(pk=_whole(getattr(form["service"].value(), "pk", form["service"].value()))).first()
        or Service.objects.first()
    )
    return openings.next_free(service, count=6, now=timezone.now()) if service else []


def _day(text: str) -> date:
    try:
        day = parse_date(text[:10])
    except ValueError:
        day = None
    return day if day and 2000 <= day.year <= 2100 else timezone.localdate()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _whole(value: Any) -> int:
    """A primary key out of a form, 0 when it is none."""
    return int(value) if str(value).isdecimal() else 0
