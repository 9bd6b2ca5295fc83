"""Words taken from elsewhere: entries of another condition, or what the condition's own file says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from patients.catalogue import merging, saying, versions
from patients.catalogue.editing import CatalogueError, edition, start
from patients.catalogue.kinds import BY_MODEL, KINDS, Kind
from patients.catalogue.problems import CatalogueProblems
from patients.catalogue.reading import ConditionFile, understood
from patients.models import AuditEntry, Condition, Source, TreatmentStep
from patients.models.catalogue import CatalogueItem

TO_START_WITH = ("red_flags", "instruments", "load_rules")


@dataclass
class Copied:
    """What became of entries that were to be copied."""

    wished: Sequence[CatalogueItem] = ()
    taken: int = 0
    there: int = 0
    without_step: int = 0


def entries_to_start_with(condition: Condition) -> list[CatalogueItem]:
    """What nobody should type again for a new condition: red flags, outcome measures, pain rules."""
    kinds = [kind for kind in KINDS if kind.name in TO_START_WITH]
    return [row for kind in kinds for row in kind.model._default_manager.in_use().filter(condition=condition)]


def copy(*, entries: Sequence[CatalogueItem], to: Condition, by: Any, now: datetime) -> Copied:
    """Copy entries with the sources they cite; what is there already stays as it is.

    Published accuracy is not copied: it was measured for the other condition.
    """
    done = Copied(entries)
    if not entries:
        return done
    titles = Condition.objects.filter(pk__in={entry.condition_id for entry in entries}).values_list("title", flat=True)
    what = f"copied from {', '.join(titles)}"
    with edition(to, what=what, by=by, now=now, fields=_names(entries), action=AuditEntry.Action.CREATE) as held:
        with_sources = [*_sources_of(entries), *(entry for entry in entries if not isinstance(entry, Source))]
        for kind in KINDS:
            _copy_list(kind, [entry for entry in with_sources if type(entry) is kind.model], held, now, done)
    return done


def take_file_words(*, entry: CatalogueItem, by: Any, now: datetime) -> None:
    """Let an entry say again what the condition's file says; from then on the file is its master. Or CatalogueError."""
    kind, condition = BY_MODEL[type(entry)], entry.condition
    file = _file(condition)
    listed = {one.code: one for one in getattr(file.entry, kind.name)}
    if entry.code not in listed:
        raise CatalogueError("The file does not have this entry. Retire it if it is not wanted any more.")
    told = saying.of_entry(listed[entry.code], {step.number: step.code for step in file.entry.steps})
    with edition(condition, what="as in its file", about=entry, by=by, now=now, fields=tuple(told)) as held:
        rows = saying.rows_of(held, kind)
        steps = {row.code: row for row in TreatmentStep.objects.filter(condition=held)}
        row = rows[entry.code]
        marks = {"edited_at": None, "retired_at": None, "changed_in": held.version}
        for name, value in {**saying.columns(listed[entry.code]), **marks}.items():
            setattr(row, name, value)
        row.save()
        if set(told) - set(saying.columns(listed[entry.code])):
            merging.point(row, told, listed[entry.code], rows=rows, steps=steps)


def take_file_words_about(*, condition: Condition, by: Any, now: datetime) -> None:
    """The same for what is said of the condition as a whole, and for the order of its lists."""
    file = _file(condition)
    told = merging.head_values(file.entry)
    with edition(condition, what="about the condition as in its file", by=by, now=now, fields=tuple(told)) as held:
        for name, value in {**told, "edited_at": None, "changed_in": held.version, "own_order": ""}.items():
            setattr(held, name, value)
        for kind in KINDS:
            places = {one.code: number for number, one in enumerate(getattr(file.entry, kind.name), start=1)}
            rows = list(kind.model._default_manager.filter(condition=held, code__in=places))
            for row in rows:
                row.position = places[row.code]
            kind.model._default_manager.bulk_update(rows, ["position"])


def _file(condition: Condition) -> ConditionFile:
    version = versions.last_file(condition)
    if version is None:
        raise CatalogueError("This condition did not come from a file.")
    try:
        return understood(versions.file_words(version).encode(), f"{condition.code}.yaml")
    except CatalogueProblems as error:
        raise CatalogueError("Its file was written for an older version of this software. Load it again.") from error


def _sources_of(entries: Iterable[CatalogueItem]) -> list[Source]:
    wanted = {(entry.condition_id, code) for entry in entries for code in entry.source_codes}
    wanted |= {(entry.condition_id, entry.code) for entry in entries if isinstance(entry, Source)}
    sources = Source.objects.filter(condition__in={key for key, _ in wanted})
    return [source for source in sources if (source.condition_id, source.code) in wanted]


def _copy_list(kind: Kind, entries: list[Any], to: Condition, now: datetime, done: Copied) -> None:
    rows: dict[str, Any] = {row.code: row for row in kind.model._default_manager.filter(condition=to)}
    steps = {row.number: row for row in TreatmentStep.objects.filter(condition=to, retired_at=None)}
    last = max((row.position for row in rows.values()), default=0)
    numbers = set(steps)
    for entry in entries:
        own_steps = [steps[number] for number in _numbers(kind, entry) if number in steps]
        if entry.code in rows:
            done.there += entry in done.wished
        elif (kind.has_steps and not own_steps) or (kind.is_numbered and entry.number in numbers):
            done.without_step += 1
        else:
            last += 1
            rows[entry.code] = _copied(kind, entry, to, last, now)
            done.taken += entry in done.wished
            if own_steps:
                rows[entry.code].steps.set(own_steps)


def _numbers(kind: Kind, entry: Any) -> list[int]:
    return [step.number for step in entry.steps.all()] if kind.has_steps else []


def _copied(kind: Kind, entry: Any, to: Condition, position: int, now: datetime) -> Any:
    names = [field.name for field in kind.model._meta.concrete_fields if not field.is_relation and field.name != "id"]
    said = {name: getattr(entry, name) for name in names}
    marks = {"position": position, "edited_at": now, "changed_in": to.version, "retired_at": None}
    return kind.model._default_manager.create(condition=to, **{**said, **marks})


def _names(entries: Sequence[CatalogueItem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(BY_MODEL[type(entry)].name for entry in entries))


def begin(*, values: dict[str, Any], like: Condition | None, by: Any, now: datetime) -> Condition:
    """A new condition, with what another one has already to start with."""
    with transaction.atomic():
        condition = start(values=values, by=by, now=now)
        if like is not None:
            copy(entries=entries_to_start_with(like), to=condition, by=by, now=now)
            condition.refresh_from_db()
    return condition
