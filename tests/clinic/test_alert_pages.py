"""Alerts: noted, checked, ended, never deleted; in view on the file, the note and the appointment."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from time_machine import travel

from bookings.models import Intake
from clinic import told_alerts
from patients.models import Alert, AuditEntry, Patient
from tests.clinic.typed import send
from tests.factories import START, make_alert, make_appointment, make_note, make_patient, make_practitioner, make_user
from tests.patients.printed import flat, printed

pytestmark = pytest.mark.django_db


def press(client: Client, alert: Alert, do: str, **more: str) -> Any:
    return client.post(f"/admin/alerts/{alert.pk}/do/", {"do": do, **more})


def add(client: Client, patient: Patient, **typed: str) -> Any:
    return client.post(f"/admin/patients/{patient.pk}/alerts/", typed)


def told(client: Client, **answers: str) -> Any:
    """An intake that was sent, of somebody who is in the books."""
    appointment = make_appointment(patient=make_patient())
    times = {"started_at": START, "changed_at": START, "sent_at": START}
    Intake.objects.create(appointment=appointment, **{"medication": "none", "allergies": "latex", **answers}, **times)
    client.force_login(make_practitioner(username="mairi"))
    return appointment


def test_an_alert_is_noted_and_in_view(client: Client, mairi: Any) -> None:
    patient = make_patient()

    with travel(START, tick=False):
        client.force_login(mairi)
        answer = add(client, patient, kind="allergy", text="  zinc-oxide\r\n tape ")
    alert = Alert.objects.get()
    assert (answer.headers["Location"], alert.words) == (f"/admin/patients/{patient.pk}/", "Allergy: zinc-oxide tape")
    assert (alert.noted_on, alert.source, alert.is_in_force) == (date(2026, 11, 26), "therapist", True)
    assert "zinc-oxide tape" in client.get(f"/admin/patients/{patient.pk}/").content.decode()


def test_the_same_alert_twice_is_there_once(client: Client, mairi: Any) -> None:
    patient = make_patient()
    for words in ("Latex", "latex"):
        add(client, patient, kind="allergy", text=words)

    assert Alert.objects.count() == 1


def test_an_alert_without_words_or_kind_is_refused_kindly(client: Client, mairi: Any) -> None:
    patient, sent = make_patient(), [{"kind": "allergy", "text": "  "}, {"kind": "rumour", "text": "latex"}]

    assert [add(client, patient, **typed).status_code for typed in sent] == [422, 422]
    assert Alert.objects.count() == 0


def test_an_alert_is_still_true(client: Client, mairi: Any) -> None:
    alert = make_alert()

    with travel(START + timedelta(days=30), tick=False):
        client.force_login(mairi)
        press(client, alert, "check")
    alert.refresh_from_db()
    assert (alert.checked_on, alert.ended_on) == (date(2026, 12, 26), None)
    assert AuditEntry.objects.get(action="change").fields == "checked_on"


def test_an_ended_alert_leaves_the_strip_and_stays_on_record(client: Client, mairi: Any) -> None:
    alert = make_alert(text="Takes apixaban")

    press(client, alert, "end")
    press(client, alert, "end")
    press(client, alert, "check")
    alert.refresh_from_db()
    file = client.get(f"/admin/patients/{alert.patient_id}/").context["patient"]
    listed = client.get(f"/admin/patients/{alert.patient_id}/alerts/").content.decode()
    assert (alert.is_in_force, alert.checked_on, file.alert_lines) == (False, None, [])
    assert ("Takes apixaban" in listed, AuditEntry.objects.filter(action="change").count()) == (True, 1)
    assert "Takes apixaban (noted here; since 26 November 2026; ended on" in flat(printed(alert.patient))


def test_an_alert_noted_on_a_clock_that_ran_ahead_can_still_be_ended(client: Client, mairi: Any) -> None:
    alert = make_alert(noted_on=date(2099, 1, 1))
    press(client, alert, "end")

    alert.refresh_from_db()
    assert alert.ended_on == date(2099, 1, 1)


def test_a_press_leads_back_to_pages_of_the_workbench_only(client: Client, mairi: Any) -> None:
    alert = make_alert()
    asked = ["https://example.org/", "//example.org/", "/book/", "javascript:alert(1)"]

    led = {press(client, alert, "check", back=back).headers["Location"] for back in asked}
    assert led == {f"/admin/patients/{alert.patient_id}/"}


def test_a_press_leads_back_to_where_it_was_pressed(client: Client, mairi: Any) -> None:
    there = f"/admin/appointments/{make_appointment().pk}/"

    assert press(client, make_alert(), "check", back=there).headers["Location"] == there


def test_an_odd_press_changes_nothing(client: Client, mairi: Any) -> None:
    alert = make_alert()
    press(client, alert, "delete")
    looked = client.get(f"/admin/alerts/{alert.pk}/do/").status_code

    alert.refresh_from_db()
    assert (alert.is_in_force, looked) == (True, 405)


def test_alerts_are_in_view_on_note_and_appointment(client: Client, mairi: Any) -> None:
    note = make_note(author=mairi)
    make_alert(patient=note.episode.patient, text="CANARY-ALERT")
    booked = make_appointment(patient=note.episode.patient)

    pages = [f"/admin/notes/{note.pk}/", f"/admin/appointments/{booked.pk}/"]
    assert ["CANARY-ALERT" in client.get(page).content.decode() for page in pages] == [True, True]
    assert AuditEntry.objects.filter(subject=f"alerts of patient {note.episode.patient.pk}").count() == 1


def test_the_desk_sees_no_alert_on_an_appointment(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    booked = make_appointment(patient=make_alert(text="CANARY-ALERT").patient)

    assert "CANARY-ALERT" not in client.get(f"/admin/appointments/{booked.pk}/").content.decode()


def test_what_the_patient_told_is_offered_and_never_taken_by_itself(client: Client) -> None:
    appointment = told(client, medication="apixaban\r\n\nparacetamol")

    offers = client.get(f"/admin/patients/{appointment.patient_id}/").context["offers"]
    assert [(one.kind, one.text) for one in offers] == [("allergy", "latex"), ("medication", "apixaban; paracetamol")]
    assert Alert.objects.count() == 0


def test_nothing_told_is_nothing_offered(client: Client) -> None:
    appointment, sent = told(client), Intake.objects.get()
    for sent.medication in ("none", "None.", " NO ", "-", "", "\n", "n/a", "Nothing!"):
        sent.allergies = sent.medication
        assert told_alerts.of_intake(sent, appointment.patient) == []


def test_one_press_puts_it_in_view_as_what_the_patient_says(client: Client) -> None:
    appointment = told(client)
    for _ in range(2):
        add(client, appointment.patient, take="allergies")

    alert = Alert.objects.get()
    file = client.get(f"/admin/patients/{appointment.patient_id}/")
    assert (alert.words, alert.source, file.context["offers"]) == ("Allergy: latex", "patient", [])
    assert "the patient says" in file.content.decode()


def test_an_ended_alert_is_not_offered_again(client: Client) -> None:
    appointment = told(client)
    add(client, appointment.patient, take="allergies")
    press(client, Alert.objects.get(), "end")

    assert client.get(f"/admin/patients/{appointment.patient_id}/").context["offers"] == []


def test_the_note_takes_it_over_by_a_press_of_its_own_and_not_with_all_the_rest(client: Client) -> None:
    appointment = told(client)
    note = make_note(author=make_practitioner("morag"))
    appointment.case_note = note
    appointment.save()
    client.force_login(note.author)

    counts = []
    for do in ("take-all", "take-allergies"):
        note.refresh_from_db()
        send(client, note, do)
        counts.append(Alert.objects.count())
    assert counts == [0, 1]


def test_an_alert_that_was_ended_before_is_not_read_out_untraced(client: Client, mairi: Any) -> None:
    answer = press(client, make_alert(ended_on=START.date()), "end")

    said = [str(one) for one in get_messages(answer.wsgi_request)]
    assert (said, AuditEntry.objects.filter(action="change").count()) == (["That was ended before."], 0)
