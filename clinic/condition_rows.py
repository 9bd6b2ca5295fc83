"""A condition as its page shows it: every list with its entries in a line each, and what is still lacking."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from patients.catalogue import editing, readiness
from patients.catalogue.kinds import Kind
from patients.catalogue.readiness import Lack
from patients.choices import Evidence
from patients.models import Condition


@dataclass(frozen=True)
class Row:
    """One entry."""

    entry: Any
    title: str
    detail: str
    url: str
    is_unchecked: bool
    is_unread: bool
    is_edited: bool


@dataclass(frozen=True)
class Listed:
    """One list: what is in use, and what was retired."""

    kind: Kind
    rows: tuple[Row, ...]
    retired: tuple[Row, ...]

    @property
    def slug(self) -> str:
        return self.kind.name.replace("_", "-")


@dataclass(frozen=True)
class Shown:
    """The whole page."""

    lists: tuple[Listed, ...]
    lacks: tuple[Lack, ...]

    @property
    def is_usable(self) -> bool:
        return not any(lack.is_needed for lack in self.lacks)

    @property
    def unread(self) -> int:
        """Entries that are newer than the review."""
        return sum(row.is_unread for listed in self.lists for row in (*listed.rows, *listed.retired))

    @property
    def edited(self) -> int:
        return sum(row.is_edited for listed in self.lists for row in (*listed.rows, *listed.retired))


def shown(condition: Condition) -> Shown:
    """Everything of one condition, in a steady number of queries."""
    lists, in_use = [], {}
    for kind, entries in editing.entries_of(condition):
        rows = [_row(condition, kind, entry) for entry in entries]
        in_use[kind.name] = [entry for entry in entries if entry.retired_at is None]
        kept = tuple(row for row in rows if row.entry.retired_at is None)
        lists.append(Listed(kind, kept, tuple(row for row in rows if row.entry.retired_at is not None)))
    return Shown(tuple(lists), tuple(readiness.lacks(in_use)))


def entry_url(condition: Condition, kind: Kind, entry: Any) -> str:
    return reverse("admin:catalogue_entry", args=[condition.code, kind.name.replace("_", "-"), entry.pk])


def _row(condition: Condition, kind: Kind, entry: Any) -> Row:
    return Row(
        entry=entry,
        title=str(entry),
        detail="; ".join(part for part in DETAILS[kind.name](entry) if part),
        url=entry_url(condition, kind, entry),
        is_unchecked=entry.evidence == Evidence.MEMORY,
        is_unread=bool(condition.reviewed_version and entry.changed_in > condition.reviewed_version),
        is_edited=entry.edited_at is not None,
    )


def _question(one: Any) -> list[str]:
    asked = "only on the note" if one.asked_of == "therapist" else "asked before the first visit"
    return [one.get_kind_display(), one.unit, asked, "on the chart" if one.is_charted else ""]


def _steps(one: Any) -> str:
    numbers = [str(step.number) for step in one.steps.all() if step.retired_at is None]
    return f"step {', '.join(numbers)}" if numbers else "no step"


def _measure(one: Any) -> list[str]:
    lowest, highest = (f"{float(value):g}" for value in (one.minimum, one.maximum))
    return [f"{lowest} to {highest} {one.unit}".strip(), one.get_better_display(), one.versions]


def _test(one: Any) -> list[str]:
    care = ["only you" if one.is_therapist_only else "", "asks for consent" if one.needs_consent else ""]
    return [one.load_type, *care, "" if one.public_words else "not in the guide"]


def _rule(one: Any) -> list[str]:
    usual = "the usual one" if one.is_default else ""
    return [f"fine up to {one.fine_up_to}, acceptable up to {one.acceptable_up_to}", usual]


DETAILS: dict[str, Callable[[Any], list[str]]] = {
    "symptom_questions": _question,
    "tests": _test,
    "causes": lambda one: [one.get_role_display(), "" if one.public_words else "not in the guide"],
    "steps": lambda one: [one.goal],
    "techniques": lambda one: [_steps(one), one.avoid_region and f"keep away from {one.avoid_region}"],
    "exercises": lambda one: [_steps(one), one.dose],
    "red_flags": lambda one: [one.get_level_display()],
    "mimics": lambda one: [one.next_words],
    "instruments": _measure,
    "load_rules": _rule,
    "sources": lambda one: [one.kind, one.url],
}
