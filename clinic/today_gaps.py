"""What lies between the appointments of a day: time that is free, kept for somebody, or closed, and where now is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from bookings import availability
from bookings.models import Appointment, WaitingOffer
from bookings.opened import Opened, Stretch
from clinic.days import Day

SHORTEST_FREE = timedelta(minutes=30)
GRID = timedelta(minutes=5)


@dataclass(frozen=True)
class Gap:
    """A stretch of the day that is no appointment."""

    at: datetime
    until: datetime
    words: str
    state: str = "free"
    link: str = ""

    kind = "gap"


@dataclass(frozen=True)
class Now:
    """The line between what was and what comes."""

    at: datetime

    kind = "now"


def kept(held: Iterable[Appointment], offers: Iterable[WaitingOffer]) -> Iterator[Gap]:
    """Times that are kept for somebody who has not booked them yet."""
    offered = {offer.appointment_id: offer for offer in offers}
    for one in held:
        until = one.held_until
        assert until is not None
        ends = f"until {timezone.localtime(until):%H:%M}"
        if offer := offered.get(one.pk):
            yield Gap(one.starts_at, one.ends_at, f"Offered to {offer.entry.name}, {ends}", "kept", "offer")
        else:
            yield Gap(one.starts_at, one.ends_at, f"Kept for somebody who is booking, {ends}", "kept")


def shut(opened: Opened, day: Day, keys: Sequence[int]) -> Iterator[Gap]:
    """Parts of the day that are closed; a whole day is said above the list."""
    for row in opened.closures_on(day.date):
        if row.from_time is None or row.until_time is None or row.practitioner_id not in (None, *keys):
            continue
        start = availability.local_moment(day.date, row.from_time)
        end = availability.local_moment(day.date, row.until_time)
        yield Gap(start, end, f"Closed: {row.reason}{_whose(opened, row.practitioner_id, keys)}", "shut")


def days_off(opened: Opened, day: Day, keys: Sequence[int]) -> list[str]:
    """Why nobody, or somebody, works on the whole day."""
    whole = [row for row in opened.closures_on(day.date) if row.from_time is None]
    ours = [row for row in whole if row.practitioner_id in (None, *keys)]
    return [f"{row.reason}{_whose(opened, row.practitioner_id, keys)}" for row in ours]


def free(
    opened: Opened, day: Day, keys: Sequence[int], *, taken: dict[int, list[Stretch]], now: datetime
) -> Iterator[Gap]:
    """Open time from now on that nobody has, long enough to treat somebody."""
    for key in keys:
        for start, end in opened.stretches(key, first_day=day.date, last_day=day.date):
            for begins, ends in _without(max(start, _on_grid(now)), end, sorted(taken.get(key, ()))):
                if ends - begins >= SHORTEST_FREE:
                    yield Gap(begins, ends, f"Free{_whose(opened, key, keys)}", "free", "book")


def _without(start: datetime, end: datetime, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    for begins, ends in taken:
        if ends <= start:
            continue
        if begins >= end:
            break
        if begins > start:
            yield start, begins
        start = max(start, ends)
    if start < end:
        yield start, end


def _whose(opened: Opened, key: int | None, keys: Sequence[int]) -> str:
    """The name, where the list is not of one person alone."""
    return f", {opened.practitioners[key]}" if len(keys) > 1 and key in opened.practitioners else ""


def _on_grid(now: datetime) -> datetime:
    """The next five minutes."""
    over = timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    return now + (GRID - over if over else timedelta(0))
