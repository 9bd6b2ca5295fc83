"""What the note's page shows beside each field: the group it stands in, last time's words, and what changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from patients import again, carrying
from patients.choices import CauseRole, Side, SymptomState
from patients.forms import NoteForm
from patients.last_visit import LastVisit
from patients.models import CaseNote
from patients.note_items import MEASURED, NoteItems, answer_name
from patients.note_scores import Slot
from patients.row_changes import change

__all__ = ["Group", "LastVisit", "NoteRows", "Row", "ScoreGroup", "SideField"]
SIDES = dict(Side.choices)
COLUMNS = {
    "test": {part: f"-{part}" for part in ("outcome", "familiar", "pain", "measure", "text")},
    "cause": {part: f"-{part}" for part in ("weight", "role", "text")},
    "step": {part: f"-{part}" for part in ("state", "text")},
    "technique": {"tick": "", "region": "-region", "text": "-text"},
    "exercise": {"tick": "", "dose": "-dose", "rule": "-rule", "text": "-text"},
    "flag": {part: f"-{part}" for part in ("reply", "action")},
    "mimic": {"tick": "", "text": "-text"},
}


@dataclass(frozen=True)
class SideField:
    """One answer of a question; where both sides are asked there are two."""

    side: str
    field: Any
    last: str = ""

    @property
    def words(self) -> str:
        """`left`, `right`, or nothing where sides do not matter."""
        return SIDES.get(self.side, "")


@dataclass(frozen=True)
class Row:
    """One catalogue entry with its fields, what was said last time, and what the patient said before the visit.

    `change` says how it differs from last time: `new`, `changed`, `stopped` or nothing. `again` is the button that
    takes last time's values over, `again_values` are those values by name of field.
    """

    item: Any
    fields: dict[str, Any]
    last: str = ""
    side: str = ""
    told: Any = None
    sides: tuple[SideField, ...] = ()
    change: str = ""
    again: str = ""
    again_values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return bool(self.change)

    @property
    def is_filled(self) -> bool:
        bounds = [bound for name, bound in self.fields.items() if name not in ("role", "rule", "version")]
        return any(
            bound.value() not in (None, "", [], False) for bound in (*bounds, *(one.field for one in self.sides))
        )

    @property
    def is_as_last_time(self) -> bool:
        """It holds what was carried here and nobody has touched since."""
        state = self.fields["state"].value() if "state" in self.fields else ""
        return bool(self.last) and self.is_filled and not self.change and state in ("", None, SymptomState.SAME)

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in (*self.fields.values(), *(one.field for one in self.sides)))


@dataclass(frozen=True)
class Group:
    """Rows under one heading, folded away when there is nothing to see."""

    title: str
    rows: tuple[Row, ...]
    is_open: bool

    @property
    def as_last_time(self) -> int:
        """How many rows say what they said last time."""
        return sum(row.is_as_last_time for row in self.rows)


@dataclass(frozen=True)
class ScoreGroup:
    """One outcome measure with its figures; `version` is the field of the scale's version where there are several."""

    item: Any
    rows: tuple[Row, ...]
    version: Any = None

    @property
    def is_open(self) -> bool:
        return any(row.is_filled or row.has_errors for row in self.rows)

    @property
    def last(self) -> str:
        return "; ".join(filter(None, (_score_words(row) for row in self.rows)))


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
    mimics: tuple[Row, ...]
    scores: tuple[ScoreGroup, ...]
    left_behind: tuple[str, ...]

    @classmethod
    def of(cls, form: NoteForm, items: NoteItems, last: LastVisit, told: Mapping[str, Any] | None = None) -> Self:
        causes = _rows(form, items.causes, "cause", last)
        return cls(
            symptom_groups=tuple(_symptom_groups(form, items, last, told or {})),
            tests=tuple(_tests(form, items, last)),
            onset_causes=tuple(row for row in causes if row.item.role == CauseRole.ONSET),
            maintaining_causes=tuple(row for row in causes if row.item.role == CauseRole.MAINTAINING),
            steps=_rows(form, items.steps, "step", last),
            techniques=_rows(form, items.techniques, "technique", last),
            exercises=_rows(form, items.exercises, "exercise", last),
            red_flags=_rows(form, items.red_flags, "flag", last),
            mimics=_rows(form, items.mimics, "mimic", last),
            scores=tuple(_scores(form, items, last)),
            left_behind=tuple(carrying.left_behind(items, last)),
        )


def _rows(form: NoteForm, items: Any, kind: str, last: LastVisit) -> tuple[Row, ...]:
    return tuple(_row(form, item, f"{kind}-{item.code}", kind, last) for item in items)


def _row(form: NoteForm, item: Any, stem: str, kind: str, last: LastVisit, **more: Any) -> Row:
    fields = {part: form[f"{stem}{ending}"] for part, ending in COLUMNS[kind].items()}
    return Row(
        item,
        fields,
        last.words.get(stem, ""),
        change=change(kind, fields, last, usual=getattr(item, "dose", "")),
        again_values=_again_values(fields.values(), last),
        **more,
    )


def _again_values(bounds: Any, last: LastVisit) -> dict[str, Any]:
    return {bound.name: last.values[bound.name] for bound in bounds if bound.name in last.values}


def _symptom_groups(form: NoteForm, items: NoteItems, last: LastVisit, told: Mapping[str, Any]) -> Iterator[Group]:
    """Groups in the catalogue's order; open where something is charted, told or needed, or not as it was last time."""
    rows = [_symptom(form, items, question, last, told.get(question.code)) for question in items.questions]
    is_first = form.note.kind == CaseNote.Kind.INITIAL
    for group in dict.fromkeys(row.item.group for row in rows):
        held = tuple(row for row in rows if row.item.group == group)
        wanted = any(
            row.item.is_charted
            or (row.is_filled and not row.is_as_last_time)
            or row.change
            or row.has_errors
            or row.told
            or (is_first and row.item.is_required)
            for row in held
        )
        yield Group(group.capitalize(), held, wanted)


def _symptom(form: NoteForm, items: NoteItems, question: Any, last: LastVisit, told: Any) -> Row:
    names = {side: answer_name(question.code, side) for side in items.question_sides[question.pk]}
    sides = tuple(SideField(side, form[name], last.words.get(name, "")) for side, name in names.items())
    kind = "figure" if question.kind in MEASURED else "symptom"
    fields = {"answer": sides[0].field, "state": form[f"symptom-{question.code}-state"]}
    values = _again_values((one.field for one in sides), last)
    return Row(
        question,
        fields,
        sides[0].last,
        told=told,
        sides=sides,
        change=next(filter(None, (change(kind, {"answer": one.field}, last) for one in sides)), ""),
        again=f"{again.ONE}symptom-{question.code}" if values else "",
        again_values=values,
    )


def _tests(form: NoteForm, items: NoteItems, last: LastVisit) -> Iterator[tuple[Row, Row | None]]:
    """Each test with its sore side and, where there are two, the other one."""
    for test in items.tests:
        rows = [_test(form, test, side, last) for side in items.sides]
        yield rows[0], rows[1] if len(rows) > 1 else None


def _test(form: NoteForm, test: Any, side: str, last: LastVisit) -> Row:
    stem = f"test-{test.code}-{side or 'none'}"
    press = f"{again.ONE}{stem}" if f"{stem}-outcome" in last.values else ""
    return _row(form, test, stem, "test", last, side=SIDES.get(side, ""), again=press)


def _scores(form: NoteForm, items: NoteItems, last: LastVisit) -> Iterator[ScoreGroup]:
    for instrument in dict.fromkeys(slot.instrument for slot in items.scores):
        shown = [slot for slot in items.scores if slot.instrument == instrument]
        version = form[shown[0].version_name] if shown[0].activity else None
        yield ScoreGroup(instrument, tuple(_score(form, slot, last) for slot in shown), version)


def _score(form: NoteForm, slot: Slot, last: LastVisit) -> Row:
    fields = {"value": form[slot.name]} | ({"label": form[slot.label_name]} if slot.activity else {})
    return Row(
        slot.instrument,
        fields,
        last.words.get(slot.name, ""),
        slot.words,
        change=change("score", fields, last),
        again_values=_again_values(fields.values(), last),
    )


def _score_words(row: Row) -> str:
    return f"{row.side}: {row.last}" if row.last and row.side and "label" not in row.fields else row.last
