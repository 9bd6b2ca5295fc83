"""A condition written out as a condition file: what loading it elsewhere would need, and what a version keeps."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from decimal import Decimal
from typing import Any, get_type_hints

import yaml
from django.db import models

from patients.catalogue import saying, schema
from patients.catalogue.kinds import KINDS, Kind
from patients.models import Condition, ProvocationTest
from patients.models.catalogue import CatalogueItem, lines

WIDTH = 120
Columns = tuple[tuple[str, Any, Any], ...]


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes each text where it stands: no anchors, which a condition file may not have."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, value: str) -> yaml.ScalarNode:
    """Several lines as a block, which is how people write them."""
    style = "|" if "\n" in value else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)
    return node


_Dumper.add_representer(Decimal, lambda dumper, value: dumper.represent_float(float(value)))
_Dumper.add_representer(str, _text)


def text_of(condition: Condition) -> str:
    """The whole condition as it stands, without what is retired, in the form of its file."""
    return yaml.dump(_condition(condition), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


def _condition(condition: Condition) -> dict[str, Any]:
    head = _written(_columns(schema.ConditionEntry), condition)
    given = {
        "schema_version": schema.SCHEMA_VERSION,
        **head,
        "content_version": condition.content_version or str(condition.version),
    }
    for kind in KINDS:
        given[kind.name] = _entries(condition, kind)
    ordered = (field.name for field in fields(schema.ConditionEntry))
    return {name: given[name] for name in ordered if name in given}


def _entries(condition: Condition, kind: Kind) -> list[dict[str, Any]]:
    columns, figures = _columns(kind.entry), _columns(schema.AccuracyEntry)
    rows = [row for row in saying.rows_of(condition, kind).values() if row.retired_at is None]
    return [{**_written(columns, row), **_pointers(kind, row, figures)} for row in rows]


def _pointers(kind: Kind, row: Any, figures: Columns) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if kind.has_steps:
        said["steps"] = sorted(step.number for step in row.steps.all() if step.retired_at is None)
    for name in ("easier", "harder"):
        other: CatalogueItem | None = getattr(row, name, None)
        if other is not None and other.retired_at is None:
            said[name] = other.code
    if kind.model is ProvocationTest and row.accuracies.all():
        said["accuracies"] = [_written(figures, figure) for figure in row.accuracies.all()]
    return said


def _written(columns: Columns, row: models.Model) -> dict[str, Any]:
    """What a row says by the keys of the file; what says no more than the default is left out."""
    said = {}
    for name, annotation, default in columns:
        value = getattr(row, name)
        if value != default or default is MISSING:
            said[name] = _plain(annotation, value)
    return said


def _columns(entry: type[schema.Entry]) -> Columns:
    """Keys of an entry that are columns of its own row, with their annotations and defaults."""
    kinds = get_type_hints(entry, include_extras=True)
    own = {field.name for field in entry.model._meta.concrete_fields if not field.is_relation}
    return tuple((field.name, kinds[field.name], field.default) for field in fields(entry) if field.name in own)


def _plain(annotation: Any, value: Any) -> Any:
    if annotation == schema.Lines:
        return lines(value)
    if annotation in {schema.Words, schema.SourceCodes}:
        return value.split()
    if annotation == schema.Options:
        return dict(_options(value))
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return _number(value) if isinstance(value, Decimal) else value


def _options(text: str) -> Iterator[tuple[str, str]]:
    for line in lines(text):
        code, _, words = line.partition("|")
        yield code.strip(), words.strip() or code.strip()


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
