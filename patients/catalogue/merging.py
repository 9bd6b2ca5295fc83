"""Bringing a condition to what its file says, without touching what was changed in the admin."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from patients.catalogue import saying, schema
from patients.catalogue.kinds import BY_NAME, KINDS, LOADING, Kind
from patients.catalogue.reading import ConditionFile
from patients.models import Condition, Exercise, ProvocationTest, TestAccuracy

HEAD_APART = {"content_version"}  # says which file it is, not what the condition is


@dataclass
class Merge:
    """One file on its way into one condition."""

    condition: Condition
    file: ConditionFile
    now: datetime
    done: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    @property
    def step_codes(self) -> dict[int, str]:
        return {step.number: step.code for step in self.file.entry.steps}

    def run(self) -> dict[str, int]:
        """Every list, then what points from one entry to another; how many entries became what."""
        for name in LOADING:
            self._list(BY_NAME[name], getattr(self.file.entry, name))
        steps = saying.rows_of(self.condition, BY_NAME["steps"])
        for name in ("tests", "techniques", "exercises"):
            self._pointers(BY_NAME[name], getattr(self.file.entry, name), steps)
        self.done["changed"] -= self.done["added"] | self.done["returned"]
        return {what: len(self.done[what]) for what in ("added", "changed", "retired", "returned")}

    def _list(self, kind: Kind, entries: Any) -> None:
        """Bring one list up to date by code; what has vanished from the file is retired, what is back returns."""
        rows = {row.code: row for row in kind.model._default_manager.filter(condition=self.condition)}
        has_own_order = kind.name in self.condition.own_order.split()
        last = max((row.position for row in rows.values()), default=0)
        for position, entry in enumerate(entries, start=1):
            row = rows.pop(entry.code, None)
            if has_own_order:
                position = row.position if row else (last := last + 1)
            self._entry(kind, row, entry, position)
        for position, row in enumerate(rows.values(), start=len(entries) + 1):
            self._vanished(kind, row, row.position if has_own_order else position)

    def _entry(self, kind: Kind, row: Any, entry: Any, position: int) -> None:
        if row is not None and row.edited_at:
            kind.model._default_manager.filter(pk=row.pk).exclude(position=position).update(position=position)
            return
        wanted = {**saying.columns(entry), "position": position, "retired_at": None}
        if row is None:
            self._note("added", kind, entry.code)
            row = kind.model(condition=self.condition)
        elif row.retired_at is not None:
            self._note("returned", kind, entry.code)
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            self._note("changed", kind, entry.code)
        else:
            return
        for name, value in {**wanted, "changed_in": self.condition.version}.items():
            setattr(row, name, value)
        row.save()

    def _vanished(self, kind: Kind, row: Any, position: int) -> None:
        """Not in the file: retired, unless it was made or changed in the admin."""
        held = kind.model._default_manager.filter(pk=row.pk)
        if row.edited_at:
            held.exclude(position=position).update(position=position)
        elif row.retired_at is None:
            held.update(retired_at=self.now, changed_in=self.condition.version)
            self._note("retired", kind, row.code)

    def _pointers(self, kind: Kind, entries: Any, steps: dict[str, Any]) -> None:
        """Set what points from one entry to another, now that all of them have rows."""
        rows = saying.rows_of(self.condition, kind)
        for entry in entries:
            row = rows[entry.code]
            told, held = saying.of_entry(entry, self.step_codes), saying.of_row(kind, row)
            if row.edited_at or not saying.differences(told, held):
                continue
            self._note("changed", kind, entry.code)
            point(row, told, entry, rows=rows, steps=steps)
            kind.model._default_manager.filter(pk=row.pk).update(changed_in=self.condition.version)

    def _note(self, what: str, kind: Kind, code: str) -> None:
        self.done[what].add((kind.name, code))


def point(row: Any, told: saying.Values, entry: Any, *, rows: dict[str, Any], steps: dict[str, Any]) -> None:
    """Make a row point where its entry points."""
    if isinstance(row, ProvocationTest):
        row.accuracies.all().delete()
        TestAccuracy.objects.bulk_create(TestAccuracy(test=row, **saying.columns(one)) for one in entry.accuracies)
        return
    row.steps.set([steps[code] for code in told["steps"]])
    if isinstance(row, Exercise):
        row.easier, row.harder = rows.get(told["easier"]), rows.get(told["harder"])
        row.save(update_fields=["easier", "harder"])


def head_values(entry: schema.ConditionEntry) -> saying.Values:
    """What a file says of the condition as a whole."""
    return {name: value for name, value in saying.columns(entry).items() if name not in {*HEAD_APART, "code"}}


def kept(condition: Condition, file: ConditionFile) -> tuple[str, ...]:
    """What of a condition is not as its file says because it was changed in the admin, one line each."""
    return tuple(_kept(condition, file))


def _kept(condition: Condition, file: ConditionFile) -> Iterator[str]:
    if condition.retired_at:
        yield f"kept retired: the condition was retired in the admin on {_day(condition.retired_at)}; the file is there"
    if condition.edited_at:
        held = {name: getattr(condition, name) for name in head_values(file.entry)}
        if told := saying.differences(head_values(file.entry), held):
            words = f"was changed in the admin on {_day(condition.edited_at)}; the file says: {saying.in_words(told)}"
            yield f"kept: about the condition {words}"
    codes = {step.number: step.code for step in file.entry.steps}
    for kind in KINDS:
        yield from _kept_of(condition, kind, getattr(file.entry, kind.name), codes)


def _kept_of(condition: Condition, kind: Kind, entries: Any, codes: dict[int, str]) -> Iterator[str]:
    rows, listed = saying.rows_of(condition, kind), {entry.code: entry for entry in entries}
    if kind.name in condition.own_order.split():
        in_file = [code for code in listed if code in rows]
        if in_file != sorted(in_file, key=lambda code: rows[code].position):
            yield f"kept: the order of {kind.name} was changed in the admin; the file has another"
    for code, row in rows.items():
        if row.edited_at and (words := _kept_words(kind, row, listed.get(code), codes)):
            yield words


def _kept_words(kind: Kind, row: Any, entry: Any, codes: dict[int, str]) -> str:
    place, day = f"{kind.name} › {row.code}", _day(row.edited_at)
    if entry is None:
        return "" if row.retired_at else f"kept: {place} was changed in the admin on {day}; the file does not have it"
    if row.retired_at:
        return f"kept retired: {place} was retired in the admin on {day}; the file still has it"
    told = saying.differences(saying.of_entry(entry, codes), saying.of_row(kind, row))
    return f"kept: {place} was changed in the admin on {day}; the file says: {saying.in_words(told)}" if told else ""


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %b %Y}"
