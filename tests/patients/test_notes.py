"""Verbs of the note: a draft can be lost to nobody, a signed note can be changed by nobody."""

from datetime import timedelta

import pytest

from patients import notes, seal
from patients.models import (
    AuditEntry,
    CaseNote,
    Condition,
    ProvocationResult,
    RedFlagAnswer,
    Symptom,
    SymptomQuestion,
    Treatment,
    TreatmentStepState,
)
from tests.factories import START, make_episode, make_note, make_practitioner
from tests.patients.written import findings, saved_note, signed_note, written

pytestmark = pytest.mark.django_db


def missing(note: CaseNote) -> list[str]:
    fresh = CaseNote.objects.with_findings().get(pk=note.pk)
    return [item.words for item in notes.missing_before_signing(fresh, now=START)]


def test_the_first_note_is_a_first_visit_the_next_a_follow_up() -> None:
    episode, author = make_episode(), make_practitioner()

    kinds = [notes.start(episode=episode, author=author, seen_at=START, now=START).kind for _ in range(2)]

    assert kinds == ["initial", "follow_up"]


def test_saving_replaces_what_was_there_and_raises_the_version() -> None:
    note = saved_note()
    only = [Symptom(question=note.symptoms.first().question, number=3)]

    again = notes.save_draft(
        note=note, version=2, written=notes.Written(note={"plan": "Rest."}, findings=only), by=note.author, now=START
    )

    assert (again.version, again.plan, again.history) == (3, "Rest.", "Cannot sit.")
    assert ([symptom.number for symptom in again.symptoms.all()], again.provocation_results.count()) == ([3], 0)


def test_a_stale_window_changes_nothing() -> None:
    note = saved_note()

    with pytest.raises(notes.StaleDraft):
        notes.save_draft(note=note, version=1, written=notes.Written(note={"plan": "x"}), by=note.author, now=START)

    note.refresh_from_db()
    assert (note.plan, note.version, note.symptoms.count()) == ("Cut hills.", 2, 3)


def test_another_practitioner_neither_saves_nor_signs_a_draft() -> None:
    note, other = saved_note(), make_practitioner()

    with pytest.raises(notes.NotTheAuthor):
        notes.save_draft(note=note, version=2, written=notes.Written(), by=other, now=START)
    with pytest.raises(notes.NotTheAuthor):
        notes.sign(note=note, version=2, by=other, now=START)

    assert missing(note) == []


def test_a_signed_note_is_not_saved_again() -> None:
    note = signed_note()

    with pytest.raises(notes.NoteIsSigned):
        notes.save_draft(note=note, version=note.version, written=notes.Written(), by=note.author, now=START)


def test_an_empty_note_is_refused_with_every_missing_thing_named() -> None:
    question = SymptomQuestion.objects
    note = make_note(seen_at=START + timedelta(minutes=1))
    question.filter(code="sitting_minutes").update(is_required=True)
    note.episode.side = ""
    note.episode.save()

    with pytest.raises(notes.CannotSign) as refused:
        notes.sign(note=note, version=1, by=note.author, now=START)

    assert [item.words for item in refused.value.missing] == [
        "Say which side this is about.",
        "The time of treatment is still to come.",
        "Red flag not asked: Cauda equina syndrome.",
        "Red flag not asked: Fracture.",
        "First visit, not answered: How long can you sit?",
        "Say where at least one treatment step stands.",
    ]
    note.refresh_from_db()
    assert (note.version, note.is_signed) == (1, False)


@pytest.mark.parametrize("reply", ["yes", "unsure"])
def test_a_raised_red_flag_needs_what_was_done(reply: str) -> None:
    note = saved_note()
    RedFlagAnswer.objects.filter(note=note, red_flag__code="fracture").update(reply=reply, action="  ")

    assert missing(note) == ["Fracture: say what was done about it."]


def test_a_positive_test_needs_familiar_pain_and_a_score() -> None:
    note = saved_note()
    results = ProvocationResult.objects.filter(note=note)

    results.update(familiar_pain="", pain_score=None)
    without_pain = missing(note)
    results.update(familiar_pain="partly")

    assert without_pain == ["Single-leg bridge: was it the familiar pain?"]
    assert missing(note) == ["Single-leg bridge: how strong was it, 0 to 10?"]


def test_hands_on_treatment_needs_its_consent() -> None:
    note = saved_note()
    CaseNote.objects.filter(pk=note.pk).update(consent="")
    asked = missing(note)
    Treatment.objects.filter(note=note).delete()

    assert (asked, missing(note)) == (["Say whether consent to today's treatment was asked and given."], [])


def test_retired_red_flags_are_not_asked_for() -> None:
    note = saved_note()
    RedFlagAnswer.objects.filter(note=note, red_flag__code="fracture").delete()
    note.episode.condition.redflags.filter(code="fracture").update(retired_at=START)

    assert missing(note) == []


def test_signing_seals_everything_and_chains_it() -> None:
    first = signed_note()
    second = signed_note(episode=first.episode, author=first.author, kind="follow_up")

    assert [(note.position, note.previous_hash) for note in (first, second)] == [(1, ""), (2, first.seal_hash)]
    assert (second.seal_hash, second.signed_by, second.signed_at) == (
        seal.digest(first.seal_hash, second.seal),
        first.author,
        START,
    )


def test_each_episode_has_a_chain_of_its_own() -> None:
    notes_of_two = [signed_note(), signed_note()]

    assert [(note.position, note.previous_hash) for note in notes_of_two] == [(1, ""), (1, "")]


def test_a_signed_note_keeps_the_words_it_was_signed_with() -> None:
    note = signed_note()
    Condition.objects.update(title="Another name")
    SymptomQuestion.objects.update(ask="Another question")

    content = seal.opened(CaseNote.objects.get(pk=note.pk).seal)

    assert content["episode"]["condition"]["title"] == "High hamstring tendinopathy"
    assert content["symptoms"][0]["question"] == "Most pain in the last 24 hours"


def test_addenda_stand_in_order_and_are_chained() -> None:
    note = signed_note()

    added = [
        notes.add_addendum(note=note, author=note.author, kind="addition", text=text, now=START)
        for text in ("She rang.", "It settled.")
    ]

    assert [one.previous_hash for one in added] == [note.seal_hash, added[0].seal_hash]
    assert list(note.addenda.values_list("position", "text")) == [(1, "She rang."), (2, "It settled.")]


def test_a_draft_takes_no_addendum() -> None:
    note = saved_note()

    with pytest.raises(notes.NoteError):
        notes.add_addendum(note=note, author=note.author, kind="addition", text="x", now=START)

    assert note.addenda.count() == 0


def test_a_refused_finding_leaves_the_draft_as_it_was() -> None:
    note = saved_note()
    twice = [findings(note.episode.condition)[0], findings(note.episode.condition)[0]]

    with pytest.raises(Exception, match=r"symptom_is_answered_once|UNIQUE"):
        notes.save_draft(note=note, version=2, written=notes.Written(findings=twice), by=note.author, now=START)

    note.refresh_from_db()
    assert (note.version, note.symptoms.count(), note.provocation_results.count()) == (2, 3, 1)


def test_what_was_done_to_a_note_is_in_the_trace() -> None:
    episode, author = make_episode(), make_practitioner(username="mairi")
    note = notes.start(episode=episode, author=author, seen_at=START, now=START)
    saved = notes.save_draft(note=note, version=1, written=written(episode.condition), by=author, now=START)
    signed = notes.sign(note=saved, version=2, by=author, now=START)
    notes.add_addendum(note=signed, author=author, kind="correction", text="left, not right", now=START)

    entries = list(AuditEntry.objects.values_list("actor", "action", "patient_reference", "subject"))
    about = ("mairi", episode.patient.reference, f"note {note.pk}")
    assert entries == [(about[0], action, *about[1:]) for action in ("create", "change", "sign", "add_addendum")]


def test_steps_overlap() -> None:
    note = signed_note()

    assert list(TreatmentStepState.objects.filter(note=note).values_list("step__number", "state")) == [
        (1, "active"),
        (2, "active"),
    ]
