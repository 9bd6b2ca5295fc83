"""Fixtures of the workbench's pages."""

from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from patients.models import CaseNote
from tests.clinic.typed import NOW
from tests.factories import make_note, make_practitioner


@pytest.fixture
def at_eleven() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def note(client: Client) -> CaseNote:
    """An empty draft of the therapist who is signed in."""
    author = make_practitioner(username="mairi")
    client.force_login(author)
    draft = make_note(author=author)
    draft.episode.side = ""
    draft.episode.save()
    return draft
