"""What the database keeps of merged files by itself, whatever the models and verbs would say."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Now

from bookings import taking
from bookings.models import Course, PersonalLink, WaitingListEntry
from patients import file_rows, merging, unmerging
from patients.models import Alert, Consent, ConsentWording, Merge, MergedRow, Patient
from tests.factories import START, make_appointment, make_episode, make_patient, make_practitioner, make_service

pytestmark = pytest.mark.django_db


def course(patient: Patient) -> Course:
    by = make_practitioner()
    return Course.objects.create(
        patient=patient, service=make_service(), practitioner=by, planned_by=by, planned_at=START
    )


def waiting(patient: Patient) -> WaitingListEntry:
    person = {"name": "Ailsa Reid", "email": "ailsa@example.org", "first_day": START, "last_day": START}
    times = {"joined_at": START, "queued_at": START}
    return WaitingListEntry.objects.create(patient=patient, service=make_service(), **person, **times)


def link(patient: Patient) -> PersonalLink:
    asked = {"email": "ailsa@example.org", "date_of_birth": START, "requested_at": START, "expires_at": START}
    return PersonalLink.objects.create(patient=patient, **asked)


def consent(patient: Patient) -> Consent:
    wording = ConsentWording.objects.create(number=1, text="I agree.", written_at=START)
    return Consent.objects.create(
        patient=patient, wording=wording, given_by="Ailsa Reid", source="clinic", given_at=START
    )


def alert(patient: Patient) -> Alert:
    return Alert.objects.create(patient=patient, kind="allergy", text="zinc oxide tape", noted_on=START)


ROWS: dict[str, Any] = {
    "alert_never_on_an_emptied_file": alert,
    "appointment_never_on_an_emptied_file": lambda patient: make_appointment(patient=patient),
    "consent_never_on_an_emptied_file": consent,
    "course_never_on_an_emptied_file": course,
    "episode_never_on_an_emptied_file": lambda patient: make_episode(patient=patient),
    "personal_link_never_on_an_emptied_file": link,
    "waiting_never_on_an_emptied_file": waiting,
}


def emptied() -> Patient:
    gone = make_patient(name="Emptied")
    Patient.objects.filter(pk=gone.pk).update(merged_into=make_patient())
    return gone


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_ever_put_into_an_emptied_file(name: str) -> None:
    row = ROWS[name](make_patient())

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(patient=emptied())


def test_every_table_that_names_a_patient_has_its_guard() -> None:
    guarded = {
        one.model for one in file_rows.links() for constraint in one.model._meta.constraints if constraint.name in ROWS
    }

    assert [one.model for one in file_rows.links() if one.model not in guarded] == []


def merged() -> Merge:
    return Merge.objects.create(
        kept=make_patient(), gone=make_patient(), merged_at=START, merged_by=make_practitioner()
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("merge_is_of_two_files", {"gone": models.F("kept")}),
        ("merge_is_undone_by_somebody", {"undone_at": Now()}),
    ],
)
def test_the_database_refuses_a_merge_that_cannot_be(name: str, change: dict[str, Any]) -> None:
    made = merged()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Merge.objects.filter(pk=made.pk).update(**change)


def test_no_file_is_merged_into_itself() -> None:
    patient = make_patient()

    with pytest.raises(IntegrityError, match="patient_is_not_merged_into_itself"), transaction.atomic():
        Patient.objects.filter(pk=patient.pk).update(merged_into=models.F("id"))


def doubled(name: str) -> str:
    """SQLite names the columns, not the constraint."""
    return name if connection.vendor == "postgresql" else "^UNIQUE constraint failed"


def test_a_file_is_emptied_once() -> None:
    made = merged()
    again = {"kept": make_patient(), "gone": made.gone, "merged_at": START, "merged_by": made.merged_by}

    with pytest.raises(IntegrityError, match=doubled("merge_empties_a_file_once")), transaction.atomic():
        Merge.objects.bulk_create([Merge(**again)])


def test_a_row_is_moved_once_in_a_merge() -> None:
    row = {"merge": merged(), "model": "patients.episode", "key": "1"}
    MergedRow.objects.create(**row)

    with pytest.raises(IntegrityError, match=doubled("merged_row_is_moved_once")), transaction.atomic():
        MergedRow.objects.bulk_create([MergedRow(**row)])


def test_what_is_kept_for_a_while_only_may_be_gone_when_the_rest_is_taken_apart() -> None:
    kept, gone, by = make_patient(), make_patient(), make_practitioner()
    link(gone)
    held = make_appointment(patient=gone, status="held", held_until=START, email="")
    episode, seen = make_episode(patient=gone), merging.plan(kept=kept, gone=gone).key
    made = merging.merge(kept=kept, gone=gone, taken=(), as_seen=seen, by=by, now=START)
    PersonalLink.objects.all().delete()
    taking.drop([held.pk], START + timedelta(days=1))

    unmerging.undo(made=made, by=by, now=START)

    assert ([one.label for one in file_rows.of(gone)], gone.episodes.get()) == (["patients.episode"], episode)
