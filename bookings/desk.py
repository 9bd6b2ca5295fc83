"""Verbs of the staff: say who somebody is, and open the note of their appointment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bookings import attendance
from bookings.letters import Letterhead
from bookings.models import Appointment, PersonalLink
from bookings.taking import Contact
from patients import notes, registry
from patients.models import CaseNote, ClinicProfile, Condition, Episode, Patient

ASKED_LATELY = timedelta(days=3)  # a mail server that is down for a day or two loses no link
LINK_WORKS = timedelta(hours=24)
ASKED_AHEAD = timedelta(days=3)  # figures given earlier would not be of the day
A_LITTLE_EARLY = timedelta(minutes=15)  # a note opened earlier than this is prepared: nobody has come yet


class DeskError(Exception):
    """A verb of the desk was refused; the text says what to do."""


class NeedsPerson(DeskError):
    """Somebody on the books looks like this person: a human has to decide."""


class NeedsProblem(DeskError):
    """More than one problem could be meant: a human has to decide."""


class TooEarly(DeskError):
    """The appointment is on a later day."""


@dataclass(frozen=True)
class Problem:
    """What the visit is about: an episode that is open, or a condition to open one for."""

    episode: Episode | None = None
    condition: Condition | None = None


@dataclass(frozen=True)
class KnownPerson:
    """Somebody on the books, by the key of the record and what an appointment says of them."""

    patient_id: UUID
    contact: Contact


def person(appointment: Appointment) -> registry.Person:
    """What somebody said about themselves when they booked. Raises DeskError without a date of birth."""
    if appointment.date_of_birth is None:
        raise DeskError("Add the date of birth to the appointment first: the record is kept under it.")
    return registry.Person(
        name=appointment.name,
        date_of_birth=appointment.date_of_birth,
        email=appointment.email,
        phone=appointment.phone,
        postcode=appointment.postcode,
    )


def letterhead() -> Letterhead:
    """What mails and calendar files print about the clinic; the one thing public pages ask of the record."""
    profile = ClinicProfile.current()
    return Letterhead(
        name=profile.name,
        phone=profile.phone,
        email=profile.email,
        what_to_bring=profile.what_to_bring,
        if_late=profile.if_late,
    )


def known_person(link: PersonalLink) -> KnownPerson | None:
    """Whom a personal link stands for, as far as a booking page needs to know; None while nobody was found."""
    patient = link.patient
    if patient is None:
        return None
    told = Contact(
        name=patient.name,
        email=link.email,
        phone=patient.phone,
        postcode=patient.postcode[:10],
        date_of_birth=patient.date_of_birth,
    )
    return KnownPerson(patient.pk, told)


def recognise(link: PersonalLink, *, now: datetime) -> None:
    """Say whose personal link it is, just before it is mailed, to the address in the record.

    When two people on the books have this address and birthday it stays nobody's and its mail is dropped. The staff see
    nothing wrong; whoever asked is told on the page to ring when no mail comes.
    """
    if link.requested_at + ASKED_LATELY <= now:
        return
    link.patient = registry.known_by(email=link.email, date_of_birth=link.date_of_birth)
    if link.patient is not None:
        link.email, link.expires_at = link.patient.email, now + LINK_WORKS
        link.save(update_fields=["patient", "email", "expires_at"])


def asked_about(appointment: Appointment, *, now: datetime) -> Episode | None:
    """The one problem that somebody known here can be asked about before a follow-up; a stranger is asked nothing.

    The manage link went to the address on the appointment; only where that is the one on the file does it say that the
    clinic knows anybody. With several problems a human has to choose, so nothing is asked.
    """
    patient = appointment.patient
    is_time = appointment.is_live and appointment.starts_at - ASKED_AHEAD <= now < appointment.ends_at
    if patient is None or not is_time or not _is_own_address(appointment, patient):
        return None
    signed = patient.episodes.open().filter(case_notes__in=CaseNote.objects.signed().standing()).distinct()
    found = list(signed.select_related("condition", "patient"))
    named = [episode for episode in found if episode.condition.code == appointment.condition_code]
    return next((held[0] for held in (named, found) if len(held) == 1), None)


def _is_own_address(appointment: Appointment, patient: Patient) -> bool:
    return bool(appointment.email) and appointment.email.casefold() == patient.email.casefold()


def look_alikes(appointment: Appointment) -> list[Patient]:
    """People on the books who could be the one that booked."""
    return registry.look_alikes(person(appointment))


def possible_matches(appointments: Iterable[Appointment]) -> list[tuple[Appointment, list[Patient]]]:
    """Those that are nobody's yet and look like somebody on the books, with whom they could be; one query for all."""
    unmatched = [one for one in appointments if one.is_live and one.patient_id is None and one.date_of_birth]
    alike = registry.look_alikes_of([person(one) for one in unmatched])
    return [(one, patients) for one, patients in zip(unmatched, alike, strict=True) if patients]


def match(*, appointment: Appointment, patient: Patient) -> None:
    """Say that this appointment is this patient's."""
    appointment.patient = patient
    appointment.save(update_fields=["patient"])


def open_note(
    *,
    appointment: Appointment,
    by: Any,
    now: datetime,
    patient: Patient | None = None,
    is_new_person: bool = False,
    problem: Problem | None = None,
) -> CaseNote:
    """Match or register the patient, find or open the episode, and open the note; the one there is, if there is one.

    From a little before the start, or once they have arrived, opening it says that they came; earlier it is prepared.
    Raises NeedsPerson or NeedsProblem when a human has to choose, TooEarly before the day of the appointment.
    """
    if timezone.localdate(appointment.starts_at) > timezone.localdate(now):
        raise TooEarly("This appointment is on a later day; its note can be opened on the day.")
    with transaction.atomic():  # who it is stays settled, even if what it is about still has to be said
        held = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if held.case_note is None and not held.is_live:
            raise DeskError("This appointment was cancelled or missed; step it back to booked first.")
        if held.patient is None:
            match(appointment=held, patient=patient or _whose(held, is_new_person, by, now))
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
        note = appointment.case_note
        if note is None:
            episode = _episode(appointment, problem or _problem(appointment), now)
            seen_at = min(appointment.starts_at, now) if _is_here(appointment, now) else appointment.starts_at
            note = notes.start(episode=episode, author=by, seen_at=seen_at, now=now)
            appointment.case_note = note
            appointment.save(update_fields=["case_note"])
        if _is_here(appointment, now):
            _has_come(appointment, by, now)
    return note


def was_seen(*, note: CaseNote, by: Any, now: datetime) -> None:
    """The note is signed, so whoever it is about came: also when it was opened long before."""
    with transaction.atomic():
        for appointment in Appointment.objects.select_for_update().filter(case_note=note):
            _has_come(appointment, by, now)


def problems(appointment: Appointment) -> list[Problem]:
    """What the visit could be about: open episodes first, then the conditions treated here."""
    open_episodes = (
        appointment.patient.episodes.open().select_related("condition")
        if appointment.patient
        else Episode.objects.none()
    )
    return [
        *(Problem(episode=episode) for episode in open_episodes),
        *(Problem(condition=condition) for condition in Condition.objects.usable()),
    ]


def _whose(appointment: Appointment, is_new_person: bool, by: Any, now: datetime) -> Patient:
    who = person(appointment)
    alike = registry.look_alikes(who)
    if same := registry.same_person(who, alike):
        return same
    if alike and not is_new_person:
        raise NeedsPerson(f"{len(alike)} on the books could be {who.name}.")
    return registry.register(person=who, by=by, now=now)


def _problem(appointment: Appointment) -> Problem:
    """The only thing the visit can be about, judged by what is open and where they booked from."""
    patient = appointment.patient
    episodes = list(patient.episodes.open().select_related("condition")) if patient else []
    asked = [episode for episode in episodes if episode.condition.code == appointment.condition_code]
    for found in (asked, episodes):
        if len(found) == 1:
            return Problem(episode=found[0])
    conditions = list(Condition.objects.usable())
    named = [condition for condition in conditions if condition.code == appointment.condition_code]
    if not episodes and len(named or conditions) == 1:
        return Problem(condition=(named or conditions)[0])
    raise NeedsProblem("Say what this visit is about.")


def _episode(appointment: Appointment, problem: Problem, now: datetime) -> Episode:
    if problem.episode is not None:
        return problem.episode
    assert appointment.patient is not None
    assert problem.condition is not None
    return Episode.objects.create(
        patient=appointment.patient,
        condition=problem.condition,
        started_on=timezone.localdate(min(appointment.starts_at, now)),
    )


def _is_here(appointment: Appointment, now: datetime) -> bool:
    """They have arrived, or their time has come or is about to."""
    return appointment.status == Appointment.Status.ARRIVED or now >= appointment.starts_at - A_LITTLE_EARLY


def _has_come(appointment: Appointment, by: Any, now: datetime) -> None:
    if appointment.status in (Appointment.Status.BOOKED, Appointment.Status.ARRIVED):
        attendance.attend(appointment=appointment, now=now, by=by)
