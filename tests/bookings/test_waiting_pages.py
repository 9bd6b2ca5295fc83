"""The pages of the waiting list: join, see, leave, and answer an offer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import links, waiting
from bookings.forms import stamp
from bookings.models import Appointment, Notice, PersonalLink, Service, WaitingListEntry, WaitingOffer
from tests.bookings.online import NOW, TYPED, words
from tests.factories import make_appointment, make_patient, make_practitioner, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
WISHES = {
    "weekdays": ["3", "0"],
    "parts": ["mornings"],
    "first_day": "2026-11-20",
    "last_day": "2026-12-20",
}
JOIN = "/book/initial/waiting/"


def join(client: Client, page: str = JOIN, **changes: Any) -> Any:
    shown = stamp(NOW - timedelta(seconds=30))
    return client.post(page, {**TYPED, **WISHES, "shown": shown, "website": "", **changes})


def place_of(entry: WaitingListEntry) -> str:
    return f"/waiting/{links.token(entry, links.WAITING)}/"


def page_of(offer: WaitingOffer) -> str:
    return f"/offer/{links.token(offer, links.OFFER)}/"


def sooner_page(appointment: Appointment) -> str:
    return f"/appointment/{links.token(appointment)}/sooner/"


@pytest.fixture
def offer(clinic: Service) -> WaitingOffer:
    """Thursday at nine, offered to Iain until two."""
    values = {"service": clinic, "first_day": date(2026, 11, 20), "last_day": date(2026, 12, 20)}
    entry = WaitingListEntry(name="Iain Muir", email="iain@example.org", **values)
    waiting.join(entry, now=NOW)
    waiting.advance(now=NOW)
    return WaitingOffer.objects.get()


def test_a_stranger_joins_and_sees_what_they_wait_for(client: Client, clinic: Service) -> None:
    answer = join(client)

    entry = WaitingListEntry.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, place_of(entry))
    assert (entry.name, entry.weekdays, entry.mornings, entry.evenings) == (TYPED["name"], "03", True, False)
    assert "Monday, Thursday; mornings" in words(client.get(place_of(entry)))
    assert list(Notice.objects.values_list("kind", flat=True)) == ["waiting"]


def test_pressing_twice_joins_once(client: Client, clinic: Service) -> None:
    first, second = join(client), join(client)

    assert (first.headers["Location"], WaitingListEntry.objects.count()) == (second.headers["Location"], 1)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"weekdays": []}, "Tick at least one day"),
        ({"parts": []}, "Tick at least one time of day"),
        ({"last_day": "2026-11-19"}, "Give a day from today to a year from now."),
        ({"last_day": "2029-11-19"}, "Give a day from today to a year from now."),
        ({"first_day": "2026-12-21"}, "This has to be on or after the first day"),
        ({"first_day": "soon"}, "Give a day as in 2026-11-30"),
        ({"weekdays": ["9"]}, "9 is not one of the available choices"),
        ({"email": "nobody"}, "This does not look like an email address."),
        ({"name": "\x00"}, "Null characters are not allowed."),
        ({"website": "spam"}, "Please leave the field that says so empty"),
        ({"shown": "forged"}, "This page was open for very long, or very briefly."),
        ({"postcode": "EH1 1AA"}, "too far to come every week"),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    client: Client, clinic: Service, changes: dict[str, Any], why: str
) -> None:
    answer = join(client, **changes)

    lost = [typed for name, typed in TYPED.items() if name not in {*changes, "postcode"} and typed not in words(answer)]
    assert (answer.status_code, why in words(answer), lost) == (422, True, [])
    assert not WaitingListEntry.objects.exists()


def test_one_network_cannot_join_without_end(client: Client, clinic: Service) -> None:
    answers = [join(client, name=f"Person {number}") for number in range(11)]

    assert ([one.status_code for one in answers], WaitingListEntry.objects.count()) == ([302] * 10 + [429], 10)
    assert (TYPED["email"] in words(answers[-1]), "Retry-After" in answers[-1].headers) == (True, True)


def test_a_service_withdrawn_while_somebody_typed_loses_nothing(client: Client, clinic: Service) -> None:
    Service.objects.update(is_offered=False)

    answer = join(client)

    assert (client.get(JOIN).status_code, answer.status_code, TYPED["reason"] in words(answer)) == (404, 404, True)


def test_a_follow_up_needs_the_personal_link_first(client: Client, clinic: Service) -> None:
    Service.objects.update(audience="returning")

    assert (client.get(JOIN).headers["Location"], join(client).headers["Location"]) == ("/returning/", "/returning/")


def test_somebody_known_joins_as_themselves(client: Client, clinic: Service) -> None:
    Service.objects.update(audience="returning")
    patient = make_patient(name="Una Reid")
    link = PersonalLink.objects.create(
        email="una@example.org",
        date_of_birth=patient.date_of_birth,
        patient=patient,
        requested_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    client.post(f"/returning/{links.token(link, links.PERSONAL)}/", {"service": "initial"})

    answer = join(client, name="Somebody Else")

    entry = WaitingListEntry.objects.get()
    assert (answer.status_code, entry.name, entry.email, entry.patient) == (302, "Una Reid", "una@example.org", patient)


def test_a_young_person_needs_a_guardian(client: Client, clinic: Service) -> None:
    alone = join(client, date_of_birth_year="2014")
    join(client, date_of_birth_year="2014", guardian_name="Una Reid")

    assert (alone.status_code, WaitingListEntry.objects.get().guardian_name) == (422, "Una Reid")


def test_a_home_visit_asks_where_to(client: Client, clinic: Service) -> None:
    Service.objects.update(setting="home")

    first, second = join(client), join(client, visit_street="4 Byres Road")

    assert (first.status_code, second.status_code) == (422, 302)
    assert WaitingListEntry.objects.get().visit_street == "4 Byres Road"


def test_leaving_takes_a_press_and_reading_does_not(client: Client, clinic: Service) -> None:
    join(client)
    entry = WaitingListEntry.objects.get()
    client.get(place_of(entry))
    still = WaitingListEntry.objects.get().status

    client.post(place_of(entry))
    client.post(place_of(entry))

    assert (still, WaitingListEntry.objects.get().status) == ("waiting", "withdrawn")
    assert "You are not on the waiting list any more" in words(client.get(place_of(entry)))


def test_from_an_appointment_nothing_is_asked_twice(client: Client, clinic: Service) -> None:
    mine = make_appointment(service=clinic, practitioner=clinic.practitioners.get(), starts_at=TEN)

    answer = join(client, sooner_page(mine), name="Somebody Else")

    entry = WaitingListEntry.objects.get()
    assert (answer.status_code, entry.appointment, entry.name, entry.email) == (302, mine, "Ailsa Reid", mine.email)
    assert entry.last_day == date(2026, 11, 26)
    assert client.get(sooner_page(mine)).headers["Location"] == place_of(entry)


def test_an_appointment_that_is_over_leads_back_to_its_page(client: Client) -> None:
    mine = make_appointment(starts_at=NOW - timedelta(days=1))

    assert join(client, sooner_page(mine)).headers["Location"] == f"/appointment/{links.token(mine)}/"


def test_the_offer_says_what_until_when(client: Client, offer: WaitingOffer) -> None:
    shown = words(client.get(page_of(offer)))

    said = ["Thursday 26 November", "09:00 to 10:00", "Friday 20 November, 14:00", "£58", "7 Mill Lade Lane"]
    assert [one for one in said if one not in shown] == []


def test_taking_an_offer_leads_to_the_appointment(client: Client, offer: WaitingOffer) -> None:
    answer = client.post(page_of(offer), {"do": "accept"})

    booked = Appointment.objects.get(status="booked")
    assert (answer.headers["Location"], booked.name) == (f"/appointment/{links.token(booked)}/booked/", "Iain Muir")
    assert "This time is yours" in words(client.get(page_of(offer)))


def test_a_second_press_takes_nothing_more(client: Client, offer: WaitingOffer) -> None:
    client.post(page_of(offer), {"do": "accept"})

    again = client.post(page_of(offer), {"do": "accept"})

    assert (again.status_code, Appointment.objects.count()) == (409, 1)
    assert "This time is yours" in words(again)


def test_declining_keeps_the_place_on_the_list(client: Client, offer: WaitingOffer) -> None:
    client.post(page_of(offer), {"do": "decline"})

    shown = words(client.get(page_of(offer)))
    assert ("You let this time go" in shown, "You are still on the list" in shown) == (True, True)


def test_an_offer_that_is_over_says_so_with_ways_on(client: Client, offer: WaitingOffer) -> None:
    with travel(NOW + timedelta(hours=2), tick=False):
        read, pressed = client.get(page_of(offer)), client.post(page_of(offer), {"do": "accept"})

    assert (read.status_code, pressed.status_code, Appointment.objects.get().status) == (200, 409, "held")
    assert [
        one for one in ("This offer is over", "/book/initial/", place_of(offer.entry)) if one not in words(pressed)
    ] == []


def test_reading_an_offer_takes_nothing(client: Client, offer: WaitingOffer) -> None:
    client.get(page_of(offer), {"do": "accept"})

    assert WaitingOffer.objects.get().answer == ""


@pytest.mark.parametrize("do", ["", "x", "\x00", "accept "])
def test_a_press_that_is_none_changes_nothing(client: Client, offer: WaitingOffer, do: str) -> None:
    assert (client.post(page_of(offer), {"do": do}).status_code, WaitingOffer.objects.get().answer) == (422, "")


def test_the_list_page_does_not_open_the_offer(client: Client, offer: WaitingOffer) -> None:
    shown = words(client.get(place_of(offer.entry)))

    assert ("is being kept for you until" in shown, page_of(offer) in shown) == (True, False)


def test_who_is_booked_elsewhere_then_is_told_so(client: Client, offer: WaitingOffer) -> None:
    patient = make_patient()
    make_appointment(patient=patient, starts_at=offer.starts_at, practitioner=make_practitioner())
    WaitingListEntry.objects.update(patient=patient)

    answer = client.post(page_of(offer), {"do": "accept"})

    assert (answer.status_code, WaitingOffer.objects.get().answer) == (409, "")
    assert "You have another appointment with us at that time." in words(answer)


@pytest.mark.parametrize("page", ["waiting", "offer"])
@pytest.mark.parametrize("token", ["x", "A" * 54, "é" * 54, "%00" * 54, "A" * 3000])
def test_a_token_that_opens_nothing_says_so(client: Client, page: str, token: str) -> None:
    assert (client.get(f"/{page}/{token}/").status_code, client.post(f"/{page}/{token}/").status_code) == (404, 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(client: Client, offer: WaitingOffer, method: str) -> None:
    pages = (place_of(offer.entry), page_of(offer), JOIN)

    assert {getattr(client, method)(one).status_code for one in pages} <= {403, 405}


def test_the_practitioner_is_asked_where_there_is_a_choice(client: Client, clinic: Service) -> None:
    eilidh = make_practitioner(first_name="Eilidh")
    clinic.practitioners.add(eilidh)

    join(client, practitioner="eilidh-campbell")

    assert WaitingListEntry.objects.get().practitioner == eilidh


def test_nothing_clinical_is_in_the_address_or_the_page(client: Client, offer: WaitingOffer) -> None:
    WaitingListEntry.objects.update(reason="Sore hamstring", condition_code="high-hamstring")

    shown = words(client.get(page_of(offer))) + words(client.get(place_of(offer.entry)))

    assert "hamstring" not in shown


def test_a_service_that_was_withdrawn_leads_to_what_is_offered(client: Client, offer: WaitingOffer) -> None:
    Service.objects.update(is_offered=False)
    make_service(practitioners=[offer.practitioner])

    with travel(NOW + timedelta(hours=3), tick=False):
        assert 'href="/book/"' in words(client.get(page_of(offer)))
