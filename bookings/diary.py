"""Verbs of the diary: book, cancel, and what happens on the day. One change, one transaction, one function.

The database refuses a time that is taken; these say it kindly.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction

from bookings import notices
from bookings.models import Appointment, BookingPolicy, Location, Notice, Room, Service
from bookings.models.appointments import new_reference

Status = Appointment.Status

# The only moves there are. Stepping back is for a slip of the finger, so it leads to booked alone.
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    Status.BOOKED: (Status.ARRIVED, Status.ATTENDED, Status.DID_NOT_ATTEND, Status.CANCELLED),
    Status.ARRIVED: (Status.ATTENDED, Status.BOOKED, Status.DID_NOT_ATTEND, Status.CANCELLED),
    Status.ATTENDED: (Status.BOOKED,),
    Status.DID_NOT_ATTEND: (Status.BOOKED, Status.ATTENDED),
    Status.CANCELLED: (),
}
STEPS = (
    ("arrive", Status.ARRIVED, "Mark arrived"),
    ("missed", Status.DID_NOT_ATTEND, "Did not attend"),
    ("back", Status.BOOKED, "Step back to booked"),
)
OVERLAP, DEADLOCK, REFERENCE = "_overlap", "deadlock", "reference"  # what the engines say in their errors


class DiaryError(Exception):
    """A verb of the diary was refused; the text says why."""


class SlotTaken(DiaryError):
    """Somebody was quicker."""


class NotAllowed(DiaryError):
    """The appointment cannot go from where it is to where it was asked to."""


@dataclass(frozen=True)
class Contact:
    """Who comes, as they said it when they booked."""

    name: str
    email: str = ""
    phone: str = ""
    postcode: str = ""
    date_of_birth: date | None = None
    reason: str = ""
    condition_code: str = ""


def book(
    *,
    service: Service,
    practitioner: Any,
    location: Location,
    start: datetime,
    contact: Contact,
    now: datetime,
    room: Room | None = None,
    patient_id: UUID | None = None,
    booked_by: Any = None,
    form_key: str | None = None,
) -> Appointment:
    """Take a time with price and length as they are now, and queue the confirmation.

    The same `form_key` again gives the same appointment. Raises SlotTaken when somebody was quicker.
    """
    wanted = Appointment(
        service=service,
        practitioner=practitioner,
        location=location,
        room=room,
        patient_id=patient_id,
        booked_by=booked_by,
        booked_at=now,
        form_key=_digest(form_key),
        service_name=service.name,
        price_pence=service.price_pence,
        **_times(service, start),
        **asdict(contact),
    )
    return _taken(wanted, now)


def cancel(*, appointment: Appointment, now: datetime, reason: str = "") -> Appointment:
    """Give the time back and queue the mail that says so. Raises NotAllowed when there is nothing to cancel."""
    with transaction.atomic():
        held = _move(appointment, Status.CANCELLED)
        held.cancelled_at, held.cancel_reason = now, reason
        held.is_late_cancel = now > cancel_until(held)
        held.sequence += 1
        held.save(update_fields=["status", "cancelled_at", "cancel_reason", "is_late_cancel", "sequence"])
        notices.queue(held, Notice.Kind.CANCELLATION, now=now)
    return held


def correct(*, appointment: Appointment, contact: Mapping[str, Any]) -> Appointment:
    """Put right what was told about the person; a file that was opened already keeps its own details."""
    with transaction.atomic():
        held = Appointment.objects.select_for_update().get(pk=appointment.pk)
        for name, value in contact.items():
            setattr(held, name, value)
        held.save(update_fields=list(contact))
    return held


def arrive(*, appointment: Appointment, now: datetime) -> Appointment:
    """They are here."""
    return _set(appointment, Status.ARRIVED)


def attend(*, appointment: Appointment, now: datetime) -> Appointment:
    """They came and were treated."""
    return _set(appointment, Status.ATTENDED)


def mark_did_not_attend(*, appointment: Appointment, now: datetime) -> Appointment:
    """They did not come. Raises NotAllowed before it began."""
    if now < appointment.starts_at:
        raise NotAllowed("The appointment has not begun yet.")
    return _set(appointment, Status.DID_NOT_ATTEND)


def step_back(*, appointment: Appointment, now: datetime) -> Appointment:
    """Undo a slip of the finger. Raises NotAllowed once a note is open, SlotTaken when the time is gone."""
    if appointment.case_note_id:
        raise NotAllowed("A note is open for this appointment, so it stays attended.")
    return _set(appointment, Status.BOOKED)


def steps(appointment: Appointment) -> list[tuple[str, str]]:
    """Verbs that are allowed now, with their words."""
    if appointment.case_note_id:
        return []
    return [(verb, words) for verb, status, words in STEPS if status in TRANSITIONS[appointment.status]]


def cancel_until(appointment: Appointment) -> datetime:
    """Until when cancelling costs nothing."""
    return appointment.starts_at - timedelta(hours=BookingPolicy.current().cancel_hours)


def _times(service: Service, start: datetime) -> dict[str, datetime]:
    end = start + timedelta(minutes=service.duration_minutes)
    return {
        "starts_at": start,
        "ends_at": end,
        "occupied_from": start - timedelta(minutes=service.buffer_before_minutes),
        "occupied_until": end + timedelta(minutes=service.buffer_after_minutes),
    }


def _taken(wanted: Appointment, now: datetime) -> Appointment:
    """Save it, trying once more after a deadlock or a reference drawn twice; a second deadlock counts as taken."""
    for is_last_try in (False, True):
        try:
            with transaction.atomic():
                wanted.save(force_insert=True)
                notices.queue(wanted, Notice.Kind.CONFIRMATION, now=now)
            return wanted
        except (IntegrityError, OperationalError) as error:
            if earlier := _of_form(wanted.form_key):
                return earlier
            _judge(error, is_last_try=is_last_try)
            wanted.reference = new_reference()
    raise AssertionError("unreachable")


def _judge(error: Exception, *, is_last_try: bool) -> None:
    """Say that the time is taken, pass on what nobody foresaw, or let it be tried again."""
    if OVERLAP in str(error) or (is_last_try and DEADLOCK in str(error)):
        raise SlotTaken("Somebody else has this time.") from error
    if is_last_try or not (DEADLOCK in str(error) or REFERENCE in str(error)):
        raise error


def same_form(form_key: str | None) -> Appointment | None:
    """The appointment that this very form has booked already."""
    return _of_form(_digest(form_key))


def _of_form(digest: str | None) -> Appointment | None:
    return Appointment.objects.filter(form_key=digest).first() if digest else None


def _digest(form_key: str | None) -> str | None:
    """What is kept of a form's key: whoever shows the key itself is led to the appointment, so it is not stored."""
    return hashlib.sha256(form_key.encode()).hexdigest() if form_key else None


def _set(appointment: Appointment, status: Status) -> Appointment:
    try:
        with transaction.atomic():
            held = _move(appointment, status)
            held.save(update_fields=["status"])
    except IntegrityError as error:
        if OVERLAP not in str(error):
            raise
        raise SlotTaken("Somebody else has this time by now.") from error
    appointment.status = held.status
    return held


def _move(appointment: Appointment, status: Status) -> Appointment:
    """The row locked and with its new status, not saved yet."""
    held = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if status not in TRANSITIONS[held.status]:
        raise NotAllowed(f"This appointment is {held.get_status_display()}, so it cannot become {status.label}.")
    held.status = status
    return held
