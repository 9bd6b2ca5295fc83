"""Verbs of the day: they are here, they came, they did not; and which states may follow which."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bookings import notices, taking
from bookings.models import Appointment, AppointmentChange, BookingPolicy, Notice
from bookings.taking import NotAllowed, SlotTaken

Status = Appointment.Status

# The only moves there are. Stepping back is for a slip of the finger, so it leads to booked alone.
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    Status.HELD: (),
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


def arrive(*, appointment: Appointment, now: datetime, by: Any = None) -> Appointment:
    """They are here."""
    return _set(appointment, Status.ARRIVED, now, by)


def attend(*, appointment: Appointment, now: datetime, by: Any = None) -> Appointment:
    """They came and were treated."""
    row = _set(appointment, Status.ATTENDED, now, by)
    if BookingPolicy.current().sends_after_visit:
        notices.queue(row, Notice.Kind.AFTER_VISIT, now=now, due_at=notices.morning_after(row.ends_at))
    return row


def mark_did_not_attend(*, appointment: Appointment, now: datetime, by: Any = None) -> Appointment:
    """They did not come. Raises NotAllowed before it began."""
    if now < appointment.starts_at:
        raise NotAllowed("The appointment has not begun yet.")
    return _set(appointment, Status.DID_NOT_ATTEND, now, by)


def step_back(*, appointment: Appointment, now: datetime, by: Any = None) -> Appointment:
    """Undo a slip of the finger. Raises NotAllowed once a note says they came, SlotTaken when the time is gone."""
    if appointment.case_note_id and appointment.status == Status.ATTENDED:
        raise NotAllowed("A note is open for this appointment, so it stays attended.")
    return _set(appointment, Status.BOOKED, now, by)


def steps(appointment: Appointment) -> list[tuple[str, str]]:
    """Verbs that are allowed now, with their words."""
    if appointment.case_note_id and appointment.status == Status.ATTENDED:
        return []
    return [(verb, words) for verb, status, words in STEPS if status in TRANSITIONS[appointment.status]]


def cancelled(row: Appointment, *, now: datetime, by: Any, reason: str, is_late: bool, is_quiet: bool = False) -> None:
    """Write a locked appointment as cancelled, say so in its history, and queue the mail unless a course does."""
    before = taking.snapshot(row, *taking.STATE)
    _go(row, Status.CANCELLED)
    row.cancelled_at, row.cancel_reason, row.is_late_cancel = now, reason, is_late
    row.sequence += 1
    row.save(update_fields=[*taking.STATE, "sequence"])
    kind = AppointmentChange.Kind.CANCELLED
    taking.note_change(row, kind, now=now, by=by, reason=reason, words="late" if is_late else "", before=before)
    if not is_quiet:
        notices.queue(row, Notice.Kind.CANCELLATION, now=now, due_at=notices.due(now, by))


def _set(appointment: Appointment, status: Status, now: datetime, by: Any) -> Appointment:
    try:
        with transaction.atomic():
            row = taking.locked(appointment)
            old = row.get_status_display()
            _go(row, status)
            taking.release(row, now)
            row.save(update_fields=["status"])
            words = f"{old} to {row.get_status_display()}"
            taking.note_change(row, AppointmentChange.Kind.STATUS, now=now, by=by, words=words)
    except IntegrityError as error:
        if taking.OVERLAP not in str(error):
            raise
        raise SlotTaken("Somebody else has this time by now.") from error
    appointment.status = row.status
    return row


def _go(row: Appointment, status: Status) -> None:
    """Give a locked row its new status, not saved yet."""
    if status not in TRANSITIONS[row.status]:
        raise NotAllowed(f"This appointment is {row.get_status_display()}, so it cannot become {status.label}.")
    row.status = status
