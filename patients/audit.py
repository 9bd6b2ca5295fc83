"""Record who saw or did what; each entry is chained to the one before by a keyed hash.

The key (AUDIT_KEY) is kept outside the database, so that whoever can write to the tables still cannot forge the
chain. Entries name the thing and its fields, never a value.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from patients.models import AuditEntry, Patient

CHAIN_LOCK = 0x61756469  # any fixed number will do: the advisory lock that keeps the chain single file


def record(
    *,
    actor: str,
    action: AuditEntry.Action,
    subject: str,
    now: datetime,
    patient: Patient | None = None,
    fields: tuple[str, ...] = (),
) -> AuditEntry:
    """Append one entry, inside the caller's transaction if there is one."""
    reference = patient.reference if patient else ""
    return _append(actor, action, subject, now, references=[reference], fields=" ".join(fields))[0]


def record_once_a_day(*, actor: str, action: AuditEntry.Action, subject: str, now: datetime, patient: Patient) -> None:
    """One entry a day is enough where a patient's own taps would bury who else has looked."""
    record_each_once_a_day(actor=actor, action=action, subject=subject, now=now, patients=[patient])


def record_each_once_a_day(
    *, actor: str, action: AuditEntry.Action, subject: str, now: datetime, patients: Iterable[Patient]
) -> None:
    """The same for each of several, in a fixed number of queries; none for nobody."""
    references = dict.fromkeys(patient.reference for patient in patients)
    if not references:
        return
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    said = {"actor": actor, "action": action, "subject": subject, "patient_reference__in": references}
    seen = set(AuditEntry.objects.filter(**said, at__gte=midnight).values_list("patient_reference", flat=True))
    if unseen := [one for one in references if one not in seen]:
        _append(actor, action, subject, now, references=unseen)


def record_each(
    *, actor: str, action: AuditEntry.Action, subject: str, now: datetime, patients: Iterable[Patient]
) -> None:
    """One entry for each patient, in a fixed number of queries however many there are; none for nobody."""
    references = dict.fromkeys(patient.reference for patient in patients)
    if references:
        _append(actor, action, subject, now, references=list(references))


def mac(entry: AuditEntry) -> str:
    """HMAC-SHA256 of an entry and the one before it, under AUDIT_KEY."""
    said = [
        entry.position,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.patient_reference,
        entry.subject,
        entry.fields,
        entry.previous_mac,
    ]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def first_fault() -> int | None:
    """Position of the first entry that was altered, forged or lost its forerunner; None when the chain holds.

    A tail cut off leaves no fault here: compare the last position with the one kept elsewhere.
    """
    previous = ""
    for expected, entry in enumerate(AuditEntry.objects.order_by("position").iterator(), start=1):
        is_whole = entry.position == expected and entry.previous_mac == previous
        if not is_whole or not hmac.compare_digest(mac(entry), entry.mac):
            return expected
        previous = entry.mac
    return None


def _append(
    actor: str, action: AuditEntry.Action, subject: str, now: datetime, *, references: Sequence[str], fields: str = ""
) -> list[AuditEntry]:
    """Entries that differ in whom they are about, each chained to the one before."""
    with transaction.atomic():
        _wait_for_the_chain()
        last = AuditEntry.objects.order_by("-position").first()
        entries: list[AuditEntry] = []
        for reference in references:
            entry = AuditEntry(
                position=last.position + 1 if last else 1,
                at=now,
                actor=actor,
                action=action,
                patient_reference=reference,
                subject=subject[:120],
                fields=fields[:400],
                previous_mac=last.mac if last else "",
            )
            entry.mac = mac(entry)
            entries.append(entry)
            last = entry
        AuditEntry.objects.bulk_create(entries)
    return entries


def _wait_for_the_chain() -> None:
    """One writer at a time; SQLite's immediate transactions already see to that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
