"""Every page of the workbench that takes no argument: who may open it, and that no clinical word leaks."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from patients.models import Condition
from tests.factories import make_appointment, make_practitioner, make_user
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
    note.episode.patient.alerts = "CANARY-ALERT"
    note.episode.patient.save()


@pytest.mark.parametrize(("app", "model"), lists())
def test_a_practitioner_opens_every_list(client: Client, canaries: None, app: str, model: str) -> None:
    client.force_login(make_practitioner())

    answer = client.get(reverse(f"admin:{app}_{model}_changelist"), follow=True)

    assert answer.status_code == 200


@pytest.mark.parametrize(("app", "model"), lists())
def test_staff_who_treat_nobody_open_no_list_of_the_record(
    client: Client, canaries: None, app: str, model: str
) -> None:
    client.force_login(make_user(is_superuser=True))

    answer = client.get(reverse(f"admin:{app}_{model}_changelist"), follow=True)

    is_closed = app in CLINICAL and model not in PUBLIC_TO_STAFF
    assert answer.status_code == (403 if is_closed else 200)
    assert "CANARY" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/admin/", "/admin/settings/", "/admin/book/"])
def test_pages_of_the_desk_hold_no_clinical_word(client: Client, canaries: None, path: str) -> None:
    client.force_login(make_user(is_superuser=True))

    answer = client.get(path)

    assert (answer.status_code, "CANARY" in answer.content.decode()) == (200, False)


@pytest.mark.parametrize(("app", "model"), lists())
def test_a_stranger_is_sent_to_sign_in_everywhere(client: Client, app: str, model: str) -> None:
    for page in ("changelist", "add"):
        answer: Any = client.get(reverse(f"admin:{app}_{model}_{page}"))
        assert (answer.status_code, "/admin/login/" in answer.headers["Location"]) == (302, True)
