"""Today: the day's appointments with what each needs next, and what waits for the therapist."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bookings.models import Appointment, Location
from clinic import starter, today_waiting
from clinic.days import Day
from patients.access import may_open_records
from patients.models import CaseNote, ClinicProfile, Condition, ConsentWording


@dataclass(frozen=True)
class Next:
    """What an appointment needs next: a link to follow or a verb to post."""

    words: str
    url: str = ""
    verb: str = ""
    said: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the day."""

    appointment: Appointment
    next: Next
    others: tuple[Next, ...]
    is_now: bool
    at_once: int = 1
    may_be_known: bool = False

    @property
    def note(self) -> CaseNote | None:
        return self.appointment.case_note


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The start page of the workbench."""
    now = timezone.now()
    day = Day.on(_asked_day(request) or timezone.localdate(now))
    appointments = list(_of_the_day(day))
    upcoming = next((one for one in appointments if one.starts_at > now and one.is_live), None)
    reads = may_open_records(request.user)
    matches = today_waiting.possible_matches(appointments, now) if reads else []
    context = {
        **admin.site.each_context(request),
        "title": "Today" if day.date == timezone.localdate(now) else f"{day.date:%A %-d %B}",
        "day": day,
        "is_today": day.date == timezone.localdate(now),
        "rows": _rows(appointments, now, reads, upcoming, {one.pk for one in matches}),
        "cancelled": [one for one in appointments if one.status == Appointment.Status.CANCELLED],
        "upcoming": upcoming,
        "now": now,
        "reads_records": reads,
        **today_waiting.waiting(request.user, now, matches=matches, reads=reads),
        "to_do_first": _to_do_first(request.user, reads),
    }
    return render(request, "clinic/today.html", context)


def _asked_day(request: HttpRequest) -> date | None:
    try:
        asked = parse_date(request.GET.get("day", "")[:10])
    except ValueError:
        return None
    return asked if asked and 2000 <= asked.year <= 2100 else None


def _of_the_day(day: Day) -> Any:
    return (
        Appointment.objects.for_people()
        .starting_within(day.starts_at, day.ends_at)
        .select_related("service", "practitioner", "room", "location", "patient")
        .select_related("intake", "case_note__episode__condition")
        .order_by("starts_at", "id")
    )


def _rows(
    appointments: list[Appointment], now: datetime, reads: bool, upcoming: Appointment | None, matches: set[UUID]
) -> list[Row]:
    shown = [one for one in appointments if one.status != Appointment.Status.CANCELLED]
    rows = [_row(one, now, reads, is_next=one is upcoming) for one in shown]
    return [
        replace(row, at_once=_at_once(row.appointment, shown), may_be_known=row.appointment.pk in matches)
        for row in rows
    ]


def _at_once(appointment: Appointment, others: list[Appointment]) -> int:
    """How many are booked in this time on purpose, this one included."""
    start, end, group = appointment.occupied_from, appointment.occupied_until, appointment.sharing_group
    return sum(
        one.is_live and one.sharing_group == group and one.occupied_from < end and one.occupied_until > start
        for one in others
    )


def _row(appointment: Appointment, now: datetime, reads: bool, *, is_next: bool) -> Row:
    step, *others = _steps(appointment, now, reads) or [
        Next("Open", reverse("admin:appointment", args=[appointment.pk]))
    ]
    return Row(appointment, step, tuple(others), is_next)


def _steps(appointment: Appointment, now: datetime, reads: bool) -> list[Next]:
    """What can be done with an appointment now, the likeliest first."""
    status = Appointment.Status
    is_past = appointment.starts_at <= now
    if appointment.case_note is not None and reads:
        return [_note_step(appointment.case_note)]
    write = [Next("Write note", verb="note")] if reads else []
    back = Next("Undo", verb="back")
    steps = {
        status.BOOKED: [
            Next("Mark arrived", verb="arrive"),
            *([Next("Did not attend", verb="missed")] if is_past else []),
        ],
        status.ARRIVED: [*write, back],
        status.ATTENDED: [*write, back],
        status.DID_NOT_ATTEND: [Next("Undo", verb="back", said="Did not attend")],
    }
    return steps.get(status(appointment.status), [])


def _note_step(note: CaseNote) -> Next:
    url = reverse("admin:note", args=[note.pk])
    if note.signed_at:
        return Next("Read note", url, said=f"Signed {timezone.localtime(note.signed_at):%H:%M}")
    return Next("Finish and sign", url, said="Draft")


def _to_do_first(user: Any, reads: bool) -> list[Next]:
    """What a new clinic has not done yet."""
    steps = []
    if _is_unfinished(ClinicProfile.current()):
        url = reverse("admin:patients_clinicprofile_change", args=[1])
        steps.append(Next("Fill in the clinic's name, address, registration and policies", url))
    if any(_is_unfinished(location) for location in Location.objects.filter(is_in_use=True)):
        steps.append(Next("Say how to get to the clinic", reverse("admin:bookings_location_changelist")))
    wording = ConsentWording.current() if reads else None
    if wording and _is_unfinished(wording):
        steps.append(Next("Write what people agree to before treatment", reverse("admin:patients_consentwording_add")))
    if not user.get_full_name():
        steps.append(
            Next(
                "Give your name, job title and registration number", reverse("admin:clinic_user_change", args=[user.pk])
            )
        )
    unread = [one for one in Condition.objects.in_use() if not one.is_reviewed]
    if unread and reads:
        words = f"Read and approve {len(unread)} condition guide{'s' if len(unread) > 1 else ''}"
        steps.append(Next(words, reverse("admin:patients_condition_changelist")))
    return steps


def _is_unfinished(row: Any) -> bool:
    """Whether words of the starter clinic still stand in it."""
    texts = (getattr(row, field.attname) for field in row._meta.concrete_fields)
    return any(isinstance(text, str) and any(sign in text for sign in starter.PLACEHOLDERS) for text in texts)
