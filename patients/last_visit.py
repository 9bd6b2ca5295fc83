"""What the last signed note of the episode says, as the fields of a new one would say it, and in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from patients import seal
from patients.choices import ProvocationOutcome, Side
from patients.models import CaseNote
from patients.note_items import answer_name
from patients.note_scores import PATIENT_SPECIFIC

Values = dict[str, Any]
FAMILIAR = {"yes": "familiar pain", "partly": "partly familiar pain", "other": "other pain"}
TICKED = "on"


@dataclass(frozen=True)
class LastVisit:
    """The last signed note by visit; empty at a first visit.

    `values` are by name of field, as a browser would send them; `words` by row: `cause-<code>`, `test-<code>-<side>`.
    """

    note: CaseNote | None = None
    values: Values = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def before(cls, note: CaseNote) -> Self:
        """Read from the seal of the signed note of the visit before this one."""
        last = CaseNote.objects.before(note).first()
        return cls.of(last, side_now=note.episode.side) if last else cls()

    @classmethod
    def of(cls, last: CaseNote, *, side_now: str) -> Self:
        """The same from a note already at hand."""
        said = seal.opened(last.seal)
        values, words = _symptoms(said, side_now)
        for part in (_tests, _causes, _steps, _treatments, _flags, _scores):
            for row, told, fields in part(said):
                words[row] = told
                values |= {name: value for name, value in fields.items() if value not in ("", None, [])}
        return cls(note=last, values=values, words=words, content=said)

    @property
    def techniques(self) -> list[str]:
        """Codes of the techniques used last time."""
        return [one["code"] for one in self.content.get("treatments", [])]


Row = tuple[str, str, Values]


def _symptoms(said: dict[str, Any], side_now: str) -> tuple[Values, dict[str, str]]:
    """Answers by field; a figure without a side belongs to the side the episode was about, and the other way round."""
    values: Values = {}
    words: dict[str, str] = {}
    side_then = said["episode"]["side"]["code"]
    for one in said["symptoms"]:
        side = one["side"]["code"]
        names = [answer_name(one["code"], side)]
        if not side and side_now == Side.BOTH and side_then in (Side.LEFT, Side.RIGHT):
            names.append(answer_name(one["code"], side_then))
        elif side and side == side_now:
            names.append(answer_name(one["code"], ""))
        elif not side and side_now == Side.BOTH:
            unsaid = f"{one['answer']}, side not said"
            words |= {answer_name(one["code"], sore): unsaid for sore in (Side.LEFT, Side.RIGHT)}
        for name in names:
            words[name] = one["answer"]
            if (value := _answer(one)) not in ("", None, []):
                values[name] = value
        values[f"symptom-{one['code']}-state"] = one["state"]["code"]
    return values, words


def _answer(symptom: dict[str, Any]) -> Any:
    if symptom["number"] is not None:
        return str(symptom["number"])
    if symptom["answer_kind"] == "multichoice":
        return symptom["codes"]
    return " ".join(symptom["codes"]) or symptom["text"]


def _tests(said: dict[str, Any]) -> Iterator[Row]:
    for one in said["provocation_results"]:
        row = f"test-{one['code']}-{one['side']['code'] or 'none'}"
        outcome, pain = one["outcome"]["code"], one["pain_score"]
        done = outcome != ProvocationOutcome.NOT_DONE
        fields = {
            f"{row}-outcome": outcome,
            f"{row}-familiar": one["familiar_pain"]["code"],
            f"{row}-pain": str(pain) if pain is not None else "",
            f"{row}-measure": one["measure"],
        }
        yield row, _test_words(one), fields if done else {}


def _test_words(result: dict[str, Any]) -> str:
    parts = [result["outcome"]["words"], FAMILIAR.get(result["familiar_pain"]["code"], "")]
    score = result["pain_score"]
    return ", ".join([*filter(None, parts), *([str(score)] if score is not None else [])])


def _causes(said: dict[str, Any]) -> Iterator[Row]:
    for one in said["suspected_causes"]:
        row = f"cause-{one['code']}"
        fields = {f"{row}-weight": one["weight"]["code"], f"{row}-role": one["role"]["code"]}
        yield row, one["weight"]["words"], fields


def _steps(said: dict[str, Any]) -> Iterator[Row]:
    for one in said["treatment_steps"]:
        row = f"step-{one['code']}"
        yield row, one["state"]["words"], {f"{row}-state": one["state"]["code"]}


def _treatments(said: dict[str, Any]) -> Iterator[Row]:
    for one in said["treatments"]:
        row = f"technique-{one['code']}"
        where = ", ".join(filter(None, (one["region"], one["text"])))
        yield row, where or "done", {row: TICKED, f"{row}-region": one["region"], f"{row}-text": one["text"]}
    for one in said["home_exercises"]:
        row = f"exercise-{one['code']}"
        yield row, one["dose"], {row: TICKED, f"{row}-dose": one["dose"], f"{row}-rule": one["load_rule"]["code"]}
    for one in said["mimics_considered"]:
        row = f"mimic-{one['code']}"
        yield row, one["text"] or "considered", {row: TICKED}


def _flags(said: dict[str, Any]) -> Iterator[Row]:
    for one in said["red_flags"]:
        row = f"flag-{one['code']}"
        told = ": ".join(filter(None, (one["reply"]["words"], one["action"])))
        yield row, told, {f"{row}-reply": one["reply"]["code"], f"{row}-action": one["action"]}


def _scores(said: dict[str, Any]) -> Iterator[Row]:
    """Activities are numbered in the order they stand."""
    activities = 0
    for one in said["outcome_scores"]:
        name = f"score-{one['code']}"
        figure = " ".join(filter(None, (one["value"], one["unit"])))
        if one["code"] == PATIENT_SPECIFIC:
            activities += 1
            row = f"{name}-{activities}"
            fields = {f"{row}-label": one["activity"], f"{row}-value": one["value"], f"{name}-version": one["version"]}
            yield f"{row}-value", f"{one['activity']}: {figure}", fields
            continue
        row = "-".join(filter(None, (name, one["version"], one["side"]["code"])))
        yield row, figure, {row: one["value"]}
