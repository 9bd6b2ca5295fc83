"""The search page: one box, people for everybody, words of notes for those who treat, and a trace of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from time_machine import travel

from patients.models import AuditEntry, Patient
from tests.factories import START, make_appointment, make_episode, make_patient, make_user
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db


def page(client: Client, typed: str, **asked: str) -> Any:
    return client.get("/admin/search/", {"q": typed, **asked})


def names(answer: Any) -> list[str]:
    return [one.patient.name for one in answer.context["persons"]]


def test_people_are_found_with_how_to_reach_them_and_when_they_come_next(client: Client, mairi: Any) -> None:
    patient = make_patient(name="Seònaid MacLeod")
    make_appointment(patient=patient, practitioner=mairi, starts_at=START + timedelta(days=5))
    coming = make_appointment(patient=patient, practitioner=mairi, starts_at=START + timedelta(days=2))

    with travel(START, tick=False):
        client.force_login(mairi)
        answer = page(client, "seonaid")

    [one] = answer.context["persons"]
    assert (one.patient, one.age, one.next_one) == (patient, 42, coming)
    assert f"/admin/patients/{patient.pk}/" in answer.content.decode()


def test_words_of_a_note_are_shown_where_they_stand(client: Client, mairi: Any) -> None:
    note = signed_note(author=mairi)

    shown = page(client, "cannot").content.decode()

    assert "<mark>Cannot</mark> sit." in shown
    assert f"/admin/notes/{note.pk}/" in shown


def test_every_record_whose_words_are_shown_is_traced_but_never_what_was_typed(client: Client, mairi: Any) -> None:
    note = signed_note(author=mairi)

    page(client, "cannot")

    traced = AuditEntry.objects.order_by("-position")[:2]
    assert [(one.action, one.patient_reference, one.subject) for one in traced] == [
        ("view", note.episode.patient.reference, "words of a note, among what a search found"),
        ("search", "", "people and notes"),
    ]
    assert not AuditEntry.objects.filter(subject__contains="cannot").exists()


def test_the_desk_finds_people_and_no_word_of_any_record(client: Client) -> None:
    note = signed_note()
    client.force_login(make_user(username="rona", is_superuser=True))

    people, words = page(client, "ailsa"), page(client, "cannot")

    assert (names(people), words.context["hits"], words.context["notes"].paginator.count) == (["Ailsa Reid"], [], 0)
    shown = people.content.decode() + words.content.decode()
    clinical = ["Words in notes", "sit.", "hamstring", note.episode.patient.reference, "/admin/notes/", "Register"]
    assert [said for said in clinical if said in shown] == []
    assert list(AuditEntry.objects.filter(action="search").values_list("subject", flat=True)) == ["people", "people"]


def test_the_draft_of_another_is_neither_shown_nor_counted(client: Client, mairi: Any) -> None:
    signed_note()
    saved_note()

    answer = page(client, "cannot", **{"in": "notes"})

    assert (answer.context["notes"].paginator.count, len(answer.context["hits"])) == (1, 1)


def test_people_without_a_file_and_references_of_appointments_are_found(client: Client, mairi: Any) -> None:
    booked = make_appointment(name="Isla Booked", practitioner=mairi)
    matched = make_appointment(name="Ann", patient=make_patient(), starts_at=START + timedelta(hours=3))

    with travel(START, tick=False):
        client.force_login(mairi)
        found = [
            page(client, typed).context["appointments"]
            for typed in ("isla", booked.reference.lower(), matched.reference)
        ]

    assert found == [[booked], [booked], [matched]]


def test_what_was_found_is_counted_kind_by_kind(client: Client, mairi: Any) -> None:
    make_appointment(name="Isla Booked", practitioner=mairi)
    make_patient(name="Ailsa Gunn")

    with travel(START, tick=False):
        client.force_login(mairi)
        said = [page(client, typed).context["lead"] for typed in ("isla", "gunn", "nobody at all", "gu")]

    assert said == [
        "Nobody on the books, 1 appointment, no note.",
        "1 person, no note.",
        "Nobody, no note.",
        "1 person.",
    ]


@pytest.mark.parametrize(
    "typed", ["", "a", "%", "_", '"', "\x00", "'; DROP TABLE x", "<script>alert(1)</script>", "x" * 10_000]
)
def test_whatever_is_typed_gets_a_kind_answer(client: Client, mairi: Any, typed: str) -> None:
    make_patient(name="<script>alert(2)</script>")

    answer = page(client, typed)

    shown = answer.content.decode()
    assert (answer.status_code, "<script>alert" in shown) == (200, False)
    assert re.search("Type into the box|too short|answers to all|very long|1 person", shown)


def test_many_are_shown_page_by_page(client: Client, mairi: Any) -> None:
    Patient.objects.bulk_create(
        Patient(name=f"Reid {number:02}", date_of_birth=START.date(), registered_at=START) for number in range(45)
    )

    few, last = page(client, "reid"), page(client, "reid", **{"in": "people", "page": "3"})

    assert (len(few.context["persons"]), "All 45 people" in few.content.decode()) == (6, True)
    assert names(last) == [f"Reid {number}" for number in range(40, 45)]
    assert "Page 3 of 3" in last.content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_search_costs_the_same_however_much_is_found(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(item_count):
        signed_note(episode=make_episode(patient=make_patient(name="Cannot Reid")), author=mairi)
    page(client, "cannot")

    with django_assert_num_queries(20 if connection.vendor == "postgresql" else 19):  # each keeps its own step
        page(client, "cannot")


def test_the_box_is_on_every_page_for_everybody_and_a_stranger_signs_in_first(client: Client) -> None:
    client.force_login(make_user())
    box = 'action="/admin/search/"'

    assert (box in client.get("/admin/").content.decode(), box in client.get("/admin/search/").content.decode()) == (
        True,
        True,
    )
    client.logout()
    assert client.get("/admin/search/").status_code == 302
