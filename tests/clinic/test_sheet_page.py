"""The therapist's page of the exercise sheet: its link, its PDF, and the tablet that is handed over."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from clinic.sheet_page import address
from patients.models import AuditEntry, Episode, ExerciseSheet
from tests.clinic.at_home_pages import linked, seen, url, words
from tests.factories import START, make_practitioner, make_user

pytestmark = pytest.mark.django_db

TODAY = "2026-11-26"


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


@pytest.fixture
def mairi(client: Client) -> Any:
    user = make_practitioner(username="morag")
    client.force_login(user)
    return user


def staff(episode: Episode, name: str = "sheet") -> str:
    return reverse(f"admin:{name}", args=[episode.pk])


def test_the_therapist_makes_a_link_sees_it_and_stops_it(client: Client, mairi: Any, episode: Episode) -> None:
    client.post(staff(episode), {"do": "make"})
    link = ExerciseSheet.objects.get()
    shown = client.get(staff(episode)).content.decode()
    client.post(staff(episode), {"do": "stop"})

    assert address(link) in shown
    assert (address(link) in client.get(staff(episode)).content.decode(), client.get(url(link)).status_code) == (
        False,
        404,
    )


def test_the_mail_has_a_neutral_subject_and_no_clinical_word(client: Client, mairi: Any, sheet: ExerciseSheet) -> None:
    mail = client.get(staff(sheet.episode)).context["mail_url"]

    assert mail.startswith("mailto:ailsa@example.org?subject=From%20your%20clinic&body=Hello")
    assert [word for word in ("xercise 1", "hamstring", "pain") if word in mail] == []


def test_what_was_done_stands_beside_the_sheet(client: Client, mairi: Any, sheet: ExerciseSheet) -> None:
    client.post(url(sheet), {"do": "done-exercise_1", "day": TODAY})

    assert "Done on 1 of 1 day as ticked by the patient" in words(client.get(staff(sheet.episode)))


@pytest.mark.parametrize("name", ["sheet", "sheet_pdf", "hand_over"])
def test_staff_who_treat_nobody_open_no_sheet(client: Client, sheet: ExerciseSheet, name: str) -> None:
    client.force_login(make_user(is_superuser=True))

    answers = [client.get(staff(sheet.episode, name)), client.post(staff(sheet.episode, name), {"do": "stop"})]

    assert {answer.status_code for answer in answers} <= {403, 405}
    assert ExerciseSheet.objects.get().stopped_at is None


@pytest.mark.parametrize("name", ["sheet", "sheet_pdf", "hand_over"])
def test_a_stranger_is_sent_to_sign_in(client: Client, episode: Episode, name: str) -> None:
    answer: Any = client.post(staff(episode, name), {"do": "make"})

    assert (answer.status_code, ExerciseSheet.objects.count()) == (302, 0)
    assert "/admin/login/" in answer.headers["Location"]


def test_reading_and_printing_are_traced(client: Client, mairi: Any, episode: Episode) -> None:
    client.get(staff(episode))
    pdf = client.post(staff(episode, "sheet_pdf"))

    traced = AuditEntry.objects.filter(actor="morag").values_list("action", flat=True)
    assert (list(traced)[-2:], pdf.headers["Content-Type"]) == (["view", "export"], "application/pdf")


def test_handing_over_signs_out_first(client: Client, mairi: Any, episode: Episode) -> None:
    answer = client.post(staff(episode, "hand_over"), follow=True)

    assert "How it is going" in words(answer)
    assert client.get(staff(episode)).status_code == 302
