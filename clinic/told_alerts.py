"""Medicines and allergies told before a visit: put in view by a press of the therapist, never by themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import Intake
from patients import alerts
from patients.models import Alert, Patient

KINDS = {"allergies": Alert.Kind.ALLERGY, "medication": Alert.Kind.MEDICATION}
NOTHING = {"none", "no", "nil", "nothing", "n/a", "-", "–"}  # what people write when there is nothing to tell


@dataclass(frozen=True)
class Offer:
    """What somebody wrote under one of the two questions and nobody has put in view yet."""

    field: str
    kind: str
    text: str
    told_at: datetime

    @property
    def words(self) -> str:
        return "Allergies" if self.kind == Alert.Kind.ALLERGY else "Medicines"


def of_patient(patient: Patient) -> list[Offer]:
    """What the newest intake of a patient tells beyond the alerts there are, ended ones included."""
    sent = Intake.objects.filter(appointment__patient=patient).exclude(sent_at=None).order_by("-sent_at").first()
    return of_intake(sent, patient) if sent else []


def of_intake(sent: Intake, patient: Patient) -> list[Offer]:
    """The same for one intake."""
    known = {(alert.kind, alert.text.casefold()) for alert in patient.alerts.all()}
    offers = [_offer(sent, field, kind) for field, kind in KINDS.items()]
    return [one for one in offers if _says_something(one.text) and (one.kind, one.text.casefold()) not in known]


def take(*, offer: Offer, patient: Patient, by: Any, now: datetime) -> Alert:
    """Put it in view, marked as what the patient says."""
    return alerts.note(patient=patient, kind=offer.kind, text=offer.text, source=Alert.Source.PATIENT, by=by, now=now)


def _offer(sent: Intake, field: str, kind: str) -> Offer:
    lines = (line.strip() for line in getattr(sent, field).splitlines())
    return Offer(field, kind, "; ".join(filter(None, lines)), sent.sent_at or sent.changed_at)


def _says_something(text: str) -> bool:
    return text.strip(" .!").casefold() not in {"", *NOTHING}
