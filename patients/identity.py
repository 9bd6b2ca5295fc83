"""Verbs of identity: change who somebody is and how to reach them, and lose no change of anybody else."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from patients import audit
from patients.models import AuditEntry, Patient

FIELDS = (
    "name",
    "known_as",
    "pronouns",
    "date_of_birth",
    "phone",
    "email",
    "street",
    "postcode",
    "gp",
    "emergency_contact",
    "communication_needs",
)


class ChangedMeanwhile(Exception):
    """Somebody else changed this person while the page was open; `stored` is what stands there now."""

    def __init__(self, stored: Patient) -> None:
        super().__init__("Somebody changed these details while you had them open.")
        self.stored = stored


def seen(patient: Patient) -> str:
    """A mark of all that a page shows of somebody, to tell later whether it has been changed since."""
    shown = "\x1f".join(str(getattr(patient, name)) for name in FIELDS)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def change(*, patient: Patient, values: Mapping[str, Any], as_seen: str, by: Any, now: datetime) -> tuple[str, ...]:
    """Save what differs and trace its fields by name; returns them. Raises ChangedMeanwhile."""
    with transaction.atomic():
        held = Patient.objects.select_for_update().get(pk=patient.pk)
        changed = tuple(name for name in FIELDS if values[name] != getattr(held, name))
        if changed and seen(held) != as_seen:
            raise ChangedMeanwhile(held)
        for name in changed:
            setattr(held, name, values[name])
        if changed:
            held.save(update_fields=changed)
            audit.record(
                actor=by.get_username(),
                action=AuditEntry.Action.CHANGE,
                subject=f"patient {held.pk}",
                patient=held,
                fields=changed,
                now=now,
            )
    return changed
