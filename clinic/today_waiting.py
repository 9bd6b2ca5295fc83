"""What waits for the staff beside the day: notes, people to match or move, the waiting list, mail in trouble."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bookings import closures, desk
from bookings.models import Appointment, Closure, Notice, WaitingListEntry, WaitingOffer
from patients.models import CaseNote

SHOWN = 8
MATCHES_LOOKED_AT = 50
CLOSURES_LOOKED_AT = timedelta(days=60)
MAIL_IS_LATE = timedelta(minutes=10)  # the worker looks every few seconds
OCTOBER = 10
SUBJECTS = ("appointment", "course__patient", "offer__entry", "entry", "personal_link")


@dataclass(frozen=True)
class Shut:
    """A closure with people booked meanwhile."""

    closure: Closure
    count: int


def waiting(user: Any, now: datetime, *, matches: list[Appointment], reads: bool) -> dict[str, Any]:
    """Everything the side of Today shows; notes and matches for practitioners only."""
    parts = {
        **(_notes(user, now) if reads else {}),
        "matches": [one for one in matches if one.starts_at > now][:SHOWN],
        "shut": _shut(now),
        "year_to_fill": _year_to_fill(now),
        **_mail(now),
    }
    is_empty = not any(parts.values())
    return {**parts, "nothing_waits": is_empty, **_waiting_list(now)}


def possible_matches(of_the_day: Iterable[Appointment], now: datetime) -> list[Appointment]:
    """Who looks like somebody on the books: of the day shown, and of those who are still to come."""
    coming = Appointment.objects.upcoming(now).filter(patient=None).order_by("starts_at", "id")[:MATCHES_LOOKED_AT]
    return desk.possible_matches({one.pk: one for one in (*of_the_day, *coming)}.values())


def _notes(user: Any, now: datetime) -> dict[str, Any]:
    drafts = CaseNote.objects.drafts().filter(author=user).select_related("episode__patient", "episode__condition")
    unwritten = Appointment.objects.awaiting_note().filter(practitioner=user, starts_at__lt=now - timedelta(hours=1))
    return {
        "drafts": list(drafts.order_by("seen_at")[:SHOWN]),
        "draft_count": drafts.count(),
        "unwritten": list(unwritten.order_by("starts_at")[:SHOWN]),
    }


def _shut(now: datetime) -> list[Shut]:
    """Closures of the next weeks that somebody is still booked in."""
    today = timezone.localdate(now)
    coming = list(Closure.objects.within(today, today + CLOSURES_LOOKED_AT))
    booked = closures.in_the_way(coming, now=now)
    return [Shut(one, len(booked[one.pk])) for one in coming if one.pk in booked]


def _year_to_fill(now: datetime) -> int | None:
    """From October on, next year when nobody has listed its days off."""
    today = timezone.localdate(now)
    return today.year + 1 if today.month >= OCTOBER and not closures.is_filled_in(today.year + 1) else None


def _mail(now: datetime) -> dict[str, Any]:
    """Mails that were tried and did not go, and since when the oldest has been due when that is too long."""
    oldest = Notice.objects.due_since(now)
    return {
        "failing": list(Notice.objects.failing().select_related(*SUBJECTS)[:SHOWN]),
        "mail_waits_since": oldest if oldest and oldest < now - MAIL_IS_LATE else None,
    }


def _waiting_list(now: datetime) -> dict[str, Any]:
    """How many wait, and what they are being offered."""
    offers = WaitingOffer.objects.standing(now).select_related("entry", "practitioner").order_by("expires_at")
    return {
        "waiting_count": WaitingListEntry.objects.waiting(timezone.localdate(now)).count(),
        "offers": list(offers[:SHOWN]),
    }
