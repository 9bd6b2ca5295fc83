"""Booking for somebody on the phone or at the desk, outside the rules or beside somebody else if need be."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from bookings import diary, openings, taking
from bookings.models import Appointment, Service
from bookings.openings import FreeTime
from bookings.slots import Reason
from clinic.desk_forms import StaffBookingForm
from clinic.time_forms import neighbours
from patients import registry


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Book, or say what speaks against it and ask whether to book all the same."""
    form = StaffBookingForm(request.POST or None, initial=_initial(request))
    now = timezone.now()
    if form.is_valid() and (booked := _booked(request, form, now)):
        messages.success(request, f"Booked: {booked.name}, {form.when_words()}.")
        return HttpResponseRedirect(reverse("admin:appointment", args=[booked.pk]))
    is_about_time = form.has_error("time") or form.has_error("knowingly")
    context = {
        **admin.site.each_context(request),
        "title": "Book an appointment",
        "form": form,
        "free": _free_times(form, now),
    }
    status = (409 if is_about_time else 422) if form.errors else 200
    return render(request, "clinic/book.html", context, status=status)


def _booked(request: HttpRequest, form: StaffBookingForm, now: datetime) -> Appointment | None:
    """The appointment, or None when the form has something to ask."""
    service = form.cleaned_data["service"]
    found = form.find(service, now=now, postcode=form.cleaned_data["postcode"])
    if not form.is_agreed(found):
        return None
    if found is Reason.TAKEN and not form.why_beside:
        _ask_beside(form, service, found, now)
        return None
    try:
        return diary.book(**form.wishes(found, by=request.user, now=now))
    except (taking.PersonTaken, diary.NotAllowed) as error:
        form.add_error("time", f"{error} Choose another time.")
    except diary.SlotTaken:
        _ask_beside(form, service, found, now)
    return None


def _ask_beside(form: StaffBookingForm, service: Service, found: FreeTime | Reason, now: datetime) -> None:
    place = form.place(found)
    times = taking.times_of(service, place["start"], place.get("travel_minutes", 0))
    form.ask_beside(neighbours(place, (times["occupied_from"], times["occupied_until"]), now=now))


def _initial(request: HttpRequest) -> dict[str, Any]:
    key = uuid_of(request.GET.get("patient", ""))
    patient = registry.in_use(key)
    known = {}
    if patient is not None:  # ways to reach somebody, nothing of their record
        known = {
            "patient": patient.pk,
            "name": patient.name,
            "email": patient.email,
            "phone": patient.phone,
            "postcode": patient.postcode,
            "date_of_birth": patient.date_of_birth,
        }
    return {"day": day_of(request.GET.get("day", "")), **known}


def _free_times(form: StaffBookingForm, now: datetime) -> list[FreeTime]:
    """The first free times, or those nearest to the time that cannot be had."""
    chosen = form["service"].value()
    service = Service.objects.filter(pk=whole(getattr(chosen, "pk", chosen))).first() or Service.objects.first()
    if service is None:
        return []
    if start := getattr(form, "cleaned_data", {}).get("start"):
        return openings.nearest(service, start, now=now)
    return openings.next_free(service, count=6, now=now)


def day_of(text: str) -> date:
    """A day from an address; today when it is none."""
    try:
        day = parse_date(text[:10])
    except ValueError:
        day = None
    return day if day and 2000 <= day.year <= 2100 else timezone.localdate()


def clean_words(text: str, most: int = 300) -> str:
    """Words from a plain field as a database can keep them."""
    return text.replace("\x00", "").strip()[:most]


def why_cancelled(request: HttpRequest) -> dict[str, Any]:
    """Why something is cancelled, and by whom: late counts only when it is not the clinic that cannot come."""
    return {"reason": clean_words(request.POST.get("reason", "")), "by_clinic": request.POST.get("whose") == "clinic"}


def uuid_of(text: str) -> UUID | None:
    """A key from an address or a form, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def whole(value: Any) -> int:
    """A primary key out of a form, 0 when it is none."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 16 else 0
