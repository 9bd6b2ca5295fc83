"""The least a page of Django can do with the same data: one query on an index, answered as JSON, through the same
middleware."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse

from bookings.models import Appointment


def floor(request: HttpRequest, day: str, days: int) -> HttpResponse:
    """When the appointments of some days begin and end."""
    since = datetime.fromisoformat(day).replace(tzinfo=UTC)
    rows = Appointment.objects.starting_within(since, since + timedelta(days=days))
    return JsonResponse({"taken": list(rows.values_list("starts_at", "ends_at"))})
