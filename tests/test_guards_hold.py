"""The guards refuse from the database itself: overlapping appointments, any change to what is signed or written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from bookings.models import Appointment
from patients.models import CaseNote, Symptom, SymptomQuestion
from tests import factories
from tests.test_rules import ROWS, insert_again

pytestmark = pytest.mark.django_db

OVERLAPS: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("appointment_no_practitioner_overlap", lambda: {"practitioner": factories.make_practitioner()}),
    ("appointment_no_room_overlap", lambda: {"room": factories.make_room()}),
    ("appointment_no_patient_overlap", lambda: {"patient": factories.make_patient()}),
]
FROZEN = [
    ("addendum_fixed_once_written", "addendum", {"text": "Another story."}),
    ("audit_entry_fixed_once_written", "audit", {"actor": "nobody"}),
    ("draft_version_fixed_once_kept", "version", {"content": "{}"}),
    ("case_note_fixed_once_discarded", "discarded", {"plan": "Another."}),
]
FINDINGS = [
    ("home_exercise_fixed_with_its_note", "exercise", {"dose": "1 set"}),
    ("mimic_considered_fixed_with_its_note", "mimic", {"text": "Ruled out."}),
    ("outcome_score_fixed_with_its_note", "score", {"value": 9}),
    ("provocation_result_fixed_with_its_note", "result", {"outcome": "negative"}),
    ("red_flag_answer_fixed_with_its_note", "flag", {"reply": "yes"}),
    ("suspected_cause_fixed_with_its_note", "cause", {"weight": "main"}),
    ("symptom_fixed_with_its_note", "symptom", {"text": "Better now."}),
    ("treatment_fixed_with_its_note", "treatment", {"text": "Longer."}),
    ("treatment_step_state_fixed_with_its_note", "step", {"state": "completed"}),
]


def rows_like(row: models.Model) -> models.QuerySet[Any]:
    """The row as a query, so that neither save() nor delete() of the model is asked."""
    return type(row)._base_manager.filter(pk=row.pk)


def signed(note: CaseNote) -> CaseNote:
    sealed = {
        "signed_at": factories.START,
        "signed_by": note.author,
        "position": 1,
        "seal": "{}",
        "seal_hash": "a" * 64,
    }
    CaseNote.objects.filter(pk=note.pk).update(**sealed)
    return note


def discarded(note: CaseNote) -> CaseNote:
    why = {"discarded_at": factories.START, "discarded_by": note.author, "discard_reason": "Wrong patient."}
    CaseNote.objects.filter(pk=note.pk).update(**why)
    return note


def refuse(name: str, act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


@pytest.mark.parametrize(("name", "owner"), OVERLAPS)
def test_two_live_appointments_never_share_an_owner_and_a_moment(
    name: str, owner: Callable[[], dict[str, Any]]
) -> None:
    shared = owner()
    factories.make_appointment(**shared)
    half_past = factories.START + timedelta(minutes=30)

    refuse(name, lambda: factories.make_appointment(starts_at=half_past, **shared))

    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(("name", "owner"), OVERLAPS)
def test_a_cancelled_time_is_free_but_cannot_be_taken_back(name: str, owner: Callable[[], dict[str, Any]]) -> None:
    shared = owner()
    cancelled = factories.make_appointment(status="cancelled", cancelled_at=factories.START, **shared)
    factories.make_appointment(**shared)

    refuse(name, lambda: rows_like(cancelled).update(status="booked", cancelled_at=None))


@pytest.mark.parametrize(("name", "kind", "change"), FROZEN)
def test_what_was_written_is_never_changed_or_deleted(name: str, kind: str, change: dict[str, Any]) -> None:
    row = ROWS[kind]()

    refuse(name, lambda: rows_like(row).update(**change))
    refuse(name, lambda: rows_like(row)._raw_delete("default"))


def test_a_signed_note_is_never_changed_or_deleted() -> None:
    note = signed(factories.make_note())

    refuse("case_note_fixed_once_signed", lambda: rows_like(note).update(plan="Another plan."))
    refuse("case_note_fixed_once_signed", lambda: rows_like(note).update(signed_at=None))
    refuse("case_note_fixed_once_signed", lambda: rows_like(note)._raw_delete("default"))


@pytest.mark.parametrize("end", [signed, discarded])
@pytest.mark.parametrize(("name", "kind", "change"), FINDINGS)
def test_a_finding_of_a_signed_note_is_never_changed_added_or_deleted(
    name: str, kind: str, change: dict[str, Any], end: Callable[[CaseNote], CaseNote]
) -> None:
    row = ROWS[kind]()
    end(row.note)

    refuse(name, lambda: rows_like(row).update(**change))
    refuse(name, lambda: rows_like(row)._raw_delete("default"))
    refuse(name, lambda: insert_again(row))


def test_a_finding_is_not_moved_into_a_signed_note() -> None:
    note = signed(factories.make_note())
    draft = factories.make_note(episode=note.episode)
    symptom = Symptom.objects.create(note=draft, question=SymptomQuestion.objects.first())

    refuse("symptom_fixed_with_its_note", lambda: rows_like(symptom).update(note=note))
