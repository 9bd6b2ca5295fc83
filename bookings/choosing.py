"""A time somebody is about to book: what they asked for, who they are, and whether it is kept for them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from bookings import area, openings, visitors
from bookings.asked import Asked
from bookings.desk import KnownPerson
from bookings.forms import read_start
from bookings.models import Appointment, BookingPolicy, Service, Setting
from bookings.offered import Offered, offered
from bookings.openings import FreeTime, Narrow, Timetable
from bookings.slots import Reason
from bookings.views import times_url
from bookings.visitors import Visitor


@dataclass(frozen=True)
class Choice:
    """One service at one time for one visitor; what it takes to know is read when it is asked for, and once."""

    offer: Offered
    asked: Asked
    start: datetime | None
    visitor: Visitor
    now: datetime
    held: Appointment | None = None  # what is, or was, kept for this visitor, whichever time it is
    postcode: str = ""
    said_kept: datetime | None = None

    @classmethod
    def of(cls, request: HttpRequest, slug: str, asked: Asked, now: datetime) -> Self | None:
        """None when there is no such service on offer."""
        start = read_start(request.POST.get("start") or request.GET.get("start", ""))
        typed = area.normalise(request.POST.get("postcode", "")[:12]) or ""
        said_kept = read_start(request.POST.get("kept", ""))
        visitor = visitors.visitor_of(request)
        held = visitors.held_by(visitor)
        offer = _offered_with(held, slug, start) or offered(slug)
        return cls(offer, asked, start, visitor, now, held, typed, said_kept) if offer else None

    @property
    def service(self) -> Service:
        return self.offer.service

    @cached_property
    def policy(self) -> BookingPolicy:
        return BookingPolicy.current()

    @cached_property
    def person(self) -> KnownPerson | None:
        """Who books, when it is somebody known here and the service is not for new people."""
        person = visitors.known_person(self.visitor, now=self.now)
        return person if self.offer.is_for_record(is_known=person is not None) else None

    @property
    def is_open(self) -> bool:
        """Whether they may book this service at all."""
        return self.offer.is_for(is_known=False) or self.person is not None

    @property
    def lacks_postcode(self) -> bool:
        """A home visit, and nobody has said where to."""
        return self.service.setting == Setting.HOME and not (self.postcode or self.asked.postcode)

    @cached_property
    def kept(self) -> Appointment | None:
        """The time asked for, while it is kept for this visitor."""
        is_live = self.held and self.held.held_until and self.held.held_until > self.now
        return self.held if is_live and self._was_held else None

    @property
    def kept_until(self) -> datetime | None:
        """Until when the time asked for was kept, once that is over; the form remembers when the row is gone."""
        if self.kept:
            return None
        if self.held and self._was_held:
            return self.held.held_until
        return self.said_kept if self.said_kept and self.said_kept <= self.now else None

    @property
    def narrow(self) -> Narrow:
        """Their own kept time is not in the way; with whom it was kept, it stays."""
        leaving = (self.held.pk,) if self.held else ()
        if self.kept:
            return Narrow(self.kept.practitioner_id, self.postcode or self.asked.postcode, leaving=leaving)
        return self.asked.narrow(self.offer.practitioners, postcode=self.postcode, leaving=leaving)

    @cached_property
    def found(self) -> FreeTime | Reason:
        """The time asked for, or why it cannot be had.

        What is kept is theirs whatever the hour; only a home visit is looked at again, because the way there depends on
        the postcode.
        """
        if self.kept and self.service.setting != Setting.HOME:
            row = self.kept
            return FreeTime(row.starts_at, row.ends_at, self.service, row.practitioner, row.location, row.room_id)
        if self.start is None:
            return Reason.NOT_A_TIME
        day = timezone.localdate(self.start)
        table = Timetable(
            self.service,
            first_day=day,
            last_day=day,
            now=self.kept.booked_at if self.kept else self.now,
            narrow=self.narrow,
            practitioners=self.offer.practitioners,
            policy=self.policy,
        )
        return table.find(self.start)

    @property
    def status(self) -> int:
        """The answer for a time that cannot be had."""
        return 404 if self.found is Reason.NOT_A_TIME else 409

    def nearest(self) -> list[FreeTime]:
        """Three free times around the one asked for; the next ones when that was none."""
        if self.start is None or self.found is Reason.NOT_A_TIME:
            return openings.next_free(self.service, count=3, now=self.now, narrow=self.narrow)
        around = openings.nearest(self.service, self.start, now=self.now, narrow=self.narrow)
        return around or openings.next_free(self.service, count=3, now=self.now, narrow=self.narrow)

    @property
    def details_url(self) -> str:
        start = openings.spelled(self.start or self.now)
        return f"{reverse('bookings:details', args=[self.service.slug])}?{self.asked.query(start=start)}"

    @property
    def back_url(self) -> str:
        """The page with the times, at the day of the one asked for."""
        return times_url(self.service, self.asked, timezone.localdate(self.start) if self.start else None)

    @property
    def _was_held(self) -> bool:
        """Whether what is or was kept is the time asked for."""
        held = self.held
        return held is not None and held.starts_at == self.start and held.service_id == self.service.pk


def _offered_with(held: Appointment | None, slug: str, start: datetime | None) -> Offered | None:
    """The service of a kept time, which was read with it, as long as it is on offer with the same practitioner."""
    if held is None or held.service.slug != slug or held.starts_at != start or not held.service.is_offered:
        return None
    works_here = held.practitioner.is_active and held.practitioner.is_practitioner
    return Offered(held.service, (held.practitioner,)) if works_here else None


def no_such_time(request: HttpRequest, choice: Choice, why: str, *, status: int = 409) -> HttpResponse:
    """A time that cannot be had: say why, and offer those that can."""
    context = {
        "service": choice.service,
        "why": why,
        "nearest": choice.nearest(),
        "asked": choice.asked.pairs,
        "back_url": choice.back_url,
    }
    return render(request, "bookings/no_such_time.html", context, status=status)
