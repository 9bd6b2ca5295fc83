"""The outcome chart: gaps stay gaps, sides apart, states by shape and word, and never a verdict."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from patients import charts, measures, notes
from patients.models import CaseNote, Episode, Instrument, Source, SymptomQuestion
from patients.timeline import Missed, Standing, Timeline
from tests.factories import START, make_episode, make_note, make_practitioner
from tests.patients.axis import LATER, note_of, timeline
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
JUDGING = r"improv|better|worse|deteriorat|significant|recover|progress|success|score of|likely|risk"


def episode_with(*weeks: dict[str, Any], **given: Any) -> Episode:
    """An episode with one signed note a week."""
    episode = make_episode(**given)
    SymptomQuestion.objects.filter(code="sitting_minutes").update(is_charted=True)
    author = make_practitioner()
    CaseNote.objects.bulk_create(note_of(episode, author, week=week, **said) for week, said in enumerate(weeks))
    return episode


def figures(found: Timeline) -> dict[str, list[str]]:
    """Every measure with what it says at each stop."""
    return {one.name: [one.words_at(stop) for stop in range(len(found.stops))] for one in found.measures}


def drawn(found: Timeline, css: str, **given: Any) -> list[ElementTree.Element]:
    """The elements of one class in the picture, which is well formed."""
    picture = ElementTree.fromstring(charts.outcome_chart(found, **given).svg)
    return [one for one in picture.iter() if css in one.get("class", "").split()]


def pieces(found: Timeline, css: str) -> int:
    """How many strokes the lines of a class have."""
    return sum(one.get("d", "").count("L") for one in drawn(found, css))


def test_a_visit_without_a_figure_is_a_gap_and_not_a_zero() -> None:
    found = timeline(episode_with({"pain": 8}, {"pain": 7}, {"sits": 20}, {"pain": 5}))

    assert figures(found)["Most pain in the last 24 hours"] == ["8", "7", "", "5"]
    assert pieces(found, "chart__line") == 1


def test_a_missed_appointment_breaks_the_line_too() -> None:
    episode = episode_with({"pain": 8}, {"pain": 7}, {"pain": 6})

    found = timeline(episode, missed=[Missed(START + WEEK * 1.5)])
    assert (figures(found)["Most pain in the last 24 hours"], pieces(found, "chart__line")) == (["8", "7", "", "6"], 1)
    assert len(drawn(found, "chart__missed")) == 1


def test_a_score_asked_now_and_then_stands_on_a_broken_line() -> None:
    asked = [{"scores": [("psfs", "Drive", value)]} for value in ("2", "4")]
    found = timeline(episode_with(asked[0], {"pain": 7}, asked[1]))

    assert (pieces(found, "chart__line"), pieces(found, "chart__apart")) == (0, 1)
    assert drawn(found, "chart__apart")[0].get("stroke-dasharray") == "2 5"


def test_both_sides_are_two_panels_the_right_one_first() -> None:
    both = [{"pain": {"right": 8, "left": 3}}, {"pain": {"right": 6}}]
    found = timeline(episode_with(*both, side="both"))

    assert figures(found) == {
        "Most pain in the last 24 hours, right": ["8", "6"],
        "Most pain in the last 24 hours, left": ["3", ""],
    }
    assert len(drawn(found, "chart__edge")) == 2


def test_pain_sitting_and_the_patients_own_activities_come_first() -> None:
    scores = [("psfs", "Drive", "2"), ("psfs", "Run", "3"), ("visa_h", "", "40"), ("nprs", "", "6")]
    found = timeline(episode_with({"pain": 8, "sits": 10, "scores": scores}))

    sitting, own = "How long can you sit", "Patient-specific function scale"
    in_sight = [one.name for one in found.in_sight]
    assert in_sight == ["Most pain in the last 24 hours", sitting, f"{own}, mean of 2"]
    assert [one.name for one in found.others] == ["Pain 0 to 10", f"{own}, Drive", f"{own}, Run", "VISA-H"]
    assert figures(found)[f"{own}, mean of 2"] == ["2.5"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(8, 4, "4 lower"), (10, 35, "25 higher"), (7, 7, "the same"), (0, 0, "the same")],
)
def test_first_against_last_is_a_plain_difference(first: int, last: int, words: str) -> None:
    found = timeline(episode_with({"sits": first}, {"sits": 99}, {"sits": last}))

    assert found.measures[0].difference == words


def test_a_mean_of_other_activities_says_so() -> None:
    kinds = [[("psfs", "Drive", "2"), ("psfs", "Run", "3")], [("psfs", "Drive", "6")]]
    found = timeline(episode_with(*({"scores": scores} for scores in kinds)))

    assert found.measures[0].difference == "3.5 higher, not the same activities"


def test_one_figure_has_no_difference() -> None:
    assert timeline(episode_with({"sits": 20})).measures[0].difference == ""


def test_the_turned_round_version_of_a_scale_is_charted_by_itself() -> None:
    key = measures.Key("score", "psfs", "2")
    scale = measures.Scale("PSFS", "", Decimal(0), Decimal(10), "higher", 1)

    said = measures.Measure(key, scale, ())
    assert (said.name, said.better) == ("PSFS, version 2.0", "lower is better")


def test_steps_overlap_and_end_where_no_note_states_them() -> None:
    weeks = [{1: "active"}, {1: "active", 2: "holding"}, {2: "active"}, {1: "completed", 2: "active", 3: "not_started"}]
    found = timeline(episode_with(*({"steps": steps} for steps in weeks)))

    spans = {lane.number: [(one.state, (one.end - one.start).days) for one in lane.spans] for lane in found.lanes}
    assert spans == {
        1: [("active", 14), ("completed", 63)],
        2: [("holding", 7), ("active", 70)],
        3: [],
    }


def test_states_are_told_apart_by_shape_and_word() -> None:
    states = ["active", "holding", "completed", "stepped_back"]
    found = timeline(episode_with(*({"steps": {1: state}} for state in states)), now=START + WEEK * 4)

    words = ["active", "holding", "completed", "stepped back"]
    assert [one.text for css in words for one in drawn(found, f"chart__on--{css.replace(' ', '-')}")] == words
    assert [one.text for one in drawn(found, "chart__word") if "not s" in (one.text or "")] == [
        "not stated in any note"
    ] * 2


def test_bars_of_a_closed_episode_end_on_its_last_day() -> None:
    episode = episode_with({"steps": {1: "active"}}, closed_on=date(2026, 12, 10))
    found = timeline(episode)

    assert [(span.end - span.start).days for span in found.lanes[0].spans] == [14]
    assert drawn(found, "chart__today") == []


def test_flares_stand_in_a_lane_of_their_own_with_their_words() -> None:
    found = timeline(episode_with({"pain": 8}, {"flare": "hill <walk> & stairs"}))

    assert [one.findtext("title") for one in drawn(found, "chart__flare")] == ["3 Dec 2026: hill <walk> & stairs"]


def test_a_change_of_step_is_marked_through_the_panels() -> None:
    weeks = [{1: "active"}, {1: "active"}, {1: "holding"}]
    found = timeline(episode_with(*({"pain": 5, "steps": steps} for steps in weeks)))

    assert drawn(found, "chart__change")[0].get("d", "").count("M") == 2


def test_a_note_in_error_and_a_discarded_draft_are_left_out_and_said() -> None:
    note = signed_note()
    other = signed_note(episode=note.episode, author=note.author, kind="follow_up")
    notes.add_addendum(note=other, author=note.author, kind="in_error", text="Wrong patient.", now=LATER)
    gone = {"discarded_at": START, "discarded_by": note.author, "discard_reason": "Wrong file."}
    make_note(episode=note.episode, author=note.author, seen_at=START + WEEK * 2, **gone)

    found = timeline(note.episode)
    assert [visit.standing for visit in found.left_out] == [Standing.IN_ERROR, Standing.DISCARDED]
    assert figures(found) == {"Most pain in the last 24 hours": ["7"]}
    assert len(drawn(found, "chart__struck")) == 1


def test_a_draft_is_marked_as_one_and_comes_from_its_rows() -> None:
    note = saved_note()
    found = timeline(note.episode)

    assert [(stop.is_draft, stop.visit.title) for stop in found.stops if stop.visit] == [(True, "First visit")]
    assert figures(found) == {"Most pain in the last 24 hours": ["7"]}
    assert len(drawn(found, "chart__dot--draft")) == 1


def test_signed_notes_are_charted_as_they_were_sealed() -> None:
    note = signed_note()
    note.episode.condition.treatmentsteps.update(title="Another name")
    SymptomQuestion.objects.filter(code="pain_worst").update(retired_at=START)

    found = timeline(note.episode)
    assert [lane.name for lane in found.lanes][:2] == ["1 Calm the load", "2 Settle the pain"]
    assert figures(found) == {"Most pain in the last 24 hours": ["7"]}


def test_a_late_entry_carries_a_bar() -> None:
    assert len(drawn(timeline(episode_with({"pain": 5}, {"pain": 4, "late_days": 1})), "chart__late")) == 1


def test_the_important_change_is_a_sentence_with_its_source_or_nothing() -> None:
    episode = episode_with({"pain": 8, "scores": [("visa_h", "", "40")]})
    Source.objects.create(condition=episode.condition, code="ABBOTT14", label="Abbott 2014", evidence="verified")
    Instrument.objects.filter(code="nprs").update(change_small="1.5", change_large="3.5", change_source="ABBOTT14")
    Instrument.objects.filter(code="visa_h").update(change_small="22", change_source="HEARSAY")

    assert timeline(episode).changes == ["Pain 0 to 10 1.5 small, 3.5 large (Abbott 2014)"]


def test_no_name_of_a_month_is_cut_off_at_the_edge() -> None:
    found = timeline(episode_with({}, {}, started_on=date(2026, 11, 14)))

    places = {one.text: float(one.get("x", 0)) for one in drawn(found, "chart__word") if not one.get("text-anchor")}

    assert all(x + 6 * len(words or "") <= charts.WIDTH for words, x in places.items())


def test_no_word_of_the_picture_judges() -> None:
    found = timeline(episode_with({"pain": 8, "sits": 10}, {"pain": 2, "sits": 60}))

    said = re.sub("(lower|higher) is better", "", str(charts.outcome_chart(found).svg))
    assert re.findall(JUDGING, said, re.IGNORECASE) == []


def test_nothing_in_the_picture_is_a_style_or_a_script() -> None:
    found = timeline(episode_with({"pain": 8, "flare": "<script>alert(1)</script>"}))

    assert re.findall(r"style=|<script|\son\w+=", str(charts.outcome_chart(found).svg)) == []


def test_an_episode_without_notes_has_no_picture() -> None:
    assert charts.outcome_chart(timeline(make_episode())).is_empty


def test_many_notes_lose_no_point_and_stay_light() -> None:
    episode, author = make_episode(), make_practitioner()
    many = (note_of(episode, author, week=week / 20, pain=week % 11, steps={1: "active"}) for week in range(200))
    CaseNote.objects.bulk_create(many)

    found = timeline(episode)
    points = drawn(found, "chart__dots")[0].get("d", "").count("M")
    assert (points, pieces(found, "chart__line")) == (200, 199)
    assert len(charts.outcome_chart(found).svg) < 14_000


def test_a_small_line_stands_beside_the_note() -> None:
    found = timeline(episode_with({"pain": 8}, {"pain": 4}))

    small = ElementTree.fromstring(charts.sparkline(found, found.measures[0]))
    assert small.findtext("title") == "Most pain in the last 24 hours: 8, 4"


def test_the_axis_goes_by_local_days_over_a_change_of_clocks() -> None:
    episode = make_episode(started_on=date(2026, 10, 24))
    author = make_practitioner()
    late = note_of(episode, author, pain=5)
    late.seen_at = START.replace(month=10, day=24, hour=23, minute=30)
    CaseNote.objects.bulk_create([late])

    titles = [one.findtext("title") for one in drawn(timeline(episode), "chart__note")]
    assert titles == ["25 Oct 2026: First visit, signed, entered on a later day"]
