"""Verbs on people's own rows: register somebody, find who looks like somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from patients import audit, likeness, search_index
from patients.folding import plain_name as plain_name
from patients.models import AuditEntry, Patient

MOST_ALIKE = 12  # suggestions at once; more are no help to anybody


@dataclass(frozen=True)
class Person:
    """What somebody said about themselves when they booked or rang."""

    name: str
    date_of_birth: date
    email: str = ""
    phone: str = ""
    postcode: str = ""
    known_as: str = ""
    pronouns: str = ""
    street: str = ""
    gp: str = ""
    emergency_contact: str = ""
    communication_needs: str = ""


@dataclass(frozen=True)
class LookAlike:
    """Somebody on the books, and what they have in common with who is asked about."""

    patient: Patient
    reasons: tuple[str, ...]


def register(*, person: Person, by: Any, now: datetime) -> Patient:
    """Open a file for a new person."""
    with transaction.atomic():
        patient = Patient.objects.create(**asdict(person), registered_at=now)
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


def suggestions(person: Person, *, but: Patient | None = None) -> list[LookAlike]:
    """Everybody who could be this person, with what they share; wider than what the desk is asked about a booking.

    Who merely has the same birthday is left out; a name in common beside it is enough.
    """
    search_index.catch_up()
    found = Patient.objects.filter(_could_be(person))
    alike = [LookAlike(patient, _reasons(patient, person)) for patient in found if patient != but]
    alike = [one for one in alike if _is_worth_asking(one, person)]
    return sorted(alike, key=lambda one: (-len(one.reasons), one.patient.name))[:MOST_ALIKE]


def in_use(key: UUID | None) -> Patient | None:
    """The file with this key, or the one it was emptied into; None when there is none."""
    found = Patient.everybody.filter(pk=key).first() if key else None
    return file_in_use(found) if found else None


def file_in_use(patient: Patient) -> Patient:
    """The file somebody's record is in now: their own, or the one it was emptied into, through every merge."""
    while patient.merged_into_id is not None:
        patient = Patient.everybody.get(pk=patient.merged_into_id)
    return patient


def earlier_references(patient: Patient) -> list[str]:
    """References of the files that went into this one, through every merge; sealed notes and traces may name them."""
    found: list[str] = []
    layer = [patient.pk]
    while layer:
        emptied = list(Patient.everybody.filter(merged_into__in=layer).order_by("reference"))
        found += [one.reference for one in emptied]
        layer = [one.pk for one in emptied]
    return found


def known_by(*, email: str, date_of_birth: date) -> Patient | None:
    """The one person with this address and birthday, in a file that was emptied as well; None when there are two."""
    told = Patient.everybody.filter(email__iexact=email, date_of_birth=date_of_birth)[:5]
    files = {found.pk: found for found in map(file_in_use, told)}
    return next(iter(files.values())) if len(files) == 1 else None


def _shared(person: Person) -> Q:
    shared = Q(date_of_birth=person.date_of_birth)
    if person.email:
        shared |= Q(email__iexact=person.email)
    if person.phone:
        shared |= Q(phone=person.phone)
    return shared


def _could_be(person: Person) -> Q:
    """Candidates by an index, or by how the words of a name begin."""
    found = _shared(person)
    if turned := likeness.swapped(person.date_of_birth):
        found |= Q(date_of_birth=turned)
    named = Q(pk__in=())
    for beginning in set(likeness.beginnings(person.name)):
        named |= Q(search_text__text__contains=beginning)
    return found | named


def _reasons(patient: Patient, person: Person) -> tuple[str, ...]:
    names = (person.name, person.known_as)
    said = (
        ("same birthday", patient.date_of_birth == person.date_of_birth),
        (TURNED, patient.date_of_birth == likeness.swapped(person.date_of_birth)),
        *_name_reasons(patient, [name for name in names if name]),
        ("same email", bool(person.email) and patient.email.casefold() == person.email.casefold()),
        ("same phone", bool(person.phone) and patient.phone == person.phone),
    )
    return tuple(words for words, is_so in said if is_so)


TURNED = "birthday, day and month swapped"
NAMED_SO, NAMED_LIKE, NAMED_PARTLY = "same name", "similar name", "part of the name"


def _name_reasons(patient: Patient, names: list[str]) -> list[tuple[str, bool]]:
    """The strongest thing their names have in common."""
    theirs = [name for name in (patient.name, patient.known_as) if name]
    pairs = [(one, other) for one in names for other in theirs]
    for words, is_like in (
        (NAMED_SO, likeness.same_name),
        (NAMED_LIKE, likeness.similar_name),
        (NAMED_PARTLY, likeness.shares_word),
    ):
        if any(is_like(one, other) for one, other in pairs):
            return [(words, True)]
    return []


def _is_worth_asking(alike: LookAlike, person: Person) -> bool:
    """An address or a phone in common, the whole name, or a birthday and some of the name."""
    shared = set(alike.reasons)
    if shared & {"same email", "same phone", NAMED_SO}:
        return True
    return bool(shared & {"same birthday", TURNED}) and bool(shared & {NAMED_LIKE, NAMED_PARTLY})


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
