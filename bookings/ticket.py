"""What the page of one appointment says, and where its buttons lead."""

from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from bookings import links, taking
from bookings.models import Appointment, AppointmentChange, Service, WaitingListEntry

BOOKED = Appointment.Status.BOOKED
OWN_DATA_AGES = range(12, 16)


class Sibling(NamedTuple):
    """Another appointment of the same course, and its page."""

    starts_at: datetime
    url: str


def ticket(token: str, found: Appointment, *, now: datetime) -> dict[str, Any]:
    """Everything the page of an appointment prints."""
    until = taking.cancel_until(found)
    can_change = is_open(found, now)
    return {
        "appointment": {
            "reference": found.reference,
            "starts_at": found.starts_at,
            "ends_at": found.ends_at,
            "service_name": found.service_name,
            "price_words": found.price_words,
            "status": found.status,
            "email": found.email,
            "practitioner_name": found.practitioner.display_name,
            "setting": found.setting,
            "location": found.location,
            "place_words": found.place_words,
            "how_to_join": found.service.how_to_join,
            "can_change": can_change,
            "cancel_until": until if now <= until else None,
            "is_late_cancel": found.is_late_cancel,
            "guardian_name": found.guardian_name,
            "minds_own_data": (found.age_on_the_day() or 0) in OWN_DATA_AGES,
            "moved_from": _moved_from(found),
        },
        "siblings": siblings(found, now),
        **_addresses(token, found, can_change=can_change, is_free=now <= until, is_asking=asks_beforehand(found, now)),
    }


def is_open(found: Appointment, now: datetime) -> bool:
    """It is still to come, so it can be cancelled, and moved until the cut-off."""
    return found.status == BOOKED and now < found.starts_at


def asks_beforehand(found: Appointment, now: datetime) -> bool:
    """It has not begun and is a first one, so there are questions to answer: in the waiting room too, and while the
    therapist already has the note open."""
    return found.is_live and now < found.starts_at and _is_first(found)


def siblings(found: Appointment, now: datetime) -> list[Sibling]:
    """What else is still to come of the same course."""
    if found.course_id is None:
        return []
    others = Appointment.objects.upcoming(now).filter(course=found.course_id).exclude(pk=found.pk)
    return [
        Sibling(one.starts_at, reverse("bookings:appointment", args=[links.token(one)]))
        for one in others.order_by("starts_at")
    ]


def waiting_for(found: Appointment) -> WaitingListEntry | None:
    """Their place on the list for something sooner than this."""
    waiting = WaitingListEntry.objects.filter(appointment=found, status=WaitingListEntry.Status.WAITING)
    return waiting.order_by("joined_at").first()


def _addresses(token: str, found: Appointment, *, can_change: bool, is_free: bool, is_asking: bool) -> dict[str, str]:
    names = ["appointment", "calendar"]
    if can_change:
        names += ["cancel"]
        names += ["move"] if is_free else []
        names += ["sooner"] if is_free and found.email else []
    names += ["intake"] if is_asking else []
    addresses = {f"{name}_url": reverse(f"bookings:{name}", args=[token]) for name in names}
    if can_change and (entry := waiting_for(found)):
        addresses["waiting_url"] = reverse("bookings:waiting", args=[links.token(entry, links.WAITING)])
    return addresses


def _is_first(found: Appointment) -> bool:
    """Somebody who is new here, or starts with something new."""
    return found.patient_id is None or found.service.audience != Service.Audience.RETURNING


def _moved_from(found: Appointment) -> datetime | None:
    """When it was before, if moving it was the last thing that happened to its time."""
    kinds = (AppointmentChange.Kind.MOVED, AppointmentChange.Kind.CANCELLED)
    last = found.changes.standing().filter(kind__in=kinds).last()
    before = last.before.get("starts_at", "") if last else ""
    moment = parse_datetime(str(before)) if before else None
    return moment if moment != found.starts_at else None
