"""Every other door to a signed note: the ones a careful attacker, a script or a slip would try."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from patients import guards, notes
from patients.models import Addendum, AuditEntry, CaseNote, RedFlagAnswer, Symptom, TreatmentStepState
from tests.factories import START, make_note, make_practitioner

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a door of SQLite alone")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a door of PostgreSQL alone")


@pytest.fixture
def note() -> CaseNote:
    """A note signed by the verb, with findings and one addendum."""
    author = make_practitioner()
    draft = make_note(author=author)
    condition = draft.episode.condition
    written = notes.Written(
        note={"plan": "Cut hills."},
        findings=[
            Symptom(question=condition.symptomquestions.first(), number=7),
            TreatmentStepState(step=condition.treatmentsteps.first(), state="active"),
            *(RedFlagAnswer(red_flag=flag, reply="no") for flag in condition.redflags.all()),
        ],
    )
    saved = notes.save_draft(note=draft, version=1, written=written, by=author, now=START)
    signed = notes.sign(note=saved, version=saved.version, by=author, now=START)
    notes.add_addendum(note=signed, author=author, kind="addition", text="She rang.", now=START)
    return CaseNote.objects.get(pk=signed.pk)


def everything() -> list[tuple[Any, ...]]:
    """All rows that must not change, as the database holds them."""
    kinds: tuple[type[models.Model], ...] = (CaseNote, Addendum, AuditEntry, Symptom, TreatmentStepState, RedFlagAnswer)
    return [row for kind in kinds for row in kind._base_manager.order_by("pk").values_list()]


def refuse(guard: str, act: Callable[[], Any]) -> None:
    """The act is refused by this guard, and nothing has changed."""
    before = everything()
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        act()
    assert everything() == before


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def copied(row: models.Model, verb: str, *, with_rowid: bool = False, **changes: str) -> str:
    """SQL that writes a copy of a row with some columns changed (SQL expressions)."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields]
    values = [changes.get(column, column) for column in columns]
    if with_rowid:
        columns, values = ["rowid", *columns], ["rowid", *values]
    where = f"{row._meta.pk.column} = '{row.pk.hex if hasattr(row.pk, 'hex') else row.pk}'"
    return f"{verb} INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE {where}"


def test_bulk_update_and_save_are_refused(note: CaseNote) -> None:
    note.plan = "Another plan."

    refuse("case_note_fixed_once_signed", lambda: CaseNote.objects.bulk_update([note], ["plan"]))
    refuse("case_note_fixed_once_signed", note.save)
    refuse("case_note_fixed_once_signed", lambda: run("UPDATE patients_casenote SET plan = 'x'"))


def test_findings_written_in_bulk_are_refused(note: CaseNote) -> None:
    question = note.episode.condition.symptomquestions.last()

    refuse("symptom_fixed_with_its_note", lambda: Symptom.objects.bulk_create([Symptom(note=note, question=question)]))


def test_a_finding_is_not_moved_out_of_a_signed_note(note: CaseNote) -> None:
    draft = make_note(episode=note.episode, author=note.author)

    refuse("symptom_fixed_with_its_note", lambda: Symptom.objects.filter(note=note).update(note=draft))


def test_a_signed_note_is_not_moved_to_another_patient(note: CaseNote) -> None:
    other = make_note(author=note.author)

    refuse("case_note_fixed_once_signed", lambda: CaseNote.objects.filter(pk=note.pk).update(episode=other.episode))


def test_an_upsert_is_refused(note: CaseNote) -> None:
    sql = copied(note, "INSERT") + " ON CONFLICT (id) DO UPDATE SET plan = 'x'"

    refuse("case_note_fixed_once_signed", lambda: run(sql))


@on_sqlite
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_signed_note_is_not_replaced_through_any_key(note: CaseNote, recursive: str) -> None:
    new_key = f"'{uuid4().hex}'"
    run(f"PRAGMA recursive_triggers = {recursive}")

    for sql in (
        copied(note, "INSERT OR REPLACE", plan="'x'"),
        copied(note, "REPLACE", id=new_key),
        copied(note, "INSERT OR REPLACE", id=new_key, position="99", with_rowid=True),
    ):
        refuse("case_note_fixed_once_signed", lambda sql=sql: run(sql))


@on_sqlite
def test_a_draft_does_not_take_the_place_of_a_signed_note(note: CaseNote) -> None:
    draft = make_note(episode=note.episode, author=note.author)
    place = f"UPDATE OR REPLACE patients_casenote SET {{}} WHERE id = '{draft.pk.hex}'"
    rowid = f"rowid = (SELECT rowid FROM patients_casenote WHERE id = '{note.pk.hex}')"

    refuse("case_note_fixed_once_signed", lambda: run(place.format(f"id = '{note.pk.hex}'")))
    refuse("case_note_fixed_once_signed", lambda: run(place.format(rowid)))


@on_sqlite
def test_findings_addenda_and_the_trace_are_not_replaced_either(note: CaseNote) -> None:
    new_key = f"'{uuid4().hex}'"
    rows = (
        ("symptom_fixed_with_its_note", Symptom.objects.get(note=note)),
        ("addendum_fixed_once_written", Addendum.objects.get(note=note)),
    )

    for guard, row in rows:
        refuse(guard, lambda row=row: run(copied(row, "INSERT OR REPLACE")))
        refuse(guard, lambda row=row: run(copied(row, "INSERT OR REPLACE", id=new_key)))
        refuse(guard, lambda row=row: run(copied(row, "INSERT OR REPLACE", id=new_key, with_rowid=True)))
    refuse("audit_entry_fixed_once_written", lambda: run(copied(AuditEntry.objects.first(), "REPLACE", actor="'x'")))


@on_postgresql
@pytest.mark.parametrize("table", ["casenote", "symptom", "addendum", "auditentry", "patient", "redflaganswer"])
def test_a_table_with_signed_rows_is_not_emptied(note: CaseNote, table: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")

    refuse("fixed_", lambda: run(f"TRUNCATE patients_{table} CASCADE"))


@on_postgresql
def test_a_note_is_not_changed_by_merge_or_copy_in(note: CaseNote) -> None:
    merge = (
        "MERGE INTO patients_casenote AS kept USING patients_casenote AS same ON kept.id = same.id"
        " WHEN MATCHED THEN UPDATE SET plan = 'x'"
    )

    refuse("case_note_fixed_once_signed", lambda: run(merge))


def test_a_fixture_does_not_overwrite_a_signed_note(note: CaseNote, tmp_path: Path) -> None:
    fixture = tmp_path / "notes.json"
    fixture.write_text(serializers.serialize("json", [note]).replace("Cut hills.", "More hills."))

    refuse("case_note_fixed_once_signed", lambda: call_command("loaddata", fixture, stdout=StringIO(), verbosity=0))


def test_a_fixture_does_not_slip_a_finding_into_a_signed_note(note: CaseNote, tmp_path: Path) -> None:
    question = note.episode.condition.symptomquestions.last()
    fixture = tmp_path / "finding.json"
    fixture.write_text(serializers.serialize("json", [Symptom(pk=uuid4(), note=note, question=question)]))

    refuse("symptom_fixed_with_its_note", lambda: call_command("loaddata", fixture, stdout=StringIO(), verbosity=0))


def test_a_draft_and_its_findings_stay_free() -> None:
    draft = make_note()
    question = draft.episode.condition.symptomquestions.first()
    Symptom.objects.create(note=draft, question=question, text="a")

    Symptom.objects.filter(note=draft).update(text="b")
    CaseNote.objects.filter(pk=draft.pk).update(plan="c")
    draft.delete()

    assert (CaseNote.objects.count(), Symptom.objects.count()) == (0, 0)


def test_every_declared_guard_stands_after_migrating() -> None:
    assert guards.missing(connection) == []


def test_a_missing_guard_is_named_and_put_back() -> None:
    guards.remove(connection)

    lost = guards.missing(connection)
    guards.install(connection)

    assert ("case_note_fixed_once_signed" in lost, len(lost), guards.missing(connection)) == (True, 25, [])


def test_a_guard_made_harmless_is_noticed() -> None:
    if connection.vendor == "sqlite":
        run("DROP TRIGGER case_note_fixed_once_signed_delete")
        run("CREATE TRIGGER case_note_fixed_once_signed_delete BEFORE DELETE ON patients_casenote BEGIN SELECT 1; END")
    else:
        run("ALTER TABLE patients_casenote DISABLE TRIGGER case_note_fixed_once_signed")

    assert guards.missing(connection) == ["case_note_fixed_once_signed"]


@on_postgresql
def test_a_guard_whose_function_was_hollowed_out_is_noticed() -> None:
    run(
        "CREATE OR REPLACE FUNCTION symptom_fixed_with_its_note() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN RETURN NEW; END$$"
    )

    assert guards.missing(connection) == ["symptom_fixed_with_its_note"]
