"""Merging in the workbench: found, compared, looked at, done, and taken apart."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from patients import merging
from patients.models import Alert, AuditEntry, Merge, Patient
from tests.factories import START, make_appointment, make_episode, make_patient, make_user
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Patient:
    return make_patient(name="Callum Reid")


@pytest.fixture
def gone() -> Patient:
    return make_patient(name="Calum Reid", gp="Dr Anand")


def url(patient: Patient, other: Patient | None = None) -> str:
    return reverse("admin:merge", args=[patient.pk]) + (f"?with={other.pk}" if other else "")


def press(client: Client, kept: Patient, gone: Patient, do: str, **more: str) -> Any:
    return client.post(url(kept), {"with": str(gone.pk), "do": do, **more})


def merged(client: Client, kept: Patient, gone: Patient) -> Any:
    key = press(client, kept, gone, "look").context["key"]
    return press(client, kept, gone, "merge", key=key)


def file_url(patient: Patient) -> str:
    return reverse("admin:patient_file", args=[patient.pk])


def test_the_other_file_is_suggested_or_searched_for(client: Client, mairi: Any, kept: Patient, gone: Patient) -> None:
    stranger = make_patient(name="Zoe Far", date_of_birth=START.date(), email="", phone="")

    answer = client.get(url(kept), {"q": "zoe"})

    assert [one.patient for one in answer.context["alike"]] == [gone]
    assert answer.context["found"] == [stranger]


def test_both_are_shown_side_by_side_and_nothing_changes(
    client: Client, mairi: Any, kept: Patient, gone: Patient
) -> None:
    signed_note(episode=make_episode(patient=gone), author=mairi)

    answer = client.get(url(kept, gone))

    fields = {one.name: (one.kept, one.gone, one.takes_gone) for one in answer.context["fields"] if one.differs}
    assert fields == {"name": ("Callum Reid", "Calum Reid", False), "gp": ("", "Dr Anand", True)}
    assert answer.context["kinds"][0].lines == ["High hamstring tendinopathy, right, since 26 Nov 2026: 1 signed note"]
    assert Merge.objects.count() == 0
    viewed = AuditEntry.objects.filter(action="view").values_list("patient_reference", flat=True)
    assert set(viewed) == {kept.reference, gone.reference}


def test_the_last_press_does_what_was_shown(client: Client, mairi: Any, kept: Patient, gone: Patient) -> None:
    make_episode(patient=gone)
    look = press(client, kept, gone, "look", **{"field-name": "gone", "field-gp": "kept"})
    chosen = {
        f"field-{one.name}": "gone" if one.takes_gone else "kept" for one in look.context["fields"] if one.differs
    }

    answer = press(client, kept, gone, "merge", key=look.context["key"], **chosen)

    kept.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (303, file_url(kept))
    assert (kept.name, kept.gp, kept.episodes.count()) == ("Calum Reid", "", 1)


def test_what_was_added_meanwhile_is_shown_first(client: Client, mairi: Any, kept: Patient, gone: Patient) -> None:
    key = press(client, kept, gone, "look").context["key"]
    make_episode(patient=gone)

    answer = press(client, kept, gone, "merge", key=key)

    assert (answer.status_code, answer.context["step"], Merge.objects.count()) == (409, "sure", 0)
    assert "Something was added" in answer.content.decode()


def test_two_visits_at_once_are_named_and_no_button_merges(
    client: Client, mairi: Any, kept: Patient, gone: Patient
) -> None:
    pair = [make_appointment(patient=one) for one in (kept, gone)]
    plan = merging.plan(kept=kept, gone=gone)

    looked, pressed = press(client, kept, gone, "look"), press(client, kept, gone, "merge", key=plan.key)

    assert (looked.status_code, pressed.status_code, Merge.objects.count()) == (200, 409, 0)
    for answer in (looked, pressed):
        shown = answer.content.decode()
        links = [reverse("admin:appointment", args=[one.pk]) in shown for one in pair]
        assert (links, 'value="merge"' in shown) == ([True, True], False)


@pytest.mark.parametrize("other", ["itself", "already merged"])
def test_what_cannot_be_merged_is_said(client: Client, mairi: Any, kept: Patient, gone: Patient, other: str) -> None:
    if other == "already merged":
        merged(client, kept, gone)

    answer = client.get(url(kept, kept if other == "itself" else gone))

    assert (answer.status_code, bool(answer.context["problem"])) == (409, True)


def test_pages_of_the_emptied_file_lead_to_the_kept_one(
    client: Client, mairi: Any, kept: Patient, gone: Patient
) -> None:
    merged(client, kept, gone)

    answers = [client.get(file_url(gone)), client.get(reverse("admin:merge", args=[gone.pk]))]

    assert [one.headers["Location"] for one in answers] == [file_url(kept), url(kept)]
    client.force_login(make_user(is_superuser=True))
    assert [client.get(file_url(one)).status_code for one in (kept, gone)] == [403, 403]


def test_what_a_page_still_open_sends_is_done_on_the_kept_file(
    client: Client, mairi: Any, kept: Patient, gone: Patient
) -> None:
    merged(client, kept, gone)

    client.post(reverse("admin:alerts", args=[gone.pk]), {"do": "add", "kind": "allergy", "text": "nickel"})

    assert [one.patient for one in Alert.objects.all()] == [kept]


def test_a_merge_is_taken_apart_from_the_kept_file(client: Client, mairi: Any, kept: Patient, gone: Patient) -> None:
    make_episode(patient=gone)
    merged(client, kept, gone)
    [(made, is_undoable)] = client.get(url(kept)).context["merges"]
    undo = reverse("admin:merge_undo", args=[made.pk])

    shown = client.get(undo)
    answer = client.post(undo)

    assert (is_undoable, shown.context["kinds"][0].count, answer.headers["Location"]) == (True, 1, file_url(gone))
    assert (gone.episodes.count(), client.get(file_url(gone)).status_code) == (1, 200)
    assert client.post(undo).status_code == 409


def test_after_thirty_days_it_is_for_good(client: Client, mairi: Any, kept: Patient, gone: Patient) -> None:
    merged(client, kept, gone)
    made = Merge.objects.get()

    with travel(timezone.now() + timedelta(days=31), tick=False):
        client.force_login(mairi)
        answer = client.get(reverse("admin:merge_undo", args=[made.pk]))
        listed = client.get(url(kept)).context["merges"]

    assert (answer.status_code, "for 30 days" in answer.content.decode(), listed) == (409, True, [(made, False)])


def test_the_desk_merges_nothing(client: Client, kept: Patient, gone: Patient) -> None:
    client.force_login(make_user(is_superuser=True))

    assert [client.get(url(kept, gone)).status_code, press(client, kept, gone, "merge").status_code] == [403, 403]


@pytest.mark.parametrize("item_count", [1, 3])
def test_comparing_costs_the_same_however_much_moves(
    client: Client, mairi: Any, kept: Patient, gone: Patient, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        signed_note(episode=make_episode(patient=gone), author=mairi)
        make_appointment(patient=gone, starts_at=START + timedelta(days=number))
        Alert.objects.create(patient=gone, kind="allergy", text="nickel", noted_on=START)

    lock = 2 if connection.vendor == "postgresql" else 0  # one for each trace
    with django_assert_num_queries(25 + lock):
        client.get(url(kept, gone))


def test_who_looked_at_the_emptied_file_stands_in_the_kept_one(
    client: Client, mairi: Any, kept: Patient, gone: Patient
) -> None:
    client.get(reverse("admin:identity", args=[gone.pk]))
    merged(client, kept, gone)

    looks = client.get(file_url(kept)).context["trace"]

    assert f"identity of patient {gone.pk}" in [entry.subject for entry in looks]
