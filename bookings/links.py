"""Links that open one thing each without an account: manage, prove an address, answer an offer, book as a known person.

Each is computed from the row's own random value and a server key, so nothing stored in the database opens it, it can be
put into any mail at the moment of sending, and a new random value revokes every link sent before.
"""

import base64
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings import availability
from bookings.models import Appointment, CalendarFeed, PersonalLink, WaitingListEntry, WaitingOffer
from bookings.models.appointments import new_link_salt

LIVES_AFTERWARDS = timedelta(days=30)
KEY_SALT = "bookings.links"
MANAGE, PROOF, OFFER, WAITING, PERSONAL, FEED, SHEET = "", "proof", "offer", "waiting", "personal", "feed", "sheet"
Row = TypeVar("Row", bound=Model)


class LinkGone(Exception):
    """The link is wrong, revoked, or too old."""


def token(row: Any, purpose: str = MANAGE) -> str:
    """The row's id and 192 bits of proof, safe in a URL; each purpose has its own."""
    salt = row.entry.link_salt if isinstance(row, WaitingOffer) else row.link_salt
    said = f"{row.pk}:{salt}:{purpose}" if purpose else f"{row.pk}:{salt}"
    mac = salted_hmac(KEY_SALT, said, algorithm="sha256")
    return f"{_short(row.pk.bytes)}{_short(mac.digest()[:24])}"


def opened(given: str, *, now: datetime, purpose: str = MANAGE) -> Appointment:
    """The appointment a token opens; one that is merely kept opens only to prove an address. Raises LinkGone."""
    related = ("service", "practitioner", "location", "room")
    rows = Appointment.objects.select_related(*related)
    appointment = _opened(given, rows if purpose == PROOF else rows.for_people(), purpose)
    if now > appointment.ends_at + LIVES_AFTERWARDS or appointment.removed_at:
        raise LinkGone
    return appointment


def opened_offer(given: str, *, now: datetime) -> WaitingOffer:
    """The offer a token opens, over or not. Raises LinkGone."""
    related = ("entry__appointment", "entry__service", "appointment__location", "practitioner")
    offer = _opened(given, WaitingOffer.objects.select_related(*related), OFFER)
    if now > offer.starts_at + LIVES_AFTERWARDS or not offer.entry.email:
        raise LinkGone
    return offer


def opened_waiting(given: str, *, now: datetime) -> WaitingListEntry:
    """The place on the waiting list a token opens. Raises LinkGone."""
    entry = _opened(given, WaitingListEntry.objects.select_related("service", "practitioner", "appointment"), WAITING)
    if now > availability.local_moment(entry.last_day, time.max) + LIVES_AFTERWARDS or not entry.email:
        raise LinkGone
    return entry


def opened_personal(given: str, *, now: datetime) -> PersonalLink:
    """The personal link of somebody known here. Raises LinkGone."""
    return _opened(given, PersonalLink.objects.working(now), PERSONAL)


def opened_feed(given: str) -> CalendarFeed:
    """The calendar of a practitioner who still works here. Raises LinkGone."""
    working = CalendarFeed.objects.filter(practitioner__is_active=True, practitioner__is_practitioner=True)
    return _opened(given, working.select_related("practitioner"), FEED)


def opened_row(given: str, rows: QuerySet[Row], purpose: str) -> Row:
    """Any other row with a salt of its own; how long its link works is for its owner to say. Raises LinkGone."""
    return _opened(given, rows, purpose)


def new_feed(*, practitioner: Any, now: datetime) -> CalendarFeed:
    """A private calendar address for a practitioner; the one before is dead at once."""
    values = {"link_salt": new_link_salt(), "made_at": now}
    return CalendarFeed.objects.update_or_create(practitioner=practitioner, defaults=values)[0]


def stop_feed(*, practitioner: Any) -> None:
    CalendarFeed.objects.filter(practitioner=practitioner).delete()


def url(appointment: Appointment) -> str:
    """The whole address of the appointment's page, from the configured base, never from a request."""
    return _whole("bookings:appointment", token(appointment))


def proof_url(appointment: Appointment) -> str:
    return _whole("bookings:prove", token(appointment, PROOF))


def offer_url(offer: WaitingOffer) -> str:
    return _whole("bookings:offer", token(offer, OFFER))


def waiting_url(entry: WaitingListEntry) -> str:
    return _whole("bookings:waiting", token(entry, WAITING))


def personal_url(link: PersonalLink) -> str:
    return _whole("bookings:known", token(link, PERSONAL))


def feed_url(feed: CalendarFeed) -> str:
    return _whole("bookings:feed", token(feed, FEED))


def _opened(given: str, rows: QuerySet[Row], purpose: str) -> Row:
    try:
        key = UUID(bytes=base64.urlsafe_b64decode(f"{given[:22]}=="))
    except ValueError as error:
        raise LinkGone from error
    row = rows.filter(pk=key).first()
    if row is None or not constant_time_compare(given, token(row, purpose)):
        raise LinkGone
    return row


def _whole(name: str, given: str) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=[given])}"


def _short(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
