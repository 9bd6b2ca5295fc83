"""Asking for a personal link: the same is done for everybody, so the page that asks has nothing to give away."""

from datetime import date, datetime, timedelta

from django.db import transaction

from bookings import notices
from bookings.models import Notice, PersonalLink

LINK_LIVES = timedelta(days=1)


def ask(*, email: str, date_of_birth: date, now: datetime) -> PersonalLink:
    """Write down that somebody asked; whether they are known here is looked up when the mail is sent."""
    with transaction.atomic():
        link = PersonalLink.objects.create(
            email=email, date_of_birth=date_of_birth, requested_at=now, expires_at=now + LINK_LIVES
        )
        notices.queue_about(Notice.Kind.LINK, now=now, email=email, personal_link=link)
    return link
