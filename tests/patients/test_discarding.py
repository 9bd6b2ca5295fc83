"""Notes that should not be there: nothing is deleted, nothing counts, and no file names the wrong person."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from patients import discarding, note_versions, notes, seal
from patients.models import AuditEntry, CaseNote, Symptom
from tests.factories import START, make_condition, make_episode, make_patient, make_practitioner
from tests.patients.printed import printed
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db


def discard(draft: CaseNote, **given: Any) -> CaseNote:
    said = {"note": draft, "by": draft.author, "reason": "Wrong patient.", "now": START}
    return discarding.discard(**{**said, **given})


def mark(signed: CaseNote, **given: Any) -> Any:
    said = {"note": signed, "by": signed.author, "reason": "Wrong.", "now": START}
    return discarding.mark_in_error(**{**said, **given})


def test_a_discarded_draft_leaves_every_list_and_stays_with_its_reason() -> None:
    note = discard(saved_note())

    lists = (CaseNote.objects.drafts(), CaseNote.objects.kept(), CaseNote.objects.standing())
    assert [rows.count() for rows in lists] == [0, 0, 0]
    assert (note.discarded_by, note.discard_reason, note.draft_versions.count()) == (note.author, "Wrong patient.", 1)
    entry = AuditEntry.objects.last()
    assert (entry.action, entry.subject, entry.fields.split()[0]) == ("change", f"note {note.pk}", "discarded_at")


def test_the_export_says_that_there_was_a_draft_and_nothing_of_what_it_said() -> None:
    note = discard(saved_note())

    said = printed(note.episode.patient)

    assert "Discarded draft: of Thursday 26 November 2026, 10:00, discarded on" in said
    assert ("Wrong patient." in said, "Cannot sit." in said) == (True, False)


def test_only_drafts_are_discarded_by_their_author_with_a_reason_and_once() -> None:
    note, signed = saved_note(), signed_note()
    for refusal, given in (
        (discarding.NoReason, {"reason": " \n"}),
        (notes.NotTheAuthor, {"by": make_practitioner()}),
        (notes.NoteIsSigned, {"note": signed, "by": signed.author}),
    ):
        with pytest.raises(refusal):
            discard(note, **given)
    discard(note)

    with pytest.raises(notes.NoteIsDiscarded):
        discard(note)


@pytest.mark.parametrize("change", [{"plan": "x"}, {"discarded_at": None, "discarded_by": None, "discard_reason": ""}])
def test_a_discarded_draft_is_fixed_whatever_door_is_used(change: dict[str, Any]) -> None:
    note = discard(saved_note())

    with pytest.raises(IntegrityError, match="case_note_fixed_once_discarded"), transaction.atomic():
        CaseNote.objects.filter(pk=note.pk).update(**change)


def test_a_discarded_draft_is_neither_saved_nor_signed() -> None:
    note = discard(saved_note())

    for verb in (
        lambda: notes.save_draft(note=note, version=2, written=notes.Written(), by=note.author, now=START),
        lambda: notes.sign(note=note, version=2, by=note.author, now=START),
    ):
        with pytest.raises(notes.NoteIsDiscarded):
            verb()


def test_after_a_discarded_first_draft_the_next_is_still_a_first_visit() -> None:
    note = discard(saved_note())

    again = notes.start(episode=note.episode, author=note.author, seen_at=START, now=START)

    assert (again.kind, again.carried_from) == ("initial", None)


def test_a_note_in_error_stays_sealed_and_counts_for_nothing() -> None:
    note = signed_note()
    mark(note)

    assert (CaseNote.objects.signed().count(), CaseNote.objects.standing().count()) == (1, 0)
    assert (CaseNote.objects.with_findings().get().is_in_error, seal.first_fault(note.episode)) == (True, None)
    said = printed(note.episode.patient)
    assert "Note 1, first visit - ENTERED IN ERROR" in said
    assert "This note does not count." in said


def test_its_words_and_findings_go_to_the_right_file_as_a_draft() -> None:
    note = signed_note()
    right = make_episode(patient=make_patient(name="Eilidh Gunn"))
    now = START + timedelta(days=1)

    _, copy = mark(note, right=right, now=now)

    whole = CaseNote.objects.with_findings().get(pk=copy.pk)
    assert (whole.history, whole.seen_at, whole.entered_at, whole.is_late) == ("Cannot sit.", START, now, True)
    assert (whole.copied_from, whole.kind, len(whole.symptoms.all()), len(whole.red_flag_answers.all())) == (
        note,
        "initial",
        3,
        2,
    )
    assert ("Ailsa" in printed(right.patient), "Eilidh" in printed(note.episode.patient)) == (False, False)
    saved = notes.save_draft(note=whole, version=1, written=notes.Written(note={"plan": "x"}), by=note.author, now=now)
    assert "copied_from" in seal.note_content(saved)


def test_of_another_condition_only_the_texts_go() -> None:
    note = signed_note()
    right = make_episode(patient=make_patient(), condition=make_condition(code="achilles"))

    _, copy = mark(note, right=right)

    assert (copy.plan, copy.symptoms.count(), copy.home_exercises.count()) == ("Cut hills.", 0, 0)


def test_pressed_twice_it_is_marked_and_copied_once() -> None:
    note = signed_note()
    right = make_episode(patient=make_patient())

    first, second = (mark(note, right=right) for _ in range(2))

    assert first == second
    with pytest.raises(discarding.AlreadyInError):
        mark(note, reason="Other words.")
    with pytest.raises(discarding.SamePlace):
        mark(signed_note(), right=CaseNote.objects.signed().exclude(pk=note.pk).get().episode)


def test_a_draft_is_not_marked_in_error() -> None:
    with pytest.raises(notes.NoteError):
        mark(saved_note())


def test_two_versions_are_compared_field_by_field_and_word_by_word() -> None:
    note = saved_note()
    before = seal.note_content(note)
    Symptom.objects.filter(note=note, number=7).update(number=3)
    CaseNote.objects.filter(pk=note.pk).update(plan="Cut most hills.")
    after = seal.note_content(CaseNote.objects.with_findings().get(pk=note.pk))

    found = {one.label: one.pieces for one in note_versions.differences(before, after)}

    assert list(found) == ["1 Symptoms: Most pain in the last 24 hours", "Plan"]
    plan = [(piece.words, piece.change) for piece in found["Plan"]]
    assert plan == [("Cut", ""), (" most", "added"), (" hills.", "")]


def test_the_longest_texts_are_compared_in_no_time() -> None:
    old = "\n".join(f"word {number} and more" for number in range(900))
    new = old.replace("word 500 and", "word 500 or")

    pieces = list(note_versions.pieces(old, new))

    assert [piece.words for piece in pieces if piece.change] == ["word 500 and more\n", "word 500 or more\n"]


def test_thousands_of_lines_all_alike_are_compared_as_a_whole() -> None:
    old, new = "ab\n" * 6000, "ab\n" * 5999 + "x"

    assert [(piece.words == old, piece.change) for piece in note_versions.pieces(old, new)] == [
        (True, "removed"),
        (False, "added"),
    ]
