"""Two windows on one note: both texts are shown, and neither is lost."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from patients.models import CaseNote
from tests.clinic.typed import page, send, words

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
