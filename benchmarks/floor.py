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


def one_row(request: HttpRequest, day: str) -> HttpResponse:
    """When the first appointment from a day on begins: the lowest floor there can be, shown beside the other."""
    since = datetime.fromisoformat(day).replace(tzinfo=UTC)
    rows = Appointment.objects.filter(starts_at__gte=since).order_by("starts_at")
    return JsonResponse({"first": rows.values_list("starts_at", flat=True).first()})
