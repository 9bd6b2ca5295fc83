"""Finding a patient in the workbench."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from patients.models import AuditEntry, Patient
from tests.factories import make_episode, make_patient, make_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def ailsa() -> Patient:
    make_patient(name="Callum Fraser", email="c@example.org", phone="+441414960000", date_of_birth=date(1990, 1, 2))
    return make_patient(name="Ailsa Reid", known_as="Elsie", reference="K7QM-3XWD")


def test_the_search_is_traced_without_its_words(client: Client, ailsa: Patient) -> None:
    client.force_login(make_practitioner(username="mairi"))

    page = client.get("/admin/patients/patient/", {"q": "Ailsa"}).content.decode()

    entry = AuditEntry.objects.get(action="search")
    assert ("Ailsa Reid" in page, "Callum" in page) == (True, False)
    assert (entry.action, entry.actor, entry.subject) == ("search", "mairi", "patients")


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_however_long(client: Client, item_count: int, django_assert_num_queries: Any) -> None:
    client.force_login(make_practitioner())
    for _ in range(item_count):
        make_episode()

    with django_assert_num_queries(6):
        client.get("/admin/patients/patient/")


def test_nobody_deletes_a_patient(client: Client, ailsa: Patient) -> None:
    client.force_login(make_practitioner())

    assert client.post(f"/admin/patients/patient/{ailsa.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Patient.objects.count() == 2
