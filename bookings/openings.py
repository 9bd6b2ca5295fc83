"""Reads the rows of a practitioner into the plain values that `availability` computes with, in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from bookings import availability
from bookings.models import Appointment, BookingPolicy, Closure, OpeningHours, Service
from bookings.slots import Busy, Diary, Hours, Length, Reason, Rules, Shut, Slot, Wish

DAY = timedelta(days=1)
Busies = dict[int, tuple[Busy, ...]]


@dataclass(frozen=True)
class FreeTime:
    """A start that can be booked with somebody, and the page that books it."""

    start: datetime
    end: datetime
    service: Service
    practitioner: Any
    location_id: int
    room_id: int | None

    @property
    def url(self) -> str:
        return f"{reverse('bookings:details', args=[self.service.slug])}?{urlencode({'start': spelled(self.start)})}"


def spelled(start: datetime) -> str:
    """A start as links carry it: UTC, to the minute, e.g. 2026-11-26T10:15Z."""
    return f"{start.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def length_of(service: Service) -> Length:
    return Length(service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes)


def practitioners_of(service: Service) -> list[Any]:
    """Who can be booked for it."""
    return list(service.practitioners.filter(is_active=True, is_practitioner=True).order_by("pk"))


def diaries(practitioners: Iterable[Any], first_day: date, last_day: date) -> dict[int, Diary]:
    """What is known about each practitioner for the days, in four queries however many they are."""
    keys = [practitioner.pk for practitioner in practitioners]
    policy = BookingPolicy.current()
    rules = Rules(timedelta(hours=policy.notice_hours), policy.horizon_days, policy.step_minutes)
    hours, closures = _hours(keys, first_day, last_day), _closures(keys, first_day, last_day)
    busy = _busy(keys, hours, first_day, last_day)
    return {key: Diary(hours[key], closures[key], busy[key], rules) for key in keys}


def free_times(service: Service, *, first_day: date, last_day: date, now: datetime) -> list[FreeTime]:
    """Every free start of a service with any of its practitioners, each moment once."""
    practitioners = practitioners_of(service)
    known = diaries(practitioners, first_day, last_day)
    found: dict[datetime, FreeTime] = {}
    for practitioner in practitioners:
        free = availability.slots(
            known[practitioner.pk], first_day=first_day, last_day=last_day, length=length_of(service), now=now
        )
        for slot in free:
            found.setdefault(slot.start, _free_time(slot, service, practitioner))
    return sorted(found.values(), key=lambda free_time: free_time.start)


def next_free(service: Service, *, count: int, now: datetime) -> list[FreeTime]:
    """The first few free starts within the booking horizon."""
    today = now.astimezone(availability.GLASGOW).date()
    last_day = today + timedelta(days=BookingPolicy.current().horizon_days)
    return free_times(service, first_day=today, last_day=last_day, now=now)[:count]


def find(service: Service, start: datetime, *, now: datetime) -> FreeTime | Reason:
    """The free time of a service that starts then, or why there is none; taken says more than closed."""
    practitioners, length = practitioners_of(service), length_of(service)
    day = start.astimezone(availability.GLASGOW).date()
    known = diaries(practitioners, day, day)
    reason = Reason.CLOSED
    for practitioner in practitioners:
        diary = known[practitioner.pk]
        problem = availability.why_not(Wish(start, length), diary, now=now)
        if problem is None:
            free = availability.slots(diary, first_day=day, last_day=day, length=length, now=now)
            return _free_time(next(slot for slot in free if slot.start == start), service, practitioner)
        reason = reason if reason is Reason.TAKEN else problem
    return reason


def nearest(service: Service, start: datetime, *, now: datetime) -> list[FreeTime]:
    """Three free times around a lost one: from the week before to three weeks after."""
    day = start.astimezone(availability.GLASGOW).date()
    around = free_times(service, first_day=day - 7 * DAY, last_day=day + 21 * DAY, now=now)
    return availability.nearest(around, start)


def closed_reasons(practitioners: Sequence[Any], first_day: date, last_day: date) -> dict[date, str]:
    """Why nobody can be booked on whole days, for the page to say."""
    keys = [practitioner.pk for practitioner in practitioners]
    hours = _hours(keys, first_day, last_day)
    closures = list(_kept_closures(keys, first_day, last_day).filter(from_time=None))
    days = [first_day + number * DAY for number in range((last_day - first_day).days + 1)]
    reasons = {day: _closed_reason(day, hours, closures) for day in days}
    return {day: reason for day, reason in reasons.items() if reason}


def _closed_reason(day: date, hours: Mapping[int, tuple[Hours, ...]], closures: Sequence[Closure]) -> str:
    """A closure of the whole clinic, or of everybody who would work that day."""
    shut = {one.practitioner_id: one.reason for one in closures if one.first_day <= day <= one.last_day}
    working = {key for key, rules in hours.items() if any(rule.holds_on(day) for rule in rules)}
    if None in shut:
        return f"Closed: {shut[None]}."
    if not working:
        return "We are closed."
    if working <= shut.keys():
        return f"Closed: {', '.join(sorted({shut[key] for key in working}))}."
    return ""


def _free_time(slot: Slot, service: Service, practitioner: Any) -> FreeTime:
    return FreeTime(slot.start, slot.end, service, practitioner, slot.location_id, slot.room_id)


def _hours(keys: Sequence[int], first_day: date, last_day: date) -> dict[int, tuple[Hours, ...]]:
    rules: dict[int, list[Hours]] = defaultdict(list)
    rows = OpeningHours.objects.filter(practitioner__in=keys, location__is_in_use=True).within(first_day, last_day)
    for row in rows:
        times = (row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)
        rules[row.practitioner_id].append(Hours(*times, row.location_id, row.room_id))
    return {key: tuple(rules[key]) for key in keys}


def _closures(keys: Sequence[int], first_day: date, last_day: date) -> dict[int, tuple[Shut, ...]]:
    shut: dict[int, list[Shut]] = defaultdict(list)
    for row in _kept_closures(keys, first_day, last_day):
        value = Shut(row.first_day, row.last_day, row.from_time, row.until_time)
        for key in keys if row.practitioner_id is None else [row.practitioner_id]:
            shut[key].append(value)
    return {key: tuple(shut[key]) for key in keys}


def _kept_closures(keys: Sequence[int], first_day: date, last_day: date) -> QuerySet[Closure]:
    """Those of the whole clinic, and those of these practitioners."""
    return Closure.objects.within(first_day, last_day).filter(Q(practitioner=None) | Q(practitioner__in=keys))


def _busy(keys: Sequence[int], hours: Mapping[int, tuple[Hours, ...]], first_day: date, last_day: date) -> Busies:
    """Taken times of each practitioner and of the rooms they work in; a day wider, for buffers past midnight."""
    start = datetime.combine(first_day - DAY, datetime.min.time(), tzinfo=UTC)
    end = datetime.combine(last_day + 2 * DAY, datetime.min.time(), tzinfo=UTC)
    rooms = {key: {rule.room_id for rule in hours[key]} - {None} for key in keys}
    busy: dict[int, list[Busy]] = defaultdict(list)
    rows = Appointment.objects.holding_time().touching(start, end)
    rows = rows.filter(Q(practitioner__in=keys) | Q(room__in=set().union(*rooms.values())))
    for owner, room_id, since, until in rows.values_list("practitioner", "room", "occupied_from", "occupied_until"):
        for key in keys:
            if owner == key:
                busy[key].append(Busy(since, until))
            elif room_id in rooms[key]:
                busy[key].append(Busy(since, until, room_id))
    return {key: tuple(busy[key]) for key in keys}
