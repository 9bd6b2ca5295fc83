"""The exercise sheet by its private link, and its PDF."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from time_machine import travel

from bookings import limits, links
from patients import sheets
from patients.models import AuditEntry, Condition, Episode, ExerciseSheet, ExerciseTick, HomeDay
from tests.clinic.at_home_pages import CLINICAL, linked, seen, url, words
from tests.factories import START, make_episode, make_practitioner
from tests.patients.at_home import visit

pytestmark = pytest.mark.django_db

TODAY = "2026-11-26"
PAGES = ("my_sheet", "my_sheet_pdf", "my_measures")


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with travel(START, tick=False):
        yield


@pytest.fixture
def episode() -> Episode:
    return seen()


@pytest.fixture
def sheet(episode: Episode) -> ExerciseSheet:
    return linked(episode)


def test_the_sheet_opens_and_names_no_condition(client: Client, sheet: ExerciseSheet) -> None:
    answer = client.get(url(sheet))

    assert answer.status_code == 200
    said = words(answer)
    assert ["Exercise 1" in said, "3 sets of 10" in said, "Stand more." in said, "Reid" in said] == [True] * 3 + [False]
    assert CLINICAL not in answer.content.decode()


def test_the_answer_is_kept_nowhere_and_found_by_nobody(client: Client, sheet: ExerciseSheet) -> None:
    headers = client.get(url(sheet)).headers

    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("spoil", ["stopped", "renewed", "old"])
def test_a_link_that_is_dead_opens_nothing(client: Client, sheet: ExerciseSheet, spoil: str) -> None:
    addresses = [url(sheet, name) for name in PAGES]
    if spoil == "stopped":
        sheets.stop_link(episode=sheet.episode, by=sheet.made_by, now=START)
    elif spoil == "renewed":
        sheets.make_link(episode=sheet.episode, by=sheet.made_by, now=START)

    with travel(START + timedelta(weeks=8, seconds=1) if spoil == "old" else START, tick=False):
        answers = [client.get(address) for address in addresses]

    assert [(answer.status_code, "Exercise 1" in words(answer)) for answer in answers] == [(404, False)] * 3


def test_every_changed_letter_closes_the_sheet(client: Client, sheet: ExerciseSheet) -> None:
    token = links.token(sheet, links.SHEET)
    spoiled = [token[:-1] + ("A" if token[-1] != "A" else "B"), token[:-1], token[:22] + "A" * 32]

    assert [client.get(reverse("my_sheet", args=[one])).status_code for one in spoiled] == [404] * 3


def test_a_link_for_something_else_opens_no_sheet(client: Client, sheet: ExerciseSheet) -> None:
    for purpose in (links.MANAGE, links.PROOF, links.PERSONAL):
        assert client.get(reverse("my_sheet", args=[links.token(sheet, purpose)])).status_code == 404


def test_looking_changes_nothing_but_the_trace(client: Client, sheet: ExerciseSheet) -> None:
    for _ in range(2):
        client.get(url(sheet))

    assert (ExerciseTick.objects.count(), HomeDay.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(actor=sheets.BY_LINK).count() == 1


def test_an_exercise_is_ticked_and_taken_back(client: Client, sheet: ExerciseSheet) -> None:
    answer: Any = client.post(url(sheet), {"do": "done-exercise_1", "day": "2026-11-25"})
    ticked = list(ExerciseTick.objects.values_list("exercise__code", "day"))
    shown = words(client.get(url(sheet), {"day": "2026-11-25"}))
    client.post(url(sheet), {"do": "undo-exercise_1", "day": "2026-11-25"})

    assert answer.headers["Location"] == f"{url(sheet)}?day=2026-11-25#e-exercise_1"
    assert [(code, str(day)) for code, day in ticked] == [("exercise_1", "2026-11-25")]
    assert ("Take back : Exercise 1" in shown, ExerciseTick.objects.count()) == (True, 0)


def test_what_cannot_be_ticked_is_said_kindly(client: Client, sheet: ExerciseSheet) -> None:
    days = ("2026-11-19", "2026-11-27", "2026-02-31", "")
    sent = [{"do": "done-exercise_1", "day": day} for day in days]
    sent += [{"do": do, "day": TODAY} for do in ("done-exercise_3", "done-<script>", "")]

    answers = [client.post(url(sheet), one) for one in sent]

    assert [(one.status_code, b"<script>" in one.content) for one in answers] == [(409, False)] * 7
    assert ExerciseTick.objects.count() == 0


def test_how_the_day_was_is_kept(client: Client, sheet: ExerciseSheet) -> None:
    client.post(url(sheet), {"do": "day", "day": TODAY, "pain": "4", "remark": "  Long <b>drive</b> "})

    told = HomeDay.objects.get()
    assert (str(told.day), told.pain, told.remark) == (TODAY, 4, "Long <b>drive</b>")
    assert b"<b>drive" not in client.get(url(sheet)).content


def test_a_day_told_wrongly_is_kept_on_the_page(client: Client, sheet: ExerciseSheet) -> None:
    wrong: list[dict[str, str]] = [{"pain": "11"}, {"pain": "-1"}, {"remark": "x" * 301}, {"remark": "a\x00b"}]

    answers = [client.post(url(sheet), {"do": "day", "day": TODAY, **one}) for one in wrong]

    assert ([answer.status_code for answer in answers], HomeDay.objects.count()) == ([422] * 4, 0)


def test_nobody_ticks_without_end(client: Client, sheet: ExerciseSheet, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "AT_HOME", (limits.Limit("at-home", 2, limits.HOUR),))
    sent = {"do": "done-exercise_1", "day": TODAY}

    codes = [client.post(url(sheet), sent).status_code for _ in range(3)]

    assert codes == [302, 302, 429]


def test_a_tick_without_the_pages_own_token_is_refused(sheet: ExerciseSheet) -> None:
    answer = Client(enforce_csrf_checks=True).post(url(sheet), {"do": "done-exercise_1", "day": TODAY})

    assert (answer.status_code, ExerciseTick.objects.count()) == (403, 0)


def test_before_a_note_is_signed_the_link_says_so(client: Client) -> None:
    empty = sheets.make_link(episode=make_episode(), by=make_practitioner(), now=START)

    shown = client.get(url(empty))

    assert (shown.status_code, "nothing on your sheet yet" in words(shown)) == (200, True)
    assert client.get(url(empty, "my_sheet_pdf")).status_code == 302
    assert client.post(url(empty), {"do": "done-exercise_1", "day": TODAY}).status_code == 200


def test_the_pdf_says_the_same_and_its_name_tells_nothing(client: Client, sheet: ExerciseSheet) -> None:
    answer = client.get(url(sheet, "my_sheet_pdf"))

    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert ["Exercise 1" in said, "3 sets of 10" in said, "Stand more." in said] == [True] * 3
    assert CLINICAL not in said
    assert answer.headers["Content-Disposition"] == 'attachment; filename="exercises-2026-11-19.pdf"'


def test_markup_and_strange_signs_are_printed_as_typed(client: Client) -> None:
    hostile = '#eval("1") $x$ <b>html</b> \u202e 🏃'
    found = make_episode()
    visit(episode=found, advice=hostile, exercises=(("exercise_1", hostile),))
    link = sheets.make_link(episode=found, by=make_practitioner(), now=START)

    answer = client.get(url(link, "my_sheet_pdf"))

    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert said.count('#eval("1") $x$ <b>html</b> [U+202E] [U+1F3C3]') == 2


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_page_costs_the_same_with_one_exercise_and_with_three(
    client: Client, item_count: int, django_assert_num_queries: Any
) -> None:
    found = make_episode()
    visit(episode=found, exercises=tuple((f"exercise_{number}", "once") for number in range(1, item_count + 1)))
    link = sheets.make_link(episode=found, by=make_practitioner(), now=START)
    client.get(url(link))

    with django_assert_num_queries(13):
        client.get(url(link))


def test_a_condition_under_review_shows_its_red_flags_all_the_same(client: Client, sheet: ExerciseSheet) -> None:
    Condition.objects.update(reviewed_version=None)

    assert "New numbness" in words(client.get(url(sheet)))


def test_the_log_of_a_refused_request_does_not_hold_what_opens_the_page(
    client: Client, sheet: ExerciseSheet, caplog: pytest.LogCaptureFixture
) -> None:
    client.post(url(sheet), {"do": "day", "day": "2026-11-26", "pain": "99"})

    assert [record.getMessage() for record in caplog.records] == ["Unprocessable Entity: /exercises/…/"]
