"""A practitioner's private calendar, for a phone to subscribe to: initials and kind of appointment only."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import ics, letters, links
from bookings.models import Appointment

BACK, AHEAD = timedelta(days=14), timedelta(days=60)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The appointments of two weeks back and sixty days ahead; 404 once the address was stopped or renewed."""
    try:
        found = links.opened_feed(token)
    except links.LinkGone as error:
        raise Http404("This calendar address does not work any more.") from error
    written = ics.published(_entries(found.practitioner, timezone.now()), name=f"{found.practitioner.display_name}")
    mark = f'"{hashlib.sha256(written).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    disposition = 'inline; filename="clinic.ics"'
    headers = {"ETag": mark, "Content-Disposition": disposition, "Referrer-Policy": "no-referrer"}
    return HttpResponse(written, content_type="text/calendar; charset=utf-8; method=PUBLISH", headers=headers)


def initials(name: str) -> str:
    """First and last: Seònaid NicIllEathain is S. N."""
    letters_of = [word[0].upper() for word in name.split() if word[0].isalpha()]
    shown = letters_of[:1] + letters_of[1:][-1:]
    return " ".join(f"{one}." for one in shown) or "?"


def _entries(practitioner: Any, now: datetime) -> Iterator[ics.Entry]:
    """Who comes and who came; cancelled and missed ones are left out, and so are times that are merely kept."""
    rows = Appointment.objects.live().filter(practitioner=practitioner)
    for one in rows.starting_within(now - BACK, now + AHEAD).order_by("starts_at", "pk"):
        yield ics.Entry(
            uid=f"{one.pk}@{letters.domain()}",
            sequence=one.sequence,
            start=one.starts_at,
            end=one.ends_at,
            stamp=one.booked_at,
            summary=f"{initials(one.name)}, {one.service_name}",
        )
