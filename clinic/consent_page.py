"""Consents to treatment: one given in the clinic is written down, and any can be withdrawn."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings.forms import GUARDIAN_AGE
from clinic.file_opening import file_url, must_read_records, opened, to_file
from patients import consents
from patients.models import Consent, ConsentWording, Patient


class ConsentForm(forms.Form):
    """Who agreed, when, to which wording."""

    name = forms.CharField(label="Given by", max_length=120)
    relation = forms.CharField(
        label="Who they are to the patient",
        max_length=60,
        required=False,
        help_text="For instance mother, or welfare attorney. Leave empty when it is the patient.",
    )
    given_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    given_at = forms.TimeField(label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    wording = forms.IntegerField(widget=forms.HiddenInput)
    was_read = forms.BooleanField(
        label="They read the wording, or it was read to them, and they agreed to it",
        error_messages={"required": "Tick this once they have agreed to the wording as it stands."},
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset(
                "Given in the clinic",
                "name",
                "relation",
                Div("given_on", "given_at", css_class="fields-row"),
                "was_read",
            ),
            "wording",
            Submit("keep", "Keep this consent"),
        )

    @property
    def given_by(self) -> str:
        """The name with the relation, as the record keeps it."""
        return ", ".join(filter(None, (self.cleaned_data["name"].strip(), self.cleaned_data["relation"].strip())))

    @property
    def moment(self) -> datetime:
        """When it was given, by the clock on the wall."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["given_on"], self.cleaned_data["given_at"]))

    def clean_given_on(self) -> date:
        given_on: date = self.cleaned_data["given_on"]
        if given_on < self.patient.date_of_birth:
            raise forms.ValidationError("The patient was not born then. Check the year.")
        return given_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given_on = cleaned.get("given_on") or timezone.localdate()
        if {"given_on", "given_at"} <= cleaned.keys() and self.moment > timezone.now():
            self.add_error("given_at", "This time is still to come.")
        is_young = self.patient.age_on(given_on) < GUARDIAN_AGE
        if is_young and not cleaned.get("relation", "").strip():
            words = f"The patient is under {GUARDIAN_AGE}: name a parent or guardian, and say which they are."
            self.add_error("relation", words)
        return cleaned


@require_http_methods(["GET", "POST"])
def give_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down a consent that was given by word of mouth or on paper."""
    patient = opened(request, pk, "consents")
    wording = consents.to_agree_to(with_drafts=settings.IS_LOOPBACK)
    form = ConsentForm(request.POST or None, patient=patient, initial=_initial(patient, wording))
    is_newer = False
    if wording and form.is_valid():
        if is_newer := form.cleaned_data["wording"] != wording.number:
            form.data = request.POST.copy()
            form.data["wording"] = str(wording.number)
        else:
            _keep(request, patient, wording, form)
            return to_file(patient.pk, "consents")
    context = {
        **admin.site.each_context(request),
        "title": f"Consent of {patient.name}",
        "patient": patient,
        "wording": wording,
        "form": form,
        "is_newer": is_newer,
        "file_url": file_url(patient.pk, "consents"),
    }
    return render(request, "clinic/consent.html", context, status=409 if is_newer else 422 if form.errors else 200)


@require_POST
def withdraw_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient takes a consent back; that it was given stays on record."""
    must_read_records(request)
    consent = get_object_or_404(Consent.objects.select_related("patient"), pk=pk)
    consents.withdraw(consent=consent, by=request.user, now=timezone.now())
    return to_file(consent.patient_id, "consents")


def _initial(patient: Patient, wording: ConsentWording | None) -> dict[str, Any]:
    now = timezone.localtime()
    is_young = patient.age_on(now.date()) < GUARDIAN_AGE
    return {
        "name": "" if is_young else patient.name,
        "given_on": now.date(),
        "given_at": now.time().replace(second=0, microsecond=0),
        "wording": wording.number if wording else None,
    }


def _keep(request: HttpRequest, patient: Patient, wording: ConsentWording, form: ConsentForm) -> None:
    consents.keep(
        patient=patient,
        wording=wording,
        given_by=form.given_by,
        given_at=form.moment,
        source=Consent.Source.CLINIC,
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, "The consent is kept in the file.")
