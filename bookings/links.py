"""The manage link of an appointment: lets whoever holds it see and cancel that one appointment.

It is computed from the appointment's own random value and a server key, so nothing stored in the database opens it,
it can be put into any mail at the moment of sending, and a new random value revokes every link sent before.
"""

import base64
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.models import Appointment

LIVES_AFTERWARDS = timedelta(days=30)
KEY_SALT = "bookings.links"


class LinkGone(Exception):
    """The link is wrong, revoked, or too old."""


def token(appointment: Appointment) -> str:
    """The appointment's id and 192 bits of proof, safe in a URL."""
    return f"{_short(appointment.pk.bytes)}{_proof(appointment)}"


def opened(given: str, *, now: datetime) -> Appointment:
    """The appointment a token opens. Raises LinkGone."""
    try:
        key = UUID(bytes=base64.urlsafe_b64decode(f"{given[:22]}=="))
    except ValueError as error:
        raise LinkGone from error
    related = ("service", "practitioner", "location", "room")
    appointment = Appointment.objects.select_related(*related).filter(pk=key).first()
    if appointment is None or not constant_time_compare(given, token(appointment)):
        raise LinkGone
    if now > appointment.ends_at + LIVES_AFTERWARDS:
        raise LinkGone
    return appointment


def url(appointment: Appointment) -> str:
    """The whole address of the appointment's page, from the configured base, never from a request."""
    return f"{settings.BASE_URL}{reverse('bookings:appointment', args=[token(appointment)])}"


def _proof(appointment: Appointment) -> str:
    mac = salted_hmac(KEY_SALT, f"{appointment.pk}:{appointment.link_salt}", algorithm="sha256")
    return _short(mac.digest()[:24])


def _short(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
