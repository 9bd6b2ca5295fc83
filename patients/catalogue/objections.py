"""What stands against changing an entry: notes that are still open hold on to it. Said by field, with what to do."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from patients.models import Symptom, SymptomQuestion, TreatmentStep
from patients.models.catalogue import CatalogueItem

Objections = dict[str, str]


def to(entry: CatalogueItem, values: Mapping[str, Any]) -> Objections:
    """By field, why it cannot be changed to these values."""
    if isinstance(entry, SymptomQuestion) and entry.pk:
        return _to_question(entry, values)
    if isinstance(entry, TreatmentStep):
        return _to_step(entry, values)
    return {}


def _to_question(question: SymptomQuestion, values: Mapping[str, Any]) -> Objections:
    kind = values.get("kind", question.kind)
    if kind != question.kind and Symptom.objects.filter(question=question).exists():
        return {
            "kind": "Notes hold answers of the former kind. Retire this question and add a new one with the new kind."
        }
    changed = SymptomQuestion(kind=kind, options=values.get("options", question.options))
    gone = dict(question.choices).keys() - dict(changed.choices).keys()
    held = [code for code in sorted(gone) if _is_held(question, code)]
    if held:
        names = ", ".join(f"“{code}”" for code in held)
        return {"options": f"Chosen in a note that is not signed yet: {names}. Keep the line until it is signed."}
    return {}


def _is_held(question: SymptomQuestion, code: str) -> bool:
    """Chosen in an open draft; several choices are kept with spaces between."""
    drafts = Symptom.objects.filter(question=question, note__signed_at=None, note__discarded_at=None)
    beside = Q(codes=code) | Q(codes__startswith=f"{code} ") | Q(codes__endswith=f" {code}")
    return drafts.filter(beside | Q(codes__contains=f" {code} ")).exists()


def to_return(entry: CatalogueItem) -> str:
    """Why a retired entry cannot come back, if anything keeps it out."""
    return " ".join(_to_step(entry, {"number": entry.number}).values()) if isinstance(entry, TreatmentStep) else ""


def _to_step(step: TreatmentStep, values: Mapping[str, Any]) -> Objections:
    others = TreatmentStep.objects.filter(condition=step.condition_id, retired_at=None).exclude(pk=step.pk)
    if other := others.filter(number=values.get("number", step.number)).first():
        return {"number": f"“{other.title}” is step {other.number} already. Give another number."}
    return {}
