"""Measures the patient fills in, by each of the three doors."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from bookings import links
from bookings.models import Appointment
from clinic.my_measures_page import tablet_token
from patients.models import AuditEntry, Episode, ExerciseSheet, PatientReport
from tests.clinic.at_home_pages import CLINICAL, linked, seen, url, words
from tests.clinic.form_reader import read
from tests.factories import START, make_appointment, make_episode, make_note, make_practitioner
from tests.patients.at_home import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with travel(START, tick=False):
        yield


@pytest.fixture
def episode() -> Episode:
    return seen()


@pytest.fixture
def sheet(episode: Episode) -> ExerciseSheet:
    return linked(episode)


def told(client: Client, address: str, **more: str) -> Any:
    return client.post(address, {"figure-nprs-now": "4", **more})


def test_figures_are_sent_from_the_sheet(client: Client, sheet: ExerciseSheet) -> None:
    activity = {"figure-psfs-1": "7", "figure-psfs-1-label": "Running 5 km"}

    answer: Any = told(client, url(sheet, "my_measures"), **activity)

    scores = PatientReport.objects.get().scores.values_list("instrument__code", "version", "label", "value")
    assert list(scores) == [("nprs", "now", "", 4), ("psfs", "1", "Running 5 km", 7)]
    assert "Thank you" in words(client.get(answer.headers["Location"]))


def test_what_cannot_be_kept_is_said(client: Client, sheet: ExerciseSheet) -> None:
    wrong = [
        {},
        {"figure-nprs-now": "11"},
        {"figure-nprs-now": "4", "figure-psfs-1": "7", "figure-psfs-1-label": ""},
        {"figure-nprs-now": "4", "figure-psfs-1-label": "x" * 121},
    ]

    answers = [client.post(url(sheet, "my_measures"), one) for one in wrong]

    assert ([answer.status_code for answer in answers], PatientReport.objects.count()) == ([422] * 4, 0)


def test_what_the_links_show_is_traced_once_a_day(client: Client, sheet: ExerciseSheet) -> None:
    for _ in range(2):
        client.get(url(sheet, "my_measures"))
        client.post(url(sheet), {"do": "day", "pain": "99"})

    looked = AuditEntry.objects.filter(actor="the patient, by link").order_by("position")
    assert [(one.action, one.thing) for one in looked] == [
        ("view", "measures asked of episode"),
        ("view", "exercise sheet"),
    ]


@pytest.fixture
def follow_up(episode: Episode) -> Appointment:
    return make_appointment(starts_at=START + timedelta(hours=20), patient=episode.patient)


def asks(client: Client, appointment: Appointment) -> list[bool]:
    """Whether the appointment's page leads to the measures, and whether they open."""
    token = links.token(appointment)
    shown = client.get(reverse("bookings:appointment", args=[token])).content.decode()
    before = reverse("my_measures_before", args=[token])
    return [before in shown, client.get(before).status_code == 200]


def test_the_link_of_a_follow_up_leads_to_the_measures(client: Client, follow_up: Appointment) -> None:
    assert asks(client, follow_up) == [True, True]


def test_the_manage_link_shows_own_activities_and_nothing_else_of_the_record(
    client: Client, follow_up: Appointment
) -> None:
    shown = words(client.get(reverse("my_measures_before", args=[links.token(follow_up)])))

    hidden = [CLINICAL, "Stand more.", "3 sets of 10", "Ailsa", "tendinopathy", "hamstring"]
    assert ("Running 5 km" in shown, [one for one in hidden if one in shown]) == (True, [])


def test_a_stranger_is_asked_nothing_and_learns_nothing(client: Client, follow_up: Appointment) -> None:
    mine = Appointment.objects.filter(pk=follow_up.pk)
    other: list[dict[str, Any]] = [{"email": "somebody.else@example.org"}, {"email": ""}]
    gone = {"email": follow_up.email, "status": "cancelled", "cancelled_at": START}

    found = [mine.update(**change) and asks(client, follow_up) for change in (*other, gone, {"patient": None})]

    assert found == [[False, False]] * 4


@pytest.mark.parametrize("hours", [-1, 73])
def test_figures_are_asked_in_the_days_before_the_visit(client: Client, episode: Episode, hours: int) -> None:
    found = make_appointment(starts_at=START + timedelta(hours=hours), patient=episode.patient)

    assert asks(client, found) == [False, False]


def test_before_a_first_visit_nothing_is_asked(client: Client) -> None:
    found = make_appointment(starts_at=START + timedelta(hours=2), patient=make_episode().patient)

    assert asks(client, found) == [False, False]


def test_with_two_problems_under_way_a_human_has_to_choose(client: Client, follow_up: Appointment) -> None:
    visit(episode=make_episode(patient=follow_up.patient))

    assert asks(client, follow_up) == [False, False]


def test_a_report_remembers_its_appointment(client: Client, follow_up: Appointment) -> None:
    told(client, reverse("my_measures_before", args=[links.token(follow_up)]))

    assert PatientReport.objects.get().appointment_key == follow_up.pk


def test_a_tablet_answers_once_and_then_shows_nothing(client: Client, episode: Episode) -> None:
    address = reverse("my_measures_tablet", args=[tablet_token(episode, now=START)])
    first = client.get(address)

    told(client, address)

    again = client.get(address)
    assert [first.status_code, "Running 5 km" in words(first)] == [200, True]
    assert ["hand this back" in words(again), "Running" in words(again)] == [True, False]


@pytest.mark.parametrize("token", ["x", "x:y:z", "é", "eyJlIjoxfQ:1:A"])
def test_a_made_up_tablet_link_opens_nothing(client: Client, token: str) -> None:
    assert client.get(reverse("my_measures_tablet", args=[token])).status_code == 404


def test_a_tablet_is_open_for_half_an_hour(client: Client, episode: Episode) -> None:
    address = reverse("my_measures_tablet", args=[tablet_token(episode, now=START)])

    with travel(START + timedelta(minutes=30, seconds=1), tick=False):
        assert client.get(address).status_code == 404


def test_one_press_in_the_note_takes_them_over_as_the_patients(client: Client, follow_up: Appointment) -> None:
    told(client, reverse("my_measures_before", args=[links.token(follow_up)]))
    therapist = make_practitioner()
    client.force_login(therapist)
    note = make_note(episode=Episode.objects.get(), author=therapist, kind="follow_up")
    page = reverse("admin:note", args=[note.pk])
    before = read(client.get(page)).fields

    answer: Any = client.post(page, {**before, "do": "take-reported", "plan": "Typed."})

    scores = note.outcome_scores.values_list("version", "value", "filled_by")
    assert (list(scores), answer.headers["Location"]) == ([("now", 4, "patient")], f"{page}#card-scores")
    shown = words(client.get(page))
    assert ["all taken over" in shown, "Typed." in shown] == [True, True]


def test_looking_at_the_note_takes_nothing_over(client: Client, follow_up: Appointment) -> None:
    told(client, reverse("my_measures_before", args=[links.token(follow_up)]))
    therapist = make_practitioner()
    client.force_login(therapist)
    note = make_note(episode=Episode.objects.get(), author=therapist, kind="follow_up")
    page = reverse("admin:note", args=[note.pk])

    shown = client.get(page)
    client.post(page, {**read(shown).fields, "do": "save"})

    assert ("Take these figures over" in words(shown), note.outcome_scores.exists()) == (True, False)
