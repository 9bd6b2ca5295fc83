"""Loading files after the therapist has changed something: her words stay, and every one is reported."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from patients.catalogue import borrowing, editing, reading
from patients.catalogue.kinds import BY_NAME
from patients.catalogue.loader import Outcome, load
from patients.models import CatalogueVersion, Cause, Condition, Exercise, ProvocationTest, TestAccuracy, TreatmentStep
from patients.models.catalogue import CatalogueItem
from tests.factories import START, make_practitioner
from tests.patients.condition_files import RIGHT, spoilt, written

pytestmark = pytest.mark.django_db
DAY, LATER = START + timedelta(days=1), START + timedelta(days=2)
NO_CAUSES = RIGHT[: RIGHT.index("causes:")] + RIGHT[RIGHT.index("red_flags:") :]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is loaded."""
    path = written(tmp_path)
    load([path], now=START)
    return path


@pytest.fixture
def by() -> Any:
    return make_practitioner()


def edit(entry: CatalogueItem, by: Any, **values: Any) -> None:
    editing.change(entry=entry, values=values, seen=entry.changed_in, by=by, now=DAY)


def load_again(path: Path, text: str) -> Any:
    written(path.parent, text)
    return load([path], now=LATER)[0]


def test_words_changed_in_the_admin_are_kept_and_reported(path: Path, by: Any) -> None:
    edit(Cause.objects.get(), by, label="Steep stairs")

    report = load_again(path, spoilt("label: Stairs", "label: Steps"))

    assert Cause.objects.get().label == "Steep stairs"
    assert report.kept == (
        "kept: causes › stairs was changed in the admin on 27 Nov 2026; the file says: label “Steps”",
    )


def test_what_nobody_changed_is_still_loaded(path: Path, by: Any) -> None:
    edit(Cause.objects.get(), by, label="Steep stairs")
    new = "tests:\n  - {code: hop, name: Hop, how: H, positive_when: P, evidence: seed, sources: [SEED]}"

    report = load_again(path, spoilt("name: Squat", "name: Deep squat").replace("tests:", new))

    assert (report.outcome, report.added, report.changed) == (Outcome.CHANGED, 1, 1)
    assert list(ProvocationTest.objects.values_list("name", "position")) == [("Hop", 1), ("Deep squat", 2)]


def test_an_unchanged_file_still_says_what_was_kept_and_writes_nothing(path: Path, by: Any) -> None:
    edit(Cause.objects.get(), by, label="Steep stairs", public_words="Very many.\nStairs.")

    report = load([path], now=LATER)[0]

    assert (report.outcome, report.version, CatalogueVersion.objects.count()) == (Outcome.UNCHANGED, 2, 2)
    assert report.kept == (
        "kept: causes › stairs was changed in the admin on 27 Nov 2026; "
        "the file says: label “Stairs”, public words “Many stairs.”",
    )


def test_what_the_file_has_caught_up_with_is_not_worth_a_word(path: Path, by: Any) -> None:
    edit(Cause.objects.get(), by, label="Steps")

    assert load_again(path, spoilt("label: Stairs", "label: Steps")).kept == ()


def test_retired_in_the_admin_stays_retired(path: Path, by: Any) -> None:
    editing.retire(entry=Cause.objects.get(), by=by, now=DAY)

    report = load_again(path, spoilt("label: Stairs", "label: Steps"))

    assert Cause.objects.in_use().count() == 0
    assert report.kept == (
        "kept retired: causes › stairs was retired in the admin on 27 Nov 2026; the file still has it",
    )


def test_an_entry_made_in_the_admin_is_not_retired_by_a_file_that_never_had_it(path: Path, by: Any) -> None:
    told = {"label": "New shoes", "role": "onset", "evidence": "seed", "sources": "SEED"}
    editing.add(condition=Condition.objects.get(), kind=BY_NAME["causes"], values=told, by=by, now=DAY)

    report = load_again(path, NO_CAUSES)

    assert list(Cause.objects.in_use().values_list("code", flat=True)) == ["new-shoes"]
    assert report.kept == (
        "kept: causes › new-shoes was changed in the admin on 27 Nov 2026; the file does not have it",
    )


def test_the_words_about_the_condition_are_kept_as_well(path: Path, by: Any) -> None:
    condition = Condition.objects.get()
    editing.change_about(condition=condition, values={"title": "A sore knee"}, seen=1, by=by, now=DAY)

    report = load_again(path, spoilt("title: Sore knee", "title: Bad knee").replace("name: Squat", "name: Sit"))

    assert (Condition.objects.get().title, ProvocationTest.objects.get().name) == ("A sore knee", "Sit")
    assert report.kept == (
        "kept: about the condition was changed in the admin on 27 Nov 2026; the file says: title “Bad knee”",
    )


def test_an_order_made_in_the_admin_is_kept(path: Path, by: Any) -> None:
    editing.move(entry=Exercise.objects.get(code="lift"), up=True, by=by, now=DAY)

    report = load_again(path, spoilt("name: Lift", "name: Lift it"))

    assert list(Exercise.objects.values_list("name", flat=True)) == ["Lift it", "Hold"]
    assert report.kept == ("kept: the order of exercises was changed in the admin; the file has another",)


def test_a_step_numbered_anew_keeps_its_exercises(path: Path, by: Any) -> None:
    edit(TreatmentStep.objects.get(number=2), by, number=3)

    load_again(path, spoilt("name: Lift", "name: Lift it"))

    assert [step.number for step in Exercise.objects.get(code="lift").steps.all()] == [1, 3]


def test_published_figures_of_a_test_that_was_changed_stay(path: Path, by: Any) -> None:
    edit(ProvocationTest.objects.get(), by, name="Deep squat")

    report = load_again(path, spoilt("sensitivity: 0.76", "sensitivity: 0.8"))

    assert [str(figure.sensitivity) for figure in TestAccuracy.objects.all()] == ["0.760"]
    assert report.kept[0].endswith("the file says: name “Squat”, accuracies of its own")


def test_what_stands_and_what_the_file_says_can_both_be_read_again(path: Path, by: Any) -> None:
    edit(Cause.objects.get(), by, label="Steep stairs")
    text = spoilt("label: Stairs", "label: Steps")
    load_again(path, text)

    version = CatalogueVersion.objects.get(number=3)

    stands = reading.understood(version.text.encode(), "x")
    assert (stands.entry.causes[0].label, version.file_text) == ("Steep stairs", text)


@pytest.mark.parametrize("is_retired", [False, True])
def test_an_entry_can_take_the_files_words_again(path: Path, by: Any, is_retired: bool) -> None:
    edit(Cause.objects.get(), by, label="Steep stairs")
    if is_retired:
        editing.retire(entry=Cause.objects.get(), by=by, now=DAY)

    borrowing.take_file_words(entry=Cause.objects.get(), by=by, now=LATER)
    report = load_again(path, spoilt("label: Stairs", "label: Steps"))

    assert (report.kept, Cause.objects.in_use().get().label) == ((), "Steps")


def test_an_exercise_takes_its_steps_from_the_file_again(path: Path, by: Any) -> None:
    edit(Exercise.objects.get(code="lift"), by, steps=list(TreatmentStep.objects.filter(number=2)), easier=None)

    borrowing.take_file_words(entry=Exercise.objects.get(code="lift"), by=by, now=LATER)

    lift = Exercise.objects.get(code="lift")
    assert ([step.number for step in lift.steps.all()], lift.easier.code) == ([1, 2], "hold")


def test_the_order_of_the_file_can_be_taken_again(path: Path, by: Any) -> None:
    editing.move(entry=Exercise.objects.get(code="lift"), up=True, by=by, now=DAY)

    borrowing.take_file_words_about(condition=Condition.objects.get(), by=by, now=LATER)

    assert list(Exercise.objects.values_list("name", flat=True)) == ["Hold", "Lift"]
    assert load([path], now=LATER)[0].kept == ()


def test_an_entry_the_file_never_had_has_no_words_to_take(path: Path, by: Any) -> None:
    told = {"label": "New shoes", "role": "onset", "evidence": "seed", "sources": "SEED"}
    entry = editing.add(condition=Condition.objects.get(), kind=BY_NAME["causes"], values=told, by=by, now=DAY)

    with pytest.raises(editing.CatalogueError, match="The file does not have this entry"):
        borrowing.take_file_words(entry=entry, by=by, now=LATER)


def test_a_condition_made_by_hand_has_no_file(by: Any) -> None:
    begun = editing.start(values={"title": "Heel", "summary": "S"}, by=by, now=DAY)

    with pytest.raises(editing.CatalogueError, match="did not come from a file"):
        borrowing.take_file_words_about(condition=begun, by=by, now=LATER)


@pytest.mark.parametrize("check", [True, False])
def test_the_command_reports_what_is_kept_whether_it_loads_or_only_checks(path: Path, by: Any, check: bool) -> None:
    edit(Cause.objects.get(), by, label="Steep stairs")
    out = StringIO()

    with travel(LATER, tick=False):
        call_command("load_catalogue", path, check=check, stdout=out)

    assert out.getvalue().splitlines() == [
        "sore-knee.yaml: right, Sore knee 0.1.0" if check else "sore-knee.yaml: unchanged, version 2",
        "  kept: causes › stairs was changed in the admin on 27 Nov 2026; the file says: label “Stairs”",
    ]
