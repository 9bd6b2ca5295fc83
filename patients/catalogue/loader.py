"""Loading condition files into the catalogue: all of them or none, and nothing is ever deleted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction

from patients.catalogue import schema
from patients.catalogue.problems import CatalogueProblems, Problem
from patients.catalogue.reading import ConditionFile, read
from patients.models import (
    CatalogueVersion,
    Cause,
    Condition,
    Exercise,
    Instrument,
    LoadRule,
    Mimic,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    Technique,
    TestAccuracy,
    TreatmentStep,
)
from patients.models.catalogue import CatalogueItem

FOLDER = Path(__file__).resolve().parent
LISTS: dict[str, type[CatalogueItem]] = {
    "sources": Source,
    "symptom_questions": SymptomQuestion,
    "tests": ProvocationTest,
    "causes": Cause,
    "mimics": Mimic,
    "red_flags": RedFlag,
    "steps": TreatmentStep,
    "techniques": Technique,
    "exercises": Exercise,
    "load_rules": LoadRule,
    "instruments": Instrument,
}


class Outcome(StrEnum):
    """What loading a file did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Report:
    """What became of one file."""

    file: str
    code: str
    version: int
    outcome: Outcome
    added: int = 0
    changed: int = 0
    retired: int = 0
    returned: int = 0


def check(paths: Iterable[Path] = ()) -> list[ConditionFile]:
    """The files, read and found right; CatalogueProblems with everything wrong in all of them."""
    found, problems = [], []
    for path in _files(list(paths) or [FOLDER]):
        try:
            found.append(read(path))
        except CatalogueProblems as error:
            problems += error.problems
    if problems := problems + _shared_codes(found):
        raise CatalogueProblems(problems)
    return found


def load(paths: Iterable[Path] = (), *, now: datetime) -> list[Report]:
    """Bring the catalogue to what the files say; an unchanged file writes nothing."""
    files = check(paths)
    with transaction.atomic():
        return [_load(file, now) for file in files]


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not inside:
            raise CatalogueProblems([Problem(str(path), 0, (), "there are no .yaml files here")])
        found += [file for file in inside if file not in found]
    return found


def _shared_codes(files: list[ConditionFile]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for file in files:
        other = first.setdefault(file.entry.code, file.name)
        if other is not file.name:
            problems.append(Problem(file.name, 0, ("code",), f"“{file.entry.code}” is also the code in {other}"))
    return problems


def _load(file: ConditionFile, now: datetime) -> Report:
    condition = Condition.objects.select_for_update().filter(code=file.entry.code).first()
    if condition and condition.sha256 == file.sha256:
        return Report(file.name, condition.code, condition.version, Outcome.UNCHANGED)
    outcome = Outcome.CHANGED if condition else Outcome.NEW
    condition = _save_condition(condition, file)
    CatalogueVersion.objects.create(
        condition=condition,
        number=condition.version,
        content_version=condition.content_version,
        sha256=file.sha256,
        text=file.text,
        loaded_at=now,
    )
    counts: Counter[str] = Counter()
    for name, model in LISTS.items():
        _load_list(condition, model, getattr(file.entry, name), now, counts)
    _connect(condition, file.entry)
    numbers = {name: counts[name] for name in ("added", "changed", "retired", "returned")}
    return Report(file.name, condition.code, condition.version, outcome, **numbers)


def _save_condition(condition: Condition | None, file: ConditionFile) -> Condition:
    """A new version; the mark that a practitioner has reviewed an older one stays as it is."""
    version = condition.version + 1 if condition else 1
    condition = condition or Condition()
    for name, value in {**_values(file.entry), "version": version, "sha256": file.sha256}.items():
        setattr(condition, name, value)
    condition.save()
    return condition


def _load_list(
    condition: Condition,
    model: type[CatalogueItem],
    entries: Sequence[schema.Item | schema.SourceEntry],
    now: datetime,
    counts: Counter[str],
) -> None:
    """Bring one list up to date by code; what has vanished from the file is retired, what is back returns."""
    rows = {row.code: row for row in model._default_manager.filter(condition=condition)}
    for position, entry in enumerate(entries, start=1):
        row = rows.pop(entry.code, None)
        wanted = {**_values(entry), "position": position, "retired_at": None}
        counts[_step(row, wanted)] += 1
        row = row or model(condition=condition)
        if any(getattr(row, name) != value for name, value in wanted.items()) or row.pk is None:
            for name, value in wanted.items():
                setattr(row, name, value)
            row.save()
    vanished = [row.pk for row in rows.values() if row.retired_at is None]
    counts["retired"] += model._default_manager.filter(pk__in=vanished).update(retired_at=now)


def _step(row: CatalogueItem | None, wanted: dict[str, Any]) -> str:
    if row is None:
        return "added"
    if row.retired_at is not None:
        return "returned"
    return "changed" if any(getattr(row, name) != value for name, value in wanted.items()) else "kept"


def _connect(condition: Condition, entry: schema.ConditionEntry) -> None:
    """Set what points from one entry to another, now that all of them have rows."""
    steps = {step.number: step for step in TreatmentStep.objects.filter(condition=condition, retired_at=None)}
    exercises = {row.code: row for row in Exercise.objects.filter(condition=condition)}
    techniques = {row.code: row for row in Technique.objects.filter(condition=condition)}
    for technique in entry.techniques:
        techniques[technique.code].steps.set([steps[number] for number in technique.steps])
    for exercise in entry.exercises:
        row = exercises[exercise.code]
        row.steps.set([steps[number] for number in exercise.steps])
        row.easier = exercises[exercise.easier] if exercise.easier else None
        row.harder = exercises[exercise.harder] if exercise.harder else None
        row.save(update_fields=["easier", "harder"])
    _replace_figures(condition, entry)


def _replace_figures(condition: Condition, entry: schema.ConditionEntry) -> None:
    tests = {row.code: row for row in ProvocationTest.objects.filter(condition=condition)}
    TestAccuracy.objects.filter(test__condition=condition).delete()
    TestAccuracy.objects.bulk_create(
        TestAccuracy(test=tests[test.code], **_values(figure)) for test in entry.tests for figure in test.accuracies
    )


def _values(entry: schema.Entry) -> dict[str, Any]:
    """What an entry says in columns of its own row; lists and pointers to other rows are set apart."""
    columns = {field.name for field in entry.model._meta.concrete_fields if not field.is_relation}
    return {field.name: getattr(entry, field.name) for field in fields(entry) if field.name in columns}
