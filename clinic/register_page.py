"""A new file by hand: who looks like them is shown first, and nothing that was typed is lost."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.book_page import clean_words, uuid_of
from clinic.desk_forms import ContactForm
from clinic.file_opening import to_file
from clinic.file_words import LABELS, words_of
from clinic.identity_page import IdentityForm
from patients import audit, identity, registry
from patients.access import may_open_records
from patients.models import AuditEntry, Patient
from patients.registry import LookAlike, Person


def _pair(*names: str) -> Div:
    """Two fields side by side where there is room."""
    return Div(*names, css_class="fields-row")


class RegisterForm(IdentityForm):
    """All that can be told of a new person; only name and birthday are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kept_phone="", **kwargs)
        del self.fields["seen"]
        self.fields["email"].help_text = ""
        self.helper.form_tag, self.helper.disable_csrf = False, True  # the page has the form, and its buttons
        self.helper.layout = Layout(
            Fieldset("Who", "name", _pair("known_as", "pronouns"), "date_of_birth"),
            Fieldset("How to reach them", _pair("phone", "email"), _pair("street", "postcode"), "communication_needs"),
            Fieldset("Others", "gp", "emergency_contact"),
        )

    def clean_phone(self) -> str:
        return ContactForm.clean_phone(self)

    def person(self) -> Person:
        return Person(**self.values())


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open a file, or the one that is there already; a human says which, whenever somebody looks like them."""
    if not may_open_records(request.user):
        raise PermissionDenied
    now = timezone.now()
    form = RegisterForm(request.POST or None, initial={"name": clean_words(request.GET.get("name", ""), 200)})
    alike: list[LookAlike] = []
    if form.is_valid():
        alike = _alike(request, form, now)
        chosen = _chosen(request, alike)
        if chosen:
            return _fill(request, chosen, form, now)
        if not alike or request.POST.get("new") == _key(alike):
            patient = registry.register(person=form.person(), by=request.user, now=now)
            messages.success(request, f"{patient.name} has a file now: {patient.reference}.")
            return to_file(patient.pk)
    context = {
        **admin.site.each_context(request),
        "title": "Register somebody",
        "form": form,
        "alike": alike,
        "key": _key(alike),
    }
    return render(request, "clinic/register.html", context, status=409 if alike else 422 if form.errors else 200)


def _alike(request: HttpRequest, form: RegisterForm, now: datetime) -> list[LookAlike]:
    """Who is on the books already and could be them; that they were looked up is traced."""
    actor, action = request.user.get_username(), AuditEntry.Action.SEARCH
    audit.record(actor=actor, action=action, subject="people like somebody new", now=now)
    return registry.suggestions(form.person())


def _chosen(request: HttpRequest, alike: Sequence[LookAlike]) -> Patient | None:
    """The one of those shown that was pressed."""
    key = uuid_of(request.POST.get("person", ""))
    return next((one.patient for one in alike if one.patient.pk == key), None)


def _key(alike: Sequence[LookAlike]) -> str:
    """Stands for exactly those who were shown: whoever came in between is asked about as well."""
    said = " ".join(sorted(str(one.patient.pk) for one in alike))
    return hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""


def _fill(request: HttpRequest, patient: Patient, form: RegisterForm, now: datetime) -> HttpResponse:
    """Put what was typed where the file says nothing; where it says something else, say so and leave it."""
    stands, typed = {name: getattr(patient, name) for name in identity.FIELDS}, form.values()
    new = {name: stands[name] or typed[name] for name in identity.FIELDS}
    changed = identity.change(patient=patient, values=new, as_seen=identity.seen(patient), by=request.user, now=now)
    if changed:
        names = ", ".join(LABELS[name] for name in changed)
        messages.success(request, f"Added to the file from what you typed: {names}.")
    other = [
        f"{LABELS[name]}: {words_of(name, typed[name])}" for name in typed if typed[name] not in ("", new[name], None)
    ]
    if other:
        words = "The file says something else here and was left as it is. You typed: "
        messages.warning(request, f"{words}{'; '.join(other)}.")
    return to_file(patient.pk)
