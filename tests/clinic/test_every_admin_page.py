"""Every page of the workbench that takes no argument: who may open it, and that no clinical word leaks."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from time_machine import travel

from bookings.export import appointment_lines
from bookings.models import Course, Notice, PersonalLink, WaitingListEntry, WaitingOffer
from patients.models import Condition
from tests.factories import (
    START,
    make_alert,
    make_appointment,
    make_closure,
    make_hours,
    make_patient,
    make_practitioner,
    make_room,
    make_user,
)
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db

CLINICAL = {"patients"}
PUBLIC_TO_STAFF = {"clinicprofile"}


def lists() -> list[tuple[str, str]]:
    return [(model._meta.app_label, model._meta.model_name or "") for model in admin.site._registry]


@pytest.fixture
def canaries() -> None:
    """A record with a word in it that only practitioners may see."""
    note = signed_note()
    make_appointment(patient=note.episode.patient, reason="CANARY-REASON", condition_code="canary-condition")
    Condition.objects.update(title="CANARY-TITLE", summary="CANARY-SUMMARY")
    make_alert(patient=note.episode.patient, text="CANARY-ALERT")


def every(page: str) -> dict[tuple[str, str], str]:
    return {(app, model): reverse(f"admin:{app}_{model}_{page}") for app, model in lists()}


def test_a_practitioner_opens_every_list(client: Client, canaries: None) -> None:
    client.force_login(make_practitioner())

    answers = {name: client.get(path, follow=True).status_code for name, path in every("changelist").items()}

    assert answers == dict.fromkeys(lists(), 200)


def test_staff_who_treat_nobody_open_no_list_of_the_record(client: Client, canaries: None) -> None:
    client.force_login(make_user(is_superuser=True))

    answers = {name: client.get(path, follow=True) for name, path in every("changelist").items()}

    closed = {(app, model) for app, model in lists() if app in CLINICAL and model not in PUBLIC_TO_STAFF}
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: 403 if name in closed else 200 for name in lists()
    }
    assert [name for name, answer in answers.items() if "CANARY" in answer.content.decode()] == []


@pytest.mark.parametrize("path", ["/admin/", "/admin/settings/", "/admin/book/", "/admin/days-off/"])
def test_pages_of_the_desk_hold_no_clinical_word(client: Client, canaries: None, path: str) -> None:
    client.force_login(make_user(is_superuser=True))

    answer = client.get(path)

    assert (answer.status_code, "CANARY" in answer.content.decode()) == (200, False)


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_a_stranger_is_sent_to_sign_in_everywhere(client: Client, page: str) -> None:
    answers = {name: client.get(path) for name, path in every(page).items()}

    sent_to = {name: (answer.status_code, answer.headers["Location"][:13]) for name, answer in answers.items()}
    assert sent_to == dict.fromkeys(lists(), (302, "/admin/login/"))


def test_what_is_mailed_or_told_before_a_visit_has_no_list_of_its_own() -> None:
    """Links, calendar addresses and answers before a visit are reached from what they belong to, or not at all."""
    hidden = {"personallink", "calendarfeed", "intake", "intakeanswer", "tally", "appointmentchange"}

    assert hidden & {name for _, name in lists()} == set()


def test_every_form_to_add_something_opens_in_a_few_queries(
    client: Client, canaries: None, django_assert_max_num_queries: Any
) -> None:
    client.force_login(make_practitioner())
    statuses = {}

    for name, path in every("add").items():
        with django_assert_max_num_queries(20, info=path):
            statuses[name] = client.get(path).status_code

    assert {name: status for name, status in statuses.items() if status not in {200, 302, 403}} == {}


def test_no_form_of_the_offer_lists_appointments_or_patients(client: Client, canaries: None) -> None:
    client.force_login(make_practitioner())

    offer = ("service", "openinghours", "extraopening", "closure", "location")
    shown = {model: client.get(reverse(f"admin:bookings_{model}_add")).content.decode() for model in offer}

    assert ["Ailsa Reid" in page for page in shown.values()] == [False] * len(offer)


def many(count: int) -> None:
    """Rows of every list of the diary."""
    for number in range(count):
        start = START + timedelta(days=number)
        booked = make_appointment(starts_at=start, is_late_cancel=True, overbook_reason="Two at once")
        room = make_room(location=booked.location)
        make_hours(practitioner=booked.practitioner, location=booked.location, room=room)
        day = {"valid_from": start.date(), "valid_until": start.date(), "is_extra": True}
        make_hours(practitioner=booked.practitioner, location=booked.location, room=room, **day)
        make_closure(practitioner=booked.practitioner)
        make_notices(booked)


def make_notices(booked: Any) -> None:
    """A mail about each kind of thing there is."""
    when = {"queued_at": START, "due_at": START}
    course = Course.objects.create(
        patient=make_patient(),
        service=booked.service,
        practitioner=booked.practitioner,
        planned_by=booked.practitioner,
        planned_at=START,
    )
    person = {"name": "Iain Muir", "email": "iain@example.org", "first_day": START, "last_day": START}
    entry = WaitingListEntry.objects.create(service=booked.service, joined_at=START, queued_at=START, **person)
    times = {"starts_at": START, "made_at": START, "expires_at": START}
    offer = WaitingOffer.objects.create(entry=entry, practitioner=booked.practitioner, **times)
    born = START.date()
    link = PersonalLink.objects.create(email="x@example.org", date_of_birth=born, requested_at=START, expires_at=START)
    for kind, about in (
        ("confirmation", {"appointment": booked}),
        ("course", {"course": course}),
        ("offer", {"offer": offer}),
        ("waiting", {"entry": entry}),
        ("link", {"personal_link": link}),
    ):
        Notice.objects.create(kind=kind, **about, **when)


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("model", "queries"),
    [
        ("appointment", 7),
        ("notice", 6),
        ("service", 6),
        ("location", 6),
        ("openinghours", 7),
        ("extraopening", 9),
        ("closure", 9),
    ],
)
def test_every_list_of_the_diary_costs_the_same_however_long(
    client: Client, model: str, queries: int, item_count: int, django_assert_num_queries: Any
) -> None:
    many(item_count)
    client.force_login(make_practitioner())

    with django_assert_num_queries(queries):
        client.get(reverse(f"admin:bookings_{model}_changelist"))


def test_the_outbox_names_whoever_a_mail_is_for(client: Client) -> None:
    many(1)

    with travel(START + timedelta(hours=1), tick=False):
        client.force_login(make_practitioner())
        shown = client.get(reverse("admin:bookings_notice_changelist")).content.decode()

    named = [shown.count(words) for words in ("Ailsa Reid &lt;", "Iain Muir &lt;", "x@example.org")]
    assert (named, "has waited for" in shown) == ([2, 2, 1], True)


@pytest.mark.parametrize("path", ["/admin/", "/admin/?day=2026-11-26", "/admin/bookings/appointment/"])
def test_a_time_that_is_merely_kept_is_nobodys_appointment(client: Client, path: str) -> None:
    make_appointment(status="held", held_until=START, name="CANARY", service_name="CANARY")

    with travel(START - timedelta(hours=1), tick=False):
        client.force_login(make_practitioner())
        assert "CANARY" not in client.get(path).content.decode()


def test_a_time_kept_for_a_patient_is_neither_in_the_file_nor_in_its_export(client: Client) -> None:
    client.force_login(make_practitioner())
    patient = make_patient()
    make_appointment(status="held", held_until=START, patient=patient, service_name="CANARY")

    shown = client.get(reverse("admin:patient_file", args=[patient.pk])).context

    assert (shown["coming"], shown["past"], appointment_lines(patient)) == ([], [], ())


def test_the_list_of_appointments_says_late_and_beside_another(client: Client) -> None:
    client.force_login(make_practitioner())
    make_appointment(overbook_reason="CANARY-REASON")
    make_appointment(status="cancelled", cancelled_at=START, is_late_cancel=True)

    shown = client.get("/admin/bookings/appointment/").content.decode()

    assert ["booked, beside another" in shown, "cancelled, late" in shown, "CANARY" in shown] == [True, True, False]


def test_an_address_of_the_list_of_notes_that_is_no_notes_is_not_found(client: Client) -> None:
    client.force_login(make_practitioner())

    assert client.get("/admin/patients/casenote/5/change/").status_code == 404
