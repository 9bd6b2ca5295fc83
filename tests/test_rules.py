"""Every plain constraint refuses its bad row from the database itself, whatever the models and forms would say."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction

from bookings.models import Notice
from patients.models import (
    Addendum,
    Alert,
    AuditEntry,
    Cause,
    ClinicProfile,
    DraftVersion,
    Exercise,
    HomeExercise,
    Instrument,
    LoadRule,
    Mimic,
    MimicConsidered,
    OutcomeScore,
    ProvocationResult,
    ProvocationTest,
    RedFlag,
    RedFlagAnswer,
    Source,
    SuspectedCause,
    Symptom,
    SymptomQuestion,
    Technique,
    TestAccuracy,
    Treatment,
    TreatmentStep,
    TreatmentStepState,
)
from tests import factories

pytestmark = pytest.mark.django_db


def first(model: type[models.Model]) -> models.Model:
    """A row of the catalogue, with a condition made around it."""
    condition = factories.make_condition()
    return model.objects.filter(condition=condition).first()


def finding(
    model: type[models.Model], of: type[models.Model] | None = None, field: str = "", **given: Any
) -> models.Model:
    note = factories.make_note()
    return model.objects.create(note=note, **{field: of.objects.first()} if of else {}, **given)


ROWS = {
    "accuracy": lambda: TestAccuracy.objects.create(test=first(ProvocationTest), measure="all", source="SEED"),
    "addendum": lambda: Addendum.objects.create(
        note=factories.make_note(),
        position=1,
        text="More.",
        author=factories.make_practitioner(),
        written_at=factories.START,
        seal="{}",
        seal_hash="a" * 64,
        previous_hash="",
    ),
    "appointment": factories.make_appointment,
    "audit": lambda: AuditEntry.objects.create(position=1, at=factories.START, mac="a" * 64),
    "cause": lambda: finding(SuspectedCause, Cause, "cause", role="onset", weight="likely"),
    "closure": factories.make_closure,
    "episode": factories.make_episode,
    "alert": lambda: Alert.objects.create(
        patient=factories.make_patient(), kind="allergy", text="zinc oxide tape", noted_on=factories.START
    ),
    "discarded": lambda: factories.make_note(
        discarded_at=factories.START, discarded_by=factories.make_practitioner(), discard_reason="Wrong patient."
    ),
    "exercise": lambda: finding(HomeExercise, Exercise, "exercise", dose="3 sets"),
    "flag": lambda: finding(RedFlagAnswer, RedFlag, "red_flag", reply="no"),
    "hours": lambda: factories.make_hours(practitioner=factories.make_practitioner()),
    "mimic": lambda: finding(MimicConsidered, Mimic, "mimic"),
    "note": factories.make_note,
    "notice": lambda: Notice.objects.create(
        appointment=factories.make_appointment(),
        kind="confirmation",
        queued_at=factories.START,
        due_at=factories.START,
    ),
    "policy": factories.make_policy,
    "profile": lambda: ClinicProfile.objects.create(pk=1),
    "result": lambda: finding(ProvocationResult, ProvocationTest, "test", side="right", outcome="positive"),
    "score": lambda: finding(OutcomeScore, Instrument, "instrument", value=6),
    "service": factories.make_service,
    "step": lambda: finding(TreatmentStepState, TreatmentStep, "step", state="active"),
    "symptom": lambda: finding(Symptom, SymptomQuestion, "question", side="right"),
    "treatment": lambda: finding(Treatment, Technique, "technique"),
    "version": lambda: DraftVersion.objects.create(
        note=factories.make_note(),
        version=1,
        content='{"plan": "More."}',
        kept_at=factories.START,
        kept_by=factories.make_practitioner(),
    ),
}
ROWS |= {
    model.__name__: lambda model=model: first(model)
    for model in (
        Cause,
        Exercise,
        Instrument,
        LoadRule,
        Mimic,
        ProvocationTest,
        RedFlag,
        Source,
        SymptomQuestion,
        Technique,
        TreatmentStep,
    )
}

# Constraint, row, and the change that must not get in.
CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("test_accuracy_sensitivity_is_a_share", "accuracy", {"sensitivity": "1.2"}),
    ("test_accuracy_specificity_is_a_share", "accuracy", {"specificity": "-0.1"}),
    ("episode_side_is_known", "episode", {"side": "top"}),
    ("episode_closes_after_it_starts", "episode", {"closed_on": date(2026, 11, 25)}),
    ("case_note_kind_is_known", "note", {"kind": "chat"}),
    ("case_note_consent_is_known", "note", {"consent": "perhaps"}),
    ("case_note_signed_whole_or_not_at_all", "note", {"signed_at": factories.START}),
    ("case_note_signed_whole_or_not_at_all", "note", {"seal": "{}"}),
    ("symptom_side_is_known", "symptom", {"side": "top"}),
    ("symptom_state_is_known", "symptom", {"state": "odd"}),
    ("provocation_result_side_is_known", "result", {"side": "top"}),
    ("provocation_result_outcome_is_known", "result", {"outcome": "maybe"}),
    ("provocation_result_familiar_pain_is_known", "result", {"familiar_pain": "maybe"}),
    ("provocation_result_pain_is_0_to_10", "result", {"pain_score": 11}),
    ("provocation_result_pain_only_where_outcome_calls_for_it", "result", {"outcome": "negative", "pain_score": 4}),
    ("suspected_cause_role_is_known", "cause", {"role": "bystander"}),
    ("suspected_cause_weight_is_known", "cause", {"weight": "certain"}),
    ("treatment_step_state_is_known", "step", {"state": "paused"}),
    ("red_flag_reply_is_known", "flag", {"reply": "maybe"}),
    ("clinic_profile_is_single", "profile", {"id": 2}),
    ("service_lasts_5_to_480_minutes", "service", {"duration_minutes": 4}),
    ("service_lasts_5_to_480_minutes", "service", {"duration_minutes": 481}),
    ("service_buffers_are_at_most_2_hours", "service", {"buffer_before_minutes": 121}),
    ("service_buffers_are_at_most_2_hours", "service", {"buffer_after_minutes": 121}),
    ("booking_policy_is_single", "policy", {"id": 2}),
    ("booking_policy_is_sensible", "policy", {"step_minutes": 7}),
    ("booking_policy_is_sensible", "policy", {"horizon_days": 0}),
    ("appointment_ends_after_it_starts", "appointment", {"ends_at": factories.START}),
    (
        "appointment_occupies_at_least_its_time",
        "appointment",
        {"occupied_from": factories.START + timedelta(minutes=1)},
    ),
    ("appointment_status_is_known", "appointment", {"status": "lost"}),
    ("appointment_cancelled_has_a_time", "appointment", {"status": "cancelled"}),
    ("appointment_cancelled_has_a_time", "appointment", {"cancelled_at": factories.START}),
    ("opening_hours_close_after_they_open", "hours", {"closes": time(9)}),
    ("opening_hours_weekday_is_0_to_6", "hours", {"weekday": 7}),
    ("opening_hours_end_after_they_begin", "hours", {"valid_until": date(2025, 12, 31)}),
    ("alert_kind_is_known", "alert", {"kind": "rumour"}),
    ("alert_says_something", "alert", {"text": ""}),
    ("alert_source_is_known", "alert", {"source": "neighbour"}),
    ("alert_is_checked_and_ended_after_it_is_noted", "alert", {"checked_on": date(2026, 11, 25)}),
    ("alert_is_checked_and_ended_after_it_is_noted", "alert", {"ended_on": date(2026, 11, 25)}),
    ("case_note_discarded_with_a_reason_and_never_once_signed", "note", {"discarded_at": factories.START}),
    ("case_note_discarded_with_a_reason_and_never_once_signed", "note", {"discard_reason": "Wrong patient."}),
    ("outcome_score_is_filled_by_somebody_known", "score", {"filled_by": "software"}),
    ("outcome_score_side_is_known", "score", {"side": "mid"}),
    ("closure_ends_after_it_starts", "closure", {"last_day": date(2026, 11, 29)}),
    ("closure_has_both_times_or_none", "closure", {"from_time": time(9)}),
    ("closure_has_both_times_or_none", "closure", {"until_time": time(9)}),
    ("closure_has_both_times_or_none", "closure", {"from_time": time(9), "until_time": time(9)}),
    ("notice_kind_is_known", "notice", {"kind": "advert"}),
    ("notice_is_sent_or_dropped_not_both", "notice", {"sent_at": factories.START, "dropped_at": factories.START}),
]

# Rows that nobody may change: the bad one comes as a new row. The last column is what differs from the good one.
ADDITIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("addendum_kind_is_known", "addendum", {"position": 2, "kind": "rant"}),
    ("addendum_is_sealed", "addendum", {"position": 2, "seal": ""}),
    ("addendum_is_sealed", "addendum", {"position": 2, "text": ""}),
    ("audit_entry_position_starts_at_1", "audit", {"position": 0}),
]

# The same row a second time.
DOUBLES = [
    ("addendum_position_is_taken_once", "addendum"),
    ("cause_code_is_unique", "Cause"),
    ("exercise_code_is_unique", "Exercise"),
    ("draft_version_is_kept_once", "version"),
    ("home_exercise_is_given_once", "exercise"),
    ("instrument_code_is_unique", "Instrument"),
    ("loadrule_code_is_unique", "LoadRule"),
    ("mimic_code_is_unique", "Mimic"),
    ("mimic_is_considered_once", "mimic"),
    ("outcome_is_scored_once", "score"),
    ("provocation_test_is_recorded_once_a_side", "result"),
    ("provocationtest_code_is_unique", "ProvocationTest"),
    ("red_flag_is_answered_once", "flag"),
    ("redflag_code_is_unique", "RedFlag"),
    ("source_code_is_unique", "Source"),
    ("suspected_cause_is_recorded_once", "cause"),
    ("symptom_is_answered_once_a_side", "symptom"),
    ("symptomquestion_code_is_unique", "SymptomQuestion"),
    ("technique_code_is_unique", "Technique"),
    ("treatment_is_recorded_once", "treatment"),
    ("treatment_step_is_recorded_once", "step"),
    ("treatmentstep_code_is_unique", "TreatmentStep"),
]


def insert_again(row: models.Model, **changes: Any) -> None:
    """The row once more under a new key, past save() and validation."""
    row.pk = uuid4() if isinstance(row._meta.pk, models.UUIDField) else None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    with transaction.atomic():
        type(row)._base_manager.bulk_create([row])


def said_of_doubles(name: str) -> str:
    """SQLite names the columns, not the constraint; and its guard against INSERT OR REPLACE speaks first."""
    return name if connection.vendor == "postgresql" else "^UNIQUE constraint failed|_fixed_once_"


@pytest.mark.parametrize(("name", "kind", "change"), CHANGES)
def test_the_database_refuses_the_change(name: str, kind: str, change: dict[str, Any]) -> None:
    row = ROWS[kind]()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize(("name", "kind", "change"), ADDITIONS)
def test_the_database_refuses_the_row(name: str, kind: str, change: dict[str, Any]) -> None:
    row = ROWS[kind]()

    with pytest.raises(IntegrityError, match=name):
        insert_again(row, **change)


@pytest.mark.parametrize(("name", "kind"), DOUBLES)
def test_the_database_refuses_the_second(name: str, kind: str) -> None:
    row = ROWS[kind]()

    with pytest.raises(IntegrityError, match=said_of_doubles(name)):
        insert_again(row)


def test_a_note_is_signed_by_nobody_but_its_author() -> None:
    note = factories.make_note()
    other = factories.make_practitioner()
    signed = {"signed_at": factories.START, "signed_by": other, "position": 1, "seal": "{}", "seal_hash": "a" * 64}

    with pytest.raises(IntegrityError, match="case_note_is_signed_by_its_author"), transaction.atomic():
        type(note)._base_manager.filter(pk=note.pk).update(**signed)


def test_two_notes_of_an_episode_never_take_one_place_in_its_chain() -> None:
    note = factories.make_note()
    signed = {
        "signed_at": factories.START,
        "signed_by": note.author,
        "position": 1,
        "seal": "{}",
        "seal_hash": "a" * 64,
    }
    factories.make_note(episode=note.episode, author=note.author, **signed)

    with pytest.raises(IntegrityError, match=said_of_doubles("case_note_position_is_taken_once")), transaction.atomic():
        type(note)._base_manager.filter(pk=note.pk).update(**signed)


def test_a_catalogue_version_is_numbered_once() -> None:
    version = factories.make_condition().versions.get()

    with pytest.raises(IntegrityError, match=said_of_doubles("catalogue_version_is_numbered_once")):
        insert_again(version)
