"""Moving an appointment by dragging it: judged by the same rule as everywhere, and refused in words.

Somebody who drags means it, so the limits for people who book online do not count; what shuts or takes a time does, and
leads to the form where it can be done all the same, knowingly.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.views.decorators.http import require_POST

from bookings import diary, openings
from bookings.course_plans import FARTHEST_DAYS
from bookings.forms import read_start
from bookings.models import Appointment, BookingPolicy
from bookings.moving import as_booked
from bookings.openings import FreeTime, Narrow, Timetable
from bookings.slots import Reason
from clinic.book_page import day_of, whole
from clinic.time_forms import STAFF_WORDS, in_glasgow, neighbour_words, neighbours, practitioners

FINEST = 5  # minutes between the starts that somebody can drag to


@require_POST
def drag(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Move it to where it was dropped; 409 with the reason and the form that can do more when that cannot be."""
    related = ("service", "practitioner", "location", "room")
    row = get_object_or_404(Appointment.objects.for_people().select_related(*related), pk=pk)
    now = timezone.now()
    try:
        moved = _moved(request, row, now)
    except diary.DiaryError as error:
        return JsonResponse({"words": str(error), "url": _by_hand(request, row)}, status=409)
    return JsonResponse({"words": f"Moved to {timezone.localtime(moved.starts_at):%A %-d %B, %H:%M}."})


def _moved(request: HttpRequest, row: Appointment, now: datetime) -> Appointment:
    if read_start(request.POST.get("stands", "")) != row.starts_at:
        raise diary.NotAllowed(f"{row.name} was moved meanwhile. Load the page again to see where to.")
    if row.status != Appointment.Status.BOOKED:
        raise diary.NotAllowed(f"This appointment is {row.get_status_display()}, so it cannot be moved.")
    practitioner = practitioners().filter(pk=whole(request.POST.get("practitioner", "")) or row.practitioner_id).first()
    start = _start(request)
    if practitioner is None or start is None:
        raise diary.NotAllowed("This time does not exist on that day, or exists twice: the clocks change.")
    free = _found(row, practitioner, start, now)
    place: dict[str, Any] = {"practitioner": free.practitioner, "location": free.location, "room_id": free.room_id}
    where = {**place, "start": start, "travel_minutes": free.travel_minutes}
    return diary.move(appointment=row, now=now, by=request.user, **where)


def _start(request: HttpRequest) -> datetime | None:
    try:
        at = parse_time(request.POST.get("time", "")[:5])
    except ValueError:
        return None
    return in_glasgow(day_of(request.POST.get("day", "")), at) if at else None


def _found(row: Appointment, practitioner: Any, start: datetime, now: datetime) -> FreeTime:
    """The free time there. Raises NotAllowed or SlotTaken with the reason in words for the staff."""
    if practitioner.pk != row.practitioner_id and practitioner not in openings.practitioners_of(row.service):
        raise diary.NotAllowed(f"{practitioner.display_name} does not do this: {row.service_name}.")
    day = timezone.localdate(start)
    table = Timetable(
        as_booked(row),
        first_day=day,
        last_day=day,
        now=now,
        narrow=Narrow(practitioner.pk, row.postcode, moving=row.pk),
        practitioners=[practitioner],
        policy=_staff_policy(),
    )
    found = table.find(start)
    if isinstance(found, FreeTime):
        return found
    if found is Reason.TAKEN:
        raise diary.SlotTaken(f"This time is taken by {_who_has_it(row, practitioner, start, now)}.")
    raise diary.NotAllowed(STAFF_WORDS.get(found, found.value))


def _staff_policy() -> BookingPolicy:
    policy = BookingPolicy.current()
    policy.notice_hours, policy.horizon_days, policy.step_minutes = 0, FARTHEST_DAYS, FINEST
    return policy


def _who_has_it(row: Appointment, practitioner: Any, start: datetime, now: datetime) -> str:
    shift = start - row.starts_at
    span = (row.occupied_from + shift, row.occupied_until + shift)
    place = {"practitioner": practitioner, "room_id": row.room_id}
    return ", ".join(map(neighbour_words, neighbours(place, span, now=now, but=row.pk))) or "somebody else"


def _by_hand(request: HttpRequest, row: Appointment) -> str:
    """The form twin, filled in with where it was dropped."""
    asked = {name: request.POST.get(name, "") for name in ("day", "time", "practitioner")}
    return f"{reverse('admin:appointment_move', args=[row.pk])}?{urlencode(asked)}#hand"
