"""Loading condition files: all or nothing, nothing written twice, nothing ever deleted."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.catalogue.loader import Outcome, Report, load
from patients.catalogue.problems import CatalogueProblems
from patients.models import CatalogueVersion, Cause, Condition, Exercise, ProvocationTest, Technique, TestAccuracy
from tests.factories import START, make_practitioner
from tests.patients.condition_files import RIGHT, spoilt, written

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)
NO_CAUSES = RIGHT[: RIGHT.index("causes:")] + RIGHT[RIGHT.index("red_flags:") :]


def test_a_new_file_becomes_version_one(tmp_path: Path) -> None:
    reports = load([written(tmp_path)], now=START)

    assert reports == [Report("sore-knee.yaml", "sore-knee", 1, Outcome.NEW, added=13)]


def test_the_text_as_loaded_is_kept(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)

    version = CatalogueVersion.objects.get()
    assert (version.number, version.text, version.loaded_at) == (1, RIGHT, START)


def test_entries_point_at_their_steps_and_at_each_other(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)

    hold, lift = Exercise.objects.order_by("code")
    massage = Technique.objects.get()
    assert [step.number for step in lift.steps.all()] == [1, 2]
    assert [step.number for step in massage.steps.all()] == [1, 2]
    assert (hold.harder, hold.easier, lift.easier) == (lift, None, hold)


def test_an_unchanged_file_writes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path)
    load([path], now=START)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        reports = load([path], now=LATER)

    assert [report.outcome for report in reports] == [Outcome.UNCHANGED]
    assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_a_changed_file_becomes_the_next_version_in_place(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)
    before = ProvocationTest.objects.get().pk

    reports = load([written(tmp_path, spoilt("name: Squat", "name: Deep squat"))], now=LATER)

    assert reports == [Report("sore-knee.yaml", "sore-knee", 2, Outcome.CHANGED, changed=1)]
    assert ProvocationTest.objects.values_list("pk", "name").get() == (before, "Deep squat")


def test_the_older_text_can_still_be_read(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)
    load([written(tmp_path, NO_CAUSES)], now=LATER)

    assert list(CatalogueVersion.objects.values_list("number", "text")) == [(2, NO_CAUSES), (1, RIGHT)]


def test_a_vanished_entry_is_retired_and_kept(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)

    reports = load([written(tmp_path, NO_CAUSES)], now=LATER)

    assert [report.retired for report in reports] == [1]
    assert Cause.objects.get().retired_at == LATER


def test_an_entry_that_comes_back_is_the_same_row_again(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)
    load([written(tmp_path, NO_CAUSES)], now=LATER)

    reports = load([written(tmp_path)], now=LATER + timedelta(days=1))

    assert [(report.version, report.returned, report.added) for report in reports] == [(3, 1, 0)]
    assert Cause.objects.get().retired_at is None


def test_figures_of_a_test_are_replaced_not_added(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)

    load([written(tmp_path, spoilt("sensitivity: 0.76", "sensitivity: 0.8"))], now=LATER)

    assert [str(figure.sensitivity) for figure in TestAccuracy.objects.all()] == ["0.800"]


def test_the_mark_of_a_review_stays_with_the_version_that_was_read(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)
    therapist = make_practitioner()
    Condition.objects.update(reviewed_by=therapist, reviewed_on=date(2026, 11, 26), reviewed_version=1)

    load([written(tmp_path, NO_CAUSES)], now=LATER)

    condition = Condition.objects.get()
    assert (condition.reviewed_by, condition.reviewed_on, condition.reviewed_version) == (
        therapist,
        date(2026, 11, 26),
        1,
    )
    assert not condition.is_reviewed


def test_one_mistake_in_one_file_and_nothing_is_loaded(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, spoilt("code: sore-knee", "code: sore knee"), "other.yaml")

    with pytest.raises(CatalogueProblems):
        load([tmp_path], now=START)

    assert not Condition.objects.exists()


def test_the_command_says_what_is_wrong_and_loads_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, spoilt("sensitivity: 0.76", "sensitivity: 76"))

    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", path)

    assert str(caught.value).splitlines() == [
        "sore-knee.yaml, line 29: tests › squat › sensitivity: must be between 0 and 1",
        "One problem found; nothing was loaded.",
    ]
    assert caught.value.returncode == 1


def test_the_command_can_only_check(tmp_path: Path) -> None:
    out = StringIO()

    call_command("load_catalogue", written(tmp_path), check=True, stdout=out)

    assert out.getvalue() == "sore-knee.yaml: right, Sore knee 0.1.0\n"
    assert not Condition.objects.exists()


def test_the_command_loads_the_conditions_of_the_clinic_once() -> None:
    first, second = StringIO(), StringIO()

    call_command("load_catalogue", stdout=first)
    call_command("load_catalogue", stdout=second)

    assert "high-hamstring-tendinopathy.yaml: new, version 1" in first.getvalue()
    assert [line.split(": ")[1] for line in second.getvalue().splitlines()] == ["unchanged, version 1"] * (
        Condition.objects.count()
    )
