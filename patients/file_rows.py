"""All that hangs on a patient's file, in whichever table it is: found by its column, so that no table is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from patients.models import Merge, Patient, PersonText

STAYS = (Patient, Merge, PersonText)  # pointers from one file to another, and what is made anew
HANGS_ON = {"episode": "episode", "case_note": "case_note__episode", "course": "course__episode"}


@dataclass(frozen=True)
class Rows:
    """Rows of one kind, and the column that says whose they are."""

    field: models.ForeignKey
    rows: tuple[Any, ...]

    @property
    def model(self) -> type[models.Model]:
        return self.field.model

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


def links() -> list[models.ForeignKey]:
    """Every column of any table that says whose a row is."""
    related = Patient._meta.get_fields(include_hidden=True)
    found = [one.field for one in related if isinstance(one, models.ManyToOneRel)]
    return sorted((one for one in found if one.model not in STAYS), key=lambda one: one.model._meta.label_lower)


def of(patient: Patient) -> Iterator[Rows]:
    """Everything under a file, kind by kind; kinds of which there is nothing are left out."""
    for link in links():
        if rows := tuple(link.model._base_manager.filter(**{link.name: patient}).order_by("pk")):
            yield Rows(link, rows)


def by_key(keys: dict[str, list[str]]) -> Iterator[Rows]:
    """Rows by their kind and key, as a merge wrote them down; those that are no more are left out."""
    for link in links():
        if wanted := keys.get(link.model._meta.label_lower):
            yield Rows(link, tuple(link.model._base_manager.filter(pk__in=wanted).order_by("pk")))


def hanging_on(episodes: list[Any], *, of: Patient) -> Iterator[tuple[models.ForeignKey, Any]]:
    """Rows of a patient that belong to one of these episodes, at first or second hand."""
    for link in links():
        names = {field.name for field in link.model._meta.get_fields()}
        for name, path in HANGS_ON.items():
            if name in names:
                wanted = {link.name: of, f"{path}__in": episodes}
                for row in link.model._base_manager.filter(**wanted).order_by("pk"):
                    yield link, row


def move(rows: Rows, to: Patient) -> None:
    rows.model._base_manager.filter(pk__in=[row.pk for row in rows.rows]).update(**{rows.field.name: to})


def hold(*patients: Patient) -> dict[Any, Patient]:
    """The files, locked: what is under them first, then the files in one order, as every other verb takes them."""
    keys = [one.pk for one in patients]
    for link in links():
        held = link.model._base_manager.select_for_update().filter(**{f"{link.name}__in": keys})
        list(held.order_by("pk").values_list("pk", flat=True))
    return {one.pk: one for one in Patient.everybody.filter(pk__in=keys).select_for_update().order_by("pk")}
