"""Who is at the other end, by a signed cookie: enough to keep a time for one browser, and nothing about a person."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from bookings import desk, limits, links
from bookings.desk import KnownPerson
from bookings.models import Appointment

LIVES = timedelta(hours=12)
SALT = "bookings.visitors"
HELD = Appointment.Status.HELD


@dataclass(frozen=True)
class Visitor:
    """One browser; `personal` is the token of the personal link it came with."""

    key: str
    personal: str = ""
    is_new: bool = False

    @property
    def mark(self) -> str:
        """The key as the diary keeps it: a keyed hash."""
        return limits.hashed(self.key)


def cookie_name() -> str:
    """Bound to the host wherever the other cookies are."""
    return "visitor" if settings.IS_LOOPBACK else "__Host-visitor"


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor of the cookie; a new one, not remembered yet, when there is none that can be trusted."""
    try:
        key, personal = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=LIVES)
    except (signing.BadSignature, ValueError, TypeError):
        return Visitor(secrets.token_hex(16), is_new=True)
    return Visitor(str(key), str(personal))


def remember(response: HttpResponse, visitor: Visitor) -> None:
    """Give the browser its cookie; only answers to a POST do."""
    response.set_cookie(
        cookie_name(),
        signing.dumps([visitor.key, visitor.personal], salt=SALT),
        max_age=LIVES,
        secure=not settings.IS_LOOPBACK,
        httponly=True,
        samesite="Lax",
    )


def with_link(visitor: Visitor, personal: str) -> Visitor:
    """The same browser with another personal link, or with none."""
    return replace(visitor, personal=personal)


def known_person(visitor: Visitor, *, now: datetime) -> KnownPerson | None:
    """Who it is, when they came with a personal link that still works."""
    if not visitor.personal:
        return None
    try:
        return desk.known_person(links.opened_personal(visitor.personal, now=now))
    except links.LinkGone:
        return None


def held_by(visitor: Visitor) -> Appointment | None:
    """The time that is being kept for this visitor, or was until a while ago."""
    if visitor.is_new:
        return None
    kept = Appointment.objects.filter(status=HELD, email="", visitor=visitor.mark, offers=None)
    return kept.select_related("service", "practitioner", "location").order_by("held_until").last()


def unproved_by(visitor: Visitor, now: datetime) -> Appointment | None:
    """The latest time this visitor booked that waits for the address to be proved."""
    waiting = Appointment.objects.filter(status=HELD, visitor=visitor.mark, held_until__gt=now).exclude(email="")
    return waiting.order_by("booked_at").last()
