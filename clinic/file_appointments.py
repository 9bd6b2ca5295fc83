"""A patient's appointments beside the record: what is next, what was, and which were missed, by episode."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from bookings.models import Appointment
from patients.models import Episode, Patient
from patients.timeline import Missed

PAST_SHOWN = 12


@dataclass(frozen=True)
class Appointments:
    """What the diary knows of a patient, in four queries however long that is."""

    coming: list[Appointment]
    past: list[Appointment]
    past_count: int
    missed: list[Appointment]

    @classmethod
    def of(cls, patient: Patient, now: datetime) -> "Appointments":
        people = Appointment.objects.for_people().filter(patient=patient).select_related("practitioner", "course")
        to_come = Appointment.objects.live().filter(patient=patient, starts_at__gt=now)
        past = people.exclude(pk__in=to_come.values("pk")).order_by("-starts_at")
        missed = people.filter(status=Appointment.Status.DID_NOT_ATTEND).order_by("starts_at")
        coming = people.filter(pk__in=to_come.values("pk")).order_by("starts_at")
        return cls(list(coming), list(past[:PAST_SHOWN]), past.count(), list(missed))

    def without_note(self, practitioner_id: Any, now: datetime) -> Appointment | None:
        """The visit of today that a practitioner has still to write about, if there is one."""
        today = timezone.localdate(now)
        ours = (one for one in (*self.past[::-1], *self.coming) if one.practitioner_id == practitioner_id)
        theirs = (one for one in ours if timezone.localdate(one.starts_at) == today)
        return next((one for one in theirs if one.is_live and not one.case_note_id), None)

    def missed_of(self, episodes: Sequence[Episode]) -> Mapping[UUID, Sequence[Missed]]:
        found: dict[UUID, list[Missed]] = defaultdict(list)
        for appointment in self.missed:
            for episode in _about(appointment, episodes):
                found[episode.pk].append(Missed(appointment.starts_at, appointment.pk))
        return found

    def coming_of(self, episodes: Sequence[Episode]) -> Mapping[UUID, datetime]:
        found: dict[UUID, datetime] = {}
        for appointment in self.coming:
            for episode in _about(appointment, [one for one in episodes if one.is_open]):
                found.setdefault(episode.pk, appointment.starts_at)
        return found


def _about(appointment: Appointment, episodes: Iterable[Episode]) -> list[Episode]:
    """The episodes an appointment can be about: that of its course, else all that were open on the day."""
    day = timezone.localdate(appointment.starts_at)
    running = [one for one in episodes if one.started_on <= day and (one.closed_on is None or day <= one.closed_on)]
    course = appointment.course
    named = [one for one in running if course and course.episode_id == one.pk]
    return named or ([] if course and course.episode_id else running)
