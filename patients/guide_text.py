"""What the public guide shows, as plain values; and the text in which a reviewed one is kept word for word."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.db.models import F

from patients.models import CatalogueVersion, Condition, SymptomQuestion

QUESTION_WORDS = ("group", "kind", "ask", "unit", "minimum", "maximum", "options")


class Flags(NamedTuple):
    """Signs of one haste, and what to do about them."""

    when: str
    do: str
    items: tuple[str, ...]


class Entry(NamedTuple):
    """A name and the words that explain it: a test, a cause, something that feels the same."""

    name: str
    words: str


class Step(NamedTuple):
    """One step of treatment."""

    number: int
    title: str
    goal: str
    lines: tuple[str, ...]


class CitedSource(NamedTuple):
    """Where something shown was read."""

    label: str
    url: str


class Opening(NamedTuple):
    """What a list of guides says of one."""

    title: str
    summary: str
    needs_review: bool


class Feels(NamedTuple):
    """What it feels like."""

    worse: tuple[str, ...]
    easier: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """All that the page shows; accuracy figures are for the therapist and are not here."""

    title: str
    other_names: tuple[str, ...]
    summary: str
    needs_review: bool
    version_words: str
    flags: tuple[Flags, ...]
    feels: Feels
    tests: tuple[Entry, ...]
    causes: tuple[Entry, ...]
    maintaining: tuple[Entry, ...]
    mimics: tuple[Entry, ...]
    steps: tuple[Step, ...]
    now: tuple[str, ...]
    avoid: tuple[str, ...]
    load_rule: str
    sources: tuple[CitedSource, ...]


@dataclass(frozen=True)
class Kept:
    """What patients read of a version that was reviewed: the guide, and the questions before a visit by their code."""

    guide: Guide
    questions: dict[str, dict[str, Any]]

    def asked_of(self, condition: Condition) -> list[SymptomQuestion]:
        """The questions in the words that were reviewed, whatever has become of their rows since."""
        rows = {row.code: row for row in SymptomQuestion.objects.filter(condition=condition, code__in=self.questions)}
        for code, row in rows.items():
            for name, value in self.questions[code].items():
                setattr(row, name, value)
        return [rows[code] for code in self.questions if code in rows]


def written(guide: Guide, questions: Iterable[SymptomQuestion]) -> str:
    """Both as text."""
    asked = {row.code: {name: getattr(row, name) for name in QUESTION_WORDS} for row in questions}
    return json.dumps({"guide": asdict(guide), "questions": asked}, ensure_ascii=False)


def kept(condition: Condition) -> Kept | None:
    """What patients read of the version that was reviewed last."""
    return kept_of([condition]).get(condition.pk)


def kept_of(conditions: Iterable[Condition]) -> dict[int, Kept]:
    """The same for several at once, by key."""
    reviewed = {one.pk: one.reviewed_version for one in conditions if one.reviewed_version}
    rows = CatalogueVersion.objects.filter(condition__in=reviewed, number=F("condition__reviewed_version"))
    texts = rows.exclude(public_text="").values_list("condition_id", "public_text") if reviewed else ()
    return {key: _read(text) for key, text in texts}


def _read(text: str) -> Kept:
    content = json.loads(text)
    said = content["guide"]
    parts: dict[str, type] = {"flags": Flags, "steps": Step, "sources": CitedSource}
    parts |= dict.fromkeys(("tests", "causes", "maintaining", "mimics"), Entry)
    shaped = {name: tuple(kind(*_frozen(one)) for one in said[name]) for name, kind in parts.items()}
    shaped["feels"] = Feels(*_frozen(said["feels"]))
    return Kept(Guide(**{name: _frozen(value) for name, value in said.items()} | shaped), content["questions"])


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
