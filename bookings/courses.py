"""Verbs of a course: book, move and cancel several appointments, all or nothing, with one mail about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from bookings import availability, diary, notices, taking, waiting
from bookings.course_plans import FINAL, Judge, Outline, coming, judge_of, judge_of_moves
from bookings.diary import Contact
from bookings.models import Appointment, Course, Location, Notice, Service, Setting
from bookings.openings import FreeTime, Timetable
from bookings.taking import NotAllowed, PersonTaken, SlotTaken


class CourseTaken(SlotTaken):
    """One of the times is not free any more, so none was taken; `start` says which."""

    def __init__(self, start: datetime, why: str = "") -> None:
        super().__init__(f"{taking.when_words(start)} is not free any more, so nothing was saved. {why}".strip())
        self.start = start


@dataclass(frozen=True)
class Pick:
    """The time somebody chose for one appointment; insisted on means outside the rules, knowingly."""

    start: datetime
    service: Service
    is_insisted: bool = False
    appointment: Appointment | None = None


def book(
    *,
    outline: Outline,
    picks: Sequence[Pick],
    patient: Any,
    now: datetime,
    by: Any,
    episode: Any = None,
    steps: Iterable[Any] = (),
) -> Course:
    """Book all the chosen times or none, with one mail about them. Raises CourseTaken when one is not free any more."""
    if not picks:
        raise NotAllowed("Keep at least one of the times.")
    with transaction.atomic():
        course = Course.objects.create(
            patient=patient,
            episode=episode,
            service=outline.service,
            practitioner=outline.practitioner,
            rhythm_days=outline.rhythm_days,
            planned_by=by,
            planned_at=now,
        )
        course.steps.set(steps)
        judge = judge_of(outline, now, also=[availability.local_day(pick.start) for pick in picks])
        who = {"contact": _contact(patient, outline.service), "patient_id": patient.pk, "booked_by": by}
        for pick in sorted(picks, key=lambda pick: pick.start):
            place = _place(judge, pick, _usual_place)
            wanted = {"service": pick.service, "practitioner": outline.practitioner, "start": pick.start, **place}
            try:
                diary.book(**who, **wanted, course=course, now=now, is_quiet=True)
            except SlotTaken as error:
                raise CourseTaken(pick.start, _own_words(error)) from error
        _mail(course, now, by)
    return course


def move_all(*, course: Course, picks: Sequence[Pick], now: datetime, by: Any, reason: str = "") -> list[Appointment]:
    """Move the appointments to the times chosen for them, all or none, with one mail. Raises CourseTaken.

    The one that goes furthest goes first, so that each finds the time of its neighbour empty already; freed times are
    offered to the waiting list only when all have moved.
    """
    chosen = [(pick, pick.appointment) for pick in picks if pick.appointment is not None]
    if not chosen:
        raise NotAllowed("There is nothing left to move.")
    is_later = chosen[0][0].start > chosen[0][1].starts_at
    with transaction.atomic():
        rows = [row for _, row in chosen]
        judge = judge_of_moves(course, rows, [availability.local_day(pick.start) for pick, _ in chosen], now)
        freed = [waiting.Freed.of(row) for row in rows]
        for pick, row in sorted(chosen, key=lambda pair: pair[0].start, reverse=is_later):
            place = _place(judge, pick, lambda _, row=row: {"location": row.location, "room": row.room})
            try:
                diary.move(appointment=row, start=pick.start, now=now, by=by, reason=reason, is_quiet=True, **place)
            except SlotTaken as error:
                raise CourseTaken(pick.start, _own_words(error)) from error
        for stretch in freed:
            waiting.offer_freed(stretch, now=now, by=by)
        _mail(course, now, by)
    return rows


def cancel_all(
    *, course: Course, now: datetime, by: Any = None, reason: str = "", by_clinic: bool = False
) -> list[Appointment]:
    """Cancel all that is still to come of a course, with one mail. Raises NotAllowed when nothing is."""
    with transaction.atomic():
        why = {"now": now, "by": by, "reason": reason, "by_clinic": by_clinic, "is_quiet": True}
        rows = [diary.cancel(appointment=row, **why) for row in coming(course, now=now)]
        if not rows:
            raise NotAllowed("Nothing of this course is still to come.")
        _mail(course, now, by)
    return rows


def _mail(course: Course, now: datetime, by: Any) -> None:
    """One mail about the course; one that has not gone yet will tell this change as well."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    unsent = course.notices.filter(free, sent_at=None, dropped_at=None)
    due_at = notices.due(now, by)
    if not unsent.update(due_at=due_at):
        notices.queue_about(Notice.Kind.COURSE, now=now, email=course.patient.email, due_at=due_at, course=course)


def _place(judge: Judge, pick: Pick, usual: Any) -> dict[str, Any]:
    """Where the chosen time is, by the rule; somebody who insists gets the usual place. Raises CourseTaken."""
    found = judge.find(pick.service, pick.start)
    if isinstance(found, FreeTime):
        return {"location": found.location, "room_id": found.room_id, "travel_minutes": found.travel_minutes}
    if found in FINAL or not pick.is_insisted:
        raise CourseTaken(pick.start, found.value)
    return dict(usual(judge.tables[pick.service.pk]))


def _usual_place(table: Timetable) -> dict[str, Any]:
    places = list(table.locations.values()) or list(Location.objects.filter(is_in_use=True)[:1])
    if not places:
        raise NotAllowed("Add a location first: there is none in use.")
    return {"location": places[0]}


def _contact(patient: Any, service: Service) -> Contact:
    told = {name: getattr(patient, name) for name in ("name", "email", "phone", "postcode", "date_of_birth")}
    street = patient.street[:200] if service.setting == Setting.HOME else ""
    return Contact(**told, visit_street=street)


def _own_words(error: SlotTaken) -> str:
    return str(error) if isinstance(error, PersonTaken) else ""
