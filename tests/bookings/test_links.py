"""The manage link: opens one appointment, cannot be guessed, and dies."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bookings import links
from bookings.models import Appointment, WaitingListEntry, WaitingOffer
from tests.factories import make_appointment, make_practitioner, make_service

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


def waiting_entry(**given: object) -> WaitingListEntry:
    day = date(2026, 11, 26)
    values = {"name": "Iain", "email": "iain@example.org", "joined_at": NOW, "queued_at": NOW, **given}
    return WaitingListEntry.objects.create(service=make_service(), first_day=day, last_day=day, **values)


def made_offer(entry: WaitingListEntry) -> WaitingOffer:
    times = {"starts_at": NOW + timedelta(days=2), "made_at": NOW, "expires_at": NOW + timedelta(hours=2)}
    return WaitingOffer.objects.create(entry=entry, practitioner=make_practitioner(), **times)


def test_a_token_of_another_purpose_opens_nothing() -> None:
    appointment, entry = make_appointment(), waiting_entry()
    offer = made_offer(entry)
    wrong = [
        (links.opened, links.token(appointment, links.PROOF)),
        (links.opened_waiting, links.token(entry, links.OFFER)),
        (links.opened_waiting, links.token(entry)),
        (links.opened_offer, links.token(offer, links.WAITING)),
        (links.opened_offer, links.token(offer)),
        (links.opened, links.token(entry, links.WAITING)),
    ]

    assert [opens(opener, token) for opener, token in wrong] == [False] * 6


def opens(opener: object, token: str, now: datetime = NOW) -> bool:
    try:
        opener(token, now=now)  # type: ignore[operator]
    except links.LinkGone:
        return False
    return True


def test_a_removed_person_has_no_page_left() -> None:
    appointment, entry = make_appointment(removed_at=NOW), waiting_entry(email="")

    assert closed(links.token(appointment))
    assert not opens(links.opened_waiting, links.token(entry, links.WAITING))
    assert not opens(links.opened_offer, links.token(made_offer(entry), links.OFFER))


def test_waiting_and_offer_links_die_a_month_afterwards() -> None:
    entry = waiting_entry()
    waiting, offer = links.token(entry, links.WAITING), links.token(made_offer(entry), links.OFFER)
    month, later = NOW + timedelta(days=32), NOW + timedelta(days=33)

    assert [opens(links.opened_waiting, waiting, month), opens(links.opened_offer, offer, month)] == [True, True]
    assert [opens(links.opened_waiting, waiting, later), opens(links.opened_offer, offer, later)] == [False, False]


def test_nothing_in_the_rows_opens_a_place_on_the_list_or_an_offer() -> None:
    entry = waiting_entry()
    offer = made_offer(entry)
    stored = str([*WaitingListEntry.objects.values_list(), *WaitingOffer.objects.values_list()])

    tokens = [links.token(entry, links.WAITING), links.token(offer, links.OFFER)]
    assert [token[22:] in stored for token in tokens] == [False, False]
