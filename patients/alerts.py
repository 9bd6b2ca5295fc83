"""Verbs of alerts: note one, say that it is still true, end it. An alert is never deleted."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from patients import audit
from patients.models import Alert, AuditEntry, Patient


class AlertHasEnded(Exception):
    """It was ended before; what is true again is noted anew."""


def note(
    *, patient: Patient, kind: str, text: str, by: Any, now: datetime, source: str = Alert.Source.THERAPIST
) -> Alert:
    """Put something in view for good; the same one twice is there once."""
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        same = patient.alerts.in_force().filter(kind=kind, text__iexact=text).first()
        if same is not None:
            return same
        noted_on = timezone.localdate(now)
        alert = Alert.objects.create(patient=patient, kind=kind, text=text, source=source, noted_on=noted_on)
        _trace(alert, by, AuditEntry.Action.CREATE, now)
    return alert


def check(*, alert: Alert, by: Any, now: datetime) -> Alert:
    """It is still true today. Raises AlertHasEnded."""
    with transaction.atomic():
        held = _held(alert)
        if not held.is_in_force:
            raise AlertHasEnded("This alert was ended before. Note it anew if it is true again.")
        held.checked_on = max(timezone.localdate(now), held.noted_on)
        held.save(update_fields=["checked_on"])
        _trace(held, by, AuditEntry.Action.CHANGE, now, "checked_on")
    return held


def end(*, alert: Alert, by: Any, now: datetime) -> Alert:
    """It is true no longer; that it was stays on record. A second time changes nothing."""
    with transaction.atomic():
        held = _held(alert)
        if held.is_in_force:
            held.ended_on = max(timezone.localdate(now), held.noted_on)
            held.save(update_fields=["ended_on"])
            _trace(held, by, AuditEntry.Action.CHANGE, now, "ended_on")
    return held


def _held(alert: Alert) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).select_related("patient").get(pk=alert.pk)


def _trace(alert: Alert, by: Any, action: AuditEntry.Action, now: datetime, *fields: str) -> None:
    audit.record(
        actor=by.get_username(),
        action=action,
        subject=f"alert {alert.pk}",
        patient=alert.patient,
        fields=fields,
        now=now,
    )
