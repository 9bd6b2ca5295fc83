"""Moving an appointment for somebody: to a free time by the rules, or to any time knowingly."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import availability, diary, openings, taking
from bookings.days import by_day
from bookings.forms import read_start
from bookings.models import Appointment
from bookings.openings import FreeTime, Narrow
from bookings.slots import Reason
from clinic.book_page import clean_words, day_of, whole
from clinic.desk_forms import MoveForm
from clinic.time_forms import neighbours

DAYS_SHOWN = 14


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Free times of two weeks, each one press away, and any time by hand; who loses the race keeps what they had."""
    related = ("service", "practitioner", "location", "room")
    appointment = get_object_or_404(Appointment.objects.for_people().select_related(*related), pk=pk)
    is_by_hand = request.method == "POST" and "start" not in request.POST
    form = MoveForm(request.POST if is_by_hand else None, initial=_initial(request, appointment))
    now, problem = timezone.now(), ""
    try:
        moved = _moved(request, appointment, form, now) if request.method == "POST" else None
    except diary.DiaryError as error:
        moved, problem = None, str(error)
    if moved:
        when = taking.when_words(moved.starts_at)
        messages.success(request, f"Moved to {when}. A mail says so in three minutes; until then it can be undone.")
        return HttpResponseRedirect(reverse("admin:appointment", args=[pk]))
    context = {
        **admin.site.each_context(request),
        "title": f"Move {appointment.name}",
        "appointment": appointment,
        "can_move": appointment.status == Appointment.Status.BOOKED,
        "form": form,
        "problem": problem,
        **_times(request, appointment, now),
    }
    return render(request, "clinic/move.html", context, status=_status(form, problem))


def _status(form: MoveForm, problem: str) -> int:
    if problem or form.has_error("time") or form.has_error("knowingly"):
        return 409
    return 422 if form.errors else 200


def _moved(request: HttpRequest, appointment: Appointment, form: MoveForm, now: datetime) -> Appointment | None:
    """The moved appointment, or None when the form has something to ask."""
    if "start" in request.POST:
        return _moved_to_free_time(request, appointment, now)
    if not form.is_valid():
        return None
    found = form.find(appointment.service, now=now, postcode=appointment.postcode, moving=appointment.pk)
    if not form.is_agreed(found):
        return None
    if found is Reason.TAKEN and not form.why_beside:
        _ask_beside(form, appointment, found, now)
        return None
    wanted = {**form.place(found), "reason": form.cleaned_data["why"], "overbook_reason": form.why_beside}
    try:
        return diary.move(appointment=appointment, now=now, by=request.user, **wanted)
    except taking.PersonTaken as error:
        form.add_error("time", f"{error} Choose another time.")
    except diary.SlotTaken:
        _ask_beside(form, appointment, found, now)
    return None


def _moved_to_free_time(request: HttpRequest, appointment: Appointment, now: datetime) -> Appointment:
    start, who = read_start(request.POST["start"]), whole(request.POST.get("practitioner", ""))
    narrow = Narrow(who or appointment.practitioner_id, appointment.postcode, appointment.pk)
    free = openings.find(appointment.service, start, now=now, narrow=narrow) if start else Reason.NOT_A_TIME
    if not isinstance(free, FreeTime):
        raise diary.SlotTaken(f"{free.value} Nothing was changed; the times below are free.")
    return diary.move(
        appointment=appointment,
        now=now,
        by=request.user,
        reason=clean_words(request.POST.get("why", "")),
        practitioner=free.practitioner,
        location=free.location,
        room_id=free.room_id,
        travel_minutes=free.travel_minutes,
        start=free.start,
    )


def _ask_beside(form: MoveForm, appointment: Appointment, found: FreeTime | Reason, now: datetime) -> None:
    place = form.place(found)
    shift = place["start"] - appointment.starts_at
    span = (appointment.occupied_from + shift, appointment.occupied_until + shift)
    form.ask_beside(neighbours(place, span, now=now, but=appointment.pk))


def _initial(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    """Where it is; or where the address says that it was to go."""
    local = timezone.localtime(appointment.starts_at)
    place = {name: getattr(appointment, name) for name in ("practitioner", "location", "room")}
    asked = {name: text for name in ("day", "time", "practitioner") if (text := clean_words(request.GET.get(name, "")))}
    return {**place, "day": local.date(), "time": local.time(), **asked}


def _times(request: HttpRequest, appointment: Appointment, now: datetime) -> dict[str, Any]:
    """Two weeks of free times with the same practitioner, or with anybody."""
    today = availability.local_day(now)
    first_day = max(day_of(request.GET.get("from", "")), today)
    last_day = first_day + timedelta(days=DAYS_SHOWN - 1)
    with_anybody = request.GET.get("with") == "anybody"
    who = None if with_anybody else appointment.practitioner_id
    narrow = Narrow(who, appointment.postcode, appointment.pk)
    days: dict[str, Any] = {"first_day": first_day, "last_day": last_day}
    free = openings.free_times(appointment.service, **days, now=now, narrow=narrow)
    own = (appointment.starts_at, appointment.practitioner_id)
    free = [one for one in free if (one.start, one.practitioner.pk) != own]
    earlier = first_day - timedelta(days=DAYS_SHOWN)
    return {
        "days": [day for day in by_day(free, **days) if day.parts],
        **days,
        "later": last_day + timedelta(days=1),
        "earlier": max(earlier, today) if first_day > today else None,
        "with_anybody": with_anybody,
    }
