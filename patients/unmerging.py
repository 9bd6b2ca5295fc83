"""Take a merge apart again within thirty days: exactly what was moved goes back, and what hangs on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from patients import file_rows, registry
from patients.file_rows import Rows
from patients.merging import plain, set_fields, trace
from patients.models import Merge
from patients.models.merges import UNDONE_WITHIN

KEPT_A_WHILE = ("bookings.personallink", "bookings.appointment")  # links end, and times that were only kept are let go


class CannotTakeApart(Exception):
    """A merge cannot be undone; the text says why."""


@dataclass(frozen=True)
class TakingApart:
    """What undoing a merge would do, looked at beforehand."""

    merge: Merge
    moving: tuple[Rows, ...]
    following: tuple[Rows, ...]  # came since, and hangs on an episode that goes back
    restored: tuple[str, ...]  # fields that get their old words
    edited: tuple[str, ...]  # fields that were changed since, and stay so


def plan(made: Merge, *, now: datetime) -> TakingApart:
    """What would go back where. Raises CannotTakeApart."""
    _refuse_too_late(made, now)
    moving = tuple(_moved(made))
    _refuse_moved_on(made, moving)
    stands = plain(made.kept, made.fields_after)
    edited = tuple(name for name, value in made.fields_after.items() if stands[name] != value)
    restored = tuple(name for name in made.fields_after if name not in edited)
    return TakingApart(made, moving, tuple(_following(made, moving)), restored, edited)


def undo(*, made: Merge, by: Any, now: datetime) -> Merge:
    """Put back exactly what was moved. Raises CannotTakeApart, and then nothing has changed."""
    with transaction.atomic():
        held = file_rows.hold(made.kept, made.gone)
        made = Merge.objects.select_for_update().get(pk=made.pk)
        made.kept, made.gone = held[made.kept_id], held[made.gone_id]
        found = plan(made, now=now)
        made.gone.merged_into = None
        made.gone.save(update_fields=["merged_into"])
        for rows in (*found.moving, *found.following):
            file_rows.move(rows, made.gone)
        set_fields(made.kept, {name: _typed(name, made.fields_before[name]) for name in found.restored})
        made.undone_at, made.undone_by = now, by
        made.save(update_fields=["undone_at", "undone_by"])
        trace(made, "gave back", "was given back from", by=by, now=now)
    return made


def _moved(made: Merge) -> Iterator[Rows]:
    keys: dict[str, list[str]] = {}
    for row in made.rows.all():
        keys.setdefault(row.model, []).append(row.key)
    return file_rows.by_key(keys)


def _following(made: Merge, moving: tuple[Rows, ...]) -> Iterator[Rows]:
    known = {(rows.label, row.pk) for rows in moving for row in rows.rows}
    found: dict[models.ForeignKey, dict[Any, models.Model]] = {}
    for link, row in file_rows.hanging_on(_episodes(moving), of=made.kept):
        if (link.model._meta.label_lower, row.pk) not in known:
            found.setdefault(link, {})[row.pk] = row
    for link, rows_since in found.items():
        yield Rows(link, tuple(rows_since.values()))


def _episodes(moving: tuple[Rows, ...]) -> list[Any]:
    return [row.pk for rows in moving if rows.label == "patients.episode" for row in rows.rows]


def _refuse_too_late(made: Merge, now: datetime) -> None:
    if made.undone_at is not None:
        raise CannotTakeApart("This was taken apart already.")
    if now > made.undone_until:
        raise CannotTakeApart(
            f"A merge can be taken apart for {UNDONE_WITHIN.days} days; this one was made on"
            f" {timezone.localtime(made.merged_at):%-d %B %Y}. "
            " A note on the wrong file can be marked as entered in error."
        )
    if made.kept.merged_into_id is not None:
        into = registry.file_in_use(made.kept)
        words = f"The file {made.kept.reference} was itself merged into that of {into.name}, {into.reference}."
        raise CannotTakeApart(f"{words} Take that apart first.")


def _refuse_moved_on(made: Merge, moving: tuple[Rows, ...]) -> None:
    """Something was moved to a third file since, is gone, or hangs by now on an episode that stays."""
    astray = [row for rows in moving for row in rows.rows if getattr(row, rows.field.attname) != made.kept_id]
    here = sum(len(rows.rows) for rows in moving if rows.label not in KEPT_A_WHILE)
    if lost := made.rows.exclude(model__in=KEPT_A_WHILE).count() - here:
        raise CannotTakeApart(f"{lost} of the things that were moved are no more, so it cannot be taken apart.")
    if astray:
        raise CannotTakeApart(f"Since then this went to somebody else: {_words(astray)}. It cannot be taken apart.")
    going = _episodes(moving)
    staying = made.kept.episodes.exclude(pk__in=going).values_list("pk", flat=True)
    known = {(rows.label, row.pk) for rows in moving for row in rows.rows}
    hanging = file_rows.hanging_on(list(staying), of=made.kept)
    torn = [row for link, row in hanging if (link.model._meta.label_lower, row.pk) in known]
    if torn:
        raise CannotTakeApart(
            f"Since then this got a place in an episode that stays here: {_words(torn)}. It cannot be taken apart."
        )


def _words(rows: list[models.Model]) -> str:
    return "; ".join(str(row) for row in rows)


def _typed(name: str, value: str) -> Any:
    return parse_date(value) if name == "date_of_birth" else value
