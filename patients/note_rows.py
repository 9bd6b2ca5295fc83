"""What the note's page shows beside each field: the group it stands in and what the last signed note said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from patients import seal
from patients.choices import CauseRole, Side
from patients.forms import NoteForm
from patients.models import CaseNote
from patients.note_items import NoteItems


@dataclass(frozen=True)
class LastVisit:
    """The words of the last signed note of the episode, by code; empty at a first visit."""

    note: CaseNote | None = None
    symptoms: dict[str, str] = field(default_factory=dict)
    tests: dict[tuple[str, str], str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    techniques: dict[str, str] = field(default_factory=dict)
    exercises: dict[str, str] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def before(cls, note: CaseNote) -> Self:
        """Read from the seal of the newest signed note of the same episode."""
        last = note.episode.case_notes.signed().exclude(pk=note.pk).order_by("-position").first()
        if last is None:
            return cls()
        said = seal.opened(last.seal)
        return cls(
            note=last,
            symptoms={one["code"]: one["answer"] for one in said["symptoms"]},
            tests={(one["code"], one["side"]["code"]): _test_words(one) for one in said["provocation_results"]},
            causes={one["code"]: one["weight"]["words"] for one in said["suspected_causes"]},
            steps={one["code"]: one["state"]["words"] for one in said["treatment_steps"]},
            techniques={one["code"]: "done" for one in said["treatments"]},
            exercises={one["code"]: one["dose"] for one in said["home_exercises"]},
            content=said,
        )


@dataclass(frozen=True)
class Row:
    """One catalogue entry with its fields, what was said last time, and what the patient said before the visit."""

    item: Any
    fields: dict[str, Any]
    last: str = ""
    side: str = ""
    told: Any = None

    @property
    def is_filled(self) -> bool:
        return any(bound.value() not in (None, "", [], False) for name, bound in self.fields.items() if name != "role")

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in self.fields.values())


@dataclass(frozen=True)
class Group:
    """Rows under one heading, folded away when there is nothing to see."""

    title: str
    rows: tuple[Row, ...]
    is_open: bool


@dataclass(frozen=True)
class NoteRows:
    """The whole page in the order it is read."""

    symptom_groups: tuple[Group, ...]
    tests: tuple[tuple[Row, Row | None], ...]
    onset_causes: tuple[Row, ...]
    maintaining_causes: tuple[Row, ...]
    steps: tuple[Row, ...]
    techniques: tuple[Row, ...]
    exercises: tuple[Row, ...]
    red_flags: tuple[Row, ...]

    @classmethod
    def of(cls, form: NoteForm, items: NoteItems, last: LastVisit, told: Mapping[str, Any] | None = None) -> Self:
        causes = [_row(form, cause, f"cause-{cause.code}", COLUMNS["cause"], last.causes) for cause in items.causes]
        return cls(
            symptom_groups=tuple(_symptom_groups(form, items, last, told or {})),
            tests=tuple(_tests(form, items, last)),
            onset_causes=tuple(row for row in causes if row.item.role == CauseRole.ONSET),
            maintaining_causes=tuple(row for row in causes if row.item.role == CauseRole.MAINTAINING),
            steps=_rows(form, items.steps, "step", last.steps),
            techniques=_rows(form, items.techniques, "technique", last.techniques),
            exercises=_rows(form, items.exercises, "exercise", last.exercises),
            red_flags=_rows(form, items.red_flags, "flag", {}),
        )


COLUMNS = {
    "symptom": {"answer": "", "state": "-state"},
    "test": {part: f"-{part}" for part in ("outcome", "familiar", "pain", "measure", "text")},
    "cause": {part: f"-{part}" for part in ("weight", "role", "text")},
    "step": {part: f"-{part}" for part in ("state", "text")},
    "technique": {"tick": "", "text": "-text"},
    "exercise": {"tick": "", "dose": "-dose", "text": "-text"},
    "flag": {part: f"-{part}" for part in ("reply", "action")},
}


def _rows(form: NoteForm, items: Any, kind: str, last: dict[str, str]) -> tuple[Row, ...]:
    return tuple(_row(form, item, f"{kind}-{item.code}", COLUMNS[kind], last) for item in items)


def _row(form: NoteForm, item: Any, name: str, columns: dict[str, str], last: dict[str, str]) -> Row:
    return Row(item, {part: form[f"{name}{ending}"] for part, ending in columns.items()}, last.get(item.code, ""))


def _symptom_groups(form: NoteForm, items: NoteItems, last: LastVisit, told: Mapping[str, Any]) -> Iterator[Group]:
    """Groups in the catalogue's order; open where something is charted, answered, told or needed."""
    plain = _rows(form, items.questions, "symptom", last.symptoms)
    rows = [replace(row, told=told.get(row.item.code)) for row in plain]
    is_first = form.note.kind == CaseNote.Kind.INITIAL
    for group in dict.fromkeys(row.item.group for row in rows):
        held = tuple(row for row in rows if row.item.group == group)
        wanted = any(
            row.item.is_charted or row.is_filled or row.has_errors or row.told or (is_first and row.item.is_required)
            for row in held
        )
        yield Group(group.capitalize(), held, wanted)


def _tests(form: NoteForm, items: NoteItems, last: LastVisit) -> Iterator[tuple[Row, Row | None]]:
    """Each test with its sore side and, where there are two, the other one."""
    for test in items.tests:
        rows = [
            Row(
                test,
                {part: form[f"test-{test.code}-{side or 'none'}{ending}"] for part, ending in COLUMNS["test"].items()},
                last.tests.get((test.code, side), ""),
                dict(Side.choices).get(side, ""),
            )
            for side in items.sides
        ]
        yield rows[0], rows[1] if len(rows) > 1 else None


def _test_words(result: dict[str, Any]) -> str:
    familiar = {"yes": "familiar pain", "partly": "partly familiar pain", "other": "other pain"}
    parts = [result["outcome"]["words"], familiar.get(result["familiar_pain"]["code"], "")]
    score = result["pain_score"]
    return ", ".join([*filter(None, parts), *([str(score)] if score is not None else [])])
