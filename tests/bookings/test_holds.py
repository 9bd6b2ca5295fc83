"""Choosing a time keeps it while the form is filled: for one browser, for a while, and it never gets in the way."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings.models import Appointment, BookingPolicy, Notice, Service, Tally
from tests.bookings.online import FREE, NOW, TYPED, details, hold, words
from tests.factories import make_hours, make_practitioner, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

LATER = "2026-11-26T13:00Z"
DETAILS = f"/book/initial/details/?start={FREE}"


def held() -> list[datetime]:
    return [row.starts_at for row in Appointment.objects.filter(status="held").order_by("starts_at")]


def test_a_chosen_time_is_kept_for_ten_minutes_and_the_form_follows(client: Client, clinic: Service) -> None:
    answer = hold(client, about="high-hamstring")

    kept = Appointment.objects.get()
    assert answer.headers["Location"] == "/book/initial/details/?start=2026-11-26T10%3A00Z&about=high-hamstring"
    assert (kept.status, kept.held_until, kept.name, kept.email) == ("held", NOW + timedelta(minutes=10), "", "")
    assert not Notice.objects.exists()


def test_the_form_says_until_when_and_counts_down_without_script(client: Client, clinic: Service) -> None:
    page = client.get(hold(client).headers["Location"])

    lines = re.findall(r'kept__line">([^<]*)<', words(page))
    assert "Kept for you until" in words(page)
    assert (page.status_code, lines[0], lines[-1], len(lines)) == (200, "10 minutes left", "1 minute left", 10)


def test_nobody_else_is_offered_or_given_a_kept_time(client: Client, clinic: Service) -> None:
    hold(client)
    stranger = Client()

    answers = [hold(stranger), details(stranger), stranger.get(DETAILS)]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert f'value="{FREE}"' not in words(stranger.get("/book/initial/"))


def test_the_visitor_who_keeps_a_time_books_it(client: Client, clinic: Service) -> None:
    hold(client)
    kept = Appointment.objects.get()

    answer = details(client)

    booked = Appointment.objects.get()
    assert (answer.status_code, booked.pk, booked.status, booked.held_until) == (302, kept.pk, "booked", None)


def test_one_visitor_keeps_one_time(client: Client, clinic: Service) -> None:
    hold(client)

    hold(client, start=LATER)

    assert held() == [datetime(2026, 11, 26, 13, 0, tzinfo=UTC)]


def test_a_visitor_moves_to_a_time_that_overlaps_the_kept_one(client: Client, clinic: Service) -> None:
    hold(client)

    answer = hold(client, start="2026-11-26T10:30Z")

    assert (answer.status_code, held()) == (302, [datetime(2026, 11, 26, 10, 30, tzinfo=UTC)])


def test_who_loses_the_new_time_keeps_the_old_one(client: Client, clinic: Service) -> None:
    hold(client)
    hold(Client(), start=LATER)

    answer = hold(client, start=LATER)

    assert (answer.status_code, datetime(2026, 11, 26, 10, 0, tzinfo=UTC) in held()) == (409, True)


def test_choosing_the_same_time_again_keeps_it_no_longer(client: Client, clinic: Service) -> None:
    hold(client)
    with travel(NOW + timedelta(minutes=5), tick=False):
        hold(client)

    assert Appointment.objects.get().held_until == NOW + timedelta(minutes=10)


def test_the_clinic_says_how_long_a_time_is_kept(client: Client, clinic: Service) -> None:
    BookingPolicy.objects.update(hold_minutes=25)

    hold(client)

    assert Appointment.objects.get().held_until == NOW + timedelta(minutes=25)


def test_a_time_given_back_is_free_at_once(client: Client, clinic: Service) -> None:
    hold(client)

    answer = client.post("/book/initial/let-go/?about=high-hamstring")

    assert answer.headers["Location"] == "/book/initial/?from=2026-11-26&about=high-hamstring"
    assert (held(), hold(Client()).status_code) == ([], 302)


def test_giving_back_touches_only_ones_own(client: Client, clinic: Service) -> None:
    hold(Client())

    client.post("/book/initial/let-go/")

    assert len(held()) == 1


def test_a_kept_time_that_ran_out_blocks_nobody_though_no_worker_runs(client: Client, clinic: Service) -> None:
    hold(client)
    with travel(NOW + timedelta(minutes=11), tick=False):
        answers = [hold(Client()).status_code, details(client).status_code]

    assert answers == [302, 409]


def test_a_late_form_is_booked_while_the_time_is_still_free(client: Client, clinic: Service) -> None:
    hold(client)
    with travel(NOW + timedelta(minutes=11), tick=False):
        answer = details(client)

    assert (answer.status_code, Appointment.objects.get().status) == (302, "booked")


def test_a_late_form_for_a_lost_time_says_so_and_keeps_every_field(client: Client, clinic: Service) -> None:
    hold(client)
    with travel(NOW + timedelta(minutes=11), tick=False):
        details(Client(), email="quicker@example.org")
        answer = details(client, kept="2026-11-20T12:10Z")

    lost = [typed for typed in TYPED.values() if typed not in words(answer)]
    assert (answer.status_code, lost, len(answer.context["nearest"])) == (409, [], 3)
    assert "It was kept for you until 12:10." in words(answer)


def test_a_kept_time_stays_theirs_when_the_notice_runs_out_meanwhile(client: Client, clinic: Service) -> None:
    with travel(datetime(2026, 11, 25, 21, 59, tzinfo=UTC), tick=False):
        hold(client)
    with travel(datetime(2026, 11, 25, 22, 5, tzinfo=UTC), tick=False):
        assert details(client).status_code == 302


def test_a_link_to_a_time_keeps_nothing_until_the_button_is_pressed(client: Client, clinic: Service) -> None:
    page = client.get(DETAILS)

    assert (page.status_code, "Keep this time" in words(page), held()) == (200, True, [])
    assert not page.cookies.get("visitor")


def test_the_cookie_is_hidden_from_scripts_and_other_sites(client: Client, clinic: Service) -> None:
    cookie = hold(client).cookies["visitor"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 60 * 60)
    assert Appointment.objects.get().visitor not in cookie.value


def test_on_the_internet_the_cookie_is_bound_to_the_host(client: Client, clinic: Service, settings: Any) -> None:
    settings.IS_LOOPBACK = False

    cookie = hold(client).cookies["__Host-visitor"]

    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.parametrize("forged", ["", "x", "WyJhIiwgIiJd:1abc:zzz", "\x00", "é" * 300])
def test_a_forged_cookie_keeps_nobodys_time(clinic: Service, client: Client, forged: str) -> None:
    hold(client)
    stranger = Client()
    stranger.cookies["visitor"] = forged

    assert details(stranger).status_code == 409


def test_one_network_keeps_six_times_at_once(clinic: Service) -> None:
    team = [make_practitioner(username=f"team{number}", first_name=f"T{number}") for number in range(7)]
    clinic.practitioners.set(team)
    for one in team:
        make_hours(practitioner=one)

    answers = [hold(Client()) for _ in team]

    assert [answer.status_code for answer in answers] == [302] * 6 + [429]
    assert (answers[-1].headers["Retry-After"], len(held())) == ("600", 6)


def test_a_network_that_never_stops_choosing_waits_and_uses_up_nothing_of_what_is_there_for_all(
    client: Client, clinic: Service
) -> None:
    answers = [hold(client, start=(FREE, LATER)[number % 2]).status_code for number in range(63)]

    assert answers == [302] * 60 + [429, 302, 429]  # the time that is kept already may be pressed again
    assert dict(Tally.objects.values_list("kind", "count")) == {"hold": 62, "hold-day": 60}


@pytest.mark.parametrize("start", ["", "tomorrow", "\x00", "2026-11-26T10:10Z", "2020-01-01T10:00Z", "9" * 50])
def test_what_is_no_free_time_is_never_kept(client: Client, clinic: Service, start: str) -> None:
    answer = hold(client, start=start)

    assert (answer.status_code in (404, 409), held()) == (True, [])


def test_keeping_is_by_post_alone(client: Client, clinic: Service) -> None:
    pages = ("/book/initial/hold/", "/book/initial/let-go/")

    assert [client.get(page, {"start": FREE}).status_code for page in pages] == [405, 405]


def test_the_home_page_keeps_a_time_at_one_press(client: Client, clinic: Service) -> None:
    page = words(client.get("/"))
    start = re.search(r'name="start" value="([^"]*)"', page)

    assert start is not None
    assert (hold(client, start=start[1]).status_code, page.count("csrfmiddlewaretoken")) == (302, 1)


def test_a_chosen_practitioner_is_the_one_who_is_kept_and_booked(client: Client, clinic: Service) -> None:
    morag = make_practitioner(username="zz", first_name="Morag", last_name="Bain")
    clinic.practitioners.add(morag)
    make_hours(practitioner=morag)

    details_page = hold(client, **{"with": "morag-bain"}).headers["Location"]
    details(client)

    assert "with=morag-bain" in details_page
    assert Appointment.objects.get().practitioner == morag


def test_the_choice_of_practitioner_is_shown_where_there_is_one(client: Client, clinic: Service) -> None:
    alone = words(client.get("/book/initial/"))
    clinic.practitioners.add(make_practitioner(username="zz", first_name="Morag", last_name="Bain"))
    page = client.get("/book/initial/?with=morag-bain")

    chosen = [way.name for way in page.context["whom"] if way.is_chosen]
    assert ("Whoever is free" in alone, chosen, "zz" in words(page).split()) == (False, ["Morag Bain"], False)


def test_the_form_sends_the_time_it_shows(client: Client, clinic: Service) -> None:
    make_service(slug="other", practitioners=[clinic.practitioners.get()])
    answer = details(client, email="bad", start=FREE)
    pressed = client.post(DETAILS, {**TYPED, "start": LATER, "email": "bad"})

    assert [f'name="start" value="{start}"' in words(one) for start, one in ((FREE, answer), (LATER, pressed))] == [
        True,
        True,
    ]


def test_the_whole_way_takes_few_requests_and_queries(
    client: Client, clinic: Service, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        client.get("/book/")
        client.get("/book/initial/")
        page = hold(client).headers["Location"]
        client.get(page)
        done = details(client).headers["Location"]
        client.get(done)

    assert Appointment.objects.get().status == "booked"
