"""The exercise sheet: the newest signed note's words, what changed since, and the link that opens it."""

from datetime import date, timedelta
from typing import Any

import pytest

from patients import notes, sheets
from patients.models import AuditEntry, Condition, Episode, Exercise, ExerciseSheet, LoadRule, TreatmentStep
from tests.factories import START, make_episode, make_patient, make_practitioner
from tests.patients.at_home import visit

pytestmark = pytest.mark.django_db

ONE, TWO = ("exercise_1", "3 sets of 10"), ("exercise_2", "once a day")


@pytest.fixture
def episode() -> Episode:
    found = make_episode()
    Exercise.objects.update(evidence="secondary")
    LoadRule.objects.update(evidence="secondary")
    return found


def gathered(episode: Episode) -> sheets.Sheet:
    sheet = sheets.gather(Episode.objects.get(pk=episode.pk))
    assert sheet
    return sheet


def test_before_a_note_is_signed_there_is_no_sheet(episode: Episode) -> None:
    assert sheets.gather(episode) is None


def test_the_sheet_says_what_the_newest_visit_gave(episode: Episode) -> None:
    visit(episode=episode, days_ago=7, exercises=(ONE,), advice="Old.")
    visit(episode=episode, exercises=(TWO,), advice="Stand more.", load_plan="Walk.", avoid="Hills.")

    sheet = gathered(episode)

    assert [(one.name, one.how, one.dose) for one in sheet.exercises] == [("Exercise 2", "Slowly.", "once a day")]
    assert [text for _, text in sheet.texts] == ["Walk.", "Hills.", "Stand more."]
    assert (sheet.for_name, sheet.seen_on, sheet.since) == ("Ailsa", date(2026, 11, 26), date(2026, 11, 19))


def test_a_late_entry_of_an_older_visit_does_not_push_the_newest_aside(episode: Episode) -> None:
    visit(episode=episode, exercises=(TWO,))
    visit(episode=episode, days_ago=3, exercises=(ONE,))

    assert [one.code for one in gathered(episode).exercises] == ["exercise_2"]


def test_new_changed_and_stopped_are_said(episode: Episode) -> None:
    visit(episode=episode, days_ago=7, exercises=(ONE, TWO))
    visit(episode=episode, exercises=(("exercise_1", "4 sets of 10"), ("exercise_3", "twice")))

    sheet = gathered(episode)

    assert [(one.code, one.is_new, one.before) for one in sheet.exercises] == [
        ("exercise_1", False, ("3 sets of 10",)),
        ("exercise_3", True, ()),
    ]
    assert sheet.stopped == ("Exercise 2",)


def test_on_the_first_sheet_nothing_is_new(episode: Episode) -> None:
    visit(episode=episode, exercises=(ONE,))

    assert not gathered(episode).is_changed


def test_a_note_entered_in_error_gives_nothing_to_do(episode: Episode) -> None:
    visit(episode=episode, days_ago=7, exercises=(ONE,))
    wrong = visit(episode=episode, exercises=(TWO,))
    notes.add_addendum(note=wrong, author=wrong.author, kind="in_error", text="Another patient.", now=START)

    sheet = gathered(episode)

    assert ([one.code for one in sheet.exercises], sheet.since) == (["exercise_1"], None)


def test_a_renamed_exercise_keeps_the_words_that_were_signed(episode: Episode) -> None:
    visit(episode=episode, exercises=(ONE,))
    Exercise.objects.update(name="Other", how="Fast.")

    assert [(one.name, one.how) for one in gathered(episode).exercises] == [("Exercise 1", "Slowly.")]


@pytest.mark.parametrize(("is_reviewed", "how", "rule"), [(False, "", None), (True, "Slowly.", "Up to 3.")])
def test_words_nobody_has_checked_wait_for_the_review(
    episode: Episode, is_reviewed: bool, how: str, rule: str | None
) -> None:
    Exercise.objects.update(evidence="memory")
    LoadRule.objects.update(evidence="memory")
    Condition.objects.update(reviewed_version=1 if is_reviewed else None)
    visit(episode=episode, exercises=(ONE,))

    sheet = gathered(episode)

    assert (sheet.exercises[0].how, sheet.rule.text if sheet.rule else None) == (how, rule)


def test_the_pain_rule_covers_the_scale_once(episode: Episode) -> None:
    visit(episode=episode, exercises=(ONE,))

    rule = gathered(episode).rule

    assert rule
    assert [(band.span, band.kind) for band in rule.bands] == [
        ("0 to 3", "good"),
        ("4 to 5", "warn"),
        ("6 to 10", "bad"),
    ]


def test_a_rule_of_its_own_stands_at_its_exercise(episode: Episode) -> None:
    own = {"label": "Calm", "text": "None.", "fine_up_to": 0, "acceptable_up_to": 0, "evidence": "seed"}
    LoadRule.objects.create(condition=episode.condition, code="calm", position=9, **own)
    visit(episode=episode, exercises=(ONE, TWO, ("exercise_3", "twice", "calm")))

    sheet = gathered(episode)

    assert sheet.rule
    assert (sheet.rule.code, [one.rule.code for one in sheet.exercises if one.rule]) == ("pain_rule", ["calm"])


@pytest.mark.parametrize(("evidence", "lines"), [("seed", ("Halve it.",)), ("memory", ())])
def test_a_flare_is_met_with_the_written_words_of_the_step(
    episode: Episode, evidence: str, lines: tuple[str, ...]
) -> None:
    TreatmentStep.objects.update(step_back_do="Halve it.", evidence=evidence)
    visit(episode=episode, exercises=(ONE,))

    assert gathered(episode).flare == lines


def test_red_flags_are_never_held_back(episode: Episode) -> None:
    visit(episode=episode, exercises=(ONE,))

    assert [(flag.when, set(flag.items)) for flag in gathered(episode).flags] == [("Now", {"New numbness"})]


@pytest.mark.parametrize(
    ("given", "called"), [({"known_as": "Ally"}, "Ally"), ({"name": "Ailsa Jane Reid"}, "Ailsa"), ({"name": ""}, "")]
)
def test_the_sheet_calls_people_what_a_friend_would(given: dict[str, Any], called: str) -> None:
    assert sheets.called(make_patient(**given)) == called


@pytest.mark.parametrize("visits", [1, 3])
def test_a_sheet_costs_the_same_however_many_visits(
    episode: Episode, visits: int, django_assert_num_queries: Any
) -> None:
    for number in range(visits):
        visit(episode=episode, days_ago=visits - number, exercises=(ONE, TWO))
    found = Episode.objects.select_related("patient", "condition").get(pk=episode.pk)

    with django_assert_num_queries(7):
        sheets.gather(found)


def test_a_link_lives_eight_weeks_from_the_visit_or_from_its_making(episode: Episode) -> None:
    sheet = sheets.make_link(episode=episode, by=make_practitioner(), now=START - timedelta(weeks=2))
    ends = START + timedelta(weeks=6)

    assert (sheets.is_open(sheet, now=ends), sheets.is_open(sheet, now=ends + timedelta(seconds=1))) == (True, False)
    visit(episode=episode)
    assert sheets.link_ends_at(sheet) == START + timedelta(weeks=8)


def test_a_stopped_link_stays_stopped_until_a_new_one_is_made(episode: Episode) -> None:
    by = make_practitioner()
    old = sheets.make_link(episode=episode, by=by, now=START)
    sheets.stop_link(episode=episode, by=by, now=START)
    is_open_when_stopped = sheets.is_open(ExerciseSheet.objects.get(), now=START)

    new = sheets.make_link(episode=episode, by=by, now=START)

    assert (is_open_when_stopped, sheets.is_open(new, now=START)) == (False, True)
    assert (new.pk, new.link_salt == old.link_salt) == (old.pk, False)


def test_making_and_stopping_leave_a_trace(episode: Episode) -> None:
    by = make_practitioner(username="mairi")
    sheet = sheets.make_link(episode=episode, by=by, now=START)
    sheets.stop_link(episode=episode, by=by, now=START)
    sheets.stop_link(episode=episode, by=by, now=START)

    traced = AuditEntry.objects.filter(subject=f"exercise sheet {sheet.pk}").values_list("actor", "action")

    assert list(traced) == [("mairi", "create"), ("mairi", "change")]


def test_reading_by_link_is_traced_once_a_day_and_form(episode: Episode) -> None:
    sheet = sheets.make_link(episode=episode, by=make_practitioner(), now=START)
    for form, hours in (("page", 0), ("page", 1), ("pdf", 1), ("page", 24)):
        sheets.trace_reading(sheet, form=form, now=START + timedelta(hours=hours))

    traced = AuditEntry.objects.filter(actor=sheets.BY_LINK).values_list("action", flat=True)

    assert list(traced) == ["view", "export", "view"]
