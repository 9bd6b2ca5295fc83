"""What patients read while the catalogue is being changed: the words approved last, and red flags at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from patients import guide
from patients.catalogue import editing
from patients.models import Condition, Exercise, Mimic, RedFlag, SymptomQuestion, Technique, TreatmentStep
from tests.factories import START, make_condition, make_practitioner

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


@pytest.fixture
def by() -> Any:
    return make_practitioner(username="mairi")


@pytest.fixture
def condition() -> Condition:
    return make_condition()


def reviewed(condition: Condition, by: Any) -> Condition:
    condition.refresh_from_db()
    return editing.review(condition=condition, seen=condition.version, by=by, today=date(2026, 11, 27), now=LATER)


def test_patients_read_the_version_that_was_approved_until_the_next_is(condition: Condition, by: Any) -> None:
    before = guide.for_patients(reviewed(condition, by))
    mimic = Mimic.objects.get()
    editing.change(entry=mimic, values={"clue": "Quite new words"}, seen=mimic.changed_in, by=by, now=LATER)
    condition.refresh_from_db()
    meanwhile = guide.for_patients(condition)
    after = guide.for_patients(reviewed(condition, by))

    assert before is not None
    assert (before, before.mimics) == (meanwhile, (("Deep gluteal syndrome", "Mid buttock"),))
    assert after is not None
    assert after.mimics == (("Deep gluteal syndrome", "Quite new words"),)


def test_red_flags_never_wait(condition: Condition, by: Any) -> None:
    reviewed(condition, by)
    flag = RedFlag.objects.get(code="fracture")
    editing.change(entry=flag, values={"public_words": "A bad fall"}, seen=1, by=by, now=LATER)
    condition.refresh_from_db()

    shown = guide.for_patients(condition)

    assert shown is not None
    assert [one.items for one in shown.flags] == [("New numbness", "A bad fall")]


def test_before_a_visit_people_are_asked_in_the_words_that_were_approved(condition: Condition, by: Any) -> None:
    reviewed(condition, by)
    question = SymptomQuestion.objects.get(code="main_site")
    editing.change(entry=question, values={"ask": "New?", "options": "new | new"}, seen=1, by=by, now=LATER)
    editing.retire(entry=SymptomQuestion.objects.get(code="onset_date"), by=by, now=LATER)
    condition.refresh_from_db()

    asked = {one.code: one for one in guide.questions(condition)}

    assert (asked["main_site"].ask, asked["main_site"].choices[1]) == ("Where is the worst spot?", ("groin", "groin"))
    assert (asked["main_site"].pk, "onset_date" in asked) == (question.pk, True)


def test_a_condition_without_flags_or_steps_cannot_be_approved(by: Any) -> None:
    begun = editing.start(values={"title": "Heel", "summary": "S"}, by=by, now=LATER)

    with pytest.raises(editing.CatalogueError, match="one treatment step and one red flag"):
        reviewed(begun, by)


def test_what_changed_after_the_page_was_opened_is_not_approved_unread(condition: Condition, by: Any) -> None:
    editing.retire(entry=Mimic.objects.get(), by=by, now=LATER)

    with pytest.raises(editing.StaleEntry):
        editing.review(condition=condition, seen=1, by=by, today=date(2026, 11, 27), now=LATER)


def test_what_nobody_checked_is_for_patients_only_once_it_was_reviewed(condition: Condition, by: Any) -> None:
    Exercise.objects.update(evidence="memory")
    Exercise.objects.filter(code="exercise_1").update(evidence="seed")
    before = list(Exercise.objects.for_patients().values_list("code", flat=True))
    reviewed(condition, by)
    two = Exercise.objects.get(code="exercise_2")
    editing.change(entry=two, values={"how": "Fast."}, seen=1, by=by, now=LATER)

    after = list(Exercise.objects.for_patients().values_list("code", flat=True))

    assert (before, after) == (["exercise_1"], ["exercise_1", "exercise_3"])


def test_a_condition_can_be_chosen_once_it_has_a_flag_and_a_step_in_use(condition: Condition, by: Any) -> None:
    for step in TreatmentStep.objects.all()[1:]:
        editing.retire(entry=step, by=by, now=LATER)
    before = Condition.objects.usable().count()
    editing.retire(entry=TreatmentStep.objects.in_use().get(), by=by, now=LATER)

    assert (before, Condition.objects.usable().count(), Technique.objects.in_use().count()) == (1, 0, 3)
