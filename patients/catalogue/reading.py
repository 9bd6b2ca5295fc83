"""Reading a condition file: every problem in it is found before any is told."""

import hashlib
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import yaml
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from patients.catalogue import rules, schema, values
from patients.catalogue.document import line_of, tree
from patients.catalogue.problems import CatalogueProblems, Problem

LISTED_SOURCES, LISTED_STEPS, LISTED_EXERCISES = "sources", "steps", "exercises"


@dataclass(frozen=True)
class ConditionFile:
    """A file that has been read and found right."""

    name: str
    text: str
    sha256: str
    entry: schema.ConditionEntry


class _Reference(NamedTuple):
    """A mention of something listed elsewhere in the file."""

    listed: str
    code: str
    line: int
    path: tuple[str, ...]


def read(path: Path) -> ConditionFile:
    """The condition in one file, or CatalogueProblems with all that is wrong with it."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CatalogueProblems([Problem(path.name, 0, (), f"cannot be read: {error.strerror}")]) from error
    return understood(raw, path.name)


def understood(raw: bytes, name: str) -> ConditionFile:
    """The condition in the bytes of a file, or CatalogueProblems with all that is wrong with it."""
    entry = _Reader(name).condition(tree(raw, name))
    return ConditionFile(name, raw.decode("utf-8-sig"), hashlib.sha256(raw).hexdigest(), entry)


def _kinds(entry: type[schema.Entry]) -> dict[str, Any]:
    return get_type_hints(entry, include_extras=True)


class _Reader:
    """Walks one file and keeps what it finds wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.listed: dict[str, set[str]] = {LISTED_SOURCES: set(), LISTED_STEPS: set(), LISTED_EXERCISES: set()}
        self.references: list[_Reference] = []

    def condition(self, root: yaml.MappingNode) -> schema.ConditionEntry:
        entry = self._entry(schema.ConditionEntry, root, ())
        for listed, code, line, path in self.references:
            if code not in self.listed[listed]:
                self.problems.append(Problem(self.file, line, path, f"“{code}” is not among the {listed}"))
        if self.problems or not isinstance(entry, schema.ConditionEntry):
            raise CatalogueProblems(sorted(set(self.problems), key=lambda problem: problem.line))
        return entry

    def _entry(self, kind: type[schema.Entry], node: yaml.Node, path: tuple[str, ...]) -> schema.Entry | None:
        """The entry, or None when any part of it is wrong."""
        if not isinstance(node, yaml.MappingNode):
            self._note(node, path, "must be a list of `key: value` lines")
            return None
        before = len(self.problems)
        found = dict(self._pairs(kind, node, path))
        read = {}
        for field in fields(kind):
            value = self._value(kind, field, found.get(field.name), node, path)
            if value is not MISSING:
                read[field.name] = value
        for name, message in rules.breaches(kind, read):
            self._note(found.get(name, node), (*path, name), message)
        return kind(**read) if len(self.problems) == before else None

    def _pairs(
        self, kind: type[schema.Entry], node: yaml.MappingNode, path: tuple[str, ...]
    ) -> Iterator[tuple[str, yaml.Node]]:
        known, seen = _kinds(kind), set()
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in seen:
                self._note(key, (*path, name), "is there twice")
            elif name not in known or name == "model":
                self._note(key, (*path, name), "is not a known key")
            else:
                yield name, value
            seen.add(name)

    def _value(
        self, kind: type[schema.Entry], field: Field, node: yaml.Node | None, parent: yaml.Node, path: tuple[str, ...]
    ) -> Any:
        here = (*path, field.name)
        if node is None or node.tag == "tag:yaml.org,2002:null":
            if field.default is MISSING:
                self._note(node or parent, here, "is missing" if node is None else "must not be empty")
            return field.default
        annotation = _kinds(kind)[field.name]
        try:
            if inner := _inner(annotation):
                return self._list(inner, node, path if inner is schema.AccuracyEntry else here)
            value = self._read(annotation, node, here)
            return self._fitting(kind, field.name, value, node)
        except values.Wrong as wrong:
            self._note(wrong.node, here, wrong.message)
            return MISSING

    def _list(self, kind: type[schema.Entry], node: yaml.Node, path: tuple[str, ...]) -> Any:
        """The entries, or MISSING when any of them is wrong."""
        seen: set[str] = set()
        entries = []
        for position, one in enumerate(values.several(node), start=1):
            code = _code_of(one)
            name = () if kind is schema.AccuracyEntry else (code or f"entry {position}",)
            if code and code in seen:
                self._note(one, (*path, code), "this code is there twice")
            seen.add(code)
            entries.append(self._entry(kind, one, (*path, *name)))
            self._list_for_references(kind, one, (*path, *name))
        return MISSING if None in entries else tuple(entries)

    def _list_for_references(self, kind: type[schema.Entry], node: yaml.Node, path: tuple[str, ...]) -> None:
        """Note what others may point at, even when the rest of the entry is wrong."""
        if kind is schema.SourceEntry:
            self.listed[LISTED_SOURCES].add(_code_of(node))
        if kind is schema.ExerciseEntry:
            self.listed[LISTED_EXERCISES].add(_code_of(node))
        if kind is schema.StepEntry:
            number = _code_of(node, "number")
            if number in self.listed[LISTED_STEPS]:
                self._note(node, (*path, "number"), "this number is there twice")
            self.listed[LISTED_STEPS].add(number)

    def _read(self, annotation: Any, node: yaml.Node, path: tuple[str, ...]) -> Any:
        if annotation == schema.SourceCodes:
            return " ".join(self._mention(LISTED_SOURCES, values.code(one), one, path) for one in _filled(node))
        if annotation == schema.SourceCode:
            return self._mention(LISTED_SOURCES, values.code(node), node, path)
        if annotation == schema.ExerciseCode:
            return self._mention(LISTED_EXERCISES, values.code(node), node, path)
        if annotation == schema.StepNumbers:
            return tuple(int(self._mention(LISTED_STEPS, str(values.whole(one)), one, path)) for one in _filled(node))
        return values.READERS[annotation](node)

    def _mention(self, listed: str, code: str, node: yaml.Node, path: tuple[str, ...]) -> str:
        self.references.append(_Reference(listed, code, line_of(node), path))
        return code

    def _fitting(self, kind: type[schema.Entry], name: str, value: Any, node: yaml.Node) -> Any:
        try:
            field = kind.model._meta.get_field(name)
        except FieldDoesNotExist:
            return value
        if not isinstance(field, models.Field) or field.is_relation:
            return value
        return values.fitting(field, value, node)

    def _note(self, node: yaml.Node, path: tuple[str, ...], message: str) -> None:
        self.problems.append(Problem(self.file, line_of(node), path, message))


def _inner(annotation: Any) -> type[schema.Entry] | None:
    """The kind of entry a field lists, if it lists entries."""
    first = next(iter(get_args(annotation)), None)
    return first if isinstance(first, type) and issubclass(first, schema.Entry) else None


def _filled(node: yaml.Node) -> list[yaml.Node]:
    entries = values.several(node)
    if not entries:
        raise values.Wrong(node, "must not be empty")
    return entries


def _code_of(node: yaml.Node, key: str = "code") -> str:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((str(value.value) for name, value in pairs if name.value == key), "")
