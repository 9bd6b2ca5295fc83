"""What a patient can do with the link in her mail: see, cancel, add to a calendar. GET changes nothing."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings import courses, desk, diary, letters, links, taking
from bookings.course_plans import coming
from bookings.manage_forms import CancelOneOrAllForm
from bookings.models import Appointment
from bookings.ticket import is_open, ticket

View = Callable[..., HttpResponse]


def opens(opener: Callable[..., Any]) -> Callable[[View], View]:
    """Open what the token stands for, or say that the link does not work any more."""

    def decorated(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, token: str, **named: str) -> HttpResponse:
            try:
                found = opener(token, now=timezone.now())
            except links.LinkGone:
                response = render(request, "bookings/gone.html", status=404)
            else:
                response = view(request, token, found, **named)
            response.headers["Referrer-Policy"] = "strict-origin"
            return response

        return opened

    return decorated


by_token = opens(links.opened)


@require_safe
@by_token
def appointment(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """When, where, and what can be done."""
    now = timezone.now()
    asks = desk.asked_about(found, now=now) is not None
    measures_url = reverse("my_measures_before", args=[token]) if asks else ""
    return render(request, "bookings/appointment.html", {**ticket(token, found, now=now), "measures_url": measures_url})


@require_safe
@by_token
def done(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """It is booked: the reference, and what happens now."""
    if found.status != Appointment.Status.BOOKED:
        return HttpResponseRedirect(reverse("bookings:appointment", args=[token]))
    return render(request, "bookings/done.html", ticket(token, found, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def cancel(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """Ask on GET, cancel on POST, this one or all of the course; a second time changes nothing."""
    now = timezone.now()
    page = reverse("bookings:appointment", args=[token])
    if not is_open(found, now):
        return HttpResponseRedirect(page)
    all_coming = coming(found.course, now=now) if found.course else [found]
    is_all = request.POST.get("which") == "all" and len(all_coming) > 1
    is_late = now > taking.cancel_until(all_coming[0] if is_all else found)
    data = request.POST if request.method == "POST" else None
    form = CancelOneOrAllForm(data, count=len(all_coming), is_late=is_late)
    if form.is_valid():
        with suppress(diary.NotAllowed):  # somebody else was quicker; the page says how things stand
            _cancel(found, reason=form.cleaned_data["reason"], is_all=is_all, now=now)
        return HttpResponseRedirect(page)
    context = {**ticket(token, found, now=now), "form": form, "is_late": is_late, "all_coming": all_coming}
    return render(request, "bookings/cancel.html", context, status=422 if form.errors else 200)


@require_safe
@by_token
def calendar(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """The appointment for a calendar."""
    return HttpResponse(
        letters.calendar(found, letterhead=desk.letterhead(), now=timezone.now()),
        content_type=f"text/calendar; charset=utf-8; method={letters.method_of(found)}",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _cancel(found: Appointment, *, reason: str, is_all: bool, now: datetime) -> None:
    if is_all and found.course:
        courses.cancel_all(course=found.course, reason=reason, now=now)
    else:
        diary.cancel(appointment=found, reason=reason, now=now)
