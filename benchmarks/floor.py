"""The least a page of Django can do here: one query on an index, answered as JSON, through the same middleware."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse

from bookings.models import Appointment

MOST = 20


def floor(request: HttpRequest, practitioner: int, day: str) -> HttpResponse:
    """When a practitioner's next appointments of a day begin."""
    since = datetime.fromisoformat(day).replace(tzinfo=UTC)
    rows = Appointment.objects.filter(practitioner=practitioner, occupied_until__gt=since)
    rows = rows.filter(occupied_until__lt=since + timedelta(days=1)).order_by("occupied_until")
    return JsonResponse({"starts": list(rows.values_list("starts_at", flat=True)[:MOST])})
