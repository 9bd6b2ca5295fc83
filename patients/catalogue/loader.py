"""Loading condition files into the catalogue: all of them or none; nothing is deleted, and no edit is overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from patients.catalogue import merging, saying, versions
from patients.catalogue.problems import CatalogueProblems, Problem
from patients.catalogue.reading import ConditionFile, read
from patients.models import Condition

FOLDER = Path(__file__).resolve().parent


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
    kept: tuple[str, ...] = ()


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


def kept(files: Iterable[ConditionFile]) -> dict[str, tuple[str, ...]]:
    """By file, what loading it would leave as it is because it was changed in the admin."""
    conditions = {one.code: one for one in Condition.objects.all()}
    return {
        file.name: merging.kept(conditions[file.entry.code], file) if file.entry.code in conditions else ()
        for file in files
    }


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
    is_edited = condition is not None and versions.has_edits(condition)
    if condition and condition.sha256 == file.sha256:
        kept = merging.kept(condition, file) if is_edited or condition.retired_at else ()
        return Report(file.name, condition.code, condition.version, Outcome.UNCHANGED, kept=kept)
    outcome = Outcome.CHANGED if condition else Outcome.NEW
    condition = _save_condition(condition, file, is_edited)
    numbers = merging.Merge(condition, file, now).run()
    versions.keep(condition, what=f"Loaded from {file.name}", file=file, is_edited=is_edited, now=now)
    kept = merging.kept(condition, file) if is_edited or condition.retired_at else ()
    return Report(file.name, condition.code, condition.version, outcome, kept=kept, **numbers)


def _save_condition(condition: Condition | None, file: ConditionFile, is_edited: bool) -> Condition:
    """A new version; the mark that a practitioner has reviewed an older one stays as it is."""
    version = condition.version + 1 if condition else 1
    condition = condition or Condition(code=file.entry.code)
    told = {} if condition.edited_at else merging.head_values(file.entry)
    held = {name: getattr(condition, name) for name in told}
    if condition.pk is None or saying.differences(told, held):
        told["changed_in"] = version
    said = "" if is_edited else file.entry.content_version
    changes = {"version": version, "sha256": file.sha256, "content_version": said}
    for name, value in {**told, **changes}.items():
        setattr(condition, name, value)
    condition.save()
    return condition
