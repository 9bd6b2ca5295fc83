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
from patients.access import may_open_records
from patients.guide_text import Guide
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
    """What the clinic knows about a condition, as it was reviewed last; never reviewed, never on the internet."""
    condition = get_object_or_404(Condition.objects.in_use().select_related("reviewed_by"), code=code)
    shown = _guide(request, condition)
    if shown is None:
        raise Http404("This guide has not been reviewed yet.")
    free = _next_free(list(Service.objects.bookable()), count=1)
    context = {
        "guide": shown,
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
    """Conditions in the words last reviewed; on this machine alone also those never reviewed, marked as such."""
    return [
        {"code": one.code, "title": said.title, "summary": said.summary, "needs_review": said.needs_review}
        for one, said in guides.openings(with_waiting=settings.IS_LOOPBACK)
    ]


def _guide(request: HttpRequest, condition: Condition) -> Guide | None:
    """Whoever has to review a guide reads what is to be reviewed; on localhost one nobody reviewed shows as well."""
    if may_open_records(request.user) and not condition.is_reviewed:
        return guides.for_reviewer(condition)
    waiting = guides.for_condition if settings.IS_LOOPBACK else lambda condition: None
    return guides.for_patients(condition) or waiting(condition)
