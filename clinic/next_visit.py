"""When somebody usually comes, and which free times are near to that: for the next appointment in two keys."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from bookings.availability import local_day
from bookings.course_plans import Judge
from bookings.diary import Contact
from bookings.models import Appointment, Service, Setting
from bookings.openings import FreeTime
from clinic.diary_grid import clock, wall

DAY, WEEK = timedelta(days=1), timedelta(days=7)
USUAL_RHYTHM = 14  # days, for somebody who has come once
LONGEST_RHYTHM = 84
LOOKED_BACK = 8  # visits that tell when somebody comes
LOOKED_AHEAD = 4 * WEEK
SHOWN, SHOWN_A_DAY, APART = 9, 3, timedelta(minutes=60)
DAY_COSTS = 6 * 60  # a day earlier or later counts as much as so many minutes of the same day


@dataclass(frozen=True)
class Person:
    """Whom to book for: what an appointment says of them, and their file if there is one."""

    contact: Contact
    patient_id: UUID | None

    @classmethod
    def of_patient(cls, patient: Any) -> "Person":
        told = {name: getattr(patient, name) for name in ("name", "email", "phone", "date_of_birth")}
        street, postcode = patient.street[:200], patient.postcode[:10]
        return cls(Contact(**told, postcode=postcode, visit_street=street), patient.pk)

    @classmethod
    def of_appointment(cls, row: Appointment) -> "Person":
        names = ("name", "email", "phone", "postcode", "date_of_birth", "guardian_name", "guardian_relation")
        told = {name: getattr(row, name) for name in names}
        return cls(Contact(**told, visit_street=row.visit_street), row.patient_id)

    def visits(self) -> list[Appointment]:
        """The latest appointments of somebody with a file, newest first."""
        if self.patient_id is None:
            return []
        rows = Appointment.objects.live().filter(patient=self.patient_id)
        return list(rows.select_related("service", "practitioner", "location").order_by("-starts_at")[:LOOKED_BACK])


@dataclass(frozen=True)
class Habit:
    """The weekday and time somebody usually comes, and how many days lie between."""

    last: datetime | None
    weekday: int
    minute: int
    days: int

    def target(self, now: datetime) -> tuple[date, int]:
        """The usual weekday next to one rhythm after the last visit, never in the past; and the minute of the day."""
        base = local_day(self.last or now) + self.days * DAY
        day = base + timedelta(days=(self.weekday - base.weekday() + 3) % 7 - 3)
        while day < local_day(now):
            day += WEEK
        return day, self.minute

    @property
    def words(self) -> str:
        weekday = f"{date(2024, 1, 1) + timedelta(days=self.weekday):%A}s"
        return f"{weekday} about {clock(self.minute)}, {rhythm_words(self.days)}"


def habit(visits: Sequence[Appointment], *, now: datetime, days: int | None = None) -> Habit:
    """What the latest visits have in common; newest first, and the newest decides where they differ."""
    local = [timezone.localtime(one.starts_at) for one in visits]
    if not local:
        return Habit(None, local_day(now).weekday(), 10 * 60, days or USUAL_RHYTHM)
    weekdays = [one.weekday() for one in local]
    counted = Counter(weekdays)
    usual = max(weekdays, key=lambda weekday: (counted[weekday], -weekdays.index(weekday)))
    at = next(one for one in local if one.weekday() == usual)
    return Habit(visits[0].starts_at, usual, at.hour * 60 + at.minute, days or _rhythm([one.date() for one in local]))


def near(free: Iterable[FreeTime], day: date, minute: int) -> list[FreeTime]:
    """A few free times near a day and time, the nearest first, and far enough apart to be a choice."""
    chosen: list[FreeTime] = []
    for one in sorted(free, key=lambda free_time: _distance(free_time, day, minute)):
        same_day = [other for other in chosen if local_day(other.start) == local_day(one.start)]
        is_apart = all(abs(other.start - one.start) >= APART for other in same_day)
        if len(same_day) < SHOWN_A_DAY and is_apart:
            chosen.append(one)
        if len(chosen) == SHOWN:
            break
    return chosen


def judge_of(service: Service, practitioner: Any, person: Person, day: date, now: datetime) -> Judge:
    """The diary around the target, read once, with the person's own appointments taken out."""
    postcode = person.contact.postcode if service.setting == Setting.HOME else ""
    days = [max(day, local_day(now)), max(day, local_day(now)) + LOOKED_AHEAD]
    return Judge([service], practitioner, days, now=now, patient_id=person.patient_id, postcode=postcode)


def practitioner_of(visits: Sequence[Appointment], user: Any, wanted: int) -> Any:
    """Whom they see: the one asked for, else the one of their last visit, else oneself, of those who work here."""
    known = list(get_user_model()._default_manager.filter(is_active=True, is_practitioner=True).order_by("pk"))
    keys = [wanted, *(one.practitioner_id for one in visits[:1]), user.pk]
    return next((one for key in keys for one in known if one.pk == key), known[0] if known else None)


def services_of(practitioner: Any) -> list[Service]:
    """What the practitioner does."""
    return list(Service.objects.filter(practitioners=practitioner)) if practitioner else []


def service_of(offered: Sequence[Service], visits: Sequence[Appointment], wanted: int) -> Service | None:
    """The follow-up: the one asked for, else what they had last unless it is for new people, else one for those who
    have been here."""
    kinds = Service.Audience
    if asked := next((one for one in offered if one.pk == wanted), None):
        return asked
    last = next((one.service for one in visits if one.service.audience != kinds.NEW), None)
    for_returning = next((one for one in offered if one.audience == kinds.RETURNING), None)
    if last is not None and last in offered and (last.audience == kinds.RETURNING or for_returning is None):
        return last
    rest = (one for one in offered if one.audience != kinds.NEW)
    return for_returning or next(rest, None) or next(iter(offered), None)


def place_of(free: FreeTime) -> dict[str, Any]:
    """Where and with whom, as the verb that books wants it."""
    return {
        "practitioner": free.practitioner,
        "location": free.location,
        "room_id": free.room_id,
        "travel_minutes": free.travel_minutes,
        "start": free.start,
    }


def rhythm_words(days: int) -> str:
    """Every two weeks, or every ten days."""
    weeks, rest = divmod(days, 7)
    if rest:
        return f"every {days} days"
    return "every week" if weeks == 1 else f"every {weeks} weeks"


def _rhythm(days: Sequence[date]) -> int:
    """The usual number of days between visits, as whole weeks."""
    gaps = [(later - earlier).days for later, earlier in pairwise(days) if later > earlier]
    if not gaps:
        return USUAL_RHYTHM
    return min(LONGEST_RHYTHM, max(7, round(median(gaps) / 7) * 7))


def _distance(free: FreeTime, day: date, minute: int) -> tuple[int, datetime]:
    at = wall(local_day(free.start), free.start)
    return abs((local_day(free.start) - day).days) * DAY_COSTS + abs(at - minute), free.start
