"""What an entry says, as plain values: told by its file, or by its row, so that the two can be compared."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from patients.catalogue import schema
from patients.catalogue.kinds import Kind
from patients.models import Condition, Exercise, ProvocationTest
from patients.models.catalogue import CatalogueItem

Values = dict[str, Any]
LONGEST = 80


def columns(entry: schema.Entry) -> Values:
    """What an entry says in columns of its own row; lists and pointers to other rows are set apart."""
    own = {field.name for field in entry.model._meta.concrete_fields if not field.is_relation}
    return {field.name: getattr(entry, field.name) for field in fields(entry) if field.name in own}


def of_entry(entry: Any, step_codes: Mapping[int, str]) -> Values:
    """All that an entry of a file says; steps by their codes."""
    said = columns(entry)
    if isinstance(entry, schema.TechniqueEntry | schema.ExerciseEntry):
        said["steps"] = tuple(sorted(step_codes[number] for number in entry.steps))
    if isinstance(entry, schema.ExerciseEntry):
        said |= {"easier": entry.easier or "", "harder": entry.harder or ""}
    if isinstance(entry, schema.TestEntry):
        said["accuracies"] = sorted(_figure(columns(figure)) for figure in entry.accuracies)
    return said


def of_row(kind: Kind, row: Any) -> Values:
    """The same of a row that came with what it points at."""
    names = [field.name for field in fields(kind.entry) if field.name in _own(kind)]
    said = {name: getattr(row, name) for name in names}
    if kind.has_steps:
        said["steps"] = tuple(sorted(step.code for step in row.steps.all()))
    if kind.model is Exercise:
        said |= {name: getattr(row, name).code if getattr(row, name) else "" for name in ("easier", "harder")}
    if kind.model is ProvocationTest:
        figures = fields(schema.AccuracyEntry)
        said["accuracies"] = sorted(
            _figure({field.name: getattr(one, field.name) for field in figures}) for one in row.accuracies.all()
        )
    return said


def rows_of(condition: Condition, kind: Kind) -> dict[str, Any]:
    """The rows of one list by code, retired ones too, with what they point at."""
    rows: Any = kind.model._default_manager.filter(condition=condition)
    if kind.has_steps:
        rows = rows.prefetch_related("steps")
    if kind.model is Exercise:
        rows = rows.select_related("easier", "harder")
    if kind.model is ProvocationTest:
        rows = rows.prefetch_related("accuracies")
    return {row.code: row for row in rows}


def differences(told: Values, held: Values) -> Values:
    """What the first says otherwise than the second."""
    return {name: value for name, value in told.items() if held.get(name) != value}


def in_words(told: Values) -> str:
    """For a report: each value after the name of its field, long ones cut."""
    return ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in told.items())


def title(kind: Kind, row: CatalogueItem) -> str:
    return str(getattr(row, kind.title_field))


def _own(kind: Kind) -> set[str]:
    return {field.name for field in kind.model._meta.concrete_fields if not field.is_relation}


def _figure(values: Values) -> tuple[str, ...]:
    """A published figure as text, so that 0.8 and 0.800 are the same."""
    return tuple("" if value is None else _plain(value) for value in values.values())


def _plain(value: Any) -> str:
    return f"{value:.3f}" if hasattr(value, "quantize") else str(value)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "of its own"
    words = " ".join(value) if isinstance(value, tuple) else str(value)
    words = " / ".join(words.splitlines())
    return f"“{words[:LONGEST]}…”" if len(words) > LONGEST else f"“{words}”"
