"""What a patient can do with the link in her mail: see, cancel, add to a calendar. GET changes nothing."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings import desk, diary, links, notices
from bookings.forms import CancelForm
from bookings.models import Appointment

View = Callable[..., HttpResponse]


def by_token(view: View) -> View:
    """Open the appointment the token stands for, or say that the link does not work any more."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        try:
            appointment = links.opened(token, now=timezone.now())
        except links.LinkGone:
            response = render(request, "bookings/gone.html", status=404)
        else:
            response = view(request, token, appointment)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return opened


@require_safe
@by_token
def appointment(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """When, where, and what can be done."""
    return render(request, "bookings/appointment.html", _context(token, found))


@require_safe
@by_token
def done(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """It is booked: the reference, and what happens now."""
    if found.status != Appointment.Status.BOOKED:
        return HttpResponseRedirect(reverse("bookings:appointment", args=[token]))
    return render(request, "bookings/done.html", _context(token, found))


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def cancel(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """Ask on GET, cancel on POST; a second time changes nothing."""
    page = reverse("bookings:appointment", args=[token])
    if not _is_cancellable(found):
        return HttpResponseRedirect(page)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with suppress(diary.NotAllowed):  # somebody else was quicker; the page says how things stand
            diary.cancel(appointment=found, reason=form.cleaned_data["reason"], now=timezone.now())
        return HttpResponseRedirect(page)
    context = {**_context(token, found), "form": form, "is_late": timezone.now() > diary.cancel_until(found)}
    return render(request, "bookings/cancel.html", context, status=422 if form.errors else 200)


@require_safe
@by_token
def calendar(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """The appointment for a calendar."""
    return HttpResponse(
        notices.calendar(found, letterhead=desk.letterhead(), now=timezone.now()),
        content_type=f"text/calendar; charset=utf-8; method={notices.method_of(found)}",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _context(token: str, found: Appointment) -> dict[str, Any]:
    return {
        "appointment": {
            "reference": found.reference,
            "starts_at": found.starts_at,
            "ends_at": found.ends_at,
            "service_name": found.service_name,
            "price_words": found.price_words,
            "status": found.status,
            "email": found.email,
            "practitioner_name": found.practitioner.display_name,
            "location": found.location,
            "is_cancellable": _is_cancellable(found),
            "cancel_until": _free_until(found),
        },
        "appointment_url": reverse("bookings:appointment", args=[token]),
        "calendar_url": reverse("bookings:calendar", args=[token]),
        "cancel_url": reverse("bookings:cancel", args=[token]),
    }


def _is_cancellable(found: Appointment) -> bool:
    return found.status == Appointment.Status.BOOKED and timezone.now() < found.starts_at


def _free_until(found: Appointment) -> Any:
    """Until when cancelling is free; None when that has passed."""
    until = diary.cancel_until(found)
    return until if timezone.now() <= until else None
