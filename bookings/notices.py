"""What to mail and when: a row written with the change that causes it, its text made at the moment of sending."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from bookings import availability, letters
from bookings.letters import Letterhead
from bookings.models import Appointment, AppointmentChange, BookingPolicy, Notice

CLAIM = timedelta(minutes=5)  # how long one worker may take over one mail before another may try
UNDO = timedelta(minutes=3)  # how long a change by the staff waits before it is mailed, so that it can be taken back
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
DAY = timedelta(days=1)
LATEST_THANKS = timedelta(days=3)
MOST_A_DAY = 1000  # of the whole clinic; what is beyond waits for the next day
MOST_A_DAY_TO_ONE = 20  # a stranger cannot fill somebody's inbox; what is beyond waits too
MORNING = time(9)
Kind = Notice.Kind
Status = Appointment.Status
RELATED = (
    *("appointment__location", "appointment__practitioner", "appointment__service", "course__patient"),
    *("offer__entry__service", "offer__entry__appointment", "offer__appointment__location", "offer__practitioner"),
    *("entry__service", "entry__practitioner", "personal_link"),
)


def queue(appointment: Appointment, kind: Kind, *, now: datetime, due_at: datetime | None = None) -> Notice | None:
    """Write the row of a mail about an appointment, inside the transaction of the change."""
    sequence = appointment.sequence
    return queue_about(
        kind, now=now, email=appointment.email, due_at=due_at, appointment=appointment, sequence=sequence
    )


def queue_about(
    kind: Kind, *, now: datetime, email: str, due_at: datetime | None = None, **subject: Any
) -> Notice | None:
    """Write the row of a mail about whatever it is; nothing without an address to send it to."""
    if not email:
        return None
    return Notice.objects.create(kind=kind, queued_at=now, due_at=due_at or now, **subject)


def queue_reminders(appointment: Appointment, *, now: datetime) -> None:
    """At the same local time some days before, as the clinic has chosen; none for a moment that is past."""
    local = appointment.starts_at.astimezone(availability.GLASGOW)
    for days in BookingPolicy.current().reminder_days_before:
        due_at = availability.local_moment(local.date() - timedelta(days=days), local.time())
        if due_at > now:
            queue(appointment, Kind.REMINDER, now=now, due_at=due_at)


def due(now: datetime, by: Any) -> datetime:
    """At once for what people do online; later for what the staff do, so that it can be taken back unseen."""
    return now + UNDO if by else now


def morning_after(moment: datetime) -> datetime:
    """Nine o'clock on the day after, in Glasgow."""
    return availability.local_moment(availability.local_day(moment) + timedelta(days=1), MORNING)


def drop_unsent(appointment: Appointment, *, since: datetime, now: datetime) -> None:
    """Mails about a change that was taken back."""
    unsent = appointment.notices.filter(sent_at=None, dropped_at=None, queued_at__gte=since)
    unsent = unsent.filter(sequence=appointment.sequence)
    unsent.update(dropped_at=now, claimed_until=None)


def carry_on(appointment: Appointment, *, now: datetime) -> None:
    """After a change was taken back, the mails that waited before it are true again; those before them stay stale."""
    before = appointment.sequence - 2  # the change raised it by one, taking it back by another
    waiting = appointment.notices.filter(sent_at=None, dropped_at=None)
    waiting.filter(sequence=before).update(sequence=appointment.sequence)
    if (
        appointment.status == Status.BOOKED
        and not waiting.filter(sequence=appointment.sequence, kind=Kind.REMINDER).exists()
    ):
        queue_reminders(appointment, now=now)


def claim(now: datetime) -> Notice | None:
    """Take the due mail that waits longest for this worker alone, or None; two workers never get the same one."""
    if Notice.objects.sent_since(now - DAY).count() >= MOST_A_DAY:
        return None
    for key in Notice.objects.due(now).order_by("queued_at", "due_at", "pk").values_list("pk", flat=True)[:20]:
        with transaction.atomic():
            if Notice.objects.due(now).filter(pk=key).update(claimed_until=now + CLAIM):
                return Notice.objects.select_related(*RELATED).get(pk=key)
    return None


def deliver(notice: Notice, *, letterhead: Letterhead, now: Callable[[], datetime]) -> bool:
    """Send one claimed mail, or drop it when it is stale; a failure is kept and tried again later, ever more rarely."""
    is_old = is_stale(notice, now())
    if later := _true_again_at(notice, now()) if is_old else _had_enough_until(notice, now()):
        Notice.objects.filter(pk=notice.pk).update(due_at=later, claimed_until=None)
        return False
    if is_old:
        _close(notice, dropped_at=now())
        return False
    try:
        _send(letters.compose(notice, letterhead=letterhead, now=now()))
    except (OSError, ValueError) as error:  # SMTP errors are OSErrors; ValueError is an address no mail can have
        _try_again(notice, error, now())
        return False
    _close(notice, sent_at=now(), sent_to=letters.fingerprint(notice.recipient[1]))
    return True


def _send(message: EmailMessage) -> None:
    """Over a connection of its own, closed whatever happens: a refused password would leave it open."""
    message.connection = get_connection()
    try:
        message.send()
    finally:
        message.connection.close()


def is_stale(notice: Notice, now: datetime) -> bool:
    """A mail that would tell something no longer true, or too late to be of use, or to nobody."""
    if not notice.recipient[1]:
        return True
    if notice.personal_link:
        return notice.personal_link.patient_id is None or notice.personal_link.expires_at <= now
    if notice.entry:
        return notice.entry.status != notice.entry.Status.WAITING
    if notice.offer:
        return bool(notice.offer.answer) or notice.offer.expires_at <= now
    if notice.course:
        return not notice.course.appointments.news(now, since=notice.queued_at).exists()
    assert notice.appointment is not None
    return _is_stale_about(notice.appointment, notice, now)


def _is_stale_about(appointment: Appointment, notice: Notice, now: datetime) -> bool:
    if notice.kind == Kind.AFTER_VISIT:
        thanked = appointment.notices.filter(kind=Kind.AFTER_VISIT, sent_at__isnull=False)
        is_late = now > appointment.ends_at + LATEST_THANKS
        return appointment.status != Status.ATTENDED or is_late or thanked.exists()
    if notice.sequence != appointment.sequence or appointment.ends_at <= now:
        return True
    if notice.kind == Kind.PROOF:
        return appointment.status != Status.HELD or appointment.held_until is None or appointment.held_until <= now
    if notice.kind == Kind.REMINDER:
        return appointment.status != Status.BOOKED or appointment.starts_at <= now
    if notice.kind == Kind.CANCELLATION:
        return appointment.status != Status.CANCELLED
    return not appointment.is_live


def _true_again_at(notice: Notice, now: datetime) -> datetime | None:
    """Until when the staff may still take back what made this mail stale; None when nothing can."""
    if notice.appointment is None:
        return None
    changes = notice.appointment.changes.standing().filter(by__isnull=False, at__gt=now - UNDO)
    last = changes.exclude(kind=AppointmentChange.Kind.UNDONE).last()
    return last.at + UNDO if last else None


def _had_enough_until(notice: Notice, now: datetime) -> datetime | None:
    """One address gets a bounded number of mails a day, whatever anybody types into the forms; the others wait."""
    had = Notice.objects.sent_since(now - DAY).filter(sent_to=letters.fingerprint(notice.recipient[1]))
    latest = had.order_by("-sent_at").values_list("sent_at", flat=True)[:MOST_A_DAY_TO_ONE]
    sent = [moment for moment in latest if moment]
    return sent[-1] + DAY if len(sent) == MOST_A_DAY_TO_ONE else None


def _try_again(notice: Notice, error: Exception, now: datetime) -> None:
    notice.attempts += 1
    wait = min(FIRST_RETRY * 2 ** min(notice.attempts - 1, 10), LONGEST_RETRY)
    notice.due_at, notice.claimed_until = now + wait, None
    notice.last_error = f"{type(error).__name__}: {error}".replace(notice.recipient[1], "the address")[:300]
    notice.save(update_fields=["attempts", "due_at", "claimed_until", "last_error"])


def _close(notice: Notice, **values: Any) -> None:
    Notice.objects.filter(pk=notice.pk).update(**values, claimed_until=None, last_error="")
