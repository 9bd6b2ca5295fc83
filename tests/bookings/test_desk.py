"""From an appointment to the note: matched or registered, never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import desk
from bookings.models import Appointment
from patients.models import AuditEntry, CaseNote, Patient
from tests.factories import make_appointment, make_condition, make_episode, make_patient, make_practitioner

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NOW = START + timedelta(minutes=2)


def test_one_click_registers_a_new_person_and_opens_a_first_note() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START, name="Ailsa Reid")

    note = desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    appointment.refresh_from_db()
    assert (appointment.patient.name, appointment.case_note_id, appointment.status) == (
        "Ailsa Reid",
        note.pk,
        "attended",
    )
    assert (note.kind, note.seen_at, note.entered_at) == (CaseNote.Kind.INITIAL, START, NOW)


def test_one_click_finds_the_same_person_again_whatever_the_accents() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START, name="SEONAID  Reid")
    known = make_patient(name="Seònaid Reid", date_of_birth=appointment.date_of_birth, email=appointment.email.upper())

    note = desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    assert (note.episode.patient, Patient.objects.count()) == (known, 1)


def test_somebody_who_only_looks_alike_is_left_to_a_human() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START, name="Callum Reid")
    make_patient(name="Calum Reid", date_of_birth=appointment.date_of_birth, phone=appointment.phone)

    with pytest.raises(desk.NeedsPerson):
        desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    appointment.refresh_from_db()
    assert (appointment.patient, Patient.objects.count(), CaseNote.objects.count()) == (None, 1, 0)


def test_a_human_may_say_it_is_somebody_new() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START, name="Callum Reid")
    make_patient(name="Calum Reid", date_of_birth=appointment.date_of_birth, phone=appointment.phone)

    note = desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW, is_new_person=True)

    assert (note.episode.patient.name, Patient.objects.count()) == ("Callum Reid", 2)


def test_opening_twice_opens_the_same_note() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START)
    by = make_practitioner(username="mairi")

    first = desk.open_note(appointment=appointment, by=by, now=NOW)
    second = desk.open_note(appointment=appointment, by=by, now=NOW)

    assert (first, CaseNote.objects.count()) == (second, 1)


def test_the_open_episode_goes_on_as_a_follow_up() -> None:
    episode = make_episode()
    by = make_practitioner(username="mairi")
    CaseNote.objects.create(episode=episode, author=by, kind="initial", seen_at=NOW, entered_at=NOW, changed_at=NOW)
    appointment = make_appointment(starts_at=START, patient=episode.patient)

    note = desk.open_note(appointment=appointment, by=by, now=NOW)

    assert (note.episode, note.kind) == (episode, CaseNote.Kind.FOLLOW_UP)


def test_two_open_episodes_are_left_to_a_human() -> None:
    patient = make_patient()
    make_episode(patient=patient)
    make_episode(patient=patient, condition=make_condition(code="tennis-elbow"))
    appointment = make_appointment(starts_at=START, patient=patient)

    with pytest.raises(desk.NeedsProblem):
        desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    assert not CaseNote.objects.exists()


def test_who_it_is_stays_settled_while_what_it_is_about_is_asked() -> None:
    make_condition()
    make_condition(code="tennis-elbow")
    appointment = make_appointment(starts_at=START)

    with pytest.raises(desk.NeedsProblem):
        desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    appointment.refresh_from_db()
    assert (appointment.patient, appointment.status) == (Patient.objects.get(), "booked")


def test_the_guide_they_came_from_says_what_it_is_about() -> None:
    make_condition()
    elbow = make_condition(code="tennis-elbow")
    appointment = make_appointment(starts_at=START, condition_code="tennis-elbow")

    note = desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    assert note.episode.condition == elbow


def test_a_note_cannot_be_opened_before_the_day() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START)

    with pytest.raises(desk.TooEarly):
        desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=START - timedelta(days=1))


def test_a_cancelled_appointment_gets_no_note() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START, status="cancelled", cancelled_at=NOW)

    with pytest.raises(desk.DeskError):
        desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)


def test_without_a_birthday_the_desk_asks_for_it() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START, date_of_birth=None)

    with pytest.raises(desk.DeskError, match="date of birth"):
        desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    assert Appointment.objects.get().status == "booked"


def test_registering_and_opening_are_in_the_trace() -> None:
    make_condition()
    appointment = make_appointment(starts_at=START)

    note = desk.open_note(appointment=appointment, by=make_practitioner(username="mairi"), now=NOW)

    reference = note.episode.patient.reference
    assert list(AuditEntry.objects.values_list("actor", "action", "patient_reference")) == [
        ("mairi", "create", reference),
        ("mairi", "create", reference),
    ]
