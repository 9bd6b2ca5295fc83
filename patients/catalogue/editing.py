"""Verbs of the catalogue for the therapist: each change is one transaction, makes the next version and is traced.

Nothing is ever deleted, and no signed note is touched: what was sealed keeps its words.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from patients import audit, guide
from patients.access import may_open_records
from patients.catalogue import codes, objections, versions
from patients.catalogue.kinds import BY_MODEL, KINDS, Kind, named, place
from patients.models import AuditEntry, Condition, LoadRule, Source
from patients.models.catalogue import CatalogueItem

POINTERS = ("steps",)
OWN_EXPERIENCE = {"code": "SEED", "label": "The clinic’s own experience", "kind": "seed", "evidence": "seed"}
Action = AuditEntry.Action


class CatalogueError(Exception):
    """A change was refused; the text says what to do."""


class StaleEntry(CatalogueError):
    """Somebody changed it in the meantime."""


@contextmanager
def edition(
    condition: Condition,
    *,
    what: str,
    by: Any,
    now: datetime,
    fields: tuple[str, ...] = (),
    about: CatalogueItem | None = None,
    action: AuditEntry.Action = Action.CHANGE,
) -> Iterator[Condition]:
    """The condition, held, while its next version is made; kept and traced when all went well.

    The version says what was done, and to which words; the trace names the entry by its code alone.
    """
    if not may_open_records(by):
        raise CatalogueError("Only practitioners change the catalogue.")
    with transaction.atomic():
        held = Condition.objects.select_for_update().get(pk=condition.pk)
        held.version, held.content_version = held.version + 1, ""
        yield held
        held.save()
        words = f"{named(about)} {what}" if about else what
        versions.keep(held, what=f"{words[:1].upper()}{words[1:]}", by=by, now=now)
        subject = f"catalogue {held.code}: {f'{place(about)} {what}' if about else what}"
        audit.record(actor=by.get_username(), action=action, subject=subject, fields=fields, now=now)


def start(*, values: Mapping[str, Any], by: Any, now: datetime) -> Condition:
    """A new condition, with the clinic's own experience as its first source."""
    if not may_open_records(by):
        raise CatalogueError("Only practitioners change the catalogue.")
    with transaction.atomic():
        taken = set(Condition.objects.select_for_update().values_list("code", flat=True))
        told = {name: value for name, value in values.items() if name != "code"}
        code = codes.free(values.get("code") or codes.made_from(values["title"]), taken | codes.RESERVED)
        condition = Condition.objects.create(code=code, edited_at=now, **told)
        Source.objects.create(condition=condition, position=1, edited_at=now, **OWN_EXPERIENCE)
        versions.keep(condition, what="Begun", by=by, now=now)
        subject = f"catalogue {code}: begun"
        audit.record(actor=by.get_username(), action=Action.CREATE, subject=subject, fields=tuple(told), now=now)
    return condition


def change_about(*, condition: Condition, values: Mapping[str, Any], seen: int, by: Any, now: datetime) -> Condition:
    """Change what is said of the condition as a whole. Raises StaleEntry."""
    fields = tuple(name for name, value in values.items() if getattr(condition, name) != value)
    with edition(condition, what="about the condition changed", by=by, now=now, fields=fields) as held:
        _refuse_stale(held.changed_in, seen)
        for name, value in values.items():
            setattr(held, name, value)
        _mark(held, held.version, now)
    return held


def add(*, condition: Condition, kind: Kind, values: Mapping[str, Any], by: Any, now: datetime) -> CatalogueItem:
    """A new entry at the end of its list."""
    told = {name: value for name, value in values.items() if name != "code"}
    wished = codes.made_from(str(told[kind.title_field]), longest=kind.longest_code)
    entry = kind.model(condition=condition)
    who: dict[str, Any] = {"by": by, "now": now, "action": Action.CREATE}
    with edition(condition, what="added", about=entry, fields=tuple(told), **who) as held:
        taken = set(kind.model._default_manager.filter(condition=held).values_list("code", flat=True))
        if values.get("code") in taken:
            raise CatalogueError(f"“{values['code']}” is the code of another entry here, or of a retired one.")
        entry.code = values.get("code") or codes.free(wished, taken)
        entry.position = _next_position(held, kind)
        _write(entry, told, held, now)
    return entry


def change(*, entry: CatalogueItem, values: Mapping[str, Any], seen: int, by: Any, now: datetime) -> bool:
    """Change an entry's words; False when nothing is different. Raises StaleEntry or CatalogueError."""
    kind = BY_MODEL[type(entry)]
    if found := objections.to(entry, values):
        raise CatalogueError(" ".join(found.values()))
    fields = tuple(name for name, value in values.items() if _held(entry, name) != _comparable(value))
    if not fields and entry.changed_in == seen:
        return False
    with edition(entry.condition, what="changed", about=entry, by=by, now=now, fields=fields) as held:
        row = kind.model._default_manager.get(pk=entry.pk)
        _refuse_stale(row.changed_in, seen)
        _write(row, values, held, now)
    return True


def retire(*, entry: CatalogueItem, by: Any, now: datetime) -> None:
    """Take an entry out of use: notes that hold it keep it, new ones do not offer it."""
    _set_retired(entry, now, what="retired", by=by, now=now)


def bring_back(*, entry: CatalogueItem, by: Any, now: datetime) -> None:
    """Into use again. Raises CatalogueError when something else has taken its place."""
    if found := objections.to_return(entry):
        raise CatalogueError(found)
    _set_retired(entry, None, what="brought back", by=by, now=now)


def move(*, entry: CatalogueItem, up: bool, by: Any, now: datetime) -> bool:
    """Swap an entry with its neighbour in use; False at the end of the list. Files do not change the order any more."""
    kind = BY_MODEL[type(entry)]
    if kind.is_numbered:
        raise CatalogueError("Steps stand in the order of their numbers: change the number.")
    rows = list(kind.model._default_manager.in_use().filter(condition=entry.condition_id))
    place_now = rows.index(entry)
    place_then = place_now - 1 if up else place_now + 1
    if not 0 <= place_then < len(rows):
        return False
    rows.insert(place_then, rows.pop(place_now))
    what = f"moved {'up' if up else 'down'}"
    with edition(entry.condition, what=what, about=entry, by=by, now=now, fields=("position",)) as held:
        for position, row in enumerate(rows, start=1):
            row.position = position
        kind.model._default_manager.bulk_update(rows, ["position"])
        held.own_order = " ".join(dict.fromkeys([*held.own_order.split(), kind.name]))
    return True


def retire_condition(*, condition: Condition, by: Any, now: datetime) -> None:
    """No new episode begins with it and its guide goes; open episodes go on."""
    with edition(condition, what="the condition retired", by=by, now=now, fields=("retired_at",)) as held:
        held.retired_at = now


def bring_back_condition(*, condition: Condition, by: Any, now: datetime) -> None:
    with edition(condition, what="the condition brought back", by=by, now=now, fields=("retired_at",)) as held:
        held.retired_at = None


def review(*, condition: Condition, seen: int, by: Any, today: Any, now: datetime) -> Condition:
    """Mark the version that was read as right: from now on patients read it. Raises StaleEntry or CatalogueError."""
    if not may_open_records(by):
        raise CatalogueError("Only practitioners review the catalogue.")
    with transaction.atomic():
        held = Condition.objects.select_for_update().get(pk=condition.pk)
        if held.version != seen:
            raise StaleEntry("It was changed since this page was opened. Read it again, then mark it.")
        if not Condition.objects.usable().filter(pk=held.pk).exists():
            raise CatalogueError("It needs at least one treatment step and one red flag before patients may read it.")
        held.reviewed_by, held.reviewed_on, held.reviewed_version = by, today, held.version
        held.save(update_fields=["reviewed_by", "reviewed_on", "reviewed_version"])
        held.versions.filter(number=held.version).update(public_text=guide.publish(held))
        _trace_review(held, by, now)
    return held


def withdraw_review(*, condition: Condition, by: Any, now: datetime) -> None:
    """Take the guide off the internet until it is read again."""
    if not may_open_records(by):
        raise CatalogueError("Only practitioners review the catalogue.")
    with transaction.atomic():
        held = Condition.objects.select_for_update().get(pk=condition.pk)
        held.reviewed_by, held.reviewed_on, held.reviewed_version = None, None, None
        held.save(update_fields=["reviewed_by", "reviewed_on", "reviewed_version"])
        _trace_review(held, by, now)


def _trace_review(condition: Condition, by: Any, now: datetime) -> None:
    subject = f"catalogue {condition.code}: version {condition.version}"
    fields = ("reviewed_by", "reviewed_on", "reviewed_version")
    audit.record(actor=by.get_username(), action=Action.CHANGE, subject=subject, fields=fields, now=now)


def _set_retired(entry: CatalogueItem, at: datetime | None, *, what: str, by: Any, now: datetime) -> None:
    model = BY_MODEL[type(entry)].model
    with edition(entry.condition, what=what, about=entry, by=by, now=now, fields=("retired_at",)) as held:
        marks = {"retired_at": at, "edited_at": now, "changed_in": held.version}
        model._default_manager.filter(pk=entry.pk).update(**marks)


def _write(row: Any, values: Mapping[str, Any], held: Condition, now: datetime) -> None:
    for name, value in values.items():
        if name not in POINTERS:
            setattr(row, name, value)
    _mark(row, held.version, now)
    row.save()
    for name in POINTERS:
        if name in values:
            getattr(row, name).set(values[name])
    if isinstance(row, LoadRule) and row.is_default:
        others = LoadRule.objects.filter(condition=held, is_default=True).exclude(pk=row.pk)
        others.update(is_default=False, edited_at=now, changed_in=held.version)


def _mark(row: Any, version: int, now: datetime) -> None:
    """Changed by hand: loading files leaves it alone from now on."""
    row.edited_at, row.changed_in = now, version


def _held(entry: Any, name: str) -> Any:
    value = getattr(entry, name)
    return sorted(value.values_list("pk", flat=True)) if name in POINTERS else value


def _comparable(value: Any) -> Any:
    return sorted(one.pk for one in value) if hasattr(value, "__iter__") and not isinstance(value, str) else value


def _next_position(condition: Condition, kind: Kind) -> int:
    last = kind.model._default_manager.filter(condition=condition).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _refuse_stale(stands: int, seen: int) -> None:
    if stands != seen:
        raise StaleEntry("It was changed in another window since you opened it. Nothing was saved.")


def entries_of(condition: Condition) -> Iterator[tuple[Kind, list[Any]]]:
    """Every list with its entries, retired ones too."""
    for kind in KINDS:
        rows: Any = kind.model._default_manager.filter(condition=condition)
        yield kind, list(rows.prefetch_related("steps") if kind.has_steps else rows)
