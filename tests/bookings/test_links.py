"""The manage link: opens one appointment, cannot be guessed, and dies."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import links
from bookings.models import Appointment
from tests.factories import make_appointment

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_a_token_opens_its_own_appointment() -> None:
    mine, _ = make_appointment(), make_appointment()

    assert links.opened(links.token(mine), now=NOW) == mine


def test_every_changed_letter_closes_it() -> None:
    token = links.token(make_appointment())
    spoiled = [
        token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :] for place, letter in enumerate(token)
    ]

    opened = [one for one in spoiled if not closed(one)]

    assert opened == []


def closed(token: str) -> bool:
    try:
        links.opened(token, now=NOW)
    except links.LinkGone:
        return True
    return False


@pytest.mark.parametrize("token", ["", "x", "é" * 54, "A" * 54, "A" * 5000, "../../etc/passwd", "\x00" * 54])
def test_nonsense_is_gone_too(token: str) -> None:
    assert closed(token)


def test_half_a_token_opens_nothing() -> None:
    one, other = make_appointment(), make_appointment()

    assert closed(links.token(one)[:22] + links.token(other)[22:])
    assert closed(links.token(one)[:-1])


def test_a_new_salt_revokes_every_link() -> None:
    appointment = make_appointment()
    token = links.token(appointment)
    Appointment.objects.filter(pk=appointment.pk).update(link_salt="0" * 32)

    assert closed(token)


def test_it_dies_a_month_after_the_appointment() -> None:
    appointment = make_appointment()
    token = links.token(appointment)

    assert links.opened(token, now=appointment.ends_at + timedelta(days=30)) == appointment
    with pytest.raises(links.LinkGone):
        links.opened(token, now=appointment.ends_at + timedelta(days=30, seconds=1))


def test_nothing_in_the_row_opens_it(settings: object) -> None:
    appointment = make_appointment()
    token = links.token(appointment)
    stored = " ".join(str(value) for value in Appointment.objects.values_list().get(pk=appointment.pk))
    settings.SECRET_KEY = "another key of another server, forty letters"

    assert token[22:] not in stored
    assert closed(token)


def test_the_proof_is_longer_than_128_bits() -> None:
    assert len(links.token(make_appointment())[22:]) * 6 >= 192


def test_the_address_comes_from_the_settings(settings: object) -> None:
    settings.BASE_URL = "https://clinic.example"

    assert links.url(make_appointment()).startswith("https://clinic.example/appointment/")
