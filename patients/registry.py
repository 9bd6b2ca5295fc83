"""Verbs on people's own rows: register somebody, find who looks like somebody."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from patients import audit
from patients.models import AuditEntry, Patient


@dataclass(frozen=True)
class Person:
    """What somebody said about themselves when they booked or rang."""

    name: str
    date_of_birth: date
    email: str = ""
    phone: str = ""
    postcode: str = ""


def register(*, person: Person, by: Any, now: datetime) -> Patient:
    """Open a file for a new person."""
    with transaction.atomic():
        patient = Patient.objects.create(
            name=person.name,
            date_of_birth=person.date_of_birth,
            email=person.email,
            phone=person.phone,
            postcode=person.postcode,
            registered_at=now,
        )
        audit.record(
            actor=by.get_username(),
            action=AuditEntry.Action.CREATE,
            subject=f"patient {patient.pk}",
            patient=patient,
            now=now,
        )
    return patient


def look_alikes(person: Person) -> list[Patient]:
    """Patients who share the birthday, the email or the phone, best match first; for a person to decide on."""
    return look_alikes_of([person])[0]


def look_alikes_of(people: Sequence[Person]) -> list[list[Patient]]:
    """The look-alikes of each, in one query for all."""
    shared = Q(pk__in=())
    for person in people:
        shared |= _shared(person)
    patients = list(Patient.objects.filter(shared)) if people else []
    return [_alike(patients, person) for person in people]


def same_person(person: Person, among: Iterable[Patient]) -> Patient | None:
    """The one patient with the same name, birthday and email or phone; None when nobody or more than one."""
    same = [patient for patient in among if _is_same(patient, person)]
    return same[0] if len(same) == 1 else None


def plain_name(name: str) -> str:
    """A name for comparing: no accents, capitals or double spaces, so that Seònaid and Seonaid meet."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _shared(person: Person) -> Q:
    shared = Q(date_of_birth=person.date_of_birth)
    if person.email:
        shared |= Q(email__iexact=person.email)
    if person.phone:
        shared |= Q(phone=person.phone)
    return shared


def _alike(patients: Iterable[Patient], person: Person) -> list[Patient]:
    found = (patient for patient in patients if _in_common(patient, person) >= 2)
    return sorted(found, key=lambda patient: (-_in_common(patient, person), patient.name))


def _is_same(patient: Patient, person: Person) -> bool:
    return (
        plain_name(patient.name) == plain_name(person.name)
        and patient.date_of_birth == person.date_of_birth
        and _shares_address(patient, person)
    )


def _shares_address(patient: Patient, person: Person) -> bool:
    same_email = bool(person.email) and patient.email.casefold() == person.email.casefold()
    return same_email or (bool(person.phone) and patient.phone == person.phone)


def _in_common(patient: Patient, person: Person) -> int:
    """How many of name, birthday, email and phone agree; for ordering a list, never for deciding."""
    return sum(
        (
            plain_name(patient.name) == plain_name(person.name),
            patient.date_of_birth == person.date_of_birth,
            bool(person.email) and patient.email.casefold() == person.email.casefold(),
            bool(person.phone) and patient.phone == person.phone,
        )
    )
