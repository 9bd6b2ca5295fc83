"""Fixtures of the workbench's pages."""

from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings.models import Appointment
from patients.models import CaseNote
from tests.clinic.typed import NOW
from tests.factories import make_appointment, make_hours, make_note, make_policy, make_practitioner, make_room


@pytest.fixture
def at_eleven() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def mairi(client: Client) -> Any:
    """The therapist, signed in."""
    user = make_practitioner(username="mairi")
    client.force_login(user)
    return user


@pytest.fixture
def booked(client: Client) -> Appointment:
    """An hour on a Thursday with the therapist who is signed in."""
    mairi = make_practitioner(username="mairi")
    room = make_room()
    make_hours(practitioner=mairi, location=room.location, room=room)
    make_policy(step_minutes=30)
    client.force_login(mairi)
    return make_appointment(practitioner=mairi, location=room.location, room=room)


@pytest.fixture
def note(client: Client) -> CaseNote:
    """An empty draft of the therapist who is signed in."""
    author = make_practitioner(username="mairi")
    client.force_login(author)
    draft = make_note(author=author)
    draft.episode.side = ""
    draft.episode.save()
    return draft
