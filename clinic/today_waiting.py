"""What waits for the staff beside the day: notes, people to match, intakes to read, the waiting list, mail in trouble.

Each part is a function that answers with its piece of the context, so another kind of work is one more of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bookings import closures, desk
from bookings.models import Appointment, Closure, Intake, Notice, WaitingListEntry, WaitingOffer
from clinic.plain_ages import age_words
from patients.models import CaseNote, Patient, PatientReport
from patients.registry import plain_name

SHOWN = 8
COUNTED = 100  # beyond that, how many exactly helps nobody
MATCHES_LOOKED_AT = 50
CLOSURES_LOOKED_AT = timedelta(days=60)
REPORTS_LOOKED_AT = timedelta(days=14)
MAIL_IS_LATE = timedelta(minutes=10)  # the worker looks every few seconds
OCTOBER = 10
SUBJECTS = ("appointment", "course__patient", "offer__entry", "entry", "personal_link")


@dataclass(frozen=True)
class Unsigned:
    """A visit whose note is not signed: begun as a draft, or not begun."""

    name: str
    seen_at: datetime
    age: str
    is_late: bool
    note: CaseNote | None = None
    appointment: Appointment | None = None


@dataclass(frozen=True)
class Match:
    """Somebody who booked and looks like somebody on the books."""

    appointment: Appointment
    patient: Patient

    @property
    def shared(self) -> str:
        """What the two have in common, for a human to judge."""
        one, other = self.appointment, self.patient
        found = {
            "same name": plain_name(one.name) == plain_name(other.name),
            "same birthday": one.date_of_birth == other.date_of_birth,
            "same phone": bool(one.phone) and one.phone == other.phone,
            "same email": bool(one.email) and one.email.casefold() == other.email.casefold(),
        }
        return ", ".join(words for words, is_so in found.items() if is_so) or "much alike"


@dataclass(frozen=True)
class Shut:
    """A closure with people booked meanwhile."""

    closure: Closure
    count: int


def waiting(user: Any, now: datetime, *, matches: Sequence[Match], reads: bool) -> dict[str, Any]:
    """Everything the side of Today shows; notes, matches and intakes for practitioners only."""
    parts = {
        **({**_notes(user, now), **_intakes(now), **_reports(now)} if reads else {}),
        "matches": [one for one in matches if one.appointment.ends_at > now][:SHOWN],
        "shut": _shut(now),
        "year_to_fill": _year_to_fill(now),
        **_mail(now),
    }
    is_empty = not any(parts.values())
    return {**parts, "nothing_waits": is_empty, **_waiting_list(now)}


def possible_matches(of_the_day: Iterable[Appointment], now: datetime) -> list[Match]:
    """Who looks like somebody on the books: of the day shown, and of those who are still to come."""
    coming = Appointment.objects.upcoming(now).filter(patient=None).order_by("starts_at", "id")[:MATCHES_LOOKED_AT]
    every = {one.pk: one for one in (*of_the_day, *coming)}.values()
    return [Match(one, alike[0]) for one, alike in desk.possible_matches(every)]


def _notes(user: Any, now: datetime) -> dict[str, Any]:
    """Visits without a signed note, the oldest first."""
    drafts = CaseNote.objects.drafts().filter(author=user, seen_at__lte=now).select_related("episode__patient")
    unwritten = Appointment.objects.awaiting_note().filter(practitioner=user, ends_at__lte=now)
    found = [
        *(
            _unsigned(note.episode.patient.name, note.seen_at, now, note=note)
            for note in drafts.order_by("seen_at")[:COUNTED]
        ),
        *(
            _unsigned(one.name, one.starts_at, now, appointment=one)
            for one in unwritten.order_by("starts_at")[:COUNTED]
        ),
    ]
    count = f"{COUNTED} or more" if len(found) >= COUNTED else len(found)
    return {"unsigned": sorted(found, key=lambda one: one.seen_at)[:SHOWN], "unsigned_count": count}


def _unsigned(name: str, seen_at: datetime, now: datetime, **what: Any) -> Unsigned:
    """Late from the next day on: a note is written on the day it is about."""
    is_late = timezone.localdate(seen_at) < timezone.localdate(now)
    return Unsigned(name, seen_at, age_words(seen_at, now), is_late, **what)


def _intakes(now: datetime) -> dict[str, Any]:
    """What was sent before a visit that is to come or under way, and was not taken over yet."""
    ours = Intake.objects.filter(sent_at__isnull=False, taken_at=None, appointment__ends_at__gt=now)
    live = ours.filter(appointment__status__in=Appointment.Status.live()).select_related("appointment")
    return {"intakes": list(live.order_by("appointment__starts_at")[:SHOWN])}


def _reports(now: datetime) -> dict[str, Any]:
    """Figures that patients sent lately and no note has taken over yet."""
    since = timezone.localdate(now - REPORTS_LOOKED_AT)
    sent = PatientReport.objects.filter(taken_into=None, day__gte=since).select_related("episode__patient")
    return {"reports": list(sent.order_by("-reported_at")[:SHOWN])}


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
