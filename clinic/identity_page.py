"""Who somebody is and how to reach them, on a page of its own; fields that were changed are traced by name."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import phones
from clinic.desk_forms import ContactForm
from clinic.file_opening import file_url, opened, to_file
from patients import identity
from patients.models import Patient


def _words(label: str, length: int, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, help_text=hint)


def _pair(*names: str) -> Div:
    """Two fields side by side where there is room."""
    return Div(*names, css_class="fields-row")


class IdentityForm(ContactForm):
    """All that the file knows of a person."""

    known_as = _words("Known as", 100, "What they like to be called.")
    pronouns = _words("Pronouns", 40, "For instance she/her, they/them.")
    street = _words("Address", 300)
    gp = _words("GP and practice", 200)
    emergency_contact = _words("Emergency contact", 200, "Name, relation, phone.")
    communication_needs = _words(
        "Communication needs", 300, "For instance hears with the left ear, large print, an interpreter."
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kept_phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_phone = kept_phone
        self.fields["date_of_birth"].required = True
        self.fields["email"].help_text = "Appointments booked already keep the address they were booked with."
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "seen",
            Fieldset("Who", "name", _pair("known_as", "pronouns"), "date_of_birth"),
            Fieldset("How to reach them", _pair("phone", "email"), _pair("street", "postcode"), "communication_needs"),
            Fieldset("Others", "gp", "emergency_contact"),
            Submit("save", "Save"),
        )

    def clean_phone(self) -> str:
        """What stands in the file already may stay, however it is written."""
        typed = self.cleaned_data["phone"].strip()
        return self.kept_phone if typed == self.initial["phone"] else super().clean_phone()

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in identity.FIELDS}


@require_http_methods(["GET", "POST"])
def change_identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change who somebody is; a change made by somebody else meanwhile is shown, never overwritten unseen."""
    patient = opened(request, pk, "identity")
    form = _form(request, patient)
    stored: Patient | None = None
    if form.is_valid():
        press = {"values": form.values(), "as_seen": form.cleaned_data["seen"], "by": request.user}
        try:
            changed = identity.change(patient=patient, **press, now=timezone.now())
            messages.success(request, "Saved." if changed else "Nothing was changed.")
            return to_file(patient.pk)
        except identity.ChangedMeanwhile as error:
            stored = error.stored
            form.data = _with(request.POST, seen=identity.seen(stored))
    context = {
        **admin.site.each_context(request),
        "title": f"Identity of {patient.name}",
        "patient": patient,
        "form": form,
        "file_url": file_url(patient.pk),
        "stored": _differences(form, stored) if stored else [],
        "is_stale": stored is not None,
    }
    status = 409 if stored else 422 if form.errors else 200
    return render(request, "clinic/identity.html", context, status=status)


def _form(request: HttpRequest, patient: Patient) -> IdentityForm:
    held = {name: getattr(patient, name) for name in identity.FIELDS}
    held["phone"] = phones.national(patient.phone) if patient.phone else ""
    initial = {**held, "seen": identity.seen(patient)}
    return IdentityForm(request.POST or None, initial=initial, kept_phone=patient.phone)


def _with(posted: QueryDict, **fields: str) -> QueryDict:
    """What was posted, with other values in some fields."""
    data = posted.copy()
    for name, value in fields.items():
        data[name] = value
    return data


def _differences(form: IdentityForm, stored: Patient) -> list[tuple[str, str, str]]:
    """(label, what stands in the file now, what was typed) wherever the two differ."""
    pairs = ((name, getattr(stored, name), form.cleaned_data[name]) for name in identity.FIELDS)
    return [(str(form.fields[name].label), str(kept), str(typed)) for name, kept, typed in pairs if kept != typed]
