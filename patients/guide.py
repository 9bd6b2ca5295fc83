"""The public guide to a condition: what the catalogue says that may be shown to everyone, in the order it is read.

Patients read the text that was reviewed last: what has been changed since is kept from them until it is read again. Red
flags alone are never held back.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar, cast

from django.utils.formats import date_format

from patients import guide_text
from patients.choices import CauseRole, Evidence
from patients.guide_text import CitedSource, Entry, Feels, Flags, Guide, Opening, Step
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
Shown = Callable[[type[CatalogueItem]], Any]


def for_patients(condition: Condition) -> Guide | None:
    """The guide as it was reviewed last, with the red flags of today; None when it never was."""
    if condition.is_reviewed:
        return for_condition(condition)
    kept = guide_text.kept(condition)
    return replace(kept.guide, flags=flags(condition)) if kept else None


def openings(*, with_waiting: bool) -> list[tuple[Condition, Opening]]:
    """Conditions that may be listed, with title and summary as they were reviewed last; two queries for all of them."""
    found = list(Condition.objects.in_use())
    kept = guide_text.kept_of(one for one in found if not one.is_reviewed)
    listed = []
    for one in found:
        said = kept[one.pk].guide if one.pk in kept else one
        if one.is_reviewed or one.pk in kept or with_waiting:
            listed.append((one, Opening(said.title, said.summary, not one.is_reviewed and one.pk not in kept)))
    return listed


def is_public(condition: Condition) -> bool:
    """Some version of it was reviewed, so that there is something patients may read."""
    return condition.is_reviewed or guide_text.kept(condition) is not None


def for_reviewer(condition: Condition) -> Guide:
    """The guide as patients will read it once it is reviewed: with what was never checked, so that it can be."""
    return _guide(condition, lambda model: model._default_manager.in_use())


def for_condition(condition: Condition) -> Guide:
    """The guide as the catalogue stands; what was never checked waits until a practitioner has reviewed the text."""
    return _guide(condition, lambda model: model._default_manager.for_patients())


def publish(condition: Condition) -> str:
    """What patients may read of a condition that was just reviewed, as text to be kept."""
    return guide_text.written(for_reviewer(condition), _asked(condition))


def _guide(condition: Condition, shown: Shown) -> Guide:
    flags = _flags(condition)
    tests = [test for test in _all(shown, ProvocationTest, condition) if test.public_words]
    causes = [cause for cause in _all(shown, Cause, condition) if cause.public_words]
    mimics = _all(shown, Mimic, condition)
    steps = _all(shown, TreatmentStep, condition)
    rules = [rule for rule in _all(shown, LoadRule, condition) if rule.is_default]
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
    """What patients are asked before their visit, in the words that were reviewed last where they ever were."""
    kept = None if condition.is_reviewed else guide_text.kept(condition)
    if kept:
        return kept.asked_of(condition)
    return _asked(condition)


def flags(condition: Condition) -> tuple[Flags, ...]:
    """The signs of the condition that should not wait, to be read only."""
    return _grouped(_flags(condition))


def _flags(condition: Condition) -> list[RedFlag]:
    """Never held back, reviewed or not."""
    return list(RedFlag.objects.in_use().filter(condition=condition))


def _asked(condition: Condition) -> list[SymptomQuestion]:
    theirs = (SymptomQuestion.AskedOf.PATIENT, SymptomQuestion.AskedOf.EITHER)
    shown = SymptomQuestion.objects.for_patients().filter(condition=condition)
    return [question for question in shown if question.asked_of in theirs]


def _all(shown: Shown, model: type[Item], condition: Condition) -> list[Item]:
    return cast("list[Item]", list(shown(model).filter(condition=condition)))


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
