"""The fields of the note: outcome measures, mimics, regions, rules, both sides; every text stays as it was typed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from patients import note_values, notes, seal
from patients.forms import NoteForm
from patients.last_visit import LastVisit
from patients.models import CaseNote, Exercise, OutcomeScore, SymptomQuestion
from patients.note_items import NoteItems
from patients.note_rows import NoteRows
from tests.factories import START, make_note
from tests.patients.printed import printed
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=7)
WHEN = {"seen_on": "2026-11-26", "seen_at": "10:00", "version": "1", "side": "right"}
NEW = {
    "flare": "Stairs",
    "load_plan": "Flat runs",
    "avoid": "Hills",
    "technique-technique_1": "on",
    "technique-technique_1-region": "right muscle belly",
    "technique-technique_1-text": "slowly",
    "exercise-exercise_1": "on",
    "exercise-exercise_1-dose": "4 x 20 s",
    "exercise-exercise_1-rule": "pain_rule",
    "mimic-deep_gluteal": "on",
    "mimic-deep_gluteal-text": "seated test clear",
    "score-nprs-worst": "6.5",
    "score-visa_h": "41",
    "score-psfs-version": "2",
    "score-psfs-1-label": "stairs",
    "score-psfs-1-value": "4",
    "score-psfs-2-label": "driving",
    "score-psfs-2-value": "3,5",
}
LITERAL = [
    "alpha+beta",
    "dose%20A",
    "a & b < c",
    "tab\there and\ttwo",
    "🏃 漢字",
    "line\u2028separator",
    "right \u200fto left \u202eoverride\u202c",
    "  spaces around  ",
]


def form_of(note: CaseNote, **typed: Any) -> NoteForm:
    sent = QueryDict(mutable=True)
    sent.update({**WHEN, **typed})
    whole = CaseNote.objects.with_findings().get(pk=note.pk)
    return NoteForm(sent, note=whole, items=NoteItems.of(whole, sent))


def save(note: CaseNote, **typed: Any) -> CaseNote:
    form = form_of(note, **typed)
    note = CaseNote.objects.get(pk=note.pk)
    return notes.save_draft(note=note, version=note.version, written=form.written(), by=note.author, now=START)


def errors(note: CaseNote, **typed: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in form_of(note, **typed).errors.items()}


def test_all_that_is_new_is_stored_and_comes_back() -> None:
    saved = save(make_note(), **NEW)

    held = {name: note_values.of_note(saved)[name] for name in NEW}
    expected = {name: {"on": True, "3,5": "3.5"}.get(value, value) for name, value in NEW.items()}
    assert held == expected


def test_all_that_is_new_is_sealed_and_printed() -> None:
    note = saved_note()
    fields = {**note_values.of_note(note), **NEW}
    data = {name: "on" if value is True else value for name, value in fields.items() if value not in (None, "", False)}
    save(note, **{name: value for name, value in data.items() if name not in ("version", "seen_on", "seen_at")})
    again = CaseNote.objects.get(pk=note.pk)
    signed = notes.sign(note=again, version=again.version, by=note.author, now=START)

    said = printed(signed.episode.patient)
    assert [one["activity"] or one["version"] for one in seal.opened(signed.seal)["outcome_scores"]] == [
        "worst",
        "stairs",
        "driving",
        "",
    ]
    assert [words in said for words in PRINTED] == [True] * len(PRINTED)
    assert seal.first_fault(signed.episode) is None


PRINTED = [
    "Flare since last time\n  Stairs\n",
    "Mimics considered\n  Deep gluteal syndrome: seated test clear\n",
    "  Technique 1: right muscle belly; slowly\n",
    "  Exercise 1: 4 x 20 s; Pain rule; standing; How: Slowly. Pain rule: Up to 3.\n",
    "  Pain 0 to 10 (worst): 6.5\n",
    "  Patient-specific function scale (version 2): stairs: 4\n",
    "  VISA-H: 41\n",
    "Load plan\n  Flat runs\n",
    "Things to avoid\n  Hills\n",
]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("score-nprs-worst", "11", "Give a figure from 0 to 10."),
        ("score-nprs-now", "-1", "Give a figure from 0 to 10."),
        ("score-nprs-now", "6.3", "Give a whole number or a half, such as 6 or 6.5."),
        ("score-nprs-now", "bad", "Give a figure, such as 6."),
        ("score-nprs-now", "NaN", "Give a figure, such as 6."),
        ("score-visa_h", "41.5", "Give a whole number."),
        ("score-visa_h", "101", "Give a figure from 0 to 100."),
    ],
)
def test_a_figure_out_of_range_is_said_kindly(name: str, value: str, words: str) -> None:
    assert errors(make_note(), **{name: value}) == {name: [words]}


def test_an_activity_and_its_figure_come_together_and_once() -> None:
    note = make_note()

    assert list(errors(note, **{"score-psfs-1-label": "stairs"})) == ["score-psfs-1-value"]
    assert list(errors(note, **{"score-psfs-1-value": "3"})) == ["score-psfs-1-label"]
    twice = {f"score-psfs-{n}-{part}": value for n in (1, 2) for part, value in (("label", "Stairs"), ("value", "3"))}
    assert errors(note, **twice) == {"score-psfs-2-label": ["This activity is named twice: change one of them."]}


def test_a_figure_the_patient_gave_stays_hers_until_it_is_changed() -> None:
    note = make_note()
    given = {"score-nprs-worst": "6", "score-nprs-worst-by": "patient"}

    save(note, **given)
    save(note, **{"score-nprs-worst": "6"})
    stays = OutcomeScore.objects.get().filled_by
    save(note, **{"score-nprs-worst": "5"})

    assert (stays, OutcomeScore.objects.get().filled_by) == ("patient", "therapist")


def test_a_wrong_field_keeps_nothing_else_from_being_saved() -> None:
    note = save(make_note(), **{"score-nprs-worst": "6", "plan": "Rest."})

    saved = save(note, **{"score-nprs-worst": "66", "plan": "Rest more.", "seen_at": "25:00"})

    scores = [score.value for score in saved.outcome_scores.all()]
    assert (saved.plan, scores, saved.seen_at) == ("Rest more.", [Decimal(6)], START)


def test_both_sides_are_asked_where_both_are_sore() -> None:
    note = make_note()
    note.episode.side = "both"
    note.episode.save()
    sides = {"symptom-pain_worst-left": "3", "symptom-pain_worst-right": "7", "symptom-pain_worst-state": "worse"}

    saved = save(note, side="both", **sides)

    held = [(one.side, one.number, one.state) for one in saved.symptoms.all()]
    assert held == [("left", 3, "worse"), ("right", 7, "worse")]
    assert {name: str(note_values.of_note(saved)[name]) for name in sides} == sides


def test_a_figure_without_a_side_stays_in_sight_when_both_become_sore() -> None:
    saved = save(make_note(), **{"symptom-pain_worst": "7", "side": "both"})

    question = SymptomQuestion.objects.get(code="pain_worst")
    assert NoteItems.of(saved).question_sides[question.pk] == ("left", "right", "")


def test_words_typed_for_an_entry_retired_meanwhile_are_kept() -> None:
    note = make_note()
    Exercise.objects.filter(code="exercise_3").update(retired_at=START)
    typed = {"exercise-exercise_3": "on", "exercise-exercise_3-dose": "once", "exercise-exercise_2-rule": "pain_rule"}

    saved = save(note, **typed)

    assert [(one.exercise.code, one.dose) for one in saved.home_exercises.all()] == [("exercise_3", "once")]


def test_an_answer_that_is_not_offered_any_more_can_be_saved_again() -> None:
    note = save(make_note(), **{"symptom-main_site": "groin"})
    SymptomQuestion.objects.filter(code="main_site").update(options="knee | knee")

    assert save(note, **{"symptom-main_site": "groin"}).symptoms.get().codes == "groin"


def test_every_text_is_byte_for_byte_what_was_typed() -> None:
    note, text = saved_note(), "\n".join(LITERAL)
    texts = ("history", "flare", "advice", "load_plan", "avoid", "plan")
    said = notes.Written(note=dict.fromkeys(texts, text), findings=list(usual(note)))
    saved = notes.save_draft(note=note, version=2, written=said, by=note.author, now=START)
    signed = notes.sign(note=saved, version=saved.version, by=note.author, now=START)

    content, stored = seal.opened(signed.seal), CaseNote.objects.get(pk=note.pk)
    assert {content[name] for name in texts} == {getattr(stored, name) for name in texts} == {text}
    assert "\nPlan\n  " + "\n  ".join(LITERAL) + "\n" in printed(note.episode.patient)


def usual(note: CaseNote) -> Any:
    """The findings of a draft as new rows."""
    items = NoteItems.of(note)
    form = NoteForm(note=note, items=items)
    return note_values.findings(items, {name: form.fields[name].clean(form.initial.get(name)) for name in form.fields})


def test_line_ends_of_a_browser_are_the_only_thing_that_changes() -> None:
    typed = dict.fromkeys(("history", "load_plan", "avoid"), "one\r\ntwo\n\tthree")

    saved = save(make_note(), **typed)

    assert {saved.history, saved.load_plan, saved.avoid} == {"one\ntwo\n\tthree"}


def test_an_old_note_of_the_same_kind_needs_no_measure() -> None:
    assert seal.opened(signed_note().seal)["outcome_scores"] == []


@pytest.mark.parametrize(("typed", "shown"), [("sharp ache", (False, 1)), ("sharp", (True, 0))])
def test_a_group_that_says_what_it_said_last_time_is_folded_away(typed: str, shown: tuple[bool, int]) -> None:
    last = signed_note()
    SymptomQuestion.objects.filter(code="character").update(group="feeling")
    draft = notes.start(episode=last.episode, author=last.author, seen_at=LATER, now=LATER)
    draft.symptoms.filter(question__code="character").update(codes=typed)
    note = CaseNote.objects.with_findings().get(pk=draft.pk)
    items = NoteItems.of(note)

    groups = NoteRows.of(NoteForm(note=note, items=items), items, LastVisit.before(note)).symptom_groups

    assert [(one.is_open, one.as_last_time) for one in groups if one.title == "Feeling"] == [shown]
