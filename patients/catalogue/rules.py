"""Rules between the values of one entry; each breach is the field it concerns and what to put right."""

from collections.abc import Callable, Iterator
from typing import Any

from patients.catalogue import schema
from patients.choices import Evidence
from patients.models import SymptomQuestion

Values = dict[str, Any]
Breach = tuple[str, str]

LOW_AND_HIGH = [
    ("minimum", "maximum"),
    ("sensitivity_low", "sensitivity_high"),
    ("specificity_low", "specificity_high"),
    ("fine_up_to", "acceptable_up_to"),
]
UNREADABLE = object()  # stands for a value whose own mistake is told already
FIGURES = ["sensitivity", "specificity", "lr_positive", "lr_negative"]


def breaches(kind: type[schema.Entry], values: Values) -> Iterator[Breach]:
    """What is wrong with an entry as far as it could be read."""
    for low, high in LOW_AND_HIGH:
        if _both(values, low, high) and values[low] > values[high]:
            yield low, f"must not be more than {high} ({values[high]})"
    if kind in RULES:
        yield from RULES[kind](values)


def _condition(values: Values) -> Iterator[Breach]:
    if values.get("schema_version") not in {None, schema.SCHEMA_VERSION}:
        yield "schema_version", f"must be {schema.SCHEMA_VERSION}"
    defaults = [rule for rule in values.get("load_rules", ()) if rule.is_default]
    if len(defaults) > 1:
        yield "load_rules", "only one may be the default"
    if "red_flags" in values and not values["red_flags"]:
        yield "red_flags", "must have at least one entry"


def _symptom(values: Values) -> Iterator[Breach]:
    kinds = SymptomQuestion.Kind
    kind, options = values.get("kind"), values.get("options", UNREADABLE)
    if kind in {kinds.CHOICE, kinds.MULTICHOICE} and not options:
        yield "options", f"a question of the kind {kind} needs options"
    if kind in set(kinds) - {kinds.CHOICE, kinds.MULTICHOICE} and options:
        yield "options", f"a question of the kind {kind} has no options"
    if kind == kinds.PAIN and (values.get("minimum"), values.get("maximum")) != (0, 10):
        yield "minimum", "pain is asked from 0 to 10"
    if kind == kinds.NUMBER and not _both(values, "minimum", "maximum"):
        yield "minimum", "a number needs a minimum and a maximum"


def _accuracy(values: Values) -> Iterator[Breach]:
    if values.get("evidence") in {Evidence.SEED, Evidence.MEMORY}:
        yield "evidence", "a figure must be verified or secondary"
    if all(values.get(figure, UNREADABLE) is None for figure in FIGURES):
        yield "measure", "has no figure at all"
    for figure in ("sensitivity", "specificity"):
        value, low, high = (values.get(f"{figure}{end}") for end in ("", "_low", "_high"))
        if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            yield figure, "must lie between its low and its high value"


def _load_rule(values: Values) -> Iterator[Breach]:
    for field in ("fine_up_to", "acceptable_up_to"):
        if values.get(field) is not None and values[field] > 10:
            yield field, "must be between 0 and 10"


def _exercise(values: Values) -> Iterator[Breach]:
    for field in ("easier", "harder"):
        if values.get(field) and values[field] == values.get("code"):
            yield field, "is the exercise itself"


def _both(values: Values, low: str, high: str) -> bool:
    return values.get(low) is not None and values.get(high) is not None


RULES: dict[type[schema.Entry], Callable[[Values], Iterator[Breach]]] = {
    schema.ConditionEntry: _condition,
    schema.SymptomEntry: _symptom,
    schema.AccuracyEntry: _accuracy,
    schema.LoadRuleEntry: _load_rule,
    schema.ExerciseEntry: _exercise,
}
