"""Who somebody is: changed in the workbench, traced by field, and nobody's change is overwritten unseen."""

from typing import Any

import pytest
from django.test import Client

from patients.models import AuditEntry, Patient
from tests.factories import make_patient

pytestmark = pytest.mark.django_db


def address(patient: Patient) -> str:
    return f"/admin/patients/{patient.pk}/identity/"


def form(client: Client, patient: Patient, **typed: str) -> dict[str, Any]:
    """The page as it was loaded, with some fields typed over."""
    shown = client.get(address(patient)).context["form"]
    return {**{name: shown[name].value() or "" for name in shown.fields}, **typed}


def test_a_change_is_saved_and_traced_by_the_names_of_its_fields(client: Client, mairi: Any) -> None:
    patient = make_patient()
    typed = form(client, patient, known_as="Shona", pronouns="she/her", gp="Dr Anand <b>")

    answer = client.post(address(patient), typed)
    patient.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/patients/{patient.pk}/")
    assert (patient.known_as, patient.pronouns, patient.gp) == ("Shona", "she/her", "Dr Anand <b>")
    entry = AuditEntry.objects.get(action="change")
    assert (entry.actor, entry.fields, entry.patient_reference) == ("mairi", "known_as pronouns gp", patient.reference)


def test_saving_without_a_change_changes_and_traces_nothing(client: Client, mairi: Any) -> None:
    patient = make_patient(phone="0141 an odd one", postcode="old style")
    client.post(address(patient), form(client, patient))

    kept = Patient.objects.get()
    assert (kept.phone, kept.postcode, AuditEntry.objects.filter(action="change").count()) == (
        "0141 an odd one",
        "old style",
        0,
    )


def test_a_phone_is_shown_as_people_dial_it_and_kept_as_it_was(client: Client, mairi: Any) -> None:
    patient = make_patient(phone="+441414960143")
    typed = form(client, patient)
    client.post(address(patient), typed)

    assert (typed["phone"], Patient.objects.get().phone) == ("0141 496 0143", "+441414960143")


def test_a_page_that_is_out_of_date_loses_neither_change(client: Client, mairi: Any) -> None:
    patient = make_patient()
    early, late = form(client, patient, gp="Dr Early"), form(client, patient, gp="Dr Late")
    client.post(address(patient), early)

    refused = client.post(address(patient), late)
    assert (refused.status_code, Patient.objects.get().gp) == (409, "Dr Early")
    assert refused.context["stored"] == [("GP and practice", "Dr Early", "Dr Late")]
    again = {name: refused.context["form"][name].value() or "" for name in late}
    client.post(address(patient), again)
    assert Patient.objects.get().gp == "Dr Late"


def test_what_cannot_be_is_refused_and_the_rest_stays_typed(client: Client, mairi: Any) -> None:
    patient = make_patient()
    typed = {**form(client, patient), "gp": "Dr Anand"}
    wrong = {"name": " ", "date_of_birth": "2199-01-01", "phone": "12", "email": "nobody"}

    answer = client.post(address(patient), {**typed, **wrong})
    assert (answer.status_code, Patient.objects.get().gp) == (422, "")
    assert (sorted(answer.context["form"].errors), answer.context["form"]["gp"].value()) == (sorted(wrong), "Dr Anand")


def test_the_old_form_of_the_admin_leads_to_the_page(client: Client, mairi: Any) -> None:
    patient = make_patient()
    answer = client.post(f"/admin/patients/patient/{patient.pk}/change/", {"name": "Somebody Else"})

    assert (answer.headers["Location"], Patient.objects.get().name) == (address(patient), patient.name)
