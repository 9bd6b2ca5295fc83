"""Keeping a time while the form is filled, and giving it back; both by POST alone."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from bookings import diary, limits, visitors
from bookings.asked import Asked
from bookings.choosing import Choice, no_such_time
from bookings.offered import offered_or_404
from bookings.openings import FreeTime
from bookings.slots import Reason
from bookings.views import times_url

A_WHILE = timedelta(minutes=10)


@require_POST
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the chosen time for this visitor, and go on to the form."""
    now = timezone.now()
    choice = Choice.of(request, slug, Asked.of(request.POST), now)
    if choice is None:
        raise Http404("This cannot be booked online.")
    if not choice.is_open:
        return HttpResponseRedirect(reverse("bookings:ask_for_link"))
    if choice.kept:
        return HttpResponseRedirect(choice.details_url)
    try:
        limits.count(limits.HOLDING, request, now=now)
    except limits.TooMany as error:
        return too_many(request, str(error), error.wait)
    if choice.lacks_postcode:
        return HttpResponseRedirect(times_url(choice.service, choice.asked))
    if isinstance(choice.found, Reason):
        return no_such_time(request, choice, choice.found.value, status=choice.status)
    return _hold(request, choice, choice.found)


@require_POST
def let_go(request: HttpRequest, slug: str) -> HttpResponse:
    """Give back what is kept for this visitor, and look at the times again."""
    offer = offered_or_404(slug)
    held = visitors.held_by(visitors.visitor_of(request))
    if held:
        diary.let_go(held=held)
    day = timezone.localdate(held.starts_at) if held and held.service_id == offer.service.pk else None
    return HttpResponseRedirect(times_url(offer.service, Asked.of(request.GET), day))


def too_many(request: HttpRequest, words: str, wait: timedelta) -> HttpResponse:
    """Too often from one network: say so, and say when and how else."""
    return again_after(wait, render(request, "bookings/too_many.html", {"words": words}, status=429))


def again_after(wait: timedelta, response: HttpResponse) -> HttpResponse:
    """The same answer, which says to programs when to come again."""
    for name, value in retry_after(wait).items():
        response.headers[name] = value
    return response


def retry_after(wait: timedelta) -> dict[str, str]:
    """The header of such an answer."""
    return {"Retry-After": str(max(1, int(wait.total_seconds())))}


def _hold(request: HttpRequest, choice: Choice, found: FreeTime) -> HttpResponse:
    try:
        diary.hold(
            service=choice.service,
            practitioner=found.practitioner,
            location=found.location,
            room_id=found.room_id,
            travel_minutes=found.travel_minutes,
            start=found.start,
            visitor=choice.visitor.mark,
            network=limits.network_of(request),
            now=choice.now,
            until=choice.now + timedelta(minutes=choice.policy.hold_minutes),
        )
    except diary.TooManyHolds as error:
        return too_many(request, str(error), A_WHILE)
    except diary.SlotTaken:
        return no_such_time(request, choice, Reason.TAKEN.value)
    response = HttpResponseRedirect(choice.details_url)
    visitors.remember(response, choice.visitor)
    return response
