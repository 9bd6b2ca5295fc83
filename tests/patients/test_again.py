"""One press takes last time's values over where nothing stands, and overwrites nothing that was typed."""

from typing import Any

import pytest
from django.http import QueryDict

from patients import again, note_values
from patients.forms import NoteForm
from patients.last_visit import LastVisit
from patients.models import CaseNote
from patients.note_items import NoteItems
from patients.note_rows import NoteRows
from tests.factories import START
from tests.patients.test_carrying import start_after
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db
BRIDGE = "test-single_leg_bridge-right"


@pytest.fixture
def draft() -> CaseNote:
    return start_after(signed_note())


def pressed(draft: CaseNote, do: str, **typed: Any) -> dict[str, Any]:
    """What is filled in beyond what was typed."""
    sent = QueryDict(mutable=True)
    for name, value in typed.items():
        sent[name.replace("__", "-")] = value
    items = NoteItems.of(draft)
    data = again.filled(sent, do, items=items, last=LastVisit.before(draft))
    assert {name: data[name] for name in sent if sent[name]} == {name: sent[name] for name in sent if sent[name]}
    return {name: data[name] for name in data if data[name] != sent.get(name)}


def test_red_flags_still_open_get_last_times_answers(draft: CaseNote) -> None:
    filled = pressed(draft, "flags_unchanged", **{"flag-fracture-reply": "unsure"})

    assert filled == {"flag-cauda_equina-reply": "no"}


def test_a_test_is_filled_with_all_it_showed(draft: CaseNote) -> None:
    assert pressed(draft, f"again-{BRIDGE}") == {
        f"{BRIDGE}-outcome": "positive",
        f"{BRIDGE}-familiar": "yes",
        f"{BRIDGE}-pain": "6",
        f"{BRIDGE}-measure": "4 reps",
    }


@pytest.mark.parametrize("do", [f"again-{BRIDGE}", "again-tests"])
def test_a_test_with_an_outcome_is_left_alone(draft: CaseNote, do: str) -> None:
    assert pressed(draft, do, **{f"{BRIDGE}-outcome": "negative"}) == {}


def test_a_figure_typed_beside_an_open_test_stays(draft: CaseNote) -> None:
    filled = pressed(draft, "again-tests", **{f"{BRIDGE}-pain": "2"})

    assert (filled[f"{BRIDGE}-outcome"], f"{BRIDGE}-pain" in filled) == ("positive", False)


def test_the_same_figure_as_last_time(draft: CaseNote) -> None:
    filled = {"symptom-pain_worst": "7", "symptom-pain_worst-state": "same"}

    assert pressed(draft, "again-symptom-pain_worst") == filled
    assert pressed(draft, "again-symptom-pain_worst", **{"symptom-pain_worst": "0"}) == {}


def test_the_same_techniques_as_last_time(draft: CaseNote) -> None:
    assert pressed(draft, "again-techniques") == {
        "technique-technique_1": "on",
        "technique-technique_1-text": "muscle belly",
    }


def test_nothing_is_filled_at_a_first_visit_or_by_an_unknown_press(draft: CaseNote) -> None:
    draft.carried_from = None
    CaseNote.objects.filter(pk=draft.pk).update(seen_at=START.replace(year=2020))
    draft.refresh_from_db()

    presses = ("flags_unchanged", "again-tests", "again-techniques", "again-test-nothing-left", "again-")
    assert [pressed(draft, do) for do in presses] == [{}] * 5


def test_an_untouched_follow_up_has_no_row_marked(draft: CaseNote) -> None:
    assert changes(draft) == {}


def test_rows_say_how_they_differ_from_last_time(draft: CaseNote) -> None:
    data = {
        "symptom-pain_worst": "4",
        "symptom-main_site": "groin",
        "symptom-character": "sharp",
        "cause-reactive_overuse-weight": "likely",
        "step-step_1-state": "active",
        "exercise-exercise_2": "on",
        "exercise-exercise_2-dose": "twice",
    }

    assert changes(draft, data) == {
        "pain_worst": "changed",
        "main_site": "new",
        "character": "changed",
        "load_change": "stopped",
        "reactive_overuse": "changed",
        "step_2": "stopped",
        "exercise_1": "stopped",
        "exercise_2": "new",
    }


def changes(draft: CaseNote, data: dict[str, str] | None = None) -> dict[str, str]:
    """Rows that are marked, by code."""
    sent = QueryDict(mutable=True)
    sent.update(data or {})
    form = NoteForm(sent if data else None, note=draft, items=NoteItems.of(draft))
    rows = NoteRows.of(form, form.items, LastVisit.before(draft))
    listed = [
        *(row for group in rows.symptom_groups for row in group.rows),
        *(row for pair in rows.tests for row in pair if row),
        *(*rows.onset_causes, *rows.maintaining_causes, *rows.steps, *rows.techniques, *rows.exercises),
        *(*rows.red_flags, *rows.mimics, *(row for group in rows.scores for row in group.rows)),
    ]
    return {row.item.code: row.change for row in listed if row.is_changed}


def test_every_value_of_a_note_comes_back_by_the_name_of_its_field(draft: CaseNote) -> None:
    assert draft.carried_from is not None
    held = note_values.of_note(CaseNote.objects.with_findings().get(pk=draft.carried_from.pk))
    last = LastVisit.before(draft).values

    assert {
        name for name, value in last.items() if str(held.get(name, "")).replace("True", "on") != str(value)
    } == set()
