"""Free times as data, for the clinic's own web site; described in docs/free-times.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import availability, limits
from bookings.models import BookingPolicy, Service, Setting
from bookings.offered import offered
from bookings.openings import FreeTime, Timetable, linked

MOST_DAYS, USUAL_DAYS = 30, 14
SLUG, DAY, NUMBER = re.compile(r"[-\w]{1,60}", re.ASCII), re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), r"[0-9]{1,2}"
FOR_ANYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}


class Unusable(Exception):
    """The address asks for something that cannot be answered; the text says what to change."""


@dataclass(frozen=True)
class Asked:
    """Which service, and which days."""

    slug: str
    first_day: date
    last_day: date

    @classmethod
    def of(cls, query: Mapping[str, str], *, today: date) -> Self:
        """Raises Unusable when the words of the address cannot be read."""
        slug, days = query.get("service", ""), query.get("days", str(USUAL_DAYS))
        if not SLUG.fullmatch(slug):
            raise Unusable("Say which service: ?service= with the last part of the address of its booking page.")
        if not re.fullmatch(NUMBER, days) or not 1 <= int(days) <= MOST_DAYS:
            raise Unusable(f"days must be a whole number from 1 to {MOST_DAYS}.")
        first_day = _day(query.get("from", today.isoformat()))
        return cls(slug, first_day, first_day + timedelta(days=int(days) - 1))


@require_safe
def free_times(request: HttpRequest) -> HttpResponse:
    """Every free start of one service on up to thirty days."""
    now = timezone.now()
    try:
        limits.count(limits.FREE_TIMES, request, now=now)
        asked = Asked.of(request.GET, today=availability.local_day(now))
        answer = _answer(asked, now)
    except limits.TooMany as error:
        wait = str(int(error.wait.total_seconds()) + 1)
        return _problem("This was asked very often from your network. Keep the answer for a minute.", 429, wait)
    except Unusable as error:
        return _problem(str(error), 400)
    if answer is None:
        return _problem("No service of that name can be booked online.", 404)
    return JsonResponse(answer, headers={**FOR_ANYBODY, **FOR_A_MINUTE}, json_dumps_params={"ensure_ascii": False})


def _answer(asked: Asked, now: datetime) -> dict[str, Any] | None:
    """What the page learns; None for a service that is not on offer."""
    offer = offered(asked.slug)
    if offer is None:
        return None
    page = f"{settings.BASE_URL}{reverse('bookings:times', args=[offer.service.slug])}"
    if offer.service.setting == Setting.HOME:
        raise Unusable(f"Times of home visits depend on the postcode. Lead people to {page}")
    if offer.service.audience == Service.Audience.RETURNING:
        raise Unusable(f"This service is for people who have been here. Lead them to {page}")
    table = Timetable(
        offer.service,
        first_day=asked.first_day,
        last_day=asked.last_day,
        now=now,
        practitioners=offer.practitioners,
        policy=BookingPolicy.current(),
    )
    book = f"{settings.BASE_URL}{reverse('bookings:details', args=[offer.service.slug])}"
    return {
        "service": asked.slug,
        "from": asked.first_day.isoformat(),
        "until": asked.last_day.isoformat(),
        "times": _times(table.free(), book),
    }


def _times(free: list[FreeTime], book: str) -> list[dict[str, str]]:
    """Start and end by Glasgow's clocks, with the distance from UTC, and the page that books each.

    One time's end is often another's start, so each moment is put into words once.
    """
    moments = {moment for one in free for moment in (one.start, one.end)}
    words = {moment: moment.astimezone(availability.GLASGOW).isoformat() for moment in moments}
    return [{"start": words[one.start], "end": words[one.end], "url": linked(book, one.start)} for one in free]


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not availability.FIRST_YEAR <= day.year < availability.LAST_YEAR:
        raise Unusable("from must be a day like 2026-11-26.")
    return day


def _problem(words: str, status: int, wait: str = "") -> HttpResponse:
    headers = {**FOR_ANYBODY, "Cache-Control": "no-store", **({"Retry-After": wait} if wait else {})}
    return JsonResponse({"error": words}, status=status, headers=headers)
