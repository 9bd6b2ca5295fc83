"""Consent to treatment: versions of the text, what was given stays, and it is in the record that is handed out."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.export import told_records
from patients import consents
from patients.export import pdf, record, text
from patients.models import AuditEntry, Consent, ConsentWording, Patient
from tests.bookings.intake_answers import answer_all, first_appointment
from tests.factories import START, make_patient, make_practitioner, make_user
from tests.patients.printed import flat

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


def given(patient: Patient, **changes: object) -> Consent:
    wording = ConsentWording.current() or consents.write_wording(text="I agree.\n  Indented & <b>", now=START)
    by = make_practitioner()
    kept = {"wording": wording, "given_by": "Ailsa Reid", "given_at": START, "source": Consent.Source.ONLINE}
    return consents.keep(**{"patient": patient, **kept, **changes}, by=by, now=START)  # type: ignore[arg-type]


def test_a_new_text_is_a_new_version() -> None:
    for words in ("First.", "Second."):
        consents.write_wording(text=words, now=START)

    assert list(ConsentWording.objects.values_list("number", "text")) == [(2, "Second."), (1, "First.")]


def test_the_same_consent_is_kept_once() -> None:
    patient = make_patient()

    assert given(patient) == given(patient)
    assert AuditEntry.objects.filter(subject__startswith="consent", action="create").count() == 1


def test_a_withdrawn_consent_stays_on_record() -> None:
    consent = given(make_patient())
    for now in (LATER, LATER + timedelta(days=1)):
        consents.withdraw(consent=consent, by=make_practitioner(), now=now)

    consent.refresh_from_db()
    assert (consent.given_at, consent.withdrawn_at) == (START, LATER)


def test_the_file_shows_consents_and_withdraws_them(client: Client) -> None:
    consent = given(make_patient())
    client.force_login(make_practitioner())

    answer = client.post(f"/admin/consents/{consent.pk}/withdraw/", follow=True)

    consent.refresh_from_db()
    assert (consent.withdrawn_at is not None, "Withdrawn" in answer.content.decode()) == (True, True)


def test_only_practitioners_withdraw_and_no_look_does(client: Client) -> None:
    consent = given(make_patient())
    client.force_login(make_practitioner())
    looked = client.get(f"/admin/consents/{consent.pk}/withdraw/").status_code
    client.force_login(make_user(is_superuser=True))

    assert (looked, client.post(f"/admin/consents/{consent.pk}/withdraw/").status_code) == (405, 403)


def test_a_practitioner_writes_a_new_wording_in_the_settings(client: Client) -> None:
    consents.write_wording(text="First.", now=START)
    client.force_login(make_practitioner())

    address = "/admin/patients/consentwording/add/"
    offered = client.get(address).context["adminform"].form["text"].value()
    answer = client.post(address, {"text": "Second.\r\nLine."}, follow=True)

    assert (offered, answer.status_code) == ("First.", 200)
    assert list(ConsentWording.objects.values_list("number", "text")) == [(2, "Second.\nLine."), (1, "First.")]


def test_the_record_holds_consents_with_their_words() -> None:
    consent = given(make_patient())
    consents.withdraw(consent=consent, by=make_practitioner(), now=LATER)

    said = text.render(record.gather(consent.patient, now=START))
    assert "\nConsent\n=======\n" in said
    assert "wording 1, given by Ailsa Reid, online, before the visit; withdrawn on Friday 27 November 2026" in flat(
        said
    )
    assert "Wording 1\n  I agree.\n    Indented & <b>\n" in said


def test_the_record_holds_what_was_told_before_the_visit(client: Client) -> None:
    appointment = first_appointment(patient=make_patient())
    answer_all(client, appointment, at=START - timedelta(hours=1))
    assert appointment.patient is not None

    gathered = record.gather(appointment.patient, now=START, told=told_records(appointment.patient))
    said = text.render(gathered)
    assert "Before Thursday 26 November 2026, 10:00, sent Thursday 26 November 2026, 09:00" in flat(said)
    assert "  Most pain in the last 24 hours: 7 out of 10\n" in said
    assert "  Allergies: latex\n" in said
    assert "1 appointment" not in gathered.contents
    assert gathered.contents.endswith("0 appointments, 1 intake")


def test_the_printed_record_holds_both(client: Client) -> None:
    appointment = first_appointment(patient=make_patient())
    answer_all(client, appointment, at=START - timedelta(hours=1))
    assert appointment.patient is not None
    given(appointment.patient)

    gathered = record.gather(appointment.patient, now=START, told=told_records(appointment.patient))
    assert pdf.render(gathered)[:5] == b"%PDF-"
