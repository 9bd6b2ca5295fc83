"""The note's page: everything round-trips, nothing typed is lost, nobody else writes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from patients import notes
from patients.models import Addendum, AuditEntry, CaseNote, SymptomQuestion
from tests.clinic.typed import NOW, TYPED, page, send, words
from tests.factories import make_practitioner, make_user
from tests.patients.written import saved_note, signed_note

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_eleven")]
LITERAL = [
    "  spaces around  ",
    "alpha+beta dose%20A a & b < c tab\there 🏃 line\u2028separator right \u200fto left \u202eoverride",
    "two\nlines\n\nand a gap",
    "<script>alert(1)</script>",
]


def test_everything_typed_is_stored_and_shown_again(client: Client, note: CaseNote) -> None:
    send(client, note)

    shown = client.get(page(note)).context["form"].initial
    stored = {name: shown.get(name) for name in TYPED if name not in ("seen_on", "seen_at")}
    expected = {
        **{name: value for name, value in TYPED.items() if name in stored},
        "symptom-pain_worst": 7,
        "symptom-sitting_minutes": 10,
        "test-single_leg_bridge-right-pain": 6,
        "technique-technique_1": True,
        "exercise-exercise_1": True,
    }
    assert stored == expected


def test_signing_seals_what_was_typed_and_shows_it_read_only(client: Client, note: CaseNote) -> None:
    answer = send(client, note, do="sign")

    note.refresh_from_db()
    shown = words(client.get(page(note)))
    assert (answer.status_code, note.is_signed, "It cannot be changed" in shown) == (302, True, True)
    assert [part in shown for part in ("7 out of 10", "10 minutes", "sharp, like toothache", "3 sets of 10")] == [
        True
    ] * 4


@pytest.mark.parametrize("text", LITERAL)
def test_free_text_stays_as_typed(client: Client, note: CaseNote, text: str) -> None:
    send(client, note, do="sign", history=text, plan=text)

    note.refresh_from_db()
    assert (note.history, note.plan) == (text, text)
    assert "<script>alert" not in client.get(page(note)).content.decode()


def test_line_ends_of_a_browser_become_plain_ones(client: Client, note: CaseNote) -> None:
    send(client, note, history="one\r\ntwo")

    note.refresh_from_db()
    assert note.history == "one\ntwo"


def test_pain_is_ignored_where_the_outcome_does_not_call_for_it(client: Client, note: CaseNote) -> None:
    send(client, note, **{"test-single_leg_bridge-right-outcome": "negative"})

    result = note.provocation_results.get(side="right")
    assert (result.outcome, result.familiar_pain, result.pain_score) == ("negative", "", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symptom-pain_worst", "11"),
        ("symptom-sitting_minutes", "long"),
        ("symptom-sitting_minutes", "999"),
        ("symptom-main_site", "elsewhere"),
        ("test-single_leg_bridge-right-pain", "-1"),
        ("cause-reactive_overuse-weight", "certain"),
        ("step-step_1-state", "over"),
        ("flag-fracture-reply", "maybe"),
        ("history", "a\x00b"),
        ("plan", "x" * 20_001),
        ("seen_on", "2026-02-30"),
        ("seen_on", "9999-12-31"),
        ("seen_at", "25:00"),
        ("version", "x"),
    ],
)
def test_a_wrong_value_is_said_and_nothing_typed_is_lost(
    client: Client, note: CaseNote, field: str, value: str
) -> None:
    answer = send(client, note, **{field: value})

    note.refresh_from_db()
    kept = "Reactive after hills" in words(answer) and "More hills" in words(answer)
    assert (answer.status_code, kept, note.version, note.symptoms.count()) == (422, True, 1, 0)


def test_an_hour_the_clocks_skip_is_refused(client: Client, note: CaseNote) -> None:
    answer = send(client, note, seen_on="2026-03-29", seen_at="01:30")

    assert (answer.status_code, "The clocks change" in words(answer)) == (422, True)


def test_an_incomplete_note_is_kept_as_a_draft_and_says_what_is_missing(client: Client, note: CaseNote) -> None:
    answer = send(client, note, do="sign", **{"flag-fracture-reply": "", "side": ""})

    note.refresh_from_db()
    shown = words(answer)
    assert (answer.status_code, note.is_signed, note.plan) == (422, False, "Cut hills.")
    assert ('href="#red-flag-fracture"' in shown, 'id="red-flag-fracture"' in shown) == (True, True)
    assert ('href="#episode-side"' in shown, 'id="episode-side"' in shown) == (True, True)


def test_one_press_says_no_to_the_red_flags_still_open(client: Client, note: CaseNote) -> None:
    send(client, note, do="all_no", **{"flag-fracture-reply": "", "flag-cauda_equina-reply": "unsure"})

    replies = dict(note.red_flag_answers.values_list("red_flag__code", "reply"))
    assert replies == {"cauda_equina": "unsure", "fracture": "no"}


def test_the_forms_carry_their_tokens() -> None:
    client = Client(enforce_csrf_checks=True)
    draft = saved_note()
    client.force_login(draft.author)
    statuses = []
    for url, sent in (
        (page(draft), {**TYPED, "do": "sign", "version": 2}),
        (f"{page(draft)}addendum/", {"kind": "addition", "text": "x"}),
    ):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(page(draft)).content.decode())
        assert token is not None
        statuses.append(client.post(url, {**sent, "csrfmiddlewaretoken": token[1]}).status_code)

    assert (statuses, Addendum.objects.count()) == ([302, 302], 1)


def test_an_addendum_stands_under_the_note(client: Client, note: CaseNote) -> None:
    send(client, note, do="sign")

    added = client.post(f"{page(note)}addendum/", {"kind": "correction", "text": "It was <b>left</b>."})
    empty = client.post(f"{page(note)}addendum/", {"kind": "correction", "text": "  "})

    assert added.headers["Location"] == f"{page(note)}#addendum-{note.addenda.get().position}"
    assert (empty.status_code, note.addenda.count()) == (422, 1)
    assert "It was &lt;b&gt;left&lt;/b&gt;." in client.get(page(note)).content.decode()


def test_another_practitioner_reads_a_draft_but_writes_nothing(client: Client) -> None:
    draft = saved_note()
    client.force_login(make_practitioner())

    shown, sent = client.get(page(draft)), send(client, draft, plan="Mine")

    draft.refresh_from_db()
    assert ("Only the author can change" in words(shown), sent.status_code, draft.plan) == (True, 403, "Cut hills.")


def test_staff_who_treat_nobody_are_refused(client: Client) -> None:
    draft = saved_note()
    client.force_login(make_user(is_superuser=True))

    assert [client.get(page(draft)).status_code, send(client, draft).status_code] == [403, 403]


def test_an_unknown_note_is_not_found(client: Client, note: CaseNote) -> None:
    assert client.get("/admin/notes/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_reading_is_traced_even_when_the_page_fails(client: Client, note: CaseNote, monkeypatch: Any) -> None:
    monkeypatch.setattr("clinic.note_shown.render", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        client.get(page(note))

    assert AuditEntry.objects.filter(action="view", subject=f"note {note.pk}").count() == 1


def test_what_was_recorded_stays_in_sight_after_its_question_was_retired(client: Client, note: CaseNote) -> None:
    send(client, note)
    SymptomQuestion.objects.filter(code__in=["load_change", "pain_worst"]).update(retired_at=NOW)
    note.symptoms.filter(question__code="pain_worst").delete()

    shown = client.get(page(note)).context["form"].fields

    assert ("symptom-load_change" in shown, "symptom-pain_worst" in shown) == (True, False)


def test_last_visit_stands_beside_today(client: Client, note: CaseNote) -> None:
    send(client, note, do="sign")
    follow_up = notes.start(episode=note.episode, author=note.author, seen_at=NOW, now=NOW)

    rows = client.get(page(follow_up)).context["rows"]

    assert rows.symptom_groups[0].rows[0].last == "7 out of 10"
    assert [one.last for pair in rows.tests[:1] for one in pair if one] == ["positive, familiar pain, 6", "negative"]
    assert [row.last for row in rows.steps] == ["active", "active", ""]


@pytest.mark.parametrize("item_count", [1, 30])
def test_the_page_costs_the_same_however_long_the_catalogue(
    client: Client, note: CaseNote, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        SymptomQuestion.objects.create(
            condition=note.episode.condition, code=f"more-{number}", group="more", kind="text", ask=f"More {number}?"
        )
    lock = 1 if connection.vendor == "postgresql" else 0  # the trace keeps its chain single file

    with django_assert_num_queries(42 + lock):
        client.get(page(note))


def test_last_time_is_the_visit_before_whichever_was_signed_last(client: Client, note: CaseNote) -> None:
    before = signed_note(episode=note.episode, author=note.author, seen_at=NOW - timedelta(days=1))
    entered_late = signed_note(episode=note.episode, author=note.author, seen_at=NOW - timedelta(days=8))

    assert (entered_late.position, client.get(page(note)).context["last"].note) == (2, before)


def test_a_remark_on_a_step_without_its_state_is_not_dropped_in_silence(client: Client, note: CaseNote) -> None:
    answer = send(client, note, **{"step-step_3-text": "next month"})

    note.refresh_from_db()
    assert (answer.status_code, "a remark alone is not kept" in words(answer), note.version) == (422, True, 1)


def test_an_exercise_that_was_unticked_again_is_not_given(client: Client, note: CaseNote) -> None:
    send(client, note, **{"exercise-exercise_2-dose": "3 times"})

    assert list(note.home_exercises.values_list("exercise__code", "dose")) == [("exercise_1", "3 sets of 10")]


def test_one_press_answers_red_flags_the_page_did_not_send(client: Client, note: CaseNote) -> None:
    unsent = {name: value for name, value in TYPED.items() if not name.startswith("flag-")}

    client.post(page(note), {**unsent, "version": 1, "do": "all_no"})

    assert set(note.red_flag_answers.values_list("reply", flat=True)) == {"no"}
