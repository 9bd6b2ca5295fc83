"""What is over goes, and what is not stays: kept times, links, counts, and details of who never came."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from bookings import diary, housekeeping, links, notices, returning
from bookings.models import (
    Appointment,
    AppointmentChange,
    Intake,
    IntakeAnswer,
    Notice,
    PersonalLink,
    Tally,
    WaitingListEntry,
    WaitingOffer,
)
from tests.factories import (
    make_appointment,
    make_condition,
    make_location,
    make_note,
    make_patient,
    make_policy,
    make_practitioner,
    make_service,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=92)
SOON = NOW + timedelta(days=2)


def unseen(**given: Any) -> Appointment:
    """Somebody who booked long ago with everything there is to tell, and never came."""
    told = {"guardian_name": "Mor", "guardian_relation": "mother", "visit_street": "3 Otago Street", "reason": "Sore"}
    state = {"status": "did_not_attend", "cancel_reason": "CANARY", "visitor": "v", "network": "n", "form_key": None}
    return make_appointment(**{"starts_at": LONG_AGO, **told, **state, "condition_code": "hamstring", **given})


def waiting(**given: Any) -> WaitingListEntry:
    days = {"first_day": date(2026, 8, 1), "last_day": date(2026, 8, 20), "joined_at": LONG_AGO, "queued_at": LONG_AGO}
    who = {"name": "Ailsa Reid", "email": "ailsa@example.org", "phone": "0141", "reason": "Sore"}
    return WaitingListEntry.objects.create(service=make_service(), **{**days, **who, **given})


def details(row: Any) -> set[Any]:
    row.refresh_from_db()
    return {getattr(row, name) for name in housekeeping.TOLD}


def test_times_kept_no_longer_are_deleted_and_others_stay() -> None:
    mairi = make_practitioner()
    over, live = (
        make_appointment(practitioner=mairi, starts_at=SOON + timedelta(hours=hours), status="held", held_until=until)
        for hours, until in ((0, NOW), (3, NOW + timedelta(seconds=1)))
    )
    booked = make_appointment(practitioner=mairi, starts_at=SOON + timedelta(hours=6))

    done = housekeeping.tidy(now=NOW)

    assert (done.kept_times, set(Appointment.objects.all())) == (1, {live, booked})
    assert over not in Appointment.objects.all()


def unproved(**given: Any) -> Appointment:
    mairi = given.pop("practitioner", None) or make_practitioner()
    wanted = {"practitioner": mairi, "service": make_service(practitioners=[mairi]), "location": make_location()}
    contact = diary.Contact(name="Ailsa Reid", email="ailsa@example.org")
    return diary.book(contact=contact, now=NOW, needs_proof=True, start=SOON, **wanted, **given)


def test_an_address_nobody_proved_goes_with_all_that_was_told() -> None:
    unproved()

    done = housekeeping.tidy(now=NOW + diary.PROOF_TIME)

    assert done.kept_times == 1
    assert [model.objects.count() for model in (Appointment, AppointmentChange, Notice)] == [0, 0, 0]


def test_an_address_nobody_proved_keeps_the_time_from_nobody_even_when_no_worker_runs() -> None:
    kept = unproved()
    later = NOW + diary.PROOF_TIME

    place = {name: getattr(kept, name) for name in ("practitioner", "service", "location")}
    other = diary.book(contact=diary.Contact(name="Isla"), now=later, start=SOON, **place)

    assert list(Appointment.objects.all()) == [other]


def test_an_offer_nobody_answered_lapses() -> None:
    held = make_appointment(starts_at=SOON, status="held", held_until=NOW, name="", email="")
    entry = waiting(last_day=date(2026, 12, 20), joined_at=NOW)
    times = {"starts_at": SOON, "made_at": NOW - timedelta(hours=2), "expires_at": NOW}
    offer = WaitingOffer.objects.create(entry=entry, appointment=held, practitioner=held.practitioner, **times)

    housekeeping.tidy(now=NOW)

    offer.refresh_from_db()
    assert (offer.answer, Appointment.objects.count(), details(entry) == {"removed", "", None}) == ("lapsed", 0, False)


def test_counts_of_last_week_are_forgotten() -> None:
    Tally.objects.create(kind="book", key="k", since=NOW - timedelta(days=7))
    Tally.objects.create(kind="book", key="k", since=NOW)

    assert (housekeeping.tidy(now=NOW).counts, Tally.objects.get().since) == (1, NOW)


def test_a_personal_link_goes_when_it_has_ended_and_its_mail_is_no_longer_on_its_way() -> None:
    for _ in range(2):
        returning.ask(email="ailsa@example.org", date_of_birth=date(1984, 5, 14), now=NOW)
    Notice.objects.filter(pk=Notice.objects.first().pk).update(sent_at=NOW)
    early = housekeeping.tidy(now=NOW + timedelta(hours=23)).links

    late = housekeeping.tidy(now=NOW + timedelta(hours=24)).links

    assert (early, late, PersonalLink.objects.get().notices.get().sent_at) == (0, 1, None)


@pytest.mark.parametrize("status", ["did_not_attend", "cancelled", "booked"])
def test_details_of_who_never_came_go_after_the_time_the_clinic_chose(status: str) -> None:
    row = unseen(status=status, cancelled_at=LONG_AGO if status == "cancelled" else None)
    old_link = links.token(row)

    done = housekeeping.tidy(now=NOW)

    assert (done.people, details(row)) == (1, {"removed", "", None})
    assert (row.removed_at, row.cancel_reason, row.visitor, row.status) == (NOW, "", "", status)
    with pytest.raises(links.LinkGone):
        links.opened(old_link, now=LONG_AGO)


def test_the_history_keeps_what_happened_and_loses_the_words() -> None:
    row = unseen(status="booked")
    AppointmentChange.objects.create(
        appointment=row, kind="cancelled", at=LONG_AGO, words="CANARY", reason="CANARY", before={"reason": "CANARY"}
    )

    housekeeping.tidy(now=NOW)

    assert list(row.changes.values_list("kind", "words", "reason", "before")) == [
        ("cancelled", "", "", {}),
        ("removed", "", "", {}),
    ]


def test_answers_given_before_a_visit_that_never_was_are_deleted() -> None:
    condition = make_condition()
    times = {"started_at": LONG_AGO, "changed_at": LONG_AGO}
    intake = Intake.objects.create(appointment=unseen(), condition=condition, own_words="CANARY", **times)
    question = condition.symptomquestions.first()
    IntakeAnswer.objects.create(intake=intake, question=question, asked="?", value="CANARY", answered_at=LONG_AGO)

    housekeeping.tidy(now=NOW)

    assert (Intake.objects.count(), IntakeAnswer.objects.count()) == (0, 0)


def test_the_outbox_forgets_where_it_wrote_to() -> None:
    row = unseen()
    about = {"queued_at": LONG_AGO, "due_at": LONG_AGO, "sent_at": LONG_AGO, "sent_to": "hash", "last_error": "x"}
    notice = Notice.objects.create(appointment=row, kind="confirmation", **about)

    housekeeping.tidy(now=NOW)

    notice.refresh_from_db()
    assert (notice.sent_to, notice.last_error, notice.sent_at, notice.recipient) == ("", "", LONG_AGO, ("removed", ""))


@pytest.mark.parametrize(
    "given",
    [
        {"starts_at": NOW - timedelta(days=89)},
        {"starts_at": NOW + timedelta(days=1), "status": "booked"},
        {"status": "attended"},
        {"status": "arrived"},
    ],
)
def test_details_stay_of_who_came_or_may_still_come(given: dict[str, Any]) -> None:
    row = unseen(**given)

    assert (housekeeping.tidy(now=NOW).people, "Ailsa Reid" in details(row)) == (0, True)


def test_details_stay_of_who_has_a_file_here() -> None:
    known, noted = unseen(patient=make_patient()), unseen(case_note=make_note())

    assert housekeeping.tidy(now=NOW).people == 0
    assert all("Ailsa Reid" in details(row) for row in (known, noted))


def test_the_clinic_decides_after_how_many_days() -> None:
    make_policy(keep_unseen_days=200)
    unseen()

    at_first = housekeeping.tidy(now=NOW).people
    at_last = housekeeping.tidy(now=LONG_AGO + timedelta(days=201)).people

    assert (at_first, at_last) == (0, 1)


@pytest.mark.parametrize(
    ("given", "goes"),
    [
        ({}, True),
        ({"status": "withdrawn", "last_day": date(2027, 1, 1)}, True),
        ({"status": "booked", "last_day": date(2027, 1, 1)}, True),
        ({"last_day": date(2027, 1, 1)}, False),
        ({"status": "withdrawn", "joined_at": NOW - timedelta(days=80), "last_day": date(2026, 9, 10)}, False),
    ],
)
def test_a_place_on_the_waiting_list_is_blank_once_it_has_long_been_over(given: dict[str, Any], goes: bool) -> None:
    entry = waiting(**given)
    old_link = links.token(entry, links.WAITING)

    assert (housekeeping.tidy(now=NOW).waiting, details(entry) == {"removed", "", None}) == (int(goes), goes)
    if goes:
        with pytest.raises(links.LinkGone):
            links.opened_waiting(old_link, now=LONG_AGO)


def test_a_second_run_finds_nothing_to_do() -> None:
    unseen()
    waiting()
    unproved()
    housekeeping.tidy(now=NOW + diary.PROOF_TIME)

    assert housekeeping.tidy(now=NOW + diary.PROOF_TIME) == housekeeping.Tidied()


def test_with_nothing_to_do_it_asks_little(django_assert_max_num_queries: Any) -> None:
    make_appointment(starts_at=SOON)

    with django_assert_max_num_queries(12):
        housekeeping.tidy(now=NOW)


def test_it_can_be_run_by_hand_and_says_what_it_did() -> None:
    unseen()
    said = StringIO()

    with travel(NOW, tick=False):
        call_command("housekeeping", stdout=said)

    assert said.getvalue() == "offers: 0, kept times: 0, counts: 0, links: 0, people: 1, waiting: 0\n"


def test_the_worker_does_it_too() -> None:
    row = unseen()

    with travel(NOW, tick=False):
        call_command("outbox", "--once", stdout=StringIO())

    assert details(row) == {"removed", "", None}
    assert notices.Notice.objects.count() == 0
