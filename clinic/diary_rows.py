"""What the diary shows of some days, read in a handful of queries however many days and appointments there are."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Prefetch, Q

from bookings.models import Appointment, AppointmentChange, Closure, OpeningHours, WaitingOffer
from bookings.notices import UNDO
from bookings.openings import LONGEST
from clinic.days import Day

DAY = timedelta(days=1)
STATUS = Appointment.Status
CHANGE = AppointmentChange.Kind
CHANGES_LOOKED_AT = 30
UNDOABLE = (CHANGE.BOOKED, CHANGE.OVERBOOKED, CHANGE.MOVED, CHANGE.CANCELLED)


@dataclass(frozen=True)
class Scope:
    """Which days of whom are read, when, and for whose eyes."""

    days: tuple[date, ...]
    people: tuple[Any, ...]
    now: datetime
    reads_records: bool

    @property
    def is_everybody(self) -> bool:
        return len(self.people) > 1

    @property
    def keys(self) -> list[int]:
        return [one.pk for one in self.people]


@dataclass(frozen=True)
class Rows:
    """Rows of the database that stand on the days asked for."""

    appointments: list[Appointment]
    hours: list[OpeningHours]
    closures: list[Closure]
    cancelled: list[Appointment] = field(default_factory=list)


def read(scope: Scope) -> Rows:
    """Three queries, and one more for times that are being offered to the waiting list."""
    first, last = scope.days[0], scope.days[-1]
    found = list(_appointments(scope, Day.on(first).starts_at, Day.on(last).ends_at))
    hours = OpeningHours.objects.within(first, last).filter(practitioner__in=scope.keys).select_related("location")
    whose = Q(practitioner=None) | Q(practitioner__in=scope.keys)
    return Rows(
        [one for one in found if one.status != STATUS.CANCELLED],
        list(hours),
        list(Closure.objects.within(first, last).filter(whose).select_related("practitioner")),
        [one for one in found if one.status == STATUS.CANCELLED],
    )


def just_changed(user: Any, now: datetime, *, most: int = 3) -> list[AppointmentChange]:
    """What this person did in the last three minutes and can still take back, newest first.

    Looked up by key, which follows the time, so that a long history costs nothing.
    """
    rows = AppointmentChange.objects.select_related("appointment").order_by("-pk")[:CHANGES_LOOKED_AT]
    last: dict[Any, AppointmentChange] = {}
    for change in rows:
        if change.at >= now - UNDO and change.undone_at is None and change.kind != CHANGE.UNDONE:
            last.setdefault(change.appointment_id, change)
    return [one for one in last.values() if one.by_id == user.pk and _can_be_taken_back(one)][:most]


def _can_be_taken_back(change: AppointmentChange) -> bool:
    if change.kind == CHANGE.STATUS:
        is_written = change.appointment.case_note_id is not None
        return not is_written and change.appointment.status not in (STATUS.BOOKED, STATUS.CANCELLED)
    return change.kind in UNDOABLE


def _appointments(scope: Scope, start: datetime, end: datetime) -> Any:
    """Bounded by the start as well, so that an index serves however many are stored."""
    offers = WaitingOffer.objects.filter(answer="").select_related("entry")
    rows = (
        Appointment.objects.touching(start, end)
        .filter(starts_at__gte=start - LONGEST, starts_at__lt=end + LONGEST)
        .exclude(status=STATUS.HELD, held_until__lte=scope.now)
        .filter(practitioner__in=scope.keys)
        .select_related("service", "practitioner", "room", "location")
        .prefetch_related(Prefetch("offers", queryset=offers))
        .annotate(note_signed_at=F("case_note__signed_at"), intake_sent_at=F("intake__sent_at"))
    )
    return rows.defer("reason", "location__directions", "location__access_notes").order_by("starts_at", "id")
