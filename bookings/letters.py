"""The text of a mail and the calendar file in it, made at the moment of sending.

No clinical word and no name of a condition is in any subject, body or calendar file.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bookings import ics, links, taking
from bookings.models import Appointment, Notice, Setting, WaitingOffer

Kind = Notice.Kind
SUBJECTS = {
    Kind.CONFIRMATION: "Your appointment on {when}",
    Kind.CHANGE: "Changed: your appointment is on {when}",
    Kind.CANCELLATION: "Cancelled: your appointment on {when}",
    Kind.REMINDER: "Reminder: your appointment on {when}",
    Kind.PROOF: "Please confirm your appointment on {when}",
    Kind.AFTER_VISIT: "Thank you for coming",
    Kind.COURSE: "Your appointments",
    Kind.OFFER: "A time has become free: {when}",
    Kind.WAITING: "You are on the waiting list",
    Kind.LINK: "Your link to book",
}
LINK_LIKE = re.compile(r"://|www\.|@|\w\.\w{2,}", re.IGNORECASE)
BLANK_LINES = re.compile(r"\n{3,}")
LONGEST_NAME = 80
WITH_CALENDAR = (Kind.CONFIRMATION, Kind.CHANGE, Kind.CANCELLATION)


@dataclass(frozen=True)
class Letterhead:
    """What a mail prints about the clinic."""

    name: str
    phone: str = ""
    email: str = ""
    what_to_bring: str = ""
    if_late: str = ""


def compose(notice: Notice, *, letterhead: Letterhead, now: datetime) -> EmailMultiAlternatives:
    """The mail with its calendar files; the same Message-ID every time, so that a repeat can be told."""
    context = {"letterhead": letterhead, "name": _greeted(notice), **_addresses(), **_context(notice, now)}
    message = EmailMultiAlternatives(
        subject=SUBJECTS[Kind(notice.kind)].format(when=_when(notice)),
        body=BLANK_LINES.sub("\n\n", render_to_string(f"bookings/mail/{notice.kind}.txt", context)).strip() + "\n",
        from_email=formataddr((" ".join(letterhead.name.split()), sender())),
        to=[notice.recipient[1]],
        reply_to=[letterhead.email] if letterhead.email else None,
        headers={"Message-ID": f"<{notice.pk}@{domain()}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"bookings/mail/{notice.kind}.html", context), "text/html")
    for number, appointment in enumerate(_for_calendar(notice, now), start=1):
        name = "appointment.ics" if number == 1 else f"appointment-{number}.ics"
        message.attach(_attachment(calendar(appointment, letterhead=letterhead, now=now), method_of(appointment), name))
    return message


def method_of(appointment: Appointment) -> str:
    """What the calendar file asks of a calendar."""
    return "CANCEL" if appointment.status == Appointment.Status.CANCELLED else "REQUEST"


def calendar(appointment: Appointment, *, letterhead: Letterhead, now: datetime) -> bytes:
    """The appointment as a calendar file: an invitation, or its cancellation."""
    event = ics.CalendarEvent(
        uid=f"{appointment.pk}@{domain()}",
        sequence=appointment.sequence,
        start=appointment.starts_at,
        end=appointment.ends_at,
        stamp=now,
        summary=f"Appointment with {letterhead.name}",
        location=_place(appointment),
        organizer_name=letterhead.name,
        organizer_email=sender(),
        attendee_email=appointment.email,
        url=links.url(appointment),
        description=f"Reference {appointment.reference}. To see, move or cancel it: {links.url(appointment)}",
    )
    return ics.cancellation(event) if method_of(appointment) == "CANCEL" else ics.invitation(event)


def sender() -> str:
    """The bare address mails come from; the setting may name somebody beside it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def domain() -> str:
    """The clinic's host name, as identifiers end in it."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def fingerprint(address: str) -> str:
    """An address as a keyed hash: enough to count with, useless to anybody else."""
    return salted_hmac("bookings.letters", address.strip().casefold(), algorithm="sha256").hexdigest()


def tame(text: str) -> str:
    """Words somebody typed, on one line; nothing when they hold a link, so that no stranger writes mails through us."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return "" if LINK_LIKE.search(plain) or len(plain) > LONGEST_NAME else plain


def _greeted(notice: Notice) -> str:
    """The guardian when there is one, else the person."""
    about = notice.appointment or notice.entry or (notice.offer.entry if notice.offer else None)
    return tame(getattr(about, "guardian_name", "")) or tame(notice.recipient[0])


def _addresses() -> dict[str, str]:
    """Pages that any mail may lead to."""
    names = {"privacy_url": "privacy", "returning_url": "bookings:ask_for_link", "book_url": "bookings:service"}
    return {key: f"{settings.BASE_URL}{reverse(name)}" for key, name in names.items()}


def _context(notice: Notice, now: datetime) -> dict[str, Any]:
    """What the templates of each kind print."""
    if notice.personal_link:
        return {"link": notice.personal_link, "url": links.personal_url(notice.personal_link)}
    if notice.offer:
        return _offer(notice.offer, now)
    if notice.entry:
        return {"entry": notice.entry, "url": links.waiting_url(notice.entry)}
    if notice.course:
        news = _news_of(notice, now)
        visits = [(one, links.url(one)) for one in news if one.is_live]
        return {"course": notice.course, "visits": visits, "cancelled": [one for one in news if not one.is_live]}
    assert notice.appointment is not None
    return _about(notice.appointment, now, is_proof=notice.kind == Kind.PROOF)


def _about(appointment: Appointment, now: datetime, *, is_proof: bool) -> dict[str, Any]:
    free_until = taking.cancel_until(appointment)
    return {
        "appointment": appointment,
        "url": links.proof_url(appointment) if is_proof else links.url(appointment),
        "place": _place(appointment),
        "whom": tame(appointment.name) if appointment.guardian_name else "",
        "free_until": free_until if free_until > now else None,
        "is_first": appointment.patient_id is None,
        "minds_own_data": appointment.age_on_the_day() in range(12, 16),
    }


def _offer(offer: WaitingOffer, now: datetime) -> dict[str, Any]:
    """An offered time; the older appointment is named only while it would be given back."""
    held, older = offer.appointment, offer.entry.appointment
    is_given_back = older is not None and older.status == Appointment.Status.BOOKED and older.starts_at > now
    return {
        "offer": offer,
        "url": links.offer_url(offer),
        "leave_url": links.waiting_url(offer.entry),
        "place": "At your home" if held is None or held.setting == Setting.HOME else held.place_words,
        "older": older if is_given_back else None,
    }


def _place(appointment: Appointment) -> str:
    """Where it takes place; a street that looks like anything else is left out."""
    is_odd = appointment.setting == Setting.HOME and not tame(appointment.visit_street)
    return "At your home" if is_odd else appointment.place_words


def _for_calendar(notice: Notice, now: datetime) -> list[Appointment]:
    if notice.course:
        return _news_of(notice, now)
    return [notice.appointment] if notice.appointment and notice.kind in WITH_CALENDAR else []


def _news_of(notice: Notice, now: datetime) -> list[Appointment]:
    """What is still to come of a course, and what was cancelled since the mail was queued."""
    assert notice.course is not None
    news = notice.course.appointments.news(now, since=notice.queued_at)
    return list(news.select_related("location", "practitioner", "service"))


def _when(notice: Notice) -> str:
    about = notice.offer or notice.appointment
    return f"{timezone.localtime(about.starts_at):%A %-d %B, %H:%M}" if about else ""


def _attachment(content: bytes, method: str, name: str) -> MIMEBase:
    """The calendar file byte for byte: as text, mail software would change its line ends."""
    part = MIMEBase("text", "calendar", method=method, charset="utf-8")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part
