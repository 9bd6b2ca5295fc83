"""Make two files of one person into one: looked at first, then all of it or nothing.

Notes are not touched: they hang on their episode, and what is sealed stays word for word, earlier reference included.
The emptied file stays as a pointer to the kept one, and the database refuses anything new under it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from patients import audit, file_rows, registry, search_index
from patients.file_rows import Rows
from patients.identity import FIELDS
from patients.models import AuditEntry, Merge, MergedRow, Patient


class CannotMerge(Exception):
    """Merging was refused; the text says why and what to do."""


class ChangedMeanwhile(CannotMerge):
    """Something was added to either file since it was looked at."""


@dataclass(frozen=True)
class Plan:
    """What a merge would do, looked at beforehand: nothing is changed by it."""

    kept: Patient
    gone: Patient
    moving: tuple[Rows, ...]

    @property
    def key(self) -> str:
        """Stands for exactly these files as they are now, to tell later whether anything came in between."""
        people = [[one.pk, *(getattr(one, name) for name in FIELDS)] for one in (self.kept, self.gone)]
        rows = [[moving.label, sorted(str(row.pk) for row in moving.rows)] for moving in self.moving]
        return hashlib.sha256(json.dumps([people, rows], cls=DjangoJSONEncoder).encode()).hexdigest()[:32]

    @property
    def differing(self) -> list[str]:
        """Fields in which the two files say something else."""
        return [name for name in FIELDS if getattr(self.kept, name) != getattr(self.gone, name)]


def plan(*, kept: Patient, gone: Patient) -> Plan:
    """What would move from one file to the other. Raises CannotMerge."""
    refuse_impossible(kept, gone)
    return Plan(kept, gone, tuple(file_rows.of(gone)))


def merge(*, kept: Patient, gone: Patient, taken: Collection[str], as_seen: str, by: Any, now: datetime) -> Merge:
    """Empty one file into the other.

    `taken` names the fields that get the words of the emptied file; `as_seen` is the key of the plan that was looked
    at. Raises CannotMerge, ChangedMeanwhile, or IntegrityError where a guard of the database refuses.
    """
    with transaction.atomic():
        held = file_rows.hold(kept, gone)
        refuse_impossible(*(held.get(one.pk, one) for one in (kept, gone)))
        if len(held) < 2:
            raise CannotMerge("One of the two files is no more.")
        found = plan(kept=held[kept.pk], gone=held[gone.pk])
        if found.key != as_seen:
            raise ChangedMeanwhile("Something was added or changed since you looked. Look at it again, then merge.")
        names = [name for name in found.differing if name in taken]
        made = _written_down(found, names, by, now)
        for rows in found.moving:
            file_rows.move(rows, found.kept)
        set_fields(found.kept, {name: getattr(found.gone, name) for name in names})
        found.gone.merged_into = found.kept
        found.gone.save(update_fields=["merged_into"])
        search_index.person_gone(found.gone)
        trace(made, "took in", "was emptied into", by=by, now=now)
    return made


def merges_of(patient: Patient) -> models.QuerySet[Merge]:
    """The merges this file took in and that still stand, the newest first."""
    return Merge.objects.standing().filter(kept=patient).select_related("gone", "merged_by")


def refuse_impossible(kept: Patient, gone: Patient) -> None:
    """Raises CannotMerge for the same file twice and for one that was emptied already."""
    if kept.pk == gone.pk:
        raise CannotMerge("This is the same file twice. Choose another one to merge it with.")
    for one in (kept, gone):
        if one.merged_into_id is not None:
            into = registry.file_in_use(one)
            words = f"The file {one.reference} was already merged into that of {into.name}, {into.reference}."
            raise CannotMerge(f"{words} Merge with that one instead.")


def set_fields(patient: Patient, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(patient, name, value)
    if values:
        patient.save(update_fields=list(values))


def plain(patient: Patient, names: Collection[str]) -> dict[str, str]:
    """Fields of a file as a merge writes them down."""
    values = {name: getattr(patient, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in values.items()}


def trace(made: Merge, kept_verb: str, gone_verb: str, *, by: Any, now: datetime) -> None:
    """Both files say what happened, each with the other's reference, and which fields took another word."""
    for one, verb, other in ((made.kept, kept_verb, made.gone), (made.gone, gone_verb, made.kept)):
        audit.record(
            actor=by.get_username(),
            action=AuditEntry.Action.CHANGE,
            subject=f"file, which {verb} {other.reference}: merge {made.pk}",
            patient=one,
            fields=tuple(made.fields_after) if one is made.kept else (),
            now=now,
        )


def _written_down(found: Plan, names: Collection[str], by: Any, now: datetime) -> Merge:
    """The log of what is moved and changed, from which it can be taken apart again."""
    made = Merge.objects.create(
        kept=found.kept,
        gone=found.gone,
        merged_at=now,
        merged_by=by,
        fields_before=plain(found.kept, names),
        fields_after=plain(found.gone, names),
    )
    log = [MergedRow(merge=made, model=rows.label, key=str(row.pk)) for rows in found.moving for row in rows.rows]
    MergedRow.objects.bulk_create(log)
    return made
