"""The link that proves an address: a button on GET, because mail scanners follow links, and the booking on POST."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import diary, links
from bookings.models import Appointment


@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Prove the address, which books the time for good."""
    now = timezone.now()
    try:
        found = links.opened(token, now=now, purpose=links.PROOF)
    except links.LinkGone:
        return _private(render(request, "bookings/prove_gone.html", status=404))
    problem, status = "", 200
    if request.method == "POST":
        try:
            found = diary.prove(appointment=found, now=now)
        except diary.NotAllowed as error:
            problem, status = str(error), 409
    if found.status == Appointment.Status.BOOKED:
        return _private(HttpResponseRedirect(reverse("bookings:done", args=[links.token(found)])))
    is_over = found.held_until is None or found.held_until <= now
    context = {"appointment": found, "problem": problem, "is_over": is_over}
    return _private(render(request, "bookings/prove.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
