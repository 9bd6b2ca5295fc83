"""One deliberate press that takes last time's value over: asked today, tested today, done today, unchanged.

Pure functions on what a page sent. A press fills what is empty and nothing else; it never overwrites.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from patients.choices import RedFlagReply, SymptomState
from patients.last_visit import LastVisit
from patients.note_items import NoteItems

ALL_NO, FLAGS, TESTS, TECHNIQUES, ACTIVITIES = (
    "all_no",
    "flags_unchanged",
    "again-tests",
    "again-techniques",
    "again-activities",
)
ONE = "again-"


@dataclass(frozen=True)
class Fill:
    """What belongs together: filled as a whole only while the field `key` is empty, and then field by field."""

    key: str
    values: dict[str, Any]


def is_known(do: str) -> bool:
    """Whether a button of this name is one of these presses."""
    return do in (ALL_NO, FLAGS) or do.startswith(ONE)


def filled(data: QueryDict, do: str, *, items: NoteItems, last: LastVisit) -> QueryDict:
    """What was sent, with what the press answers; everything typed stays as it is."""
    result = data.copy()
    for fill in fills(do, items=items, last=last):
        if not _is_empty(data, fill.key):
            continue
        for name, value in fill.values.items():
            if _is_empty(data, name):
                result.setlist(name, value if isinstance(value, list) else [value])
    return result


def fills(do: str, *, items: NoteItems, last: LastVisit) -> list[Fill]:
    """What a press would take over, as far as last time has it and the page still offers it."""
    if do == ALL_NO:
        return [Fill(f"flag-{one.code}-reply", {f"flag-{one.code}-reply": RedFlagReply.NO}) for one in items.red_flags]
    made = {FLAGS: _flags, TESTS: _tests, TECHNIQUES: _techniques, ACTIVITIES: _activities}.get(do)
    found = made(items) if made else (one for one in (*_tests(items), *_symptoms(items)) if do == f"{ONE}{one.stem}")
    return [fill for stem in found if (fill := stem.fill(last))]


@dataclass(frozen=True)
class Stem:
    """The fields of one row that can be taken over; the first says whether the row is empty."""

    stem: str
    names: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()

    def fill(self, last: LastVisit) -> Fill | None:
        """Last time's values; None where last time said nothing."""
        if self.names[0] not in last.values:
            return None
        held = {name: last.values[name] for name in self.names if name in last.values}
        return Fill(self.names[0], held | dict(self.more))


def _flags(items: NoteItems) -> Iterator[Stem]:
    for flag in items.red_flags:
        stem = f"flag-{flag.code}"
        yield Stem(stem, (f"{stem}-reply", f"{stem}-action"))


def _tests(items: NoteItems) -> Iterator[Stem]:
    for test, side in items.tests_by_side():
        stem = f"test-{test.code}-{side or 'none'}"
        yield Stem(stem, tuple(f"{stem}-{part}" for part in ("outcome", "familiar", "pain", "measure")))


def _symptoms(items: NoteItems) -> Iterator[Stem]:
    for question, _, name in items.answers():
        stem = f"symptom-{question.code}"
        yield Stem(stem, (name,), ((f"{stem}-state", SymptomState.SAME),))


def _techniques(items: NoteItems) -> Iterator[Stem]:
    for technique in items.techniques:
        stem = f"technique-{technique.code}"
        yield Stem(stem, (stem, f"{stem}-region", f"{stem}-text"))


def _activities(items: NoteItems) -> Iterator[Stem]:
    """The patient's own activities by name; their figures are asked anew."""
    for slot in items.scores:
        if slot.activity:
            yield Stem(slot.label_name, (slot.label_name, slot.version_name))


def _is_empty(data: QueryDict, name: str) -> bool:
    return not any(value.strip() for value in data.getlist(name))
