"""What hangs on a file, in words: for looking at a merge before it is made, and before it is taken apart."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from bookings import phones
from bookings.models import Appointment, Course, PersonalLink, WaitingListEntry
from patients.file_rows import Rows
from patients.models import Alert, Consent, Episode, Patient

SHOWN = 12  # lines of one kind; the rest is counted

LABELS = {
    "name": "Full name",
    "known_as": "Known as",
    "pronouns": "Pronouns",
    "date_of_birth": "Date of birth",
    "phone": "Phone",
    "email": "Email",
    "street": "Address",
    "postcode": "Postcode",
    "gp": "GP and practice",
    "emergency_contact": "Emergency contact",
    "communication_needs": "Communication needs",
}


@dataclass(frozen=True)
class Kind:
    """Rows of one kind as a list of lines."""

    title: str
    count: int
    lines: Sequence[str]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def kinds(moving: Iterable[Rows]) -> list[Kind]:
    """Each kind with its lines, those of the record first."""
    order = list(WORDS)
    found = sorted(moving, key=lambda rows: order.index(rows.model) if rows.model in order else len(order))
    return [_kind(rows) for rows in found]


def shown(patient: Patient, name: str) -> str:
    """One field as a person reads it."""
    return words_of(name, getattr(patient, name))


def words_of(name: str, value: Any) -> str:
    """What a field says, as people write it."""
    if name == "phone":
        return phones.national(value) if value else ""
    return f"{value:%-d %B %Y}" if name == "date_of_birth" else str(value)


def when(appointment: Appointment) -> str:
    return f"{timezone.localtime(appointment.starts_at):%A %-d %B %Y, %H:%M}"


def _kind(rows: Rows) -> Kind:
    model = rows.model
    title, lines = WORDS.get(model, (str(model._meta.verbose_name_plural).capitalize(), _plainly))
    keys = [row.pk for row in rows.rows]
    return Kind(title, len(keys), lines(model._base_manager.filter(pk__in=keys))[:SHOWN])


def _episodes(rows: Any) -> list[str]:
    signed = Count("case_notes", filter=Q(case_notes__signed_at__isnull=False))
    drafts = Count("case_notes", filter=Q(case_notes__signed_at=None, case_notes__discarded_at=None))
    found = rows.select_related("condition").annotate(signed=signed, drafts=drafts).order_by("-started_on", "pk")
    return [f"{one}, since {one.started_on:%-d %b %Y}: {_notes(one.signed, one.drafts)}" for one in found]


def _notes(signed: int, drafts: int) -> str:
    words = f"{signed} signed note{'' if signed == 1 else 's'}"
    return f"{words}, {drafts} draft{'' if drafts == 1 else 's'}" if drafts else words


def _consents(rows: Any) -> list[str]:
    found = rows.select_related("wording").order_by("-given_at")
    return [f"{one.wording}, given by {one.given_by} on {one.given_at:%-d %b %Y}" for one in found]


def _appointments(rows: Any) -> list[str]:
    found = rows.order_by("-starts_at")
    return [f"{when(one)}, {one.service_name}, {one.get_status_display()}" for one in found]


def _courses(rows: Any) -> list[str]:
    found = rows.select_related("service")
    return [f"{one.service.name}, every {one.rhythm_days} days, planned {one.planned_at:%-d %b %Y}" for one in found]


def _waiting(rows: Any) -> list[str]:
    return [f"For {one.service.name} since {one.joined_at:%-d %b %Y}" for one in rows.select_related("service")]


def _links(rows: Any) -> list[str]:
    return [f"Asked for on {timezone.localtime(one.requested_at):%-d %b %Y, %H:%M}" for one in rows]


def _plainly(rows: Any) -> list[str]:
    return [str(row) for row in rows]


def _alerts(rows: Any) -> list[str]:
    return [f"{one.words}{'' if one.is_in_force else ' (ended)'}" for one in rows]


WORDS: dict[Any, tuple[str, Callable[[Any], list[str]]]] = {
    Episode: ("Episodes with their notes", _episodes),
    Alert: ("Alerts", _alerts),
    Consent: ("Consents", _consents),
    Appointment: ("Appointments, with their mail and what was told before them", _appointments),
    Course: ("Courses", _courses),
    WaitingListEntry: ("Places on the waiting list", _waiting),
    PersonalLink: ("Personal links", _links),
}
