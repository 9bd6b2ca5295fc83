"""Which times of a service are free: the rows of its practitioners, read in a few queries, as plain values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from bookings import area, availability
from bookings.models import Appointment, BookingPolicy, Closure, Location, OpeningHours, Service, Setting
from bookings.slots import Busy, Diary, Hours, Length, Reason, Rules, Shut, Slot, Wish

DAY = timedelta(days=1)
LONGEST = 2 * DAY  # no appointment with all that is kept free around it; so the index on starts bounds the search


@dataclass(frozen=True)
class Narrow:
    """What narrows a search: one practitioner, where the home is, and appointments that may leave their own times."""

    practitioner_id: int | None = None
    postcode: str = ""
    moving: UUID | None = None
    leaving: tuple[UUID, ...] = ()


ANYBODY = Narrow()


class FreeTime(NamedTuple):
    """A start that can be booked with somebody, and the page that books it; a tuple, as a page makes hundreds."""

    start: datetime
    end: datetime
    service: Service
    practitioner: Any
    location: Location
    room_id: int | None
    travel_minutes: int = 0

    @property
    def url(self) -> str:
        return linked(reverse("bookings:details", args=[self.service.slug]), self.start)

    @property
    def spelled_start(self) -> str:
        return spelled(self.start)


def spelled(start: datetime) -> str:
    """A start as links carry it: UTC, to the minute, e.g. 2026-11-26T10:15Z."""
    return f"{start.astimezone(UTC).isoformat()[:16]}Z"


def linked(page: str, start: datetime) -> str:
    """The page of a service at one of its starts."""
    return f"{page}?start={spelled(start).replace(':', '%3A')}"


def practitioners_of(service: Service) -> list[Any]:
    """Who can be booked for it."""
    return list(service.practitioners.filter(is_active=True, is_practitioner=True).order_by("pk"))


class Timetable:
    """What decides about the times of one service on some days, read in four queries however many there are."""

    def __init__(
        self,
        service: Service,
        *,
        first_day: date,
        last_day: date,
        now: datetime,
        narrow: Narrow = ANYBODY,
        practitioners: Sequence[Any] | None = None,
        policy: BookingPolicy | None = None,
    ) -> None:
        self.service, self.first_day, self.last_day, self.now, self.narrow = service, first_day, last_day, now, narrow
        self.policy = policy or BookingPolicy.current()
        everyone = practitioners_of(service) if practitioners is None else practitioners
        wanted = narrow.practitioner_id
        self.practitioners = [one for one in everyone if wanted in (None, one.pk)]
        self.keys = [one.pk for one in self.practitioners]

    def free(self) -> list[FreeTime]:
        """Every free start with any of the practitioners, each moment once."""
        first: dict[int, tuple[availability.Place, Any, int]] = {}
        days = {"first_day": self.first_day, "last_day": self.last_day}
        for practitioner in self.practitioners:
            for diary, length, travel in self._parts(practitioner):
                for place, starts in availability.starts_by_place(diary, **days, length=length, now=self.now):
                    how = (place, practitioner, travel)
                    for start in starts:
                        first.setdefault(start, how)
        return [self._free_from(start, *first[start]) for start in sorted(first)]

    def find(self, start: datetime) -> FreeTime | Reason:
        """The free time that starts then, or why there is none; taken says more than closed."""
        reason = Reason.CLOSED if self.is_in_reach else Reason.OUT_OF_REACH
        day = start.astimezone(availability.GLASGOW).date()
        for practitioner in self.practitioners:
            for diary, length, travel in self._parts(practitioner):
                problem = availability.why_not(Wish(start, length), diary, now=self.now)
                if problem is None:
                    free = availability.slots(diary, first_day=day, last_day=day, length=length, now=self.now)
                    slot = next(slot for slot in free if slot.start == start)
                    return self._free_time(slot, practitioner, travel)
                reason = reason if reason is Reason.TAKEN else problem
        return reason

    def closed_reasons(self, first_day: date, last_day: date) -> dict[date, str]:
        """Why nobody can be booked on whole days, for the page to say."""
        days = (first_day + number * DAY for number in range((last_day - first_day).days + 1))
        return {day: reason for day in days if (reason := self._closed_reason(day))}

    @property
    def is_in_reach(self) -> bool:
        """A home visit is not too far from any place it could start from; everything else always is in reach."""
        places = self.locations.values()
        return self.service.setting != Setting.HOME or any(self._travel(place) is not None for place in places)

    @cached_property
    def locations(self) -> dict[int, Location]:
        """Places where the practitioners work on these days."""
        return {row.location_id: row.location for row in self._hours}

    @cached_property
    def _hours(self) -> list[OpeningHours]:
        rows = OpeningHours.objects.filter(practitioner__in=self.keys, location__is_in_use=True)
        return list(rows.within(self.first_day, self.last_day).select_related("location"))

    @cached_property
    def _closures(self) -> list[Closure]:
        """Those of the whole clinic, and those of these practitioners."""
        own = Q(practitioner=None) | Q(practitioner__in=self.keys)
        return list(Closure.objects.within(self.first_day, self.last_day).filter(own))

    @cached_property
    def _diaries(self) -> dict[int, Diary]:
        hours: dict[int, list[Hours]] = defaultdict(list)
        needs_room = self.service.setting == Setting.CLINIC
        for row in self._hours:
            hours[row.practitioner_id].append(_value_of(row, room_id=row.room_id if needs_room else None))
        shut: dict[int, list[Shut]] = defaultdict(list)
        for closure in self._closures:
            for key in self.keys if closure.practitioner_id is None else [closure.practitioner_id]:
                shut[key].append(_shut_of(closure))
        busy, per_day = self._taken({key: {rule.room_id for rule in hours[key]} - {None} for key in self.keys})
        return {
            key: Diary(tuple(hours[key]), tuple(shut[key]), tuple(busy[key]), self._rules, per_day[key])
            for key in self.keys
        }

    @property
    def _rules(self) -> Rules:
        policy = self.policy
        notice = timedelta(hours=policy.notice_hours)
        return Rules(notice, policy.horizon_days, policy.step_minutes, policy.most_per_day)

    def _taken(self, rooms: Mapping[int, set[int | None]]) -> tuple[dict[int, list[Busy]], dict[int, dict[date, int]]]:
        """Taken times of each practitioner and of the rooms they work in, and how many each day already has.

        A day wider than asked for, because of buffers past midnight.
        """
        start = datetime.combine(self.first_day - DAY, datetime.min.time(), tzinfo=UTC)
        end = datetime.combine(self.last_day + 2 * DAY, datetime.min.time(), tzinfo=UTC)
        rows = Appointment.objects.holding_time(self.now).touching(start, end)
        rows = rows.filter(starts_at__gte=start - LONGEST, starts_at__lt=end + LONGEST)
        if self.narrow.moving is not None:
            rows = rows.exclude(pk=self.narrow.moving)
        if self.narrow.leaving:
            rows = rows.exclude(pk__in=self.narrow.leaving)
        rows = rows.filter(Q(practitioner__in=self.keys) | Q(room__in=set().union(*rooms.values())))
        busy: dict[int, list[Busy]] = defaultdict(list)
        per_day: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        columns = ("practitioner", "room", "occupied_from", "occupied_until", "starts_at")
        for owner, room_id, since, until, starts_at in rows.order_by().values_list(*columns):
            for key in self.keys:
                if owner == key:
                    busy[key].append(Busy(since, until))
                    if self.policy.most_per_day is not None:
                        per_day[key][starts_at.astimezone(availability.GLASGOW).date()] += 1
                elif room_id in rooms[key]:
                    busy[key].append(Busy(since, until, room_id))
        return busy, per_day

    def _parts(self, practitioner: Any) -> Iterable[tuple[Diary, Length, int]]:
        """The diary with the length of the appointment; for home visits one for each place they start from."""
        diary = self._diaries[practitioner.pk]
        if self.service.setting != Setting.HOME:
            yield diary, _length_of(self.service), 0
            return
        for key, place in self.locations.items():
            travel = self._travel(place)
            if travel is not None:
                hours = tuple(rule for rule in diary.hours if rule.location_id == key)
                yield replace(diary, hours=hours), _length_of(self.service, travel), travel

    def _travel(self, place: Location) -> int | None:
        """Minutes from a place to the home; None when it is too far, or nobody knows where it is."""
        metres = area.distance_m(place.postcode, self.narrow.postcode)
        if metres is None or metres > self.policy.home_reach_km * 1000:
            return None
        return area.travel_minutes(
            metres, fixed=self.policy.travel_fixed_minutes, per_km=self.policy.travel_minutes_per_km
        )

    def _free_from(self, start: int, place: availability.Place, practitioner: Any, travel: int) -> FreeTime:
        location_id, room_id = place
        end = start + self.service.duration_minutes
        at = availability.moment
        return FreeTime(at(start), at(end), self.service, practitioner, self.locations[location_id], room_id, travel)

    def _free_time(self, slot: Slot, practitioner: Any, travel: int) -> FreeTime:
        place = self.locations[slot.location_id]
        return FreeTime(slot.start, slot.end, self.service, practitioner, place, slot.room_id, travel)

    def _closed_reason(self, day: date) -> str:
        """A closure of the whole clinic, or of everybody who would work that day."""
        rules = [(row, _value_of(row)) for row in self._hours]
        today = [row for row, rule in rules if rule.holds_on(day)]
        whole = [one for one in self._closures if one.from_time is None]
        shut = {one.practitioner_id: one.reason for one in whole if one.first_day <= day <= one.last_day}
        if any(row.is_extra for row in today):
            return ""
        if None in shut:
            return f"Closed: {shut[None]}."
        working = {row.practitioner_id for row in today}
        if not working:
            return "We are closed."
        if working <= shut.keys():
            return f"Closed: {', '.join(sorted({shut[key] for key in working}))}."
        return ""


def free_times(
    service: Service, *, first_day: date, last_day: date, now: datetime, narrow: Narrow = ANYBODY
) -> list[FreeTime]:
    """Every free start of a service on the days, each moment once."""
    return Timetable(service, first_day=first_day, last_day=last_day, now=now, narrow=narrow).free()


def next_free(service: Service, *, count: int, now: datetime, narrow: Narrow = ANYBODY) -> list[FreeTime]:
    """The first few free starts within the booking horizon."""
    policy = BookingPolicy.current()
    today = now.astimezone(availability.GLASGOW).date()
    last_day = today + policy.horizon_days * DAY
    table = Timetable(service, first_day=today, last_day=last_day, now=now, narrow=narrow, policy=policy)
    return table.free()[:count]


def find(service: Service, start: datetime, *, now: datetime, narrow: Narrow = ANYBODY) -> FreeTime | Reason:
    """The free time of a service that starts then, or why there is none."""
    day = start.astimezone(availability.GLASGOW).date()
    return Timetable(service, first_day=day, last_day=day, now=now, narrow=narrow).find(start)


def nearest(service: Service, start: datetime, *, now: datetime, narrow: Narrow = ANYBODY) -> list[FreeTime]:
    """Three free times around a lost one: from the week before to three weeks after."""
    day = start.astimezone(availability.GLASGOW).date()
    around = free_times(service, first_day=day - 7 * DAY, last_day=day + 21 * DAY, now=now, narrow=narrow)
    return availability.nearest(around, start)


def _length_of(service: Service, travel: int = 0) -> Length:
    before, after = service.buffer_before_minutes, service.buffer_after_minutes
    return Length(service.duration_minutes, before + travel, after + travel)


def _value_of(row: OpeningHours, room_id: int | None = None) -> Hours:
    weekday = row.valid_from.weekday() if row.is_extra else row.weekday
    times = (weekday, row.opens, row.closes, row.valid_from, row.valid_until)
    return Hours(*times, row.location_id, room_id, row.is_extra)


def _shut_of(row: Closure) -> Shut:
    return Shut(row.first_day, row.last_day, row.from_time, row.until_time)
