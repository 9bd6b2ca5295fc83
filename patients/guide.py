"""The public guide to a condition: what the catalogue says that may be shown to everyone, in the order it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, cast

from django.utils.formats import date_format

from patients.choices import CauseRole, Evidence
from patients.models import (
    Cause,
    Condition,
    LoadRule,
    Mimic,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    TreatmentStep,
)
from patients.models.catalogue import CatalogueItem, lines

Level = RedFlag.Level
FLAG_GROUPS = [
    ("Now", "Go to A&E or phone 999.", {Level.EMERGENCY, Level.NOW_111}),
    ("Today", "Your GP, or NHS 24 on 111 when the practice is closed.", {Level.SAME_DAY}),
    ("This week", "An urgent GP appointment.", {Level.GP_URGENT, Level.GP_ROUTINE}),
]
Item = TypeVar("Item", bound=CatalogueItem)


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


def for_condition(condition: Condition) -> Guide:
    """The guide as the catalogue stands; what was never checked waits until a practitioner has reviewed the text."""
    flags = _flags(condition)
    tests = [test for test in _shown(ProvocationTest, condition) if test.public_words]
    causes = [cause for cause in _shown(Cause, condition) if cause.public_words]
    mimics = _shown(Mimic, condition)
    steps = _shown(TreatmentStep, condition)
    rules = [rule for rule in _shown(LoadRule, condition) if rule.is_default]
    return Guide(
        title=condition.title,
        other_names=tuple(lines(condition.other_names)),
        summary=condition.summary,
        needs_review=not condition.is_reviewed,
        version_words=_version_words(condition),
        flags=_grouped(flags),
        feels=Feels(
            *(tuple(lines(said)) for said in (condition.worse_with, condition.easier_with, condition.feels_like))
        ),
        tests=tuple(Entry(test.name, test.public_words) for test in tests),
        causes=tuple(Entry(cause.label, cause.public_words) for cause in causes if cause.role == CauseRole.ONSET),
        maintaining=tuple(Entry(cause.label, cause.public_words) for cause in causes if cause.role != CauseRole.ONSET),
        mimics=tuple(Entry(mimic.label, mimic.clue) for mimic in mimics),
        steps=tuple(
            Step(step.number, step.public_title or step.title, step.goal, tuple(lines(step.public_words)))
            for step in steps
        ),
        now=tuple(lines(condition.do_now)),
        avoid=tuple(lines(steps[0].avoid)) if steps else (),
        load_rule=rules[0].text if rules else "",
        sources=_cited(condition, [*flags, *tests, *causes, *mimics, *steps, *rules[:1]]),
    )


def questions(condition: Condition) -> list[SymptomQuestion]:
    """What patients are asked before their visit; as in the guide, what was never checked waits for its review."""
    theirs = (SymptomQuestion.AskedOf.PATIENT, SymptomQuestion.AskedOf.EITHER)
    return [question for question in _shown(SymptomQuestion, condition) if question.asked_of in theirs]


def flags(condition: Condition) -> tuple[Flags, ...]:
    """The signs of the condition that should not wait, to be read only."""
    return _grouped(_flags(condition))


def _flags(condition: Condition) -> list[RedFlag]:
    """Never held back, reviewed or not."""
    return list(RedFlag.objects.in_use().filter(condition=condition))


def _shown(model: type[Item], condition: Condition) -> list[Item]:
    entries = model._default_manager.filter(condition=condition, retired_at=None)
    shown = entries if condition.is_reviewed else entries.exclude(evidence=Evidence.MEMORY)
    return cast("list[Item]", list(shown))


def _grouped(flags: list[RedFlag]) -> tuple[Flags, ...]:
    groups = (
        Flags(when, do, tuple(line for flag in flags if flag.level in levels for line in lines(flag.public_words)))
        for when, do, levels in FLAG_GROUPS
    )
    return tuple(group for group in groups if group.items)


def _cited(condition: Condition, shown: Iterable[CatalogueItem]) -> tuple[CitedSource, ...]:
    """Sources of what is shown; general knowledge is no source."""
    codes = {code for entry in shown if entry.evidence != Evidence.MEMORY for code in entry.source_codes}
    read = Source.objects.in_use().filter(condition=condition, code__in=codes).exclude(evidence=Evidence.MEMORY)
    return tuple(CitedSource(source.label, source.url) for source in read)


def _version_words(condition: Condition) -> str:
    text = f"Text version {condition.content_version or condition.version}."
    if not condition.is_reviewed:
        return f"{text} Waiting for the therapist’s review."
    on = f" on {date_format(condition.reviewed_on, 'j F Y')}" if condition.reviewed_on else ""
    by = f" by {condition.reviewed_by.get_full_name()}" if condition.reviewed_by else ""
    return f"{text} Reviewed{by}{on}."
