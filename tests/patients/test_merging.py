"""Two files of one person made into one, and taken apart again: nothing is lost, nothing sealed is touched."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from bookings import desk, intake, links
from bookings import merging as booked
from bookings.models import Intake
from patients import audit, file_rows, merging, notes, registry, seal, search, unmerging
from patients.export import record
from patients.models import AuditEntry, CaseNote, Merge, Patient
from tests.factories import START, make_appointment, make_episode, make_patient, make_practitioner
from tests.patients.test_merge_rules import ROWS, link
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db

NOW = START + timedelta(days=1)
LATER = NOW + timedelta(days=29)


@pytest.fixture
def by() -> Any:
    return make_practitioner(username="mairi")


@pytest.fixture
def kept() -> Patient:
    return make_patient(name="Callum Reid", email="callum@example.org")


@pytest.fixture
def gone() -> Patient:
    return make_patient(name="Calum Reid", known_as="Cal", gp="Dr Anand", email="cal@example.org", phone="")


def merge(kept: Patient, gone: Patient, by: Any, *taken: str) -> Merge:
    key = merging.plan(kept=kept, gone=gone).key
    return merging.merge(kept=kept, gone=gone, taken=taken, as_seen=key, by=by, now=NOW)


def counted(patient: Patient) -> dict[str, int]:
    return {rows.label: len(rows.rows) for rows in file_rows.of(patient)}


def filled(patient: Patient) -> None:
    """A row of every kind that names a patient."""
    for make in ROWS.values():
        make(patient)


def test_everything_moves_whatever_table_it_is_in(kept: Patient, gone: Patient, by: Any) -> None:
    filled(gone)
    before = counted(gone)

    merge(kept, gone, by)

    assert len(before) == len(file_rows.links())
    assert (counted(kept), counted(gone)) == (before, {})


def test_looking_beforehand_changes_nothing_and_tells_exactly_what_moves(kept: Patient, gone: Patient) -> None:
    filled(gone)

    found = merging.plan(kept=kept, gone=gone)

    assert {rows.label: len(rows.rows) for rows in found.moving} == counted(gone)
    assert (counted(kept), Merge.objects.count()) == ({}, 0)


def test_signed_notes_keep_their_words_their_seals_and_their_chain(kept: Patient, gone: Patient, by: Any) -> None:
    episode = make_episode(patient=gone)
    note = signed_note(episode=episode, author=by)
    notes.add_addendum(note=note, author=by, kind="addition", text="More.", now=START)
    before = CaseNote.objects.filter(pk=note.pk).values().get()

    made = merge(kept, gone, by)

    assert CaseNote.objects.filter(pk=note.pk).values().get() == before
    assert (CaseNote.objects.get(pk=note.pk).episode.patient, seal.first_fault(episode)) == (kept, None)
    assert seal.opened(before["seal"])["patient"]["reference"] == gone.reference
    unmerging.undo(made=made, by=by, now=LATER)
    assert (CaseNote.objects.filter(pk=note.pk).values().get(), seal.first_fault(episode)) == (before, None)


def test_the_chosen_words_are_taken_and_nothing_else(kept: Patient, gone: Patient, by: Any) -> None:
    merge(kept, gone, by, "known_as", "email", "date_of_birth")

    kept.refresh_from_db()
    assert (kept.name, kept.known_as, kept.gp, kept.email) == ("Callum Reid", "Cal", "", "cal@example.org")


def test_both_references_say_in_the_trace_what_happened(kept: Patient, gone: Patient, by: Any) -> None:
    made = merge(kept, gone, by, "known_as")

    traced = (
        AuditEntry.objects.filter(action="change")
        .order_by("position")
        .values_list("patient_reference", "subject", "fields")
    )
    assert list(traced) == [
        (kept.reference, f"file, which took in {gone.reference}: merge {made.pk}", "known_as"),
        (gone.reference, f"file, which was emptied into {kept.reference}: merge {made.pk}", ""),
    ]
    assert audit.first_fault() is None


def test_the_emptied_file_is_in_no_list_and_no_search_and_leads_to_the_other(
    kept: Patient, gone: Patient, by: Any
) -> None:
    merge(kept, gone, by)

    found = search.people(search.asked("reid", today=date(2026, 11, 26)))
    person = registry.Person("Calum Reid", gone.date_of_birth, "cal@example.org")
    assert (list(found), list(Patient.objects.all())) == ([kept], [kept])
    assert ([one.patient for one in registry.suggestions(person)], registry.look_alikes(person)) == ([kept], [])
    assert (registry.in_use(gone.pk), registry.earlier_references(kept)) == (kept, [gone.reference])
    assert ("Earlier reference", gone.reference) in record.gather(kept, now=NOW).facts


def test_links_of_the_emptied_file_go_on_working_and_its_address_is_still_known(
    kept: Patient, gone: Patient, by: Any
) -> None:
    booked_link = link(gone)
    booked_link.expires_at = NOW + timedelta(days=1)
    booked_link.save()
    token = links.token(booked_link, links.PERSONAL)

    merge(kept, gone, by)

    known = desk.known_person(links.opened_personal(token, now=NOW))
    assert known is not None
    assert (known.patient_id, known.contact.name) == (kept.pk, "Callum Reid")
    assert registry.known_by(email="CAL@example.org", date_of_birth=gone.date_of_birth) == kept


def test_what_was_told_before_a_visit_comes_along(kept: Patient, gone: Patient, by: Any) -> None:
    appointment = make_appointment(patient=gone)
    sent = Intake.objects.create(
        appointment=appointment, gp="Dr Kerr", started_at=START, changed_at=START, sent_at=START
    )

    merge(kept, gone, by)
    intake.fill_file(intake=Intake.objects.select_related("appointment").get(pk=sent.pk), by=by, now=NOW)

    kept.refresh_from_db()
    assert kept.gp == "Dr Kerr"


@pytest.mark.parametrize(("start", "end"), [(0, 60), (30, 90), (-30, 30), (10, 20), (-30, 120)])
def test_two_visits_at_one_time_are_named_and_refused(
    kept: Patient, gone: Patient, by: Any, start: int, end: int
) -> None:
    one = make_appointment(patient=kept)
    other = make_appointment(patient=gone, starts_at=START + timedelta(minutes=start), minutes=end - start)

    [pair] = booked.clashes(kept.pk, gone.pk)
    with pytest.raises(IntegrityError, match=booked.OVERLAP):
        merge(kept, gone, by)

    assert set(pair) == {one, other}
    assert (counted(gone), Merge.objects.count()) == ({"bookings.appointment": 1}, 0)


def test_visits_one_after_the_other_or_cancelled_are_no_hindrance(kept: Patient, gone: Patient, by: Any) -> None:
    make_appointment(patient=kept)
    make_appointment(patient=gone, starts_at=START + timedelta(minutes=60))
    make_appointment(patient=gone, status="cancelled", cancelled_at=START)

    merge(kept, gone, by)

    assert (booked.clashes(kept.pk, gone.pk), counted(kept)) == ([], {"bookings.appointment": 3})


REFUSED: dict[str, tuple[Callable[[Any, Any, Any], tuple[Any, Any]], str]] = {
    "into itself": (lambda kept, gone, third: (kept, kept), "the same file twice"),
    "a second time": (lambda kept, gone, third: (kept, gone), "already merged into that of Callum Reid"),
    "the other way round": (lambda kept, gone, third: (gone, kept), "already merged into that of Callum Reid"),
    "into an emptied one": (lambda kept, gone, third: (gone, third), "already merged into that of Callum Reid"),
    "out of an emptied one": (lambda kept, gone, third: (third, gone), "already merged into that of Callum Reid"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_kindly(kept: Patient, gone: Patient, by: Any, case: str) -> None:
    key = merging.plan(kept=kept, gone=gone).key
    merge(kept, gone, by)
    choose, words = REFUSED[case]
    one, other = choose(kept, Patient.everybody.get(pk=gone.pk), make_patient())

    with pytest.raises(merging.CannotMerge, match=words):
        merging.merge(kept=one, gone=other, taken=(), as_seen=key, by=by, now=NOW)

    assert Merge.objects.count() == 1


def test_who_looked_at_a_file_open_in_an_older_tab_is_refused_as_well(kept: Patient, gone: Patient, by: Any) -> None:
    key = merging.plan(kept=kept, gone=gone).key
    make_episode(patient=gone)

    with pytest.raises(merging.ChangedMeanwhile):
        merging.merge(kept=kept, gone=gone, taken=(), as_seen=key, by=by, now=NOW)

    assert counted(gone) == {"patients.episode": 1}


def test_a_file_that_took_one_in_can_go_into_a_third_and_both_lead_there(kept: Patient, gone: Patient, by: Any) -> None:
    third = make_patient(name="Third")
    make_episode(patient=gone)
    merge(kept, gone, by)

    merge(third, kept, by)

    assert (registry.in_use(gone.pk), counted(third)) == (third, {"patients.episode": 1})
    assert set(registry.earlier_references(third)) == {kept.reference, gone.reference}


def test_taken_apart_each_file_is_as_it_was(kept: Patient, gone: Patient, by: Any) -> None:
    filled(gone)
    make_episode(patient=kept)
    before = (counted(kept), counted(gone), Patient.objects.filter(pk=kept.pk).values().get())

    made = merge(kept, gone, by, "name", "date_of_birth", "gp", "phone")
    unmerging.undo(made=made, by=by, now=LATER)

    assert (counted(kept), counted(gone), Patient.objects.filter(pk=kept.pk).values().get()) == before
    assert (Patient.objects.count(), len(search.people(search.asked("calum", today=date(2026, 11, 26))))) == (2, 1)
    assert audit.first_fault() is None


def test_what_came_since_and_hangs_on_an_episode_goes_along_the_rest_stays(
    kept: Patient, gone: Patient, by: Any
) -> None:
    episode = make_episode(patient=gone)
    made = merge(kept, gone, by)
    note = saved_note(episode=episode, author=by)
    visit = make_appointment(patient=kept, case_note=note)
    make_appointment(patient=kept, starts_at=START + timedelta(days=9))

    [rows] = unmerging.plan(made, now=LATER).following
    unmerging.undo(made=made, by=by, now=LATER)

    assert list(rows.rows) == [visit]
    assert (counted(kept), counted(gone)) == (
        {"bookings.appointment": 1},
        {"bookings.appointment": 1, "patients.episode": 1},
    )


def test_a_field_that_was_edited_since_stays_edited(kept: Patient, gone: Patient, by: Any) -> None:
    made = merge(kept, gone, by, "email", "gp")
    Patient.objects.filter(pk=kept.pk).update(email="new@example.org")

    unmerging.undo(made=Merge.objects.get(pk=made.pk), by=by, now=LATER)

    kept.refresh_from_db()
    assert (kept.email, kept.gp) == ("new@example.org", "")


def moved_on(made: Merge) -> None:
    make_appointment(patient=made.kept).__class__.objects.update(patient=make_patient(name="Third"))


UNDOABLE: dict[str, tuple[Callable[[Merge, Any], Any], timedelta, str]] = {
    "twice": (lambda made, by: unmerging.undo(made=made, by=by, now=NOW), timedelta(), "taken apart already"),
    "after a month": (lambda made, by: None, timedelta(days=31), "for 30 days"),
    "merged on": (
        lambda made, by: merge(make_patient(name="Third"), made.kept, by),
        timedelta(),
        "Take that apart first",
    ),
    "gone astray": (lambda made, by: moved_on(made), timedelta(), "went to somebody else: Appointment"),
    "torn": (
        lambda made, by: made.kept.appointments.update(case_note=saved_note(episode=make_episode(patient=made.kept))),
        timedelta(),
        "in an episode that stays here: Appointment",
    ),
}


@pytest.mark.parametrize("case", UNDOABLE)
def test_what_cannot_be_taken_apart_says_why(kept: Patient, gone: Patient, by: Any, case: str) -> None:
    make_appointment(patient=gone, starts_at=START + timedelta(days=40))
    made = merge(kept, gone, by)
    act, after, words = UNDOABLE[case]
    act(made, by)
    before = counted(kept)

    with pytest.raises(unmerging.CannotTakeApart, match=words):
        unmerging.undo(made=Merge.objects.get(pk=made.pk), by=by, now=NOW + after)

    assert counted(kept) == before
