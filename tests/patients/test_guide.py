"""The public guide: what everyone may read, in plain words, and nothing that was never checked."""

from datetime import date
from typing import Any

import pytest

from patients import guide
from patients.models import Cause, Condition, LoadRule, Mimic, ProvocationTest, RedFlag, Source, TestAccuracy
from patients.models.catalogue import CatalogueItem
from tests.factories import START, make_condition, make_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def condition() -> Condition:
    """A condition whose every entry is the clinic's own experience."""
    condition = make_condition(
        worse_with="stairs\nsitting", easier_with="rest", feels_like="an ache", do_now="Keep moving."
    )
    for model in CatalogueItem.__subclasses__():
        model._default_manager.update(evidence="seed", sources="SEED")
    return condition


def reviewed(condition: Condition) -> Condition:
    condition.reviewed_by = make_practitioner()
    condition.reviewed_on, condition.reviewed_version = date(2026, 11, 26), condition.version
    condition.save()
    return condition


def add_flag(condition: Condition, level: str, words: str, **given: Any) -> None:
    values = {"label": level, "ask": "?", "action": "Go.", "evidence": "seed", "sources": "SEED", **given}
    RedFlag.objects.create(condition=condition, code=level, level=level, public_words=words, position=9, **values)


def test_flags_are_grouped_by_how_soon_somebody_else_is_needed(condition: Condition) -> None:
    RedFlag.objects.all().delete()
    for level in ("gp_routine", "gp_urgent", "same_day", "now_111", "emergency"):
        add_flag(condition, level, f"first {level}\nsecond {level}")

    flags = guide.for_condition(condition).flags

    assert [(when, items[:1], len(items)) for when, _, items in flags] == [
        ("Now", ("first emergency",), 4),
        ("Today", ("first same_day",), 2),
        ("This week", ("first gp_routine",), 4),
    ]


def test_a_group_without_signs_is_left_out(condition: Condition) -> None:
    assert [flag.when for flag in guide.for_condition(condition).flags] == ["Now"]


def test_what_it_feels_like_is_said_line_by_line(condition: Condition) -> None:
    assert guide.for_condition(condition).feels == (("stairs", "sitting"), ("rest",), ("an ache",))


def test_a_test_without_public_words_stays_with_the_therapist(condition: Condition) -> None:
    ProvocationTest.objects.filter(name="Puranen-Orava").update(public_words="")

    assert guide.for_condition(condition).tests == (
        ("Single-leg bridge", "We load it gently."),
        ("Bent-knee stretch", "We load it gently."),
    )


def test_causes_are_told_apart_from_what_keeps_it_going(condition: Condition) -> None:
    Cause.objects.update(public_words="So it is.")

    shown = guide.for_condition(condition)

    assert shown.causes == (("Reactive overuse", "So it is."),)
    assert shown.maintaining == (("Sitting exposure", "So it is."),)


def test_steps_have_their_public_title_or_else_their_own(condition: Condition) -> None:
    condition.treatmentsteps.filter(number=1).update(public_title="Calm", public_words="One\nTwo", avoid="Hills")

    shown = guide.for_condition(condition)

    assert shown.steps[:2] == (
        (1, "Calm", "Calm the load.", ("One", "Two")),
        (2, "Settle the pain", "Settle the pain.", ()),
    )
    assert shown.avoid == ("Hills",)


def test_the_default_load_rule_is_shown(condition: Condition) -> None:
    for code, is_default in (("other", False), ("usual", True)):
        LoadRule.objects.create(
            condition=condition,
            code=code,
            label=code,
            text=f"The {code} rule.",
            fine_up_to=3,
            acceptable_up_to=5,
            is_default=is_default,
            evidence="seed",
        )

    assert guide.for_condition(condition).load_rule == "The usual rule."


def test_what_was_never_checked_waits_for_the_review(condition: Condition) -> None:
    Mimic.objects.update(evidence="memory")

    assert guide.for_condition(condition).mimics == ()
    assert guide.for_condition(reviewed(condition)).mimics == (("Deep gluteal syndrome", "Mid buttock"),)


def test_retired_entries_are_gone(condition: Condition) -> None:
    Mimic.objects.update(retired_at=START)

    assert guide.for_condition(condition).mimics == ()


def test_only_sources_of_what_is_shown_are_cited(condition: Condition) -> None:
    for code, evidence in (("MIMIC", "verified"), ("UNUSED", "verified"), ("MEM", "memory")):
        Source.objects.create(
            condition=condition, code=code, label=code, url="https://example.org", position=1, evidence=evidence
        )
    Mimic.objects.update(sources="MIMIC MEM")

    sources = guide.for_condition(reviewed(condition)).sources

    assert sources == (("The clinic", ""), ("MIMIC", "https://example.org"))


def test_an_unchecked_entry_cites_nothing_even_when_shown(condition: Condition) -> None:
    Source.objects.create(condition=condition, code="BOOK", label="A book", evidence="verified")
    Mimic.objects.update(evidence="memory", sources="BOOK")

    assert guide.for_condition(reviewed(condition)).sources == (("The clinic", ""),)


def test_the_version_says_who_reviewed_it_and_when(condition: Condition) -> None:
    waiting = guide.for_condition(condition)
    done = guide.for_condition(reviewed(condition))

    assert (waiting.needs_review, waiting.version_words) == (
        True,
        "Text version 1. Waiting for the therapist’s review.",
    )
    assert (done.needs_review, done.version_words) == (
        False,
        "Text version 1. Reviewed by Mairi Campbell on 26 November 2026.",
    )


def test_accuracy_figures_stay_with_the_therapist(condition: Condition) -> None:
    for test in ProvocationTest.objects.all():
        TestAccuracy.objects.create(
            test=test, measure="single", sensitivity="0.763", source="SEED", evidence="verified"
        )

    assert "763" not in str(guide.for_condition(reviewed(condition)))


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_guide_takes_the_same_queries_however_long_it_is(
    item_count: int, condition: Condition, django_assert_num_queries: Any
) -> None:
    Mimic.objects.all().delete()
    for number in range(item_count):
        Mimic.objects.create(
            condition=condition, code=f"m{number}", label="M", clue="C", evidence="seed", sources="SEED"
        )

    with django_assert_num_queries(7):
        shown = guide.for_condition(condition)

    assert len(shown.mimics) == item_count
