"""Verbs of consent to treatment: write a wording, keep a consent in the record, withdraw it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from patients import audit
from patients.models import AuditEntry, Consent, ConsentWording, Patient

DRAFT_SIGN = "This is a draft to start from"  # stands in the wording a new clinic begins with


def write_wording(*, text: str, now: datetime) -> ConsentWording:
    """A new version of the text; those before it stay as they were agreed to."""
    with transaction.atomic():
        last = ConsentWording.objects.select_for_update().order_by("-number").first()
        return ConsentWording.objects.create(number=last.number + 1 if last else 1, text=text, written_at=now)


def to_agree_to(*, with_drafts: bool) -> ConsentWording | None:
    """The wording people are asked to agree to: the newest, once the clinic has made it its own."""
    newest = ConsentWording.current()
    return None if newest and DRAFT_SIGN in newest.text and not with_drafts else newest


def keep(
    *,
    patient: Patient,
    wording: ConsentWording,
    given_by: str,
    given_at: datetime,
    source: Consent.Source,
    by: Any,
    now: datetime,
) -> Consent:
    """Keep a consent in the record; the same one a second time changes nothing."""
    given: dict[str, Any] = {"wording": wording, "given_by": given_by, "given_at": given_at, "source": source}
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        consent, is_new = Consent.objects.get_or_create(patient=patient, **given)
        if is_new:
            _trace(consent, by, AuditEntry.Action.CREATE, now)
    return consent


def withdraw(*, consent: Consent, by: Any, now: datetime) -> Consent:
    """It is withdrawn from now on; what was given stays on record. A second time changes nothing."""
    with transaction.atomic():
        held = Consent.objects.select_for_update().select_related("patient").get(pk=consent.pk)
        if held.withdrawn_at is None:
            held.withdrawn_at = max(now, held.given_at)
            held.save(update_fields=["withdrawn_at"])
            _trace(held, by, AuditEntry.Action.CHANGE, now, "withdrawn_at")
    return held


def _trace(consent: Consent, by: Any, action: AuditEntry.Action, now: datetime, *fields: str) -> None:
    audit.record(
        actor=by.get_username(),
        action=action,
        subject=f"consent {consent.pk}",
        patient=consent.patient,
        fields=fields,
        now=now,
    )
