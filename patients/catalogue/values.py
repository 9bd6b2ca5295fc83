"""Reading one value: what a node must look like for each kind of field, or a Wrong that says why not."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models

from patients.catalogue import schema
from patients.catalogue.document import has_control_characters

WHOLE = re.compile(r"[-+]?\d+")
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Wrong(Exception):
    """A value that cannot be used, with the node it was read from."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.node, self.message = node, message


def text(node: yaml.Node) -> str:
    if not _is(node, "str"):
        raise Wrong(node, "must be text (in quotes if it looks like a number, yes, no or a date)")
    value = str(node.value).strip()
    if not value:
        raise Wrong(node, "must not be empty")
    if has_control_characters(value):
        raise Wrong(node, "has a control character (NUL, tab, …)")
    return value


def one_line(node: yaml.Node) -> str:
    value = text(node)
    if "\n" in value:
        raise Wrong(node, "must be one line")
    return value


def code(node: yaml.Node) -> str:
    value = text(node)
    if not CODE.fullmatch(value):
        raise Wrong(node, "must be a code: letters, digits, hyphens and underscores")
    return value


def link(node: yaml.Node) -> str:
    value = text(node)
    if not value.startswith(("https://", "http://")):
        raise Wrong(node, "must be a web address")
    return value


def whole(node: yaml.Node) -> int:
    if not _is(node, "int") or not WHOLE.fullmatch(node.value):
        raise Wrong(node, "must be a whole number")
    return int(node.value)


def number(node: yaml.Node) -> Decimal:
    if not (_is(node, "int") or _is(node, "float")) or not NUMBER.fullmatch(node.value):
        raise Wrong(node, "must be a number")
    return Decimal(node.value)


def share(node: yaml.Node) -> Decimal:
    value = number(node)
    if not 0 <= value <= 1:
        raise Wrong(node, "must be between 0 and 1")
    return value


def truth(node: yaml.Node) -> bool:
    if not _is(node, "bool") or node.value not in {"true", "false"}:
        raise Wrong(node, "must be true or false")
    return bool(node.value == "true")


def several(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise Wrong(node, "must be a list")
    return list(node.value)


def options(node: yaml.Node) -> str:
    """A mapping of codes to words, as the `code | words` lines of the model."""
    if not isinstance(node, yaml.MappingNode):
        raise Wrong(node, "must be a list of `code: words`")
    seen: set[str] = set()
    for key, words in node.value:
        if code(key) in seen:
            raise Wrong(key, f"“{key.value}” is there twice")
        if "|" in one_line(words):
            raise Wrong(words, "must not contain |")
        seen.add(key.value)
    return "\n".join(f"{key.value} | {words.value.strip()}" for key, words in node.value)


def lines(node: yaml.Node) -> str:
    return "\n".join(one_line(entry) for entry in several(node))


def words(node: yaml.Node) -> str:
    return " ".join(code(entry) for entry in several(node))


def fitting(field: models.Field, value: Any, node: yaml.Node) -> Any:
    """The value, when the model's field accepts it: length, choice, range, digits."""
    if field.choices and value not in dict(field.flatchoices):
        raise Wrong(node, f"must be one of {', '.join(str(choice) for choice, _ in field.flatchoices)}")
    if isinstance(field, models.CharField) and "\n" in value:
        raise Wrong(node, "must be one line")
    try:
        return field.clean(value, None)
    except ValidationError as error:
        message = " ".join(error.messages).rstrip(".")
        raise Wrong(node, message[:1].lower() + message[1:]) from error


def _is(node: yaml.Node, kind: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == f"tag:yaml.org,2002:{kind}"


READERS: dict[Any, Callable[[yaml.Node], Any]] = {
    str: text,
    int: whole,
    int | None: whole,
    bool: truth,
    Decimal: number,
    Decimal | None: number,
    schema.Code: code,
    schema.Lines: lines,
    schema.Words: words,
    schema.Options: options,
    schema.Link: link,
    schema.Share: share,
}
