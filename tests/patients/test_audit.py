"""The trace: append-only, single file, keyed."""

from typing import Any

import pytest
from django.db import connection, transaction

from patients import audit, guards
from patients.models import AuditEntry
from tests.factories import START, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> list[AuditEntry]:
    patient = make_patient()
    return [
        audit.record(
            actor=f"user{number}",
            action=AuditEntry.Action.VIEW,
            subject="note 1",
            now=START,
            patient=patient,
            fields=("plan", "advice"),
        )
        for number in range(4)
    ]


def tamper(sql: str) -> None:
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    guards.install(connection)


def test_entries_are_numbered_and_chained(entries: list[AuditEntry]) -> None:
    assert [entry.position for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_mac for entry in entries] == ["", *(entry.mac for entry in entries[:-1])]
    assert (audit.first_fault(), entries[0].fields) == (None, "plan advice")


@pytest.mark.parametrize(
    ("sql", "position"),
    [
        ("UPDATE patients_auditentry SET actor = 'nobody' WHERE position = 2", 2),
        ("UPDATE patients_auditentry SET subject = 'note 2' WHERE position = 4", 4),
        ("DELETE FROM patients_auditentry WHERE position = 3", 3),
        ("DELETE FROM patients_auditentry WHERE position = 1", 1),
    ],
)
def test_the_first_bad_entry_is_named(entries: list[AuditEntry], sql: str, position: int) -> None:
    tamper(sql)

    assert audit.first_fault() == position


def test_without_the_key_nobody_can_forge_the_chain(entries: list[AuditEntry], settings: Any) -> None:
    settings.AUDIT_KEY = "another key, as long as the first one, but not the same"

    assert audit.first_fault() == 1


def test_what_was_rolled_back_leaves_neither_entry_nor_gap(entries: list[AuditEntry]) -> None:
    with transaction.atomic():
        audit.record(actor="mairi", action=AuditEntry.Action.SIGN, subject="note 2", now=START)
        transaction.set_rollback(True)

    after = audit.record(actor="mairi", action=AuditEntry.Action.SIGN, subject="note 2", now=START)

    assert (after.position, audit.first_fault()) == (5, None)
