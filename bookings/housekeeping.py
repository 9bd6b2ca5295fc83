"""What is over goes: times kept no longer, links and counts of the past, details of people who booked and never came.

Run by the mail worker once a minute; nothing depends on it being in time. One run clears a bounded number of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from bookings import availability, limits, taking, waiting
from bookings.models import (
    Appointment,
    AppointmentChange,
    BookingPolicy,
    Intake,
    Notice,
    PersonalLink,
    WaitingListEntry,
)
from bookings.models.appointments import new_link_salt

REMOVED = "removed"
AT_ONCE = 200
TOLD: dict[str, Any] = {
    **dict.fromkeys(("email", "phone", "postcode", "reason", "condition_code", "visit_street", "network"), ""),
    **dict.fromkeys(("guardian_name", "guardian_relation"), ""),
    "name": REMOVED,
    "date_of_birth": None,
}
NEVER_CAME = (Appointment.Status.CANCELLED, Appointment.Status.DID_NOT_ATTEND, Appointment.Status.BOOKED)


@dataclass(frozen=True)
class Tidied:
    """How many of each were dealt with."""

    offers: int = 0
    kept_times: int = 0
    counts: int = 0
    links: int = 0
    people: int = 0
    waiting: int = 0


def tidy(*, now: datetime) -> Tidied:
    """Everything that is due, each part in its own transaction."""
    since = now - timedelta(days=max(BookingPolicy.current().keep_unseen_days, 1))
    return Tidied(
        offers=waiting.advance(now=now),
        kept_times=drop_kept_times(now=now),
        counts=limits.forget(now=now),
        links=delete_links(now=now),
        people=remove_unseen(since=since, now=now),
        waiting=remove_waiting(since=since),
    )


def drop_kept_times(*, now: datetime) -> int:
    """Delete times nobody booked, with what was told for those whose address was never proved."""
    keys = _some(Appointment.objects.expired(now).exclude(offers__answer=""))
    if keys:
        with transaction.atomic():
            taking.drop(keys, now)
    return len(keys)


def delete_links(*, now: datetime) -> int:
    """Delete personal links that have ended, unless their mail is still on its way."""
    ended = PersonalLink.objects.filter(expires_at__lte=now)
    on_its_way = Notice.objects.filter(personal_link__isnull=False, sent_at=None, dropped_at=None)
    keys = _some(ended.exclude(pk__in=on_its_way.values("personal_link")))
    if keys:
        PersonalLink.objects.filter(pk__in=keys).delete()
    return len(keys)


def remove_unseen(*, since: datetime, now: datetime) -> int:
    """Take the personal details out of appointments of people who never came and have no file here.

    The row stays, with its time and how it ended.
    """
    over = Appointment.objects.filter(ends_at__lt=since, status__in=NEVER_CAME, removed_at=None)
    keys = _some(over.filter(patient=None, case_note=None))
    if keys:
        with transaction.atomic():
            _remove(keys, now)
    return len(keys)


def remove_waiting(*, since: datetime) -> int:
    """Take the personal details out of the waiting list: of who was served or left, and of who waited in vain."""
    waits = Q(status=WaitingListEntry.Status.WAITING)
    over = (waits & Q(last_day__lt=availability.local_day(since))) | (~waits & Q(joined_at__lt=since))
    entries = WaitingListEntry.objects.filter(over).exclude(name=REMOVED)
    keys = _some(entries)
    for key in keys:
        with transaction.atomic():
            WaitingListEntry.objects.filter(pk=key).update(**TOLD, link_salt=new_link_salt())
            _forget_mail(Q(entry=key) | Q(offer__entry=key))
    return len(keys)


def _remove(keys: Sequence[UUID], now: datetime) -> None:
    """Details, reasons, answers and the history's words of some appointments; the history says that they went."""
    locked = Appointment.objects.select_for_update().filter(pk__in=keys, patient=None, case_note=None)
    appointments = list(locked.order_by("pk"))
    free_text = {"cancel_reason": "", "overbook_reason": "", "visitor": "", "form_key": None}
    for appointment in appointments:
        for name, value in {**TOLD, **free_text, "removed_at": now, "link_salt": new_link_salt()}.items():
            setattr(appointment, name, value)
        appointment.save(update_fields=[*TOLD, *free_text, "removed_at", "link_salt"])
        taking.note_change(appointment, AppointmentChange.Kind.REMOVED, now=now)
    AppointmentChange.objects.filter(appointment__in=appointments).update(words="", reason="", before={})
    Intake.objects.filter(appointment__in=appointments).delete()
    _forget_mail(Q(appointment__in=appointments))


def _forget_mail(about: Q) -> None:
    """What the outbox still knows of where a mail went."""
    Notice.objects.filter(about).update(sent_to="", last_error="")


def _some(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
