"""Public pages that need both the diary and the catalogue: home, condition guides, policies."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import openings
from bookings.models import Location, Service, Setting
from bookings.openings import FreeTime
from patients import guide as guides
from patients.models import ClinicProfile, Condition


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who treats you, what for, where, what it costs, and the next free times."""
    services = list(Service.objects.bookable())
    practitioners = get_user_model().objects.filter(is_active=True, is_practitioner=True, services__isnull=False)
    context = {
        "services": services,
        "free": _next_free(services, count=3),
        "practitioners": practitioners.distinct(),
        "locations": Location.objects.filter(is_in_use=True),
        "conditions": _shown_conditions(),
        "cancellation_words": ClinicProfile.current().cancellation_policy,
    }
    return render(request, "clinic/home.html", context)


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """All guides that may be shown here."""
    return render(request, "clinic/conditions.html", {"conditions": _shown_conditions()})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """What the clinic knows about a condition; on the internet only once a practitioner has reviewed it."""
    condition = get_object_or_404(Condition.objects.in_use(), code=code)
    if not (condition.is_reviewed or _may_preview(request)):
        raise Http404("This guide has not been reviewed yet.")
    free = _next_free(list(Service.objects.bookable()), count=1)
    context = {
        "guide": guides.for_condition(condition),
        "next_free": free[0] if free else None,
        "book_url": f"{reverse('bookings:service')}?about={condition.code}",
    }
    return render(request, "clinic/guide.html", context)


def privacy(request: HttpRequest) -> HttpResponse:
    return _policy(request, "Your data and your rights", ClinicProfile.current().privacy_policy)


def cancellations(request: HttpRequest) -> HttpResponse:
    return _policy(request, "Moving and cancelling", ClinicProfile.current().cancellation_policy)


def complaints(request: HttpRequest) -> HttpResponse:
    return _policy(request, "If something went wrong", ClinicProfile.current().complaints_policy)


@require_safe
def _policy(request: HttpRequest, title: str, text: str) -> HttpResponse:
    paragraphs = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return render(request, "clinic/policy.html", {"title": title, "paragraphs": paragraphs})


def _next_free(services: list[Service], *, count: int) -> list[FreeTime]:
    """The next free times of the first service that anybody can book without saying more."""
    is_open = {Service.Audience.BOTH, Service.Audience.NEW}
    first = next((one for one in services if one.audience in is_open and one.setting != Setting.HOME), None)
    return openings.next_free(first, count=count, now=timezone.now()) if first else []


def _shown_conditions() -> list[dict[str, Any]]:
    """Reviewed conditions; on this machine alone also those that wait for their review, marked as such."""
    found = Condition.objects.in_use() if settings.IS_LOOPBACK else Condition.objects.reviewed()
    return [
        {"code": one.code, "title": one.title, "summary": one.summary, "needs_review": not one.is_reviewed}
        for one in found
    ]


def _may_preview(request: HttpRequest) -> bool:
    """A guide that waits for its review shows on localhost, and to the staff who have to review it."""
    return settings.IS_LOOPBACK or bool(request.user.is_authenticated and request.user.is_staff)
