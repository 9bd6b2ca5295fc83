"""Two windows on one note: both texts are shown, and neither is lost."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from patients import seal
from patients.models import CaseNote, Episode
from tests.clinic.form_reader import read
from tests.clinic.typed import page, send, words

AS_ADDENDUM = re.compile(r'name="text" rows="8">\n(.*?)</textarea>', re.DOTALL)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_eleven")]


def test_a_second_window_gets_both_texts_and_may_keep_its_own(client: Client, note: CaseNote) -> None:
    send(client, note, plan="The first window")
    stale = send(client, note, plan="\n  The second window", **{"symptom-character": ["sharp", "ache"]})

    resent = hidden_fields(stale)
    again = client.post(page(note), {**resent, "do": "save"})

    note.refresh_from_db()
    both = "The first window" in words(stale) and "The second window" in words(stale)
    assert (stale.status_code, both, again.status_code) == (409, True, 302)
    assert (note.plan, note.symptoms.get(question__code="character").codes) == ("\n  The second window", "sharp ache")


def hidden_fields(answer: Any) -> dict[str, list[str]]:
    """What the page `both texts` would send on, as a browser reads it."""
    html = answer.content.decode()
    fields = {"version": [re.search(r'name="version" value="(\d+)"', html)[1]]}  # type: ignore[index]
    for name, value in re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', html, re.DOTALL):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def test_a_note_signed_in_another_window_keeps_what_was_typed_here_in_view(client: Client, note: CaseNote) -> None:
    send(client, note, do="sign")

    answer = send(client, note, plan="Typed too late")

    note.refresh_from_db()
    assert (note.plan, answer.status_code) == ("Cut hills.", 409)
    assert "Typed too late" in words(answer)


def test_each_field_may_be_kept_from_either_window_or_from_both(client: Client, note: CaseNote) -> None:
    send(client, note, plan="Theirs", history="Theirs", advice="Theirs", **{"symptom-character": ["ache"]})
    stale = send(client, note, plan="Mine", history="Mine", advice="Mine")
    keep = {"keep-plan": "both", "keep-history": "theirs", "keep-advice": "mine", "keep-symptom-character": "theirs"}

    again = client.post(page(note), {**read(stale).fields, **keep, "do": "chosen"})

    note.refresh_from_db()
    kept = (note.plan, note.history, note.advice, note.symptoms.get(question__code="character").codes)
    assert (again.status_code, kept) == (302, ("Theirs\nMine", "Theirs", "Mine", "ache"))


def test_a_text_is_not_given_up_for_an_empty_field_unless_told_so(client: Client, note: CaseNote) -> None:
    send(client, note, plan="Theirs", history="")
    stale = send(client, note, plan="", history="Mine")

    client.post(page(note), {**read(stale).fields, "do": "chosen"})

    note.refresh_from_db()
    assert (note.plan, note.history) == ("Theirs", "Mine")


def test_a_wrong_figure_does_not_hide_that_another_window_saved(client: Client, note: CaseNote) -> None:
    send(client, note, plan="Theirs")

    stale = send(client, note, plan="Mine", **{"symptom-sitting_minutes": "long"})

    assert (stale.status_code, "Theirs" in words(stale), "long" in words(stale)) == (409, True, True)


def test_saved_once_more_while_choosing_shows_both_again(client: Client, note: CaseNote) -> None:
    send(client, note, plan="Second")
    stale = send(client, note, plan="Mine")
    note.refresh_from_db()
    send(client, note, plan="Third")

    again = client.post(page(note), {**read(stale).fields, "do": "chosen"})

    assert (again.status_code, "Third" in words(again), "Mine" in words(again)) == (409, True, True)


def test_words_typed_into_a_note_signed_elsewhere_can_go_below_it(client: Client, note: CaseNote) -> None:
    send(client, note, do="sign")
    late = send(client, note, plan="Typed <b>too</b> late")

    client.post(f"{page(note)}addendum/", {"kind": "addition", "text": re.search(AS_ADDENDUM, words(late))[1]})  # type: ignore[index]

    assert note.addenda.get().text == "Plan: Typed <b>too</b> late"


def test_what_another_page_wrote_on_the_episode_is_not_signed_unseen(client: Client, note: CaseNote) -> None:
    send(client, note)
    shown = read(client.get(page(note))).fields
    Episode.objects.filter(pk=note.episode_id).update(side="left")

    refused = client.post(page(note), {**shown, "do": "sign"})
    client.post(page(note), {**read(refused).fields, "do": "chosen"})
    signed = client.post(page(note), {**read(client.get(page(note))).fields, "do": "sign"})

    note.refresh_from_db()
    assert (refused.status_code, "Side" in words(refused), signed.status_code) == (409, True, 302)
    assert seal.opened(note.seal)["episode"]["side"]["code"] == "right"
