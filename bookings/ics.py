"""Calendar files: an invitation to one appointment, its cancellation under the same UID, and a list to subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

PRODUCT = "-//Glasgow clinic//Appointments//EN"


@dataclass(frozen=True)
class CalendarEvent:
    """What a calendar learns of an appointment; no clinical word among it. `uid` stays the same for life."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    location: str
    organizer_name: str
    organizer_email: str
    attendee_email: str
    url: str
    description: str


@dataclass(frozen=True)
class Entry:
    """One line of a subscribed calendar: when, and as little as possible of who and what."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str


def invitation(event: CalendarEvent) -> bytes:
    """METHOD:REQUEST, for a calendar to take in."""
    return _calendar(event, method="REQUEST", status="CONFIRMED")


def cancellation(event: CalendarEvent) -> bytes:
    """METHOD:CANCEL, for a calendar to take out again; its sequence must be higher than before."""
    return _calendar(event, method="CANCEL", status="CANCELLED")


def published(entries: Iterable[Entry], *, name: str) -> bytes:
    """METHOD:PUBLISH, for a calendar to fetch again and again; the time zone keeps an empty one valid."""
    calendar = _empty("PUBLISH")
    calendar.add("x-wr-calname", _clean(name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", timedelta(hours=1))
    calendar.add_component(_glasgow())
    for entry in entries:
        event = _event(entry)
        event.add("summary", _clean(entry.summary))
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(event: CalendarEvent, *, method: str, status: str) -> bytes:
    calendar = _empty(method)
    entry = _event(event)
    for name, text in (("summary", event.summary), ("location", event.location), ("description", event.description)):
        entry.add(name, _clean(text))
    entry.add("status", status)
    entry.add("url", event.url)
    entry["organizer"] = _person(event.organizer_email, event.organizer_name)
    if event.attendee_email:
        entry["attendee"] = _person(event.attendee_email, event.attendee_email)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _empty(method: str) -> Calendar:
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", method)):
        calendar.add(name, value)
    return calendar


def _event(about: CalendarEvent | Entry) -> Event:
    """Which appointment, in which state, and when: in UTC, so that no change of the clocks can touch it."""
    event = Event()
    event.add("uid", about.uid)
    event.add("sequence", about.sequence)
    for name, moment in (("dtstamp", about.stamp), ("dtstart", about.start), ("dtend", about.end)):
        event.add(name, moment.astimezone(UTC).replace(microsecond=0))
    return event


def _glasgow() -> Timezone:
    """Europe/London since 1996, as one rule for each change of the clocks."""
    zone, hour = Timezone(), timedelta(hours=1)
    zone.add("tzid", "Europe/London")
    changes: tuple[tuple[Any, str, datetime, timedelta, timedelta, int], ...] = (
        (TimezoneDaylight, "BST", datetime(1996, 3, 31, 1), timedelta(0), hour, 3),  # noqa: DTZ001  (wall-clock time)
        (TimezoneStandard, "GMT", datetime(1996, 10, 27, 2), hour, timedelta(0), 10),  # noqa: DTZ001
    )
    for kind, name, start, before, after, month in changes:
        change = kind()
        change.add("tzname", name)
        change.add("dtstart", start)
        change.add("tzoffsetfrom", before)
        change.add("tzoffsetto", after)
        change.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        zone.add_component(change)
    return zone


def _person(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{_clean(email)}")
    address.params["CN"] = vText(_clean(name).replace('"', "'"))
    return address


def _clean(text: str) -> str:
    """Without the control characters that no calendar file may hold; line breaks stay, escaped by the writer."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign == "\n" or sign >= " ")
