"""No list or form of the workbench loads every row of something that grows: twenty queries, however much is stored."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin, ForeignKeyRawIdWidget
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from bookings.models import Appointment, Course, Intake, Notice, PersonalLink, WaitingListEntry, WaitingOffer
from patients.models import Addendum, AuditEntry, CaseNote, Consent, Episode, Patient
from tests.clinic.test_every_admin_page import many
from tests.factories import START, make_appointment, make_patient, make_practitioner
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20
GROWING = (
    *(Appointment, Course, Intake, Notice, PersonalLink, WaitingListEntry, WaitingOffer),
    *(Addendum, AuditEntry, CaseNote, Consent, Episode, Patient),
)
SMALL_WIDGETS = (AutocompleteMixin, ForeignKeyRawIdWidget, forms.HiddenInput)
LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def asked_by_a_practitioner() -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = make_practitioner()
    return request


def forms_of(model: Any, request: HttpRequest) -> list[Any]:
    """The form to add one and those of its inlines."""
    screen = admin.site._registry[model]
    inlines = [inline.get_formset(request).form for inline in screen.get_inline_instances(request)]
    return [screen.get_form(request), *inlines]


def test_no_form_has_a_choice_for_each_row_of_what_grows() -> None:
    request = asked_by_a_practitioner()
    listed = [
        f"{model._meta.label}.{name}"
        for model in LISTS
        if admin.site._registry[model].has_add_permission(request)
        for form in forms_of(model, request)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField) and field.queryset.model in GROWING
        if not isinstance(inner(field.widget), SMALL_WIDGETS)
    ]

    assert listed == []


def inner(widget: Any) -> Any:
    """The widget itself, without the admin's links around it."""
    return getattr(widget, "widget", widget)


def test_no_list_is_filtered_by_each_row_of_what_grows() -> None:
    request = asked_by_a_practitioner()
    named = [
        (model, name)
        for model in LISTS
        for name in admin.site._registry[model].get_list_filter(request)
        if isinstance(name, str)
    ]

    assert [pair for pair in named if pair[0]._meta.get_field(pair[1]).related_model in GROWING] == []


def test_every_list_opens_in_twenty_queries(client: Client) -> None:
    many(3)
    for number in range(2):
        signed_note()
        make_patient(name=f"Somebody {number}")
    client.force_login(make_practitioner())

    cost = {path: queries(client, path) for path in map(list_of, LISTS)}

    assert {path: count for path, count in cost.items() if count > MOST_QUERIES} == {}


def list_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code in {200, 302, 403}, path
    return len(captured)


@pytest.mark.parametrize(
    ("when", "found"),
    [("today", ["Today"]), ("coming", ["Soon", "Today"]), ("past", ["Lately"]), ("year", ["Lately", "Old"])],
)
def test_appointments_are_narrowed_to_when_they_are(client: Client, when: str, found: list[str]) -> None:
    for name, days in (("Old", -90), ("Lately", -3), ("Today", 0), ("Soon", 10), ("Far", 90)):
        make_appointment(name=name, starts_at=START + timedelta(days=days))

    with travel(START, tick=False):
        client.force_login(make_practitioner())
        answer = client.get("/admin/bookings/appointment/", {"when": when})

    assert [row.name for row in answer.context["cl"].result_list] == found
