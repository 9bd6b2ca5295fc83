"""Whoever waits for the chain of the trace holds all else by then; of two who do it otherwise, PostgreSQL ends one."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment
from patients.models import CaseNote
from tests.bookings.intake_answers import answer_all, first_appointment
from tests.clinic.typed import NOW, TYPED, page, send
from tests.factories import START, make_appointment, make_episode, make_note, make_patient, make_practitioner
from tests.patients.written import saved_note, signed_note

TABLE = re.compile(r'FROM "(\w+)"')
UNDER_A_FILE = re.compile(r'(UPDATE|INSERT INTO) "(bookings_appointment|patients_(alert|consent|episode))"')

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time"),
]


@pytest.fixture(autouse=True)
def at_eleven(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def locked_too_late(queries: Iterable[dict[str, Any]]) -> set[str]:
    """Tables of rows that a transaction locks after the chain, and not before."""
    depth, has_chain = 0, False
    before: set[str] = set()
    late: set[str] = set()
    for sql in (query["sql"] for query in queries):
        if sql.startswith("SAVEPOINT"):
            depth += 1
        elif sql.startswith(("RELEASE", "ROLLBACK TO")):
            depth -= 1
            before, has_chain = (before, has_chain) if depth else (set(), False)
        elif "pg_advisory_xact_lock" in sql:
            has_chain = True
        elif "FOR UPDATE" in sql and (found := TABLE.search(sql)):
            late |= {found[1]} - before if has_chain else set()
            before.add(found[1])
        elif UNDER_A_FILE.match(sql):  # its guard locks the file
            late |= {"patients_patient"} - before if has_chain else set()
    return late


def of_appointment(note: CaseNote, client: Client) -> CaseNote:
    client.force_login(note.author)
    make_appointment(patient=note.episode.patient, case_note=note, status="arrived", practitioner=note.author)
    return note


def test_signing_and_discarding_lock_the_appointment_before_the_trace(client: Client) -> None:
    note, other = of_appointment(saved_note(), client), saved_note()

    with CaptureQueriesContext(connection) as said:
        signed = send(client, note, do="sign")
        client.force_login(other.author)
        discarded = client.post(f"{page(other)}discard/", {"reason": "Wrong patient."})

    assert (signed.status_code, discarded.status_code, locked_too_late(said)) == (302, 302, set())


@pytest.mark.parametrize("has_episode", [True, False])
def test_marking_as_in_error_locks_both_files_before_the_trace(client: Client, has_episode: bool) -> None:
    note, right = of_appointment(signed_note(), client), make_patient(name="Zelda Muir")
    target = f"episode:{make_episode(patient=right).pk}" if has_episode else f"patient:{right.pk}"

    with CaptureQueriesContext(connection) as said:
        answer = client.post(f"{page(note)}in-error/", {"reason": "Wrong.", "search": "Zelda", "target": target})

    assert (answer.status_code, locked_too_late(said)) == (302, set())


def test_taking_over_what_was_told_locks_the_file_before_the_trace(client: Client) -> None:
    appointment = first_appointment(patient=make_patient())
    answer_all(Client(), appointment, at=START - timedelta(hours=1))
    note = make_note(author=make_practitioner(), episode=make_episode(patient=appointment.patient))
    Appointment.objects.update(case_note=note, status="attended")
    client.force_login(note.author)

    with CaptureQueriesContext(connection) as said:
        answer = client.post(page(note), {**TYPED, "version": note.version, "do": "take-all"})

    assert (answer.status_code, locked_too_late(said)) == (302, set())


def test_opening_a_note_locks_the_file_before_the_trace(client: Client) -> None:
    client.force_login(make_practitioner())
    appointment = make_appointment(starts_at=START, patient=make_episode().patient)

    with CaptureQueriesContext(connection) as said:
        answer = client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "note"})

    assert (CaseNote.objects.count(), answer.status_code, locked_too_late(said)) == (1, 302, set())
