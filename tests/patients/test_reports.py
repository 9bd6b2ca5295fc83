"""What the patient reports in figures: what is asked, how it is kept, and that only a press takes it into a note."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from patients import discarding, notes, reports
from patients.forms import NoteForm
from patients.models import CaseNote, Episode, Instrument, OutcomeScore, PatientReport
from patients.note_items import NoteItems
from tests.factories import START, make_episode, make_note
from tests.patients.at_home import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode() -> Episode:
    found = make_episode()
    Instrument.objects.update(evidence="secondary")
    return found


def report(episode: Episode, *, days_ago: int = 0, **figures: int) -> PatientReport:
    """Figures by field name without `figure-`, dashes as underscores; activities by number."""
    asked = {one.name.removeprefix("figure-").replace("-", "_"): one for one in reports.asked(episode)}
    told = [(asked[name], asked[name].label, Decimal(value)) for name, value in figures.items()]
    return reports.save(episode=episode, figures=told, now=START - timedelta(days=days_ago))


def draft(episode: Episode) -> CaseNote:
    return CaseNote.objects.with_findings().get(pk=make_note(episode=episode, kind="follow_up").pk)


def test_totals_of_licensed_forms_and_tests_by_the_therapist_are_not_asked(episode: Episode) -> None:
    reps = {"code": "reps", "name": "Bridges", "maximum": 50, "unit": "reps", "better": "higher"}
    Instrument.objects.create(condition=episode.condition, minimum=0, evidence="seed", **reps)

    assert [one.name for one in reports.asked(episode)] == [
        "figure-nprs-now",
        "figure-nprs-worst",
        "figure-psfs-1",
        "figure-psfs-2",
        "figure-psfs-3",
    ]


def test_a_measure_nobody_has_checked_is_not_asked(episode: Episode) -> None:
    Instrument.objects.update(evidence="memory")

    assert reports.asked(episode) == ()


def test_activities_are_those_named_last_time(episode: Episode) -> None:
    visit(episode=episode, days_ago=9, activities={"Old": 1})
    visit(episode=episode, days_ago=2, activities={"Running 5 km": 3, "Driving": 4})

    assert [one.label for one in reports.asked(episode) if one.is_activity] == ["Running 5 km", "Driving"]


def test_before_any_is_noted_the_patient_names_them_and_can_add_more(episode: Episode) -> None:
    first = next(one for one in reports.asked(episode) if one.is_activity)
    reports.save(episode=episode, figures=[(first, "Driving", Decimal(4))], now=START)

    assert [one.label for one in reports.asked(episode) if one.is_activity] == ["Driving", "", ""]
    assert reports.told_on(episode, START.date()) == {"figure-psfs-1": "4"}


def test_what_is_not_asked_any_more_fills_no_other_field(episode: Episode) -> None:
    first = next(one for one in reports.asked(episode) if one.is_activity)
    reports.save(episode=episode, figures=[(first, "Driving", Decimal(4))], now=START)
    visit(episode=episode, activities={"Running": 3})

    assert reports.told_on(episode, START.date()) == {}


def test_the_last_word_of_a_day_counts(episode: Episode) -> None:
    report(episode, nprs_now=7, nprs_worst=9)

    told = report(episode, nprs_now=3)

    assert [(one.version, one.value) for one in told.scores.all()] == [("now", 3)]
    assert PatientReport.objects.count() == 1


def test_on_a_tablet_what_was_told_at_home_stays(episode: Episode) -> None:
    report(episode, nprs_now=7, nprs_worst=9)
    asked = reports.asked(episode)[0]

    reports.save(episode=episode, figures=[(asked, "", Decimal(2))], now=START, is_whole=False)

    scores = PatientReport.objects.get().scores.values_list("version", "value")
    assert dict(scores) == {"now": 2, "worst": 9}


def test_the_note_of_the_visit_shows_what_was_told_since_the_one_before(episode: Episode) -> None:
    report(episode, days_ago=9, nprs_now=8)
    visit(episode=episode, days_ago=5)
    old, new = report(episode, days_ago=3, nprs_now=5), report(episode, nprs_now=4)

    reported = reports.for_note(draft(episode))

    assert reported
    assert (reported.report, reported.older) == (new, (old,))
    assert [(one.name, one.value, one.is_taken) for one in reported.figures] == [("Pain 0 to 10, now", "4", False)]


def test_what_was_told_for_a_later_visit_is_not_shown(episode: Episode) -> None:
    report(episode, days_ago=-1, nprs_now=8)

    assert reports.for_note(draft(episode)) is None


def test_one_press_fills_what_is_empty_and_overwrites_nothing(episode: Episode) -> None:
    visit(episode=episode, days_ago=5, activities={"Running": 3, "Driving": 4})
    report(episode, nprs_now=4, nprs_worst=6, psfs_1=7)
    sent = QueryDict(mutable=True)
    sent.update({"do": "take-reported", "score-nprs-now": "", "score-nprs-worst": "9", "score-psfs-version": "1"})

    data = reports.taken_over(sent, draft(episode))

    figures = {name: value for name, value in data.items() if value and name.startswith("score")}
    assert figures == {
        "score-nprs-now": "4",
        "score-nprs-now-by": "patient",
        "score-nprs-worst": "9",
        "score-psfs-version": "1",
        "score-psfs-1-label": "Running",
        "score-psfs-1-value": "7",
        "score-psfs-1-value-by": "patient",
    }
    assert sent["score-nprs-now"] == ""


def test_an_activity_finds_its_own_words_wherever_they_stand(episode: Episode) -> None:
    visit(episode=episode, days_ago=5, activities={"Running": 3})
    report(episode, psfs_1=7)
    sent = QueryDict(mutable=True)
    sent.update({"do": "take-reported", "score-psfs-2-label": "running ", "score-psfs-version": "1"})

    assert reports.taken_over(sent, draft(episode))["score-psfs-2-value"] == "7"


def test_figures_of_the_other_version_of_the_scale_are_not_mixed_in(episode: Episode) -> None:
    visit(episode=episode, days_ago=5, activities={"Running": 3})
    report(episode, psfs_1=7)
    sent = QueryDict(mutable=True)
    typed = {"score-psfs-1-label": "Driving", "score-psfs-1-value": "2", "score-psfs-version": "2"}
    sent.update({"do": "take-reported", **typed})

    data = reports.taken_over(sent, draft(episode))

    assert {name: data[name] for name in typed} == typed
    assert "score-psfs-2-value" not in data


def test_one_figure_alone_is_taken_by_its_own_button(episode: Episode) -> None:
    told = report(episode, nprs_now=4, nprs_worst=6)
    sent = QueryDict(mutable=True)
    sent["do"] = f"take-reported-{told.scores.get(version='worst').pk}"

    data = reports.taken_over(sent, draft(episode))

    assert (data.get("score-nprs-worst"), data.get("score-nprs-now")) == ("6", None)


def saved(episode: Episode, note: CaseNote) -> CaseNote:
    """The draft, saved after the press as the note's page saves it."""
    form = NoteForm(note=note, items=NoteItems.of(note))
    sent = QueryDict(mutable=True)
    sent.update({name: form[name].value() or "" for name in form.fields if not name.startswith("symptom")})
    sent["do"] = "take-reported"
    filled = NoteForm(reports.taken_over(sent, note), note=note, items=NoteItems.of(note))
    assert filled.is_valid(), filled.errors
    return notes.save_draft(note=note, version=note.version, written=filled.written(), by=note.author, now=START)


def test_a_figure_taken_over_says_that_the_patient_gave_it(episode: Episode) -> None:
    report(episode, nprs_now=4)
    note = draft(episode)

    saved(episode, note)

    is_settled = reports.settle(note, now=START)
    assert list(OutcomeScore.objects.values_list("version", "value", "filled_by")) == [("now", 4, "patient")]
    assert (is_settled, PatientReport.objects.get().taken_into) == (True, note)


def test_nothing_is_taken_without_a_press(episode: Episode) -> None:
    report(episode, nprs_now=4)
    note = draft(episode)

    assert (reports.settle(note, now=START), PatientReport.objects.get().taken_at) == (False, None)


def test_a_report_changed_after_it_was_taken_waits_again(episode: Episode) -> None:
    report(episode, nprs_now=4)
    note = draft(episode)
    saved(episode, note)
    reports.settle(note, now=START)

    report(episode, nprs_now=5)

    reported = reports.for_note(CaseNote.objects.with_findings().get(pk=note.pk))
    assert reported
    assert (reported.has_more, reported.report.taken_at) == (True, None)


def test_a_report_taken_into_one_note_is_not_offered_to_the_next(episode: Episode) -> None:
    report(episode, days_ago=1, nprs_now=4)
    first = draft(episode)
    saved(episode, first)
    reports.settle(first, now=START)

    assert reports.for_note(draft(episode)) is None


@pytest.mark.parametrize("item_count", [1, 3])
def test_reading_a_report_costs_the_same_however_many(
    episode: Episode, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        report(episode, days_ago=number, nprs_now=4, nprs_worst=5)
    note = draft(episode)

    with django_assert_num_queries(4):
        reports.for_note(note)


def test_a_report_taken_into_a_draft_that_was_discarded_waits_again(episode: Episode) -> None:
    report(episode, nprs_now=4)
    note = draft(episode)
    saved(episode, note)
    reports.settle(note, now=START)

    discarding.discard(note=note, by=note.author, reason="Opened twice.", now=START)

    reported = reports.for_note(draft(episode))
    assert reported
    assert (reported.has_more, reported.report.taken_at) == (True, None)
