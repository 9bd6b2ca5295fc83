"""From the bytes of a condition file to a tree of YAML nodes that still know their lines."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml

from patients.catalogue.problems import CatalogueProblems, Problem

MAXIMUM_DEPTH = 12
LARGEST_FILE = 1_000_000
HARMLESS = "\n\r"
FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # reads ten times as fast, tells less well what is wrong


def tree(raw: bytes, file: str) -> yaml.MappingNode:
    """The mapping at the top of the file, or CatalogueProblems when it cannot be read safely."""
    text = _decoded(raw, file)
    _refuse_control_characters(text, file)
    try:
        root = _composed(text, file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = error.problem or error.context or "cannot be read"
        raise _refusal(file, mark.line + 1 if mark else 0, f"not valid YAML: {words}") from error
    except yaml.YAMLError as error:
        raise _refusal(file, 0, f"not valid YAML: {error}") from error
    if not isinstance(root, yaml.MappingNode):
        raise _refusal(file, 1, "must be a list of `key: value` lines")
    return root


def _composed(text: str, file: str) -> yaml.Node | None:
    try:
        _refuse_tricks(text, file, FAST)
        return yaml.compose(text, Loader=FAST)
    except yaml.YAMLError:
        _refuse_tricks(text, file, yaml.SafeLoader)
        return yaml.compose(text, Loader=yaml.SafeLoader)


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def has_control_characters(text: str) -> bool:
    """Characters that no page can show and some databases refuse: NUL, other controls, halves of pairs."""
    return any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in HARMLESS for letter in text)


def _decoded(raw: bytes, file: str) -> str:
    if len(raw) > LARGEST_FILE:
        raise _refusal(file, 0, "is larger than a condition file can be")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _refusal(file, line, "is not UTF-8 text") from error


def _refuse_control_characters(text: str, file: str) -> None:
    wrong = [number for number, line in enumerate(text.split("\n"), start=1) if has_control_characters(line)]
    if wrong:
        raise CatalogueProblems([Problem(file, line, (), "has a control character (NUL, tab, …)") for line in wrong])


def _refuse_tricks(text: str, file: str, loader: Any) -> None:
    """Anchors, aliases, tags and deep nesting have no use here and can be abused."""
    problems, depth = [], 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        problems += [Problem(file, line, (), words) for words in _tricks(event)]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAXIMUM_DEPTH:
            raise _refusal(file, line, "is nested too deeply")
    if problems:
        raise CatalogueProblems(problems)


def _tricks(event: yaml.Event) -> Iterator[str]:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        yield "anchors and aliases (& and *) are not allowed; quote a text that begins so"
    if getattr(event, "tag", None):
        yield "tags (!) are not allowed; quote a text that begins so"


def _refusal(file: str, line: int, message: str) -> CatalogueProblems:
    return CatalogueProblems([Problem(file, line, (), message)])
