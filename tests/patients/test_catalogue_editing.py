"""Changing the catalogue by hand: every change a version, nothing deleted, nothing said of another condition."""

from datetime import timedelta
from typing import Any

import pytest

from patients.catalogue import borrowing, editing
from patients.catalogue.kinds import BY_NAME
from patients.models import (
    AuditEntry,
    CatalogueVersion,
    Cause,
    Condition,
    LoadRule,
    RedFlag,
    Source,
    SymptomQuestion,
    TestAccuracy,
)
from tests.factories import START, make_condition, make_practitioner, make_user
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


@pytest.fixture
def by() -> Any:
    return make_practitioner(username="mairi")


@pytest.fixture
def condition() -> Condition:
    return make_condition()


def cause(condition: Condition, **given: Any) -> dict[str, Any]:
    return {"label": "New shoes", "role": "onset", "evidence": "seed", "sources": "SEED", **given}


def add(condition: Condition, by: Any, kind: str = "causes", **values: Any) -> Any:
    return editing.add(condition=condition, kind=BY_NAME[kind], values=values, by=by, now=LATER)


def test_a_new_entry_gets_its_code_from_its_words_and_comes_last(condition: Condition, by: Any) -> None:
    added = add(condition, by, **cause(condition))

    assert (added.code, added.position, added.edited_at, added.changed_in) == ("new-shoes", 2, LATER, 2)


def test_the_same_words_twice_get_two_codes(condition: Condition, by: Any) -> None:
    assert [add(condition, by, **cause(condition)).code for _ in range(3)] == [
        "new-shoes",
        "new-shoes-2",
        "new-shoes-3",
    ]


def test_a_code_that_is_taken_by_a_retired_entry_is_refused(condition: Condition, by: Any) -> None:
    editing.retire(entry=Cause.objects.get(code="reactive_overuse"), by=by, now=LATER)

    with pytest.raises(editing.CatalogueError, match="code of another entry here, or of a retired one"):
        add(condition, by, **cause(condition, code="reactive_overuse"))


def test_words_without_a_latin_letter_get_a_plain_code(condition: Condition, by: Any) -> None:
    assert add(condition, by, **cause(condition, label="足底の痛み")).code == "entry"


def test_each_change_is_the_next_version_and_says_what_and_who(condition: Condition, by: Any) -> None:
    added = add(condition, by, **cause(condition))
    editing.change(entry=added, values={"label": "Old shoes"}, seen=2, by=by, now=LATER)

    kept = CatalogueVersion.objects.order_by("number").values_list("number", "what", "made_by__username")
    assert list(kept)[1:] == [
        (2, "Suspected cause “New shoes” added", "mairi"),
        (3, "Suspected cause “New shoes” changed", "mairi"),
    ]
    assert ["New shoes" in one.text for one in CatalogueVersion.objects.order_by("number")] == [False, True, False]


def test_a_change_is_traced_with_the_names_of_its_fields_and_none_of_its_words(condition: Condition, by: Any) -> None:
    editing.change(
        entry=Cause.objects.get(code="reactive_overuse"),
        values={"label": "CANARY", "fact": "CANARY", "role": "onset"},
        seen=1,
        by=by,
        now=LATER,
    )

    traced = AuditEntry.objects.values_list("actor", "action", "subject", "fields")
    assert list(traced) == [
        ("mairi", "change", "catalogue high-hamstring: causes › reactive_overuse changed", "label fact")
    ]


def test_saving_without_a_change_makes_no_version(condition: Condition, by: Any) -> None:
    entry = Cause.objects.get(code="reactive_overuse")

    assert not editing.change(entry=entry, values={"label": entry.label}, seen=1, by=by, now=LATER)
    assert (Condition.objects.get().version, AuditEntry.objects.count()) == (1, 0)


def test_an_entry_changed_meanwhile_is_not_overwritten(condition: Condition, by: Any) -> None:
    first, second = Cause.objects.get(code="reactive_overuse"), Cause.objects.get(code="reactive_overuse")
    editing.change(entry=first, values={"label": "First"}, seen=1, by=by, now=LATER)

    with pytest.raises(editing.StaleEntry):
        editing.change(entry=second, values={"label": "Second"}, seen=1, by=by, now=LATER)

    assert (Cause.objects.get(pk=first.pk).label, Condition.objects.get().version) == ("First", 2)


@pytest.mark.parametrize("verb", ["add", "change", "retire", "move", "review", "withdraw", "start"])
def test_nobody_but_practitioners_changes_anything(condition: Condition, verb: str) -> None:
    desk, entry = make_user(is_superuser=True), Cause.objects.get(code="reactive_overuse")
    who: dict[str, Any] = {"by": desk, "now": LATER}
    verbs = {
        "add": lambda: add(condition, desk, **cause(condition)),
        "change": lambda: editing.change(entry=entry, values={"label": "X"}, seen=1, **who),
        "retire": lambda: editing.retire(entry=entry, **who),
        "move": lambda: editing.move(entry=entry, up=False, **who),
        "review": lambda: editing.review(condition=condition, seen=1, today=LATER.date(), **who),
        "withdraw": lambda: editing.withdraw_review(condition=condition, **who),
        "start": lambda: editing.start(values={"title": "X", "summary": "X"}, **who),
    }

    with pytest.raises(editing.CatalogueError, match="Only practitioners"):
        verbs[verb]()

    assert (Condition.objects.get().version, AuditEntry.objects.count()) == (1, 0)


def test_a_retired_entry_comes_back_as_the_same_row(condition: Condition, by: Any) -> None:
    entry = Cause.objects.get(code="reactive_overuse")
    editing.retire(entry=entry, by=by, now=LATER)
    gone = Cause.objects.in_use().count()

    editing.bring_back(entry=entry, by=by, now=LATER)

    assert (gone, Cause.objects.in_use().count(), Condition.objects.get().version) == (1, 2, 3)


def test_moving_changes_the_order_and_nothing_else(condition: Condition, by: Any) -> None:
    first, last = condition.causes.all()

    assert [editing.move(entry=last, up=up, by=by, now=LATER) for up in (True, True)] == [True, False]

    condition.refresh_from_db()
    assert list(condition.causes.all()) == [last, first]
    assert (condition.own_order, condition.causes.exclude(edited_at=None).count()) == ("causes", 0)


def test_steps_stand_in_the_order_of_their_numbers(condition: Condition, by: Any) -> None:
    step = condition.treatmentsteps.get(number=2)

    with pytest.raises(editing.CatalogueError, match="change the number"):
        editing.move(entry=step, up=True, by=by, now=LATER)
    with pytest.raises(editing.CatalogueError, match="“Calm the load” is step 1 already"):
        editing.change(entry=step, values={"number": 1}, seen=1, by=by, now=LATER)


def test_a_retired_step_comes_back_only_to_a_free_number(condition: Condition, by: Any) -> None:
    step = condition.treatmentsteps.get(number=3)
    editing.retire(entry=step, by=by, now=LATER)
    add(condition, by, "steps", number=3, title="Run", goal="Run again", evidence="seed", sources="SEED")

    with pytest.raises(editing.CatalogueError, match="“Run” is step 3 already"):
        editing.bring_back(entry=step, by=by, now=LATER)


def test_a_new_usual_pain_rule_takes_the_place_of_the_old_one(condition: Condition, by: Any) -> None:
    LoadRule.objects.update(is_default=True)

    rule = {"label": "Gentle", "text": "0 to 2.", "fine_up_to": 2, "acceptable_up_to": 2, "is_default": True}
    added = add(condition, by, "load_rules", evidence="seed", sources="SEED", **rule)

    assert list(LoadRule.objects.filter(is_default=True)) == [added]


def test_an_answer_chosen_in_an_open_note_cannot_be_taken_away(by: Any) -> None:
    saved_note()
    question = SymptomQuestion.objects.get(code="character")

    with pytest.raises(editing.CatalogueError, match="Chosen in a note that is not signed yet: “ache”"):
        editing.change(entry=question, values={"options": "sharp | sharp"}, seen=1, by=by, now=LATER)


def test_an_answer_of_a_signed_note_may_go_and_the_note_keeps_its_words(by: Any) -> None:
    note = signed_note()
    before = note.seal
    question = SymptomQuestion.objects.get(code="character")

    editing.change(entry=question, values={"options": "dull | dull", "ask": "How is it?"}, seen=1, by=by, now=LATER)

    note.refresh_from_db()
    assert (note.seal, "like toothache" in note.seal, "How is it?" in note.seal) == (before, True, False)


def test_the_kind_of_a_question_stays_once_it_was_answered(by: Any) -> None:
    saved_note()
    question = SymptomQuestion.objects.get(code="pain_worst")

    with pytest.raises(editing.CatalogueError, match="Retire this question and add a new one"):
        editing.change(entry=question, values={"kind": "text"}, seen=1, by=by, now=LATER)


def test_a_new_condition_begins_with_the_flags_and_measures_of_another(condition: Condition, by: Any) -> None:
    told = {"title": "Plantar heel pain", "summary": "A sore heel."}

    begun = borrowing.begin(values=told, like=condition, by=by, now=LATER)

    assert (begun.code, begun.version, begun.redflags.count(), begun.instruments.count()) == (
        "plantar-heel-pain",
        2,
        2,
        3,
    )
    assert list(begun.sources.values_list("code", "label")) == [("SEED", "The clinic’s own experience")]
    assert not set(begun.redflags.values_list("pk")) & set(condition.redflags.values_list("pk"))


def test_titles_that_make_the_same_code_get_two_and_new_is_no_code(by: Any) -> None:
    told = [{"title": title, "summary": "S"} for title in ("Sore heel", "Sore heel!", "New")]

    assert [editing.start(values=one, by=by, now=LATER).code for one in told] == ["sore-heel", "sore-heel-2", "new-2"]


def test_copies_bring_the_sources_they_cite_and_no_published_figure(condition: Condition, by: Any) -> None:
    Source.objects.create(condition=condition, code="BOOK", label="A book", evidence="verified")
    test = condition.provocationtests.first()
    condition.provocationtests.filter(pk=test.pk).update(sources="BOOK")
    TestAccuracy.objects.create(test=test, measure="all", sensitivity="0.8", source="BOOK", evidence="verified")
    other = editing.start(values={"title": "Heel", "summary": "S"}, by=by, now=LATER)

    entries = [condition.provocationtests.first(), *condition.techniques.all(), *condition.mimics.all()]
    done = borrowing.copy(entries=entries, to=other, by=by, now=LATER)

    assert (done.taken, done.there, done.without_step) == (2, 0, 3)
    assert list(other.sources.values_list("code", flat=True)) == ["SEED", "BOOK"]
    assert TestAccuracy.objects.filter(test__condition=other).count() == 0


def test_what_is_there_already_is_not_copied_over(condition: Condition, by: Any) -> None:
    other = make_condition(code="other", title="Other")
    RedFlag.objects.filter(condition=other).update(label="My own words")

    done = borrowing.copy(entries=list(condition.redflags.all()), to=other, by=by, now=LATER)

    assert (done.taken, done.there) == (0, 2)
    assert set(RedFlag.objects.filter(condition=other).values_list("label", flat=True)) == {"My own words"}
