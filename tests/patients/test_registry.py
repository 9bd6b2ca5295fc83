"""Who is who: suggestions for a human, certainty only when everything agrees."""

from datetime import date

import pytest

from patients import registry
from patients.models import AuditEntry
from tests.factories import START, make_patient, make_practitioner

pytestmark = pytest.mark.django_db

BORN = date(1984, 5, 14)
AILSA = registry.Person("Ailsa Reid", BORN, "ailsa@example.org", "+447700900123", "G11 6AA")


def test_a_new_person_gets_a_file_with_a_reference_that_says_nothing() -> None:
    patient = registry.register(person=AILSA, by=make_practitioner(username="mairi"), now=START)

    assert (patient.name, patient.date_of_birth, patient.email) == ("Ailsa Reid", BORN, "ailsa@example.org")
    assert (len(patient.reference), patient.reference[4]) == (9, "-")
    assert AuditEntry.objects.get().patient_reference == patient.reference


def test_look_alikes_share_two_things_and_the_closest_comes_first() -> None:
    same = make_patient()
    sister = make_patient(name="Eilidh Reid", email="eilidh@example.org")
    make_patient(name="Born The Same Day", email="x@example.org", phone="+441414960000")
    make_patient(name="Ailsa Reid", date_of_birth=date(1990, 1, 1), email="", phone="")

    assert registry.look_alikes(AILSA) == [same, sister]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": "AILSA  RÈID"},
        {"email": "other@example.org"},
        {"phone": "", "email": "AILSA@example.org"},
    ],
)
def test_the_same_person_is_known_again(given: dict[str, str]) -> None:
    patient = make_patient(**given)

    assert registry.same_person(AILSA, [patient]) == patient


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Ailsa Read"},
        {"date_of_birth": date(1984, 5, 15)},
        {"email": "other@example.org", "phone": "+441414960000"},
        {"email": "", "phone": ""},
    ],
)
def test_who_differs_is_never_taken_for_the_same(given: dict[str, object]) -> None:
    assert registry.same_person(AILSA, [make_patient(**given)]) is None


def test_two_of_the_same_are_left_to_a_human() -> None:
    assert registry.same_person(AILSA, [make_patient(), make_patient()]) is None
