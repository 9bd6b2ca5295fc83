"""Fixtures of the booking pages."""

from typing import Any

import pytest
from time_machine import travel

from bookings.models import Service
from tests.bookings.online import NOW
from tests.factories import make_hours, make_location, make_policy, make_practitioner, make_room, make_service


@pytest.fixture
def at_noon() -> Any:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def clinic() -> Service:
    """Thursdays nine to five, one therapist, one room, an hour at £58."""
    practitioner = make_practitioner(username="mairi")
    location = make_location()
    make_hours(practitioner=practitioner, location=location, room=make_room(location=location))
    make_policy(step_minutes=30)
    return make_service(slug="initial", practitioners=[practitioner])
