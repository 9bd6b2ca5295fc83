"""Alerts of a patient: note one, say that it is still true, end it, take over what the patient says."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings.models import Appointment
from clinic import told_alerts
from clinic.file_opening import file_url, must_read_records, opened, trace
from clinic.returns import own_url
from patients import alerts
from patients.access import may_open_records
from patients.models import Alert, AuditEntry, Patient

LONGEST = 300  # one line of the strip, long as it may be


class AlertForm(forms.Form):
    """One thing to keep in view."""

    kind = forms.ChoiceField(
        label="What it is", choices=[(kind.value, kind.label.capitalize()) for kind in Alert.Kind], initial="other"
    )
    text = forms.CharField(
        label="In a few words",
        max_length=LONGEST,
        error_messages={"required": "Write what to keep in view, for instance “zinc-oxide tape”."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False  # it stands in a form that knows where to go back to
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Fieldset("Add an alert", "kind", "text"), Submit("add", "Keep it in view"))

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())


@require_http_methods(["GET", "POST"])
def patient_alerts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All alerts of a patient, ended ones too; add one, or take one over from what the patient told."""
    patient = opened(request, pk, "alerts")
    offers = told_alerts.of_patient(patient)
    if field := request.POST.get("take", ""):
        return _take(request, patient, [one for one in offers if one.field == field])
    form = AlertForm(request.POST or None)
    if form.is_valid():
        alerts.note(patient=patient, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, "It is in view from now on.")
        return _back(request, patient.pk)
    context = {
        **admin.site.each_context(request),
        "title": f"Alerts of {patient.name}",
        "patient": patient,
        "in_force": patient.alerts_in_force,
        "ended": [alert for alert in patient.alerts.all() if not alert.is_in_force],
        "offers": offers,
        "form": form,
        "back": own_url(request.POST.get("back", ""), ""),
    }
    return render(request, "clinic/alerts.html", context, status=422 if form.errors else 200)


@require_POST
def alert_do(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Still true today, or over."""
    must_read_records(request)
    alert = get_object_or_404(Alert, pk=pk)
    verb, by, now = request.POST.get("do", ""), request.user, timezone.now()
    try:
        if verb == "check":
            alerts.check(alert=alert, by=by, now=now)
            messages.success(request, f"Still true today: {alert.words}")
        elif verb == "end" and not alert.is_in_force:
            messages.info(request, "That was ended before.")
        elif verb == "end":
            alerts.end(alert=alert, by=by, now=now)
            messages.success(request, f"Ended, and kept among the ended alerts: {alert.words}")
        else:
            messages.error(request, "Say whether it is still true or over.")
    except alerts.AlertHasEnded as error:
        messages.error(request, str(error))
    return _back(request, alert.patient_id)


def of_appointment(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    """The alerts of whoever an appointment is for, traced, for practitioners alone."""
    if appointment.patient is None or not may_open_records(request.user):
        return {}
    found = appointment.patient.alerts_in_force
    if found:
        trace(request, AuditEntry.Action.VIEW, f"alerts of patient {appointment.patient.pk}", appointment.patient)
    return {"alerts": found}


def _take(request: HttpRequest, patient: Patient, offers: list[told_alerts.Offer]) -> HttpResponse:
    for offer in offers:
        told_alerts.take(offer=offer, patient=patient, by=request.user, now=timezone.now())
        messages.success(request, f"In view from now on, as the patient says: {offer.text}")
    if not offers:
        messages.warning(request, "That is in view already, or is not told any more.")
    return _back(request, patient.pk)


def _back(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """To the page it was pressed on."""
    return HttpResponseRedirect(own_url(request.POST.get("back", ""), file_url(patient_id)))
