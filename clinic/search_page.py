"""Finding: one box for people, their appointments and, for practitioners, the words of their notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.models import Appointment
from patients import audit
from patients import search as finding
from patients.access import may_open_records
from patients.models import AuditEntry, CaseNote, Patient
from patients.search import Asked, Excerpt

FEW, MANY = 6, 20  # of each kind beside each other, and of one kind alone
APPOINTMENTS_SHOWN = 8
LATELY = timedelta(days=30)
PEOPLE, NOTES = "people", "notes"


@dataclass(frozen=True)
class Person:
    """Somebody found, as everybody on the staff may see them."""

    patient: Patient
    age: int
    next_one: Appointment | None


@dataclass(frozen=True)
class Hit:
    """A note found, and where its words stand."""

    note: CaseNote
    excerpt: Excerpt


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What answers to the words typed; the search is traced, the words never."""
    now, reads = timezone.now(), may_open_records(request.user)
    wanted = finding.asked(request.GET.get("q", ""), today=timezone.localdate(now))
    alone = request.GET.get("in", "") if request.GET.get("in", "") in {PEOPLE, NOTES} else ""
    context = {
        **admin.site.each_context(request),
        "title": "Find",
        "wanted": wanted,
        "reads_records": reads,
        "alone": alone,
    }
    if not wanted.is_empty:
        _trace(request, reads, now)
        context |= _found(request, wanted, alone, now)
    return render(request, "clinic/search.html", context)


def _found(request: HttpRequest, wanted: Asked, alone: str, now: datetime) -> dict[str, Any]:
    """A few of each kind, or a page of one."""
    page, size = request.GET.get("page", ""), MANY if alone else FEW
    people = Paginator(finding.people(wanted), size).get_page(page) if alone != NOTES else None
    notes = Paginator(finding.notes(wanted, reader=request.user), size).get_page(page) if alone != PEOPLE else None
    appointments = _appointments(wanted, now) if not alone else []
    looked_through = notes if wanted.finds_notes and may_open_records(request.user) else None
    return {
        "people": people,
        "persons": _persons(list(people), now) if people else [],
        "notes": notes,
        "hits": _hits(request, notes, wanted, now) if notes else [],
        "appointments": appointments,
        "lead": _lead(people, appointments, looked_through),
    }


def _lead(people: Page | None, appointments: Sequence[Appointment], notes: Page | None) -> str:
    """How much was found of each kind; a kind that was not looked for is left out."""
    said = []
    if people is not None:
        nobody = "Nobody on the books" if appointments else "Nobody"
        said.append(_counted(people.paginator.count, "person", "people") or nobody)
    if appointments:
        said.append(_counted(len(appointments), "appointment", "appointments", most=APPOINTMENTS_SHOWN))
    if notes is not None:
        said.append(_counted(notes.paginator.count, "note", "notes", most=finding.MOST_NOTES) or "no note")
    words = ", ".join(said)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _counted(count: int, one: str, many: str, *, most: int = 0) -> str:
    """“3 notes”, “1,000 or more notes” where no more are looked for, and nothing for none."""
    or_more = " or more" if most and count >= most else ""
    return f"{count:,}{or_more} {one if count == 1 else many}" if count else ""


def _persons(patients: Sequence[Patient], now: datetime) -> list[Person]:
    coming = Appointment.objects.upcoming(now).filter(patient__in=patients).select_related("practitioner")
    following = {one.patient_id: one for one in coming.order_by("-starts_at")}
    today = timezone.localdate(now)
    return [Person(one, one.age_on(today), following.get(one.pk)) for one in patients]


def _hits(request: HttpRequest, notes: Page, wanted: Asked, now: datetime) -> list[Hit]:
    """Words of records: each record they are from is traced before they are shown."""
    audit.record_each(
        actor=request.user.get_username(),
        action=AuditEntry.Action.VIEW,
        subject="words of a note, among what a search found",
        now=now,
        patients=[note.episode.patient for note in notes],
    )
    return [Hit(note, finding.excerpt(note, wanted.words)) for note in notes]


def _appointments(wanted: Asked, now: datetime) -> list[Appointment]:
    """By reference; and of people who have no file yet, by what they told when they booked."""
    if not wanted.finds_people:
        return []
    nobodys = Q(patient=None, removed_at=None, starts_at__gte=now - LATELY)
    for name in wanted.names:
        nobodys &= Q(name__icontains=name) | Q(email__icontains=name) | Q(postcode__icontains=name)
    for days in wanted.births:
        nobodys &= Q(date_of_birth__in=days)
    for number in wanted.numbers:
        nobodys &= Q(phone__contains=number.digits or number.typed)
    references = Q(reference__in=[name.upper() for name in wanted.names])
    found = Appointment.objects.for_people().filter(nobodys | references).select_related("practitioner")
    return list(found.order_by("starts_at")[:APPOINTMENTS_SHOWN])


def _trace(request: HttpRequest, reads: bool, now: datetime) -> None:
    actor, subject = request.user.get_username(), "people and notes" if reads else "people"
    audit.record(actor=actor, action=AuditEntry.Action.SEARCH, subject=subject, now=now)
