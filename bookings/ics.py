"""Calendar files for one appointment: an invitation, and its cancellation under the same UID."""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

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


def invitation(event: CalendarEvent) -> bytes:
    """METHOD:REQUEST, for a calendar to take in."""
    return _calendar(event, method="REQUEST", status="CONFIRMED")


def cancellation(event: CalendarEvent) -> bytes:
    """METHOD:CANCEL, for a calendar to take out again; its sequence must be higher than before."""
    return _calendar(event, method="CANCEL", status="CANCELLED")


def _calendar(event: CalendarEvent, *, method: str, status: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    for name, moment in (("dtstamp", event.stamp), ("dtstart", event.start), ("dtend", event.end)):
        entry.add(name, moment.astimezone(UTC).replace(microsecond=0))
    for name, text in (("summary", event.summary), ("location", event.location), ("description", event.description)):
        entry.add(name, _clean(text))
    entry.add("status", status)
    entry.add("url", event.url)
    entry["organizer"] = _person(event.organizer_email, event.organizer_name)
    if event.attendee_email:
        entry["attendee"] = _person(event.attendee_email, event.attendee_email)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _person(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{_clean(email)}")
    address.params["CN"] = vText(_clean(name).replace('"', "'"))
    return address


def _clean(text: str) -> str:
    """Without the control characters that no calendar file may hold; line breaks stay, escaped by the writer."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign == "\n" or sign >= " ")
