"""Moving an appointment with the link in the mail: free times on GET, moved by one press; GET changes nothing."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from bookings import availability, diary, taking
from bookings.days import by_day
from bookings.forms import read_start
from bookings.manage_views import by_token
from bookings.models import Appointment
from bookings.moving import Moving
from bookings.slots import Reason
from bookings.ticket import is_open, ticket
from bookings.views import Way

OWN_CLASH = "You have another appointment with us at this time."


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def move(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """Choose another time; whoever loses it to somebody else keeps what they had."""
    now = timezone.now()
    page = reverse("bookings:appointment", args=[token])
    if not is_open(found, now):
        return HttpResponseRedirect(page)
    if now > taking.cancel_until(found):
        return _too_late(request, token, found, status=409 if request.method == "POST" else 200)
    asked = request.POST if request.method == "POST" else request.GET
    moving = Moving(found, asked.get("with") == "anybody", now)
    if request.method == "POST":
        return _move(request, token, moving)
    return _choose(request, token, moving)


def _move(request: HttpRequest, token: str, moving: Moving) -> HttpResponse:
    start, found = read_start(request.POST.get("start", "")), moving.appointment
    if start is None:
        return _choose(request, token, moving, problem="Choose one of the times below.", status=422)
    if start != found.starts_at:
        to = moving.find(start)
        if isinstance(to, Reason):
            return _choose(request, token, moving, problem=to.value, status=409, around=start)
        place: dict[str, Any] = {"location": to.location, "room_id": to.room_id, "travel_minutes": to.travel_minutes}
        try:
            diary.move(appointment=found, now=moving.now, start=start, practitioner=to.practitioner, **place)
        except diary.SlotTaken as error:
            problem = OWN_CLASH if isinstance(error, taking.PersonTaken) else Reason.TAKEN.value
            return _choose(request, token, moving, problem=problem, status=409, around=start)
        except diary.NotAllowed:
            return _too_late(request, token, found, status=409)
    return HttpResponseRedirect(reverse("bookings:appointment", args=[token]))


def _too_late(request: HttpRequest, token: str, found: Appointment, *, status: int) -> HttpResponse:
    return render(request, "bookings/move_late.html", ticket(token, found, now=timezone.now()), status=status)


def _choose(
    request: HttpRequest, token: str, moving: Moving, *, problem: str = "", status: int = 200, around: Any = None
) -> HttpResponse:
    """Two weeks of free times, the first of all at the top; after a lost one, those nearest to it."""
    window = moving.window(request.GET)
    first_day, last_day = window.first_day, window.last_day
    table = moving.table(window.today, window.horizon)
    free = moving.free(table)
    shown = [one for one in free if window.holds(one.start)]
    reasons = table.closed_reasons(first_day, last_day)
    context = {
        **ticket(token, moving.appointment, now=moving.now),
        "problem": problem,
        "nearest": availability.nearest(free, around) if around else [],
        "first_free": free[0] if free else None,
        "days": by_day(shown, first_day=first_day, last_day=last_day, reasons=reasons),
        "window_words": window.words,
        "whom": _whom(token, moving),
        "with_anybody": moving.asks_anybody,
        "earlier_url": _page(token, moving, window.earlier) if window.earlier else "",
        "later_url": _page(token, moving, window.later) if window.later else "",
    }
    return render(request, "bookings/move.html", context, status=status)


def _whom(token: str, moving: Moving) -> list[Way]:
    """The same practitioner or anybody, where there is a choice."""
    same = moving.appointment.practitioner
    if len(moving.everybody) < 2 or same not in moving.everybody:
        return []
    page = reverse("bookings:move", args=[token])
    return [
        Way(same.display_name, page, not moving.asks_anybody),
        Way("Whoever is free", f"{page}?with=anybody", moving.asks_anybody),
    ]


def _page(token: str, moving: Moving, day: date) -> str:
    more = {"with": "anybody"} if moving.asks_anybody else {}
    return f"{reverse('bookings:move', args=[token])}?{urlencode({'from': day.isoformat(), **more})}"
