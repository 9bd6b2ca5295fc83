"""Postcodes on the public pages: who is near enough, said kindly, and home visits with the way there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import Appointment, BookingPolicy, Service
from patients.models import ClinicProfile
from tests.bookings.online import FREE, details, hold, words
from tests.factories import make_appointment, make_hours, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

NEAR, FAR, UNKNOWN = "G11 6AA", "G83 8AA", "EH1 1AA"


@pytest.fixture
def home(clinic: Service) -> Service:
    ClinicProfile.objects.create(pk=1, name="Kelvin Clinic", phone="0141 496 0123")
    return make_service(
        name="Home visit", slug="home", setting="home", buffer_after_minutes=0, practitioners=clinic.practitioners.all()
    )


@pytest.mark.parametrize("postcode", [FAR, UNKNOWN])
def test_who_lives_too_far_from_the_clinic_is_told_kindly(client: Client, home: Service, postcode: str) -> None:
    BookingPolicy.objects.update(clinic_reach_km=20)

    answer = details(client, postcode=postcode)

    said = words(answer)
    assert (answer.status_code, "0141 496 0123" in said, "Sore when I sit" in said) == (422, True, True)
    assert (postcode in said, Appointment.objects.count()) == (True, 0)


def test_who_lives_too_far_is_shown_what_can_be_had_from_anywhere(client: Client, home: Service) -> None:
    make_service(name="Video call", slug="video", setting="online", practitioners=home.practitioners.all())

    answer = details(client, postcode=UNKNOWN)

    assert [one.slug for one in answer.context["others"]] == ["video"]
    assert 'href="/book/video/"' in words(answer)


def test_the_postcode_of_their_work_lets_them_in(client: Client, clinic: Service) -> None:
    details(client, postcode=UNKNOWN)

    assert details(client, postcode=NEAR).status_code == 302


def test_online_nobody_is_too_far(client: Client, clinic: Service) -> None:
    make_service(slug="video", setting="online", practitioners=clinic.practitioners.all())

    details(client, slug="video", postcode=UNKNOWN)

    booked = Appointment.objects.get()
    assert (booked.setting, booked.room, booked.postcode) == ("online", None, UNKNOWN)


def test_a_home_visit_asks_for_the_postcode_first(client: Client, home: Service) -> None:
    page = client.get("/book/home/?about=high-hamstring")

    assert ("Where would we come to?" in words(page), "slot" in page.context) == (True, False)
    assert 'name="about" value="high-hamstring"' in words(page)


@pytest.mark.parametrize("postcode", ["", "Glasgow", "\x00", "G" * 500])
def test_what_is_no_postcode_is_asked_again(client: Client, home: Service, postcode: str) -> None:
    page = client.get("/book/home/", {"postcode": postcode})

    assert (page.status_code, "Where would we come to?" in words(page)) == (422, True)


def test_a_home_out_of_reach_is_told_with_the_phone_and_other_ways(client: Client, home: Service) -> None:
    page = client.get("/book/home/", {"postcode": FAR})

    said = words(page)
    assert (page.status_code, "further away than we can come" in said, "0141 496 0123" in said) == (200, True, True)
    assert [one.slug for one in page.context["others"]] == ["initial"]


def test_a_home_visit_keeps_the_way_there_and_back_free(client: Client, home: Service) -> None:
    hold(client, slug="home", postcode=NEAR)

    answer = details(client, slug="home", postcode=NEAR, visit_street="3 Byres Road")

    row = Appointment.objects.get()
    way = timedelta(minutes=row.travel_minutes)
    assert (answer.status_code, row.status, row.travel_minutes) == (302, "booked", 15)
    assert (row.occupied_from, row.occupied_until) == (row.starts_at - way, row.ends_at + way)
    assert row.place_words == f"At your home: 3 Byres Road, {NEAR}"


def test_a_longer_way_than_the_one_that_was_kept_is_counted(client: Client, home: Service) -> None:
    hold(client, slug="home", postcode=NEAR)

    details(client, slug="home", postcode="G62 6AA", visit_street="3 Main Street")

    row = Appointment.objects.get()
    assert (row.status, row.travel_minutes > 15, row.postcode) == ("booked", True, "G62 6AA")


def test_a_longer_way_that_does_not_fit_is_refused_and_nothing_is_lost(client: Client, home: Service) -> None:
    make_appointment(
        practitioner=home.practitioners.get(), starts_at=datetime(2026, 11, 26, 11, 15, tzinfo=UTC), minutes=30
    )
    hold(client, slug="home", postcode=NEAR)

    answer = details(client, slug="home", postcode="G62 6AA", visit_street="3 Main Street")

    assert (answer.status_code, "3 Main Street" in words(answer)) == (409, True)


def test_a_home_visit_needs_a_street(client: Client, home: Service) -> None:
    hold(client, slug="home", postcode=NEAR)
    details(client, email="bad")

    answer = details(client, slug="home", postcode=NEAR)

    assert (answer.status_code, 'name="visit_street"' in words(answer)) == (422, True)


def test_a_forged_postcode_in_the_address_shortens_no_way(client: Client, home: Service) -> None:
    hold(client, slug="home", postcode="G62 6AA")

    page = f"/book/home/details/?start={FREE}&postcode=G11+6AA"

    assert client.get(page).status_code == 200
    details(client, slug="home", postcode="G62 6AA", visit_street="3 Main Street")
    assert Appointment.objects.get().travel_minutes > 15


def test_a_link_to_a_home_visit_asks_for_the_postcode_too(client: Client, home: Service) -> None:
    answer = client.get(f"/book/home/details/?start={FREE}")

    assert answer.headers["Location"] == "/book/home/?from=2026-11-26"


def test_a_home_typed_later_that_is_out_of_reach_loses_nothing(client: Client, home: Service) -> None:
    hold(client, slug="home", postcode=NEAR)

    answer = details(client, slug="home", postcode=FAR, visit_street="3 Main Street")

    said = words(answer)
    assert (answer.status_code, "3 Main Street" in said, "Ring us on 0141 496 0123" in said) == (409, True, True)


def test_a_home_visit_is_not_kept_before_the_postcode_is_known(client: Client, home: Service) -> None:
    answer = hold(client, slug="home")

    assert (answer.headers["Location"], Appointment.objects.exists()) == ("/book/home/", False)


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_times_of_home_visits_ask_the_same_whatever_is_booked(
    client: Client, home: Service, item_count: int, django_assert_num_queries: Any
) -> None:
    mairi = home.practitioners.get()
    for number in range(item_count):
        make_appointment(practitioner=mairi, starts_at=datetime(2026, 11, 26, 9 + 2 * number, tzinfo=UTC))
        make_hours(practitioner=mairi, weekday=number)

    with django_assert_num_queries(6):
        client.get("/book/home/", {"postcode": NEAR})
