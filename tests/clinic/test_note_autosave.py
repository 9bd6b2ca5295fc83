"""The note saves itself: what was typed is kept, what cannot be kept is said, and no answer claims more than is so."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from patients import notes
from patients.models import AuditEntry, CaseNote
from tests.clinic.form_reader import read
from tests.clinic.typed import NOW, TYPED, page, send, words
from tests.factories import make_practitioner, make_user
from tests.patients.written import saved_note, signed_note

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_eleven")]
HERE = {"HTTP_ORIGIN": "http://testserver"}


def autosave(client: Client, note: CaseNote, *, do: str = "", version: Any = None, **changes: Any) -> Any:
    """What the page sends by itself."""
    sent = {**TYPED, "version": version or note.version, **({"do": do} if do else {}), **changes}
    return client.post(page(note), sent, headers={"X-Autosave": "1"})


def follow_up(note: CaseNote) -> CaseNote:
    """The next visit after one that was signed a week before."""
    first = signed_note(episode=note.episode, author=note.author, seen_at=NOW - timedelta(days=7))
    assert first.is_signed
    return notes.start(episode=note.episode, author=note.author, seen_at=NOW, now=NOW)


def test_the_answer_says_saved_when_the_draft_is_stored(client: Client, note: CaseNote) -> None:
    answer = autosave(client, note)

    note.refresh_from_db()
    said = answer.json()
    assert (answer.status_code, said["version"], said["saved_at"]) == (200, note.version, "11:00:00")
    assert (note.plan, note.symptoms.count(), said["errors"], said["missing"]) == ("Cut hills.", 7, {}, [])
    assert said["flags"] == {"state": "clear", "words": "all 2 asked today: no"}


def test_the_answer_says_what_is_missing_before_signing(client: Client, note: CaseNote) -> None:
    said = autosave(client, note, consent="", **{"flag-fracture-reply": ""}).json()

    assert [item["anchor"] for item in said["missing"]] == ["red-flag-fracture", "consent"]
    assert said["flags"]["words"] == "1 of 2 asked today"


def test_a_wrong_figure_does_not_keep_the_rest_from_being_saved(client: Client, note: CaseNote) -> None:
    autosave(client, note, **{"symptom-sitting_minutes": "15"})
    note.refresh_from_db()

    answer = autosave(client, note, plan="New words", **{"symptom-sitting_minutes": "long"})

    note.refresh_from_db()
    minutes = note.symptoms.get(question__code="sitting_minutes").number
    assert (answer.status_code, note.plan, minutes) == (422, "New words", 15)
    assert list(answer.json()["errors"]) == ["symptom-sitting_minutes"]


def test_a_remark_without_its_state_is_said_and_the_rest_kept(client: Client, note: CaseNote) -> None:
    answer = autosave(client, note, plan="New words", **{"step-step_3-text": "next month"})

    note.refresh_from_db()
    assert (answer.status_code, note.plan) == (422, "New words")
    assert list(answer.json()["errors"]) == ["step-step_3-state"]


def test_without_a_version_nothing_is_overwritten(client: Client, note: CaseNote) -> None:
    answer = autosave(client, note, version="x")

    note.refresh_from_db()
    assert (answer.status_code, "version" in answer.json()["errors"], note.version) == (422, True, 1)


def test_a_second_window_is_told_and_overwrites_nothing(client: Client, note: CaseNote) -> None:
    autosave(client, note, plan="First window")

    answer = autosave(client, note, version=1, plan="Second window")

    note.refresh_from_db()
    said = answer.json()
    assert (answer.status_code, said["reason"], said["url"], note.plan) == (409, "stale", page(note), "First window")


def test_the_same_words_sent_again_after_a_lost_answer_are_no_conflict(client: Client, note: CaseNote) -> None:
    first = autosave(client, note)

    again = autosave(client, note, version=1)

    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])


def test_a_note_signed_elsewhere_is_told(client: Client, note: CaseNote) -> None:
    send(client, note, do="sign")

    answer = autosave(client, note, plan="Too late")

    assert (answer.status_code, answer.json()["reason"]) == (409, "signed")


@pytest.mark.parametrize(
    ("do", "name", "value"),
    [
        ("flags_unchanged", "flag-fracture-reply", ["no"]),
        ("again-tests", "test-single_leg_bridge-right-outcome", ["positive"]),
        ("again-test-single_leg_bridge-right", "test-single_leg_bridge-right-pain", ["6"]),
        ("again-techniques", "technique-technique_1", ["on"]),
        ("again-symptom-pain_worst", "symptom-pain_worst", ["7"]),
    ],
)
def test_one_press_takes_over_what_was_said_last_time(
    client: Client, note: CaseNote, do: str, name: str, value: list[str]
) -> None:
    draft = follow_up(note)
    sent = read(client.get(page(draft))).fields

    answer = client.post(page(draft), {**sent, "do": do}, headers={"X-Autosave": "1"})

    assert (answer.status_code, answer.json()["filled"][name]) == (200, value)
    assert read(client.get(page(draft))).fields[name] == value


def test_the_same_press_works_without_script(client: Client, note: CaseNote) -> None:
    draft = follow_up(note)

    answer = client.post(page(draft), {**read(client.get(page(draft))).fields, "do": "again-tests"})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{page(draft)}#card-tests")
    assert draft.provocation_results.get().pain_score == 6


def test_what_differs_from_last_time_is_marked(client: Client, note: CaseNote) -> None:
    draft = follow_up(note)
    sent = read(client.get(page(draft))).fields

    said = client.post(page(draft), {**sent, "symptom-pain_worst": "4"}, headers={"X-Autosave": "1"}).json()

    assert said["changes"] == {"symptom-pain_worst": "changed"}


def test_saving_what_is_typed_is_no_reading_but_taking_over_is(client: Client, note: CaseNote) -> None:
    draft = follow_up(note)
    seen = AuditEntry.objects.filter(action="view", subject=f"note {draft.pk}")

    autosave(client, draft)
    before = seen.count()
    autosave(client, draft, version=2, do="again-tests")

    assert (before, seen.count()) == (0, 1)


def test_somebody_signed_out_is_told_and_where_to_sign_in(note: CaseNote) -> None:
    answer = autosave(Client(), note)

    said = answer.json()
    assert (answer.status_code, said["reason"]) == (401, "signed_out")
    assert said["login"] == "/admin/login/?next=/admin/notes/signed-in/"


def test_words_sent_without_script_by_somebody_signed_out_come_back_whole(note: CaseNote) -> None:
    client = Client()
    typed = "\n\n Cannot <b>sit</b> & drive \n"

    held = send(client, note, history=typed)
    client.force_login(note.author)
    again = client.post(page(note), read_held(held))

    note.refresh_from_db()
    assert (held.status_code, again.status_code, note.history) == (401, 302, typed)


def read_held(answer: Any) -> dict[str, list[str]]:
    """The fields of the page that hands words back."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', words(answer), re.DOTALL):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def test_a_page_that_hands_words_back_names_no_patient(note: CaseNote) -> None:
    held = words(send(Client(), note))

    assert [word for word in (note.episode.patient.name, note.episode.condition.title) if word in held] == []


def test_after_a_new_sign_in_the_old_token_is_changed_for_a_new_one(note: CaseNote) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(note.author)
    client.get(page(note))
    sent = {**TYPED, "version": 1, "csrfmiddlewaretoken": "x" * 64}

    refused = client.post(page(note), sent, headers={"X-Autosave": "1"}, **HERE)
    kept = client.post(
        page(note), {**sent, "csrfmiddlewaretoken": refused.json()["token"]}, headers={"X-Autosave": "1"}, **HERE
    )

    assert (refused.status_code, refused.json()["reason"], kept.status_code) == (403, "token", 200)


def test_the_old_token_without_script_hands_the_words_back(note: CaseNote) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(note.author)
    client.get(page(note))

    held = client.post(page(note), {**TYPED, "version": 1, "do": "sign", "csrfmiddlewaretoken": "x" * 64}, **HERE)

    assert (held.status_code, read_held(held)["plan"], read_held(held)["do"]) == (403, ["Cut hills."], ["sign"])


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_strangers_page_gets_neither_a_token_nor_a_form_to_press(note: CaseNote, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(note.author)
    client.get(page(note))
    given = {"HTTP_ORIGIN": origin} if origin else {}

    for headers in ({}, {"X-Autosave": "1"}):
        answer = client.post(page(note), {**TYPED, "csrfmiddlewaretoken": "x" * 64}, headers=headers, **given)

        given_back = ("Cut hills." in words(answer), '"token"' in words(answer))
        assert (answer.status_code, given_back) == (403, (False, False))


@pytest.mark.parametrize("asked", ["django_session", "patients_casenote", "patients_auditentry"])
def test_a_database_that_does_not_answer_loses_no_words(client: Client, note: CaseNote, asked: str) -> None:
    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if asked in sql:
            raise OperationalError
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        held, answer = send(client, note), autosave(client, note)

    assert (held.status_code, read_held(held)["plan"]) == (503, ["Cut hills."])
    assert (answer.status_code, answer.json()["reason"]) == (503, "down")


def test_somebody_else_signed_in_here_changes_nothing_and_loses_nothing(client: Client) -> None:
    draft = saved_note()
    client.force_login(make_practitioner())

    held, answer = send(client, draft, plan="Mine"), autosave(client, draft, plan="Mine")

    draft.refresh_from_db()
    assert (held.status_code, read_held(held)["plan"], draft.plan) == (403, ["Mine"], "Cut hills.")
    assert (answer.status_code, answer.json()["reason"]) == (403, "somebody_else")


def test_staff_who_treat_nobody_get_no_word_of_it(client: Client) -> None:
    draft = saved_note()
    client.force_login(make_user(is_superuser=True))

    answer = autosave(client, draft, do="again-tests")

    assert (answer.status_code, draft.episode.condition.title in words(answer)) == (403, False)


def test_where_a_new_sign_in_ends_there_is_nothing_to_see(client: Client, note: CaseNote) -> None:
    shown = words(client.get("/admin/notes/signed-in/"))

    assert ("You are logged in again" in shown, note.episode.patient.name in shown) == (True, False)


def test_no_page_of_a_note_is_kept_by_a_browser(client: Client, note: CaseNote) -> None:
    answers = [client.get(page(note)), autosave(client, note), send(Client(), note)]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store, private"}
