"""Constraints of holds, courses, the waiting list, consent and intake refuse their bad row from the database itself."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from bookings.models import (
    AppointmentChange,
    Course,
    ExtraOpening,
    Intake,
    IntakeAnswer,
    Notice,
    Tally,
    WaitingListEntry,
    WaitingOffer,
)
from patients.models import Consent, ConsentWording, SymptomQuestion
from tests import factories
from tests.test_rules import insert_again, said_of_doubles

pytestmark = pytest.mark.django_db
START = factories.START
TODAY = date(2026, 11, 26)


def change() -> AppointmentChange:
    return AppointmentChange.objects.create(appointment=factories.make_appointment(), kind="booked", at=START)


def consent() -> Consent:
    return Consent.objects.create(
        patient=factories.make_patient(), wording=wording(), given_by="Ailsa Reid", source="online", given_at=START
    )


def course() -> Course:
    by = factories.make_practitioner()
    given = {"patient": factories.make_patient(), "service": factories.make_service()}
    return Course.objects.create(practitioner=by, planned_by=by, planned_at=START, **given)


def entry() -> WaitingListEntry:
    days = {"first_day": TODAY, "last_day": TODAY}
    person = {"name": "Iain Muir", "email": "iain@example.org"}
    service = factories.make_service()
    return WaitingListEntry.objects.create(service=service, joined_at=START, queued_at=START, **days, **person)


def extra() -> ExtraOpening:
    return ExtraOpening.objects.create(
        practitioner=factories.make_practitioner(),
        location=factories.make_location(),
        weekday=3,
        opens=time(9),
        closes=time(12),
        valid_from=TODAY,
        valid_until=TODAY,
        is_extra=True,
    )


def answer() -> IntakeAnswer:
    factories.make_condition()
    intake = Intake.objects.create(appointment=factories.make_appointment(), started_at=START, changed_at=START)
    question = SymptomQuestion.objects.first()
    return IntakeAnswer.objects.create(intake=intake, question=question, asked="?", value="3", answered_at=START)


def notice() -> Notice:
    about = {"appointment": factories.make_appointment()}
    return Notice.objects.create(kind="confirmation", queued_at=START, due_at=START, **about)


def offer() -> WaitingOffer:
    times = {"starts_at": START, "made_at": START, "expires_at": START + timedelta(hours=2)}
    return WaitingOffer.objects.create(entry=entry(), practitioner=factories.make_practitioner(), **times)


def tally() -> Tally:
    return Tally.objects.create(kind="book", key="a" * 64, since=START)


def wording() -> ConsentWording:
    return ConsentWording.objects.create(number=1, text="I agree.", written_at=START)


# Constraint, the row, and the change that must not get in.
CHANGES: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("appointment_change_kind_is_known", change, {"kind": "lost"}),
    ("appointment_held_has_an_end", factories.make_appointment, {"status": "held"}),
    ("appointment_held_has_an_end", factories.make_appointment, {"held_until": START}),
    ("appointment_setting_is_known", factories.make_appointment, {"setting": "moon"}),
    ("booking_policy_keeps_times_for_a_while", factories.make_policy, {"hold_minutes": 1}),
    ("booking_policy_keeps_times_for_a_while", factories.make_policy, {"offer_minutes": 1441}),
    ("consent_is_withdrawn_after_it_is_given", consent, {"withdrawn_at": START - timedelta(days=1)}),
    ("consent_source_is_known", consent, {"source": "rumour"}),
    ("course_rhythm_is_1_to_90_days", course, {"rhythm_days": 0}),
    ("course_rhythm_is_1_to_90_days", course, {"rhythm_days": 91}),
    ("extra_opening_is_of_one_day", extra, {"valid_until": TODAY + timedelta(days=1)}),
    ("extra_opening_is_of_one_day", extra, {"valid_until": None}),
    ("notice_is_about_one_thing", notice, {"appointment": None}),
    ("service_audience_is_known", factories.make_service, {"audience": "friends"}),
    ("service_setting_is_known", factories.make_service, {"setting": "moon"}),
    ("waiting_ends_after_it_starts", entry, {"last_day": TODAY - timedelta(days=1)}),
    ("waiting_offer_answer_has_a_time", offer, {"answer": "accepted"}),
    ("waiting_offer_answer_has_a_time", offer, {"answered_at": START}),
    ("waiting_status_is_known", entry, {"status": "bored"}),
]

# The same row a second time.
DOUBLES: list[tuple[str, Callable[[], models.Model]]] = [
    ("intake_question_is_answered_once", answer),
    ("tally_is_kept_once", tally),
    ("waiting_offer_is_made_once_at_a_time", offer),
]


@pytest.mark.parametrize(("name", "make", "bad"), CHANGES)
def test_the_database_refuses_the_change_of_a_booking_row(
    name: str, make: Callable[[], models.Model], bad: dict[str, Any]
) -> None:
    row = make()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**bad)


@pytest.mark.parametrize(("name", "make"), DOUBLES)
def test_the_database_refuses_the_second_booking_row(name: str, make: Callable[[], models.Model]) -> None:
    row = make()

    with pytest.raises(IntegrityError, match=said_of_doubles(name)):
        insert_again(row)


def test_a_mail_is_never_about_two_things() -> None:
    row = notice()

    with pytest.raises(IntegrityError, match="notice_is_about_one_thing"), transaction.atomic():
        Notice.objects.filter(pk=row.pk).update(entry=entry())


def test_a_consent_wording_is_never_changed_or_deleted() -> None:
    rows = ConsentWording._base_manager.filter(pk=wording().pk)

    for act in (lambda: rows.update(text="I agree to more."), lambda: rows._raw_delete("default")):
        with pytest.raises(IntegrityError, match="consent_wording_fixed_once_written"), transaction.atomic():
            act()
