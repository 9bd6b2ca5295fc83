"""A signed note says what is new, what changed, and since when the rest has been as it is."""

import json
from typing import Any

import pytest
from django.db import connection

from patients import guards, notes, seal, unchanged
from patients.contents import Content
from patients.models import CaseNote, Episode, SuspectedCause, Treatment
from tests.factories import START
from tests.patients.printed import printed
from tests.patients.test_carrying import start_after
from tests.patients.written import findings, signed_note

pytestmark = pytest.mark.django_db


def visit(day: str, **said: Any) -> Content:
    """A content with what is compared, and nothing else."""
    causes, steps = said.get("causes", {"hills": "main"}), said.get("steps", {"one": "active"})
    exercises, answers = said.get("exercises", {"bridge": "4 sets"}), said.get("answers", {"site": "groin"})
    side = {"code": "", "words": ""}
    return {
        "seen_at": f"2026-{day}T10:00:00+00:00",
        "symptoms": [
            {
                "code": "pain",
                "side": side,
                "number": said.get("pain", 7),
                "codes": [],
                "text": "",
                "answer": "a figure",
            },
            *(
                {"code": code, "side": side, "number": None, "codes": [answer], "text": "", "answer": answer}
                for code, answer in answers.items()
            ),
        ],
        "suspected_causes": [
            {"code": code, "label": code, "role": {"code": "onset", "words": "set it off"}, "weight": coded(weight)}
            for code, weight in causes.items()
        ],
        "treatment_steps": [
            {"code": code, "state": coded(state), "text": said.get("remark", "")} for code, state in steps.items()
        ],
        "home_exercises": [
            {"code": code, "name": code, "dose": dose, "load_rule": coded(said.get("rule", ""))}
            for code, dose in exercises.items()
        ],
        "load_plan": said.get("load_plan", ""),
        "avoid": said.get("avoid", ""),
    }


def coded(code: str) -> dict[str, str]:
    return {"code": code, "words": code}


def sealed(*visits: Content) -> Content:
    """The last of these visits, each marked against those before it, as signing does."""
    done: list[Content] = []
    for content in visits:
        done.insert(0, unchanged.mark(content, iter(done)))
    return done[0]


def marks(content: Content, kind: str) -> dict[str, tuple[str, str]]:
    return {
        one["code"]: (one.get("change", ""), one.get("unchanged_since") or one.get("was", "")) for one in content[kind]
    }


def test_a_first_visit_compares_itself_with_nothing() -> None:
    assert sealed(visit("11-26")) == visit("11-26")


def test_what_stays_is_unchanged_since_the_first_note_that_said_it() -> None:
    third = sealed(visit("11-26"), visit("12-03", pain=4), visit("12-10", pain=4))

    assert marks(third, "suspected_causes") == {"hills": ("unchanged", "2026-11-26")}
    assert marks(third, "home_exercises") == {"bridge": ("unchanged", "2026-11-26")}
    assert marks(third, "symptoms") == {"pain": ("", ""), "site": ("unchanged", "2026-11-26")}
    assert (third["compared_with"], third["no_longer"]) == ("2026-12-03", [])


def test_a_change_starts_the_count_again() -> None:
    first, changed, after = (visit(day, causes={"hills": weight}) for day, weight in DAYS)

    assert marks(sealed(first, changed), "suspected_causes") == {"hills": ("changed", "main, set it off")}
    assert marks(sealed(first, changed, after), "suspected_causes") == {"hills": ("unchanged", "2026-12-03")}


DAYS = [("11-26", "main"), ("12-03", "likely"), ("12-10", "likely")]


def test_a_remark_alone_changes_no_state() -> None:
    again = sealed(visit("11-26"), visit("12-03", remark="further"))

    assert marks(again, "treatment_steps") == {"one": ("unchanged", "2026-11-26")}


def test_what_is_named_no_more_and_what_comes_back_are_said() -> None:
    without = visit("12-03", causes={}, exercises={"heel press": "twice"})

    assert [one["words"] for one in sealed(visit("11-26"), without)["no_longer"]] == ["hills", "bridge"]
    assert marks(sealed(visit("11-26"), without), "home_exercises") == {"heel press": ("new", "")}
    assert marks(sealed(visit("11-26"), without, visit("12-10")), "suspected_causes") == {"hills": ("new", "")}


def test_a_carried_text_says_since_when() -> None:
    texts = {"load_plan": "Flat runs.", "avoid": "Hills."}
    last = sealed(visit("11-26"), visit("12-03", **texts), visit("12-10", **{**texts, "avoid": "Stairs."}))

    assert last["texts_since"] == {"load_plan": "2026-12-03"}


def test_an_exercise_without_a_rule_was_given_under_the_usual_one() -> None:
    again = sealed(visit("11-26"), visit("12-03", rule="cautious"))

    assert marks(again, "home_exercises") == {"bridge": ("unchanged", "2026-11-26")}


def test_a_figure_says_what_it_was_and_never_since_when() -> None:
    assert marks(sealed(visit("11-26"), visit("12-03", pain=4)), "symptoms")["pain"] == ("changed", "a figure")


def sign_after(note: CaseNote, weight: str = "main", days: int = 7) -> CaseNote:
    """The next visit, signed: everything as last time but for the weight of a cause."""
    draft, rows = start_after(note, days=days), findings(note.episode.condition)
    next(row for row in rows if isinstance(row, SuspectedCause)).weight = weight
    said = notes.Written(note={"consent": "given", "load_plan": "Flat runs."}, findings=rows)
    saved = notes.save_draft(note=draft, version=1, written=said, by=note.author, now=draft.seen_at)
    return notes.sign(note=saved, version=saved.version, by=note.author, now=draft.seen_at)


def test_signing_seals_the_marks_and_the_exports_print_them() -> None:
    first = signed_note()
    wrong = sign_after(first, "possible")
    notes.add_addendum(note=wrong, author=first.author, kind="in_error", text="Wrong file.", now=START)
    third = sign_after(first, "likely", days=14)

    assert marks(seal.opened(third.seal), "suspected_causes") == {"reactive_overuse": ("changed", "main, set it off")}
    said = printed(first.episode.patient)
    assert "Reactive overuse: set it off; likely; hills; changed, was: main, set it off" in said
    assert "Compared with: the visit of 26 November 2026" in said
    assert seal.first_fault(first.episode) is None


def old_content(content: Content) -> Content:
    """A content as the first schema had it."""
    gone = {"flare", "load_plan", "avoid", "carried_from", "copied_from", "mimics_considered", "outcome_scores"}
    kept = {name: value for name, value in content.items() if name not in gone}
    without = {"treatments": "region", "home_exercises": "load_rule"}
    rows = {kind: [{k: v for k, v in one.items() if k != word} for one in kept[kind]] for kind, word in without.items()}
    return {**kept, **rows, "schema": "case-note/1"}


@pytest.fixture
def old() -> CaseNote:
    """A note that was sealed under the first schema."""
    note = signed_note()
    text = seal.canonical(old_content(seal.opened(note.seal)))
    guards.remove(connection)
    CaseNote.objects.filter(pk=note.pk).update(seal=text, seal_hash=seal.digest("", text))
    guards.install(connection)
    note.refresh_from_db()
    return note


def test_an_old_seal_still_verifies_and_is_read(old: CaseNote) -> None:
    content = seal.opened(old.seal)

    assert (json.loads(old.seal)["schema"], content["outcome_scores"], content["treatments"][0]["region"]) == (
        "case-note/1",
        [],
        "",
    )
    assert seal.first_fault(Episode.objects.get()) is None
    assert "4 sets of 20 seconds" in printed(old.episode.patient)


def test_what_is_slipped_under_an_old_seal_is_found(old: CaseNote) -> None:
    guards.remove(connection)
    Treatment.objects.filter(note=old).update(region="behind the back of the seal")
    guards.install(connection)

    fault = seal.first_fault(Episode.objects.get())

    assert fault == seal.Fault(f"note {old.pk}", "its rows differ from its seal")


def test_the_day_is_counted_back_through_old_seals(old: CaseNote) -> None:
    after = sign_after(old, days=3)

    assert marks(seal.opened(after.seal), "suspected_causes") == {"reactive_overuse": ("unchanged", "2026-11-26")}
    assert seal.first_fault(Episode.objects.get()) is None
