"""Registering by hand: who is on the books already is shown first, a human decides, nothing typed is lost."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from patients import registry
from patients.models import AuditEntry, Patient
from tests.factories import make_patient, make_user

pytestmark = pytest.mark.django_db

TYPED = {"name": "Ailsa Reid", "date_of_birth": "1984-05-14", "phone": "0141 496 0143", "gp": "Dr Kerr"}
BORN = date(1984, 5, 14)


def register(client: Client, **typed: str) -> Any:
    return client.post("/admin/register/", {**TYPED, **typed})


def reasons(person: registry.Person) -> list[tuple[str, ...]]:
    return [one.reasons for one in registry.suggestions(person)]


def test_somebody_new_gets_a_file_with_all_that_was_typed(client: Client, mairi: Any) -> None:
    answer = register(client, known_as="Elsie", street="7 Mill Lade")

    patient = Patient.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/patients/{patient.pk}/")
    assert (patient.known_as, patient.phone, patient.street, patient.gp) == (
        "Elsie", "+441414960143", "7 Mill Lade", "Dr Kerr",
    )  # fmt: skip
    assert AuditEntry.objects.get(action="create").patient_reference == patient.reference


def test_who_looks_like_them_is_shown_before_anything_is_saved(client: Client, mairi: Any) -> None:
    known = make_patient(name="Elsa Reid")

    answer = register(client, email="new@example.org")

    [alike] = answer.context["alike"]
    assert (answer.status_code, alike.patient, alike.reasons) == (409, known, ("same birthday", "part of the name"))
    assert (Patient.objects.count(), 'value="new@example.org"' in answer.content.decode()) == (1, True)


def test_a_human_says_that_it_is_somebody_new(client: Client, mairi: Any) -> None:
    make_patient()
    key = register(client).context["key"]

    answer = register(client, new=key)

    assert (answer.status_code, Patient.objects.count()) == (303, 2)


def test_pressed_twice_or_with_somebody_come_in_between_it_is_asked_again(client: Client, mairi: Any) -> None:
    make_patient()
    key = register(client).context["key"]
    register(client, new=key)

    answer = register(client, new=key)

    assert (answer.status_code, len(answer.context["alike"]), Patient.objects.count()) == (409, 2, 2)


def test_the_one_on_the_books_is_opened_and_gets_what_it_did_not_say(client: Client, mairi: Any) -> None:
    known = make_patient(phone="+441414960999")

    answer = register(client, person=str(known.pk))

    known.refresh_from_db()
    said = "".join(str(one) for one in client.get(answer.headers["Location"]).context["messages"])
    assert (Patient.objects.count(), known.gp, known.phone) == (1, "Dr Kerr", "+441414960999")
    assert ("GP and practice" in said, "Phone: 0141 496 0143" in said) == (True, True)


def test_a_stranger_to_the_suggestions_cannot_be_chosen(client: Client, mairi: Any) -> None:
    other = make_patient(name="Somebody Else", date_of_birth=date(1950, 1, 1), phone="", email="")

    answer = register(client, person=str(other.pk))

    other.refresh_from_db()
    assert (answer.status_code, other.gp, Patient.objects.count()) == (303, "", 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"date_of_birth": "1850-01-01"}, "within the last 120 years"),
        ({"phone": "12"}, "does not look like a phone number"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    client: Client, mairi: Any, change: dict[str, str], said: str
) -> None:
    answer = register(client, **change)

    shown = answer.content.decode()
    assert (answer.status_code, said in shown, "Dr Kerr" in shown, Patient.objects.count()) == (422, True, True, 0)


def test_the_desk_opens_no_files(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))

    assert (client.get("/admin/register/").status_code, register(client).status_code) == (403, 403)
    assert client.get("/admin/patients/patient/add/").status_code == 403


def test_the_lists_own_button_leads_here(client: Client, mairi: Any) -> None:
    assert client.get("/admin/patients/patient/add/").headers["Location"] == "/admin/register/"


@pytest.mark.parametrize(
    ("given", "shared"),
    [
        ({}, ("same birthday", "same name", "same email", "same phone")),
        ({"name": "Reid, Áilsa"}, ("same birthday", "same name", "same email", "same phone")),
        ({"name": "Elsa Read", "email": "", "phone": ""}, ()),
        ({"name": "Ailsa Read", "email": "", "phone": ""}, ("same birthday", "similar name")),
        ({"name": "Ailsa Fraser", "email": "", "phone": ""}, ("same birthday", "part of the name")),
        ({"name": "X", "date_of_birth": date(1990, 1, 1), "email": ""}, ("same phone",)),
        ({"name": "X", "date_of_birth": date(1990, 1, 1), "phone": ""}, ("same email",)),
        ({"date_of_birth": date(1990, 1, 1), "email": "", "phone": ""}, ("same name",)),
        ({"name": "X", "known_as": "Ailsa Reid", "email": "", "phone": ""}, ("same birthday", "same name")),
        ({"name": "Callum Fraser", "email": "", "phone": ""}, ()),
    ],
)
def test_what_they_have_in_common_is_said(given: dict[str, Any], shared: tuple[str, ...]) -> None:
    make_patient(**given)

    person = registry.Person("Ailsa Reid", BORN, "ailsa@example.org", "+447700900123")
    assert reasons(person) == ([shared] if shared else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("Robert MacDonald", "Bob McDonald"),
            ("Agnieszka Nowak", "Agnieska Nowack"),
            ("Margaret Reid", "Peggy Reid"),
        ),
        *(("Anne-Marie Reid", "Anne Marie Reid"), ("Seònaid O’Brien", "Seonaid OBrien"), ("Mhairi Reid", "Mhari Reid")),
    ],
)
def test_short_forms_and_slips_of_the_pen_are_alike(one: str, other: str) -> None:
    make_patient(name=other, date_of_birth=date(1985, 9, 3), email="", phone="")

    assert len(reasons(registry.Person(one, date(1985, 3, 9)))) == 1
