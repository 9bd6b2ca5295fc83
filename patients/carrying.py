"""What a new note opens with: last time's state, never last time's measures.

Carried are symptoms in words or choices, suspected causes, step states, home exercises with dose and pain rule, the
load plan and the things to avoid. What nobody said or measured today is not carried: figures, outcome scores, test
results, red-flag answers, techniques, consent, and whatever was written about one day (history, advice, plan, flare,
remarks). It stands beside its empty field as last time's.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from patients import drafts, note_values
from patients.choices import SymptomState
from patients.last_visit import LastVisit
from patients.models import CaseNote, SymptomQuestion
from patients.note_items import MEASURED, NoteItems

CARRIED_TEXTS = ("load_plan", "avoid")
CHOSEN = (SymptomQuestion.Kind.CHOICE, SymptomQuestion.Kind.MULTICHOICE, SymptomQuestion.Kind.YES_NO_UNSURE)


def carry_forward(note: CaseNote) -> None:
    """Put last time's state on a draft that was just opened."""
    last = LastVisit.before(note)
    if last.note is None:
        return
    items = NoteItems.of(CaseNote.objects.with_findings().get(pk=note.pk))
    findings = drafts.by_kind(list(note_values.findings(items, state(items, last))))
    drafts.replace(note, list(findings), findings)
    note.carried_from = last.note
    for name in CARRIED_TEXTS:
        setattr(note, name, last.content[name])
    note.save(update_fields=["carried_from", *CARRIED_TEXTS])


def state(items: NoteItems, last: LastVisit) -> dict[str, Any]:
    """What is carried, by name of field."""
    names = (*_symptoms(items, last), *_causes_and_steps(items), *_exercises(items))
    carried = {name: last.values[name] for name in names if name in last.values}
    for name in list(carried):
        if name.startswith("symptom-"):
            carried[f"{name}-state"] = SymptomState.SAME
    return defaultdict(str, carried)


def left_behind(items: NoteItems, last: LastVisit) -> list[str]:
    """Entries of last time's state that left the catalogue since and are on this note no more, in words."""
    if last.note is None:
        return []
    here = {
        "symptoms": {one.code for one in items.questions},
        "suspected_causes": {one.code for one in items.causes},
        "treatment_steps": {one.code for one in items.steps},
        "home_exercises": {one.code for one in items.exercises},
    }
    return [
        one.get("question") or one.get("label") or one.get("title") or one["name"]
        for kind, codes in here.items()
        for one in last.content[kind]
        if one["code"] not in codes
    ]


def _symptoms(items: NoteItems, last: LastVisit) -> Iterator[str]:
    """Words and choices that are still offered; what was gone stays gone."""
    for question, _, name in items.answers():
        is_gone = last.values.get(f"symptom-{question.code}-state") == SymptomState.GONE
        if question.kind not in MEASURED and not is_gone and _is_offered(question, last.values.get(name)):
            yield name


def _is_offered(question: SymptomQuestion, answer: Any) -> bool:
    if question.kind not in CHOSEN:
        return True
    codes = answer if isinstance(answer, list) else [answer]
    return {*codes} <= {code for code, _ in question.choices}


def _causes_and_steps(items: NoteItems) -> Iterator[str]:
    for cause in items.causes:
        yield from (f"cause-{cause.code}-weight", f"cause-{cause.code}-role")
    for step in items.steps:
        yield f"step-{step.code}-state"


def _exercises(items: NoteItems) -> Iterator[str]:
    for exercise in items.exercises:
        yield from (f"exercise-{exercise.code}{ending}" for ending in ("", "-dose", "-rule"))
