"""What to mail and when: a row written with the change that causes it, its text made at the moment of sending.

No clinical word and no name of a condition is in any subject, body or calendar file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from bookings import ics, links
from bookings.models import Appointment, Notice

CLAIM = timedelta(minutes=5)  # how long one worker may take over one mail before another may try
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
SUBJECTS = {
    Notice.Kind.CONFIRMATION: "Your appointment on {when}",
    Notice.Kind.CANCELLATION: "Cancelled: your appointment on {when}",
}


@dataclass(frozen=True)
class Letterhead:
    """What a mail prints about the clinic."""

    name: str
    phone: str = ""
    email: str = ""
    what_to_bring: str = ""
    if_late: str = ""


def queue(appointment: Appointment, kind: Notice.Kind, *, now: datetime) -> Notice | None:
    """Write the row of a mail, inside the transaction of the change; nothing without an address to send it to."""
    if not appointment.email:
        return None
    return Notice.objects.create(
        appointment=appointment, kind=kind, sequence=appointment.sequence, queued_at=now, due_at=now
    )


def claim(now: datetime) -> Notice | None:
    """Take the next due mail for this worker alone, or None; two workers never get the same one."""
    for key in Notice.objects.due(now).values_list("pk", flat=True)[:20]:
        with transaction.atomic():
            if Notice.objects.due(now).filter(pk=key).update(claimed_until=now + CLAIM):
                related = ("appointment__location", "appointment__practitioner")
                return Notice.objects.select_related(*related).get(pk=key)
    return None


def deliver(notice: Notice, *, letterhead: Letterhead, now: Callable[[], datetime]) -> bool:
    """Send one claimed mail, or drop it when it is stale; a failure is kept and tried again later, ever more rarely."""
    if is_stale(notice, now()):
        _close(notice, dropped_at=now())
        return False
    try:
        compose(notice, letterhead=letterhead, now=now()).send()
    except (OSError, ValueError) as error:  # SMTP errors are OSErrors; ValueError is an address no mail can have
        _try_again(notice, error, now())
        return False
    _close(notice, sent_at=now())
    return True


def is_stale(notice: Notice, now: datetime) -> bool:
    """A mail that would tell something no longer true, or too late to be of use, or to nobody."""
    appointment = notice.appointment
    if appointment.ends_at <= now or notice.sequence != appointment.sequence or not appointment.email:
        return True
    is_cancelled = appointment.status == Appointment.Status.CANCELLED
    return is_cancelled != (notice.kind == Notice.Kind.CANCELLATION)


def compose(notice: Notice, *, letterhead: Letterhead, now: datetime) -> EmailMessage:
    """The mail with its calendar file; the same Message-ID every time, so that a repeat can be told."""
    appointment = notice.appointment
    context = {"appointment": appointment, "letterhead": letterhead, "url": links.url(appointment)}
    when = f"{timezone.localtime(appointment.starts_at):%A %-d %B, %H:%M}"
    message = EmailMessage(
        subject=SUBJECTS[Notice.Kind(notice.kind)].format(when=when),
        body=render_to_string(f"bookings/mail/{notice.kind}.txt", context),
        from_email=formataddr((letterhead.name, _sender())),
        to=[appointment.email],
        reply_to=[letterhead.email] if letterhead.email else None,
        headers={"Message-ID": f"<{notice.pk}@{_domain()}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach(_attachment(calendar(appointment, letterhead=letterhead, now=now), method_of(appointment)))
    return message


def method_of(appointment: Appointment) -> str:
    """What the calendar file asks of a calendar."""
    return "CANCEL" if appointment.status == Appointment.Status.CANCELLED else "REQUEST"


def calendar(appointment: Appointment, *, letterhead: Letterhead, now: datetime) -> bytes:
    """The appointment as a calendar file: an invitation, or its cancellation."""
    event = ics.CalendarEvent(
        uid=f"{appointment.pk}@{_domain()}",
        sequence=appointment.sequence,
        start=appointment.starts_at,
        end=appointment.ends_at,
        stamp=now,
        summary=f"Appointment with {letterhead.name}",
        location=appointment.location.address,
        organizer_name=letterhead.name,
        organizer_email=_sender(),
        attendee_email=appointment.email,
        url=links.url(appointment),
        description=f"Reference {appointment.reference}. To see or cancel it: {links.url(appointment)}",
    )
    return ics.cancellation(event) if method_of(appointment) == "CANCEL" else ics.invitation(event)


def _attachment(content: bytes, method: str) -> MIMEBase:
    """The calendar file byte for byte: as text, mail software would change its line ends."""
    part = MIMEBase("text", "calendar", method=method, charset="utf-8")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    return part


def _try_again(notice: Notice, error: Exception, now: datetime) -> None:
    notice.attempts += 1
    wait = min(FIRST_RETRY * 2 ** min(notice.attempts - 1, 10), LONGEST_RETRY)
    notice.due_at, notice.claimed_until = now + wait, None
    notice.last_error = f"{type(error).__name__}: {error}".replace(notice.appointment.email, "the address")[:300]
    notice.save(update_fields=["attempts", "due_at", "claimed_until", "last_error"])


def _close(notice: Notice, **when: datetime) -> None:
    Notice.objects.filter(pk=notice.pk).update(**when, claimed_until=None, last_error="")


def _sender() -> str:
    """The bare address mails come from; the setting may name somebody beside it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _domain() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
