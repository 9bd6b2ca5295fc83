"""What a course would look like: each time judged by the one rule, with what is near when it cannot be had.

Nothing is saved here. The staff may insist on a time outside the rules, but never on one that is taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from bookings import availability
from bookings.models import Appointment, BookingPolicy, Course, Service
from bookings.openings import FreeTime, Narrow, Timetable
from bookings.slots import Reason

DAY = timedelta(days=1)
LONGEST_DAYS = 366  # from the first appointment of a course to its last
FARTHEST_DAYS = 2 * LONGEST_DAYS  # the staff plan further ahead than people book
OTHERS = 3
FINAL = (Reason.TAKEN, Reason.PAST, Reason.NOT_A_TIME)  # what nobody can insist on


@dataclass(frozen=True)
class Outline:
    """What a course should look like: how many, how often, from when, with whom, for whom."""

    service: Service
    practitioner: Any
    first_day: date
    at: time
    rhythm_days: int
    count: int
    first_service: Service | None = None
    patient_id: UUID | None = None
    postcode: str = ""

    @property
    def days(self) -> list[date]:
        return [self.first_day + number * self.rhythm_days * DAY for number in range(self.count)]

    def service_of(self, number: int) -> Service:
        """What the appointment of this number, from nought, is for."""
        return self.first_service if number == 0 and self.first_service else self.service


@dataclass(frozen=True)
class Proposal:
    """One appointment of a course: the time asked for, and what is near when that cannot be had."""

    wanted: datetime
    service: Service
    free: FreeTime | None
    problem: Reason | None
    others: tuple[FreeTime, ...]
    appointment: Appointment | None = None

    @property
    def can_insist(self) -> bool:
        return self.problem is not None and self.problem not in FINAL


class Judge:
    """The diary and the person's own appointments, read once for the whole span, however many there are to judge."""

    def __init__(
        self,
        services: Iterable[Service],
        practitioner: Any,
        days: Iterable[date],
        *,
        now: datetime,
        patient_id: UUID | None,
        postcode: str = "",
        leaving: tuple[UUID, ...] = (),
    ) -> None:
        self.now, policy = now, BookingPolicy.current()
        policy.notice_hours, policy.horizon_days = 0, FARTHEST_DAYS
        first, last = min(days := list(days)) - 7 * DAY, max(days) + 7 * DAY
        narrow = Narrow(practitioner.pk, postcode, leaving=leaving)
        span: dict[str, Any] = {"first_day": first, "last_day": last, "now": now, "narrow": narrow, "policy": policy}
        self.tables = {one.pk: Timetable(one, practitioners=[practitioner], **span) for one in set(services)}
        self.own = self._own_times(patient_id, leaving, first, last)
        self._free: dict[int, list[FreeTime]] = {}

    def find(self, service: Service, start: datetime) -> FreeTime | Reason:
        """The free time that starts then, or why there is none."""
        found = self.tables[service.pk].find(start)
        return Reason.TAKEN if isinstance(found, FreeTime) and not self._suits(found) else found

    def proposal(
        self, service: Service, day: date, at: time, *, reach: timedelta, appointment: Appointment | None = None
    ) -> Proposal:
        """Judge one day and time by the clock on the wall, with what is near within reach when it cannot be had."""
        wanted = availability.local_moment(day, at)
        exists = wanted.astimezone(availability.GLASGOW).time() == at
        found = self.find(service, wanted) if exists else Reason.NOT_A_TIME
        if isinstance(found, FreeTime):
            return Proposal(wanted, service, found, None, (), appointment)
        near = [free for free in self._all_free(service) if abs(free.start - wanted) <= reach and self._suits(free)]
        others = tuple(availability.nearest(near, wanted, count=OTHERS))
        return Proposal(wanted, service, None, found, others, appointment)

    def free(self, service: Service) -> list[FreeTime]:
        """Every free time of the days when the person is not booked elsewhere."""
        return [free for free in self._all_free(service) if self._suits(free)]

    def _all_free(self, service: Service) -> list[FreeTime]:
        if service.pk not in self._free:
            self._free[service.pk] = self.tables[service.pk].free()
        return self._free[service.pk]

    def _suits(self, free: FreeTime) -> bool:
        """Whether the person is not booked elsewhere then."""
        return not any(start < free.end and end > free.start for start, end in self.own)

    def _own_times(
        self, patient_id: UUID | None, leaving: tuple[UUID, ...], first: date, last: date
    ) -> list[tuple[datetime, datetime]]:
        if patient_id is None:
            return []
        ends = (availability.local_moment(first, time.min), availability.local_moment(last + DAY, time.min))
        rows = Appointment.objects.holding_time(self.now).touching(*ends).filter(patient=patient_id)
        return list(rows.exclude(pk__in=leaving).values_list("starts_at", "ends_at"))


def plan(outline: Outline, *, now: datetime) -> list[Proposal]:
    """Every appointment of the course at the same local time, judged; nothing is saved."""
    judge = judge_of(outline, now)
    reach = _reach(outline.rhythm_days)
    return [
        judge.proposal(outline.service_of(number), day, outline.at, reach=reach)
        for number, day in enumerate(outline.days)
    ]


def coming(course: Course, *, now: datetime) -> list[Appointment]:
    """What is still booked of a course, in order of time."""
    related = ("service", "practitioner", "location", "room")
    return list(course.appointments.upcoming(now).select_related(*related).order_by("starts_at"))


def plan_move(course: Course, *, days: int, at: time | None, now: datetime) -> list[Proposal]:
    """Every coming appointment some days later or earlier, or at another time of day, judged; nothing is saved."""
    rows = coming(course, now=now)
    if not rows:
        return []
    local = [row.starts_at.astimezone(availability.GLASGOW) for row in rows]
    to = [moment.date() + days * DAY for moment in local]
    judge = judge_of_moves(course, rows, to, now)
    reach = _reach(course.rhythm_days)
    return [
        judge.proposal(row.service, day, at or moment.time(), reach=reach, appointment=row)
        for row, moment, day in zip(rows, local, to, strict=True)
    ]


def judge_of(outline: Outline, now: datetime, also: Sequence[date] = ()) -> Judge:
    services = [outline.service_of(0), outline.service]
    who: dict[str, Any] = {"patient_id": outline.patient_id, "postcode": outline.postcode}
    return Judge(services, outline.practitioner, [*outline.days, *also], now=now, **who)


def judge_of_moves(course: Course, rows: Sequence[Appointment], days: Iterable[date], now: datetime) -> Judge:
    """With the appointments that move out of the way: each may take the time another one leaves."""
    services, leaving = [row.service for row in rows], tuple(row.pk for row in rows)
    who: dict[str, Any] = {"patient_id": course.patient_id, "postcode": rows[0].postcode}
    return Judge(services, rows[0].practitioner, days, now=now, leaving=leaving, **who)


def _reach(rhythm_days: int) -> timedelta:
    """How far from the time asked for another may be: never as far as the next appointment's."""
    return min(rhythm_days * DAY / 2, 7 * DAY) - timedelta(minutes=1)
