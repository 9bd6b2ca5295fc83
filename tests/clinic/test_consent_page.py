"""A consent given in the clinic: who, when, to which wording; a guardian for the young."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from patients import consents
from patients.models import AuditEntry, Consent, Patient
from tests.factories import START, make_patient

pytestmark = pytest.mark.django_db
AGREED = {"name": "Ailsa Reid", "given_on": "2026-11-26", "given_at": "09:30", "wording": "1", "was_read": "on"}


@pytest.fixture(autouse=True)
def morning() -> Any:
    with travel(START, tick=False):
        consents.write_wording(text="I agree to be treated.", now=START)
        yield


def give(client: Client, patient: Patient, **typed: str) -> Any:
    sent = {name: value for name, value in {**AGREED, **typed}.items() if value}
    return client.post(f"/admin/patients/{patient.pk}/consent/", sent)


def test_a_consent_is_kept_with_its_wording_and_traced(client: Client, mairi: Any) -> None:
    patient = make_patient()
    answers = [give(client, patient).status_code for _ in range(2)]

    kept = Consent.objects.get()
    assert (answers, kept.given_by, kept.wording.number, kept.source) == ([303, 303], "Ailsa Reid", 1, "clinic")
    assert kept.given_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert AuditEntry.objects.filter(action="create", subject=f"consent {kept.pk}").count() == 1


def test_somebody_under_16_needs_a_guardian_who_says_who_they_are(client: Client, mairi: Any) -> None:
    patient = make_patient(date_of_birth=date(2010, 11, 27))
    refused = give(client, patient, name="Iain Reid")
    client.post(f"/admin/patients/{patient.pk}/consent/", {**AGREED, "name": "Iain Reid", "relation": " father "})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["relation"])
    assert Consent.objects.get().given_by == "Iain Reid, father"


def test_on_the_sixteenth_birthday_they_agree_themselves(client: Client, mairi: Any) -> None:
    assert give(client, make_patient(date_of_birth=date(2010, 11, 26))).status_code == 303


def test_a_wording_replaced_meanwhile_is_read_out_first(client: Client, mairi: Any) -> None:
    patient = make_patient()
    consents.write_wording(text="A new text.", now=START)

    refused = give(client, patient)
    assert (refused.status_code, Consent.objects.count()) == (409, 0)
    assert ("A new text." in refused.content.decode(), refused.context["form"]["wording"].value()) == (True, "2")


def test_what_cannot_be_is_refused(client: Client, mairi: Any) -> None:
    patient = make_patient()
    wrong = [{"given_at": "10:01"}, {"given_on": "1984-05-13"}, {"was_read": ""}, {"name": ""}]

    refused = [list(give(client, patient, **typed).context["form"].errors) for typed in wrong]
    assert (refused, Consent.objects.count()) == ([list(typed) for typed in wrong], 0)


def test_without_a_wording_the_page_says_where_to_write_one(client: Client, mairi: Any, settings: Any) -> None:
    settings.IS_LOOPBACK = False
    consents.write_wording(text=f"{consents.DRAFT_SIGN}.", now=START)
    patient = make_patient()
    answer = give(client, patient, wording="2")

    assert ("Write what people agree to" in answer.content.decode(), Consent.objects.count()) == (True, 0)
