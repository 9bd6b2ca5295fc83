"""A whole visit as the note's page sends it."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.test import Client

from patients.models import CaseNote

NOW = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
TYPED = {
    "seen_on": "2026-11-26",
    "seen_at": "10:00",
    "side": "right",
    "onset": "Six months ago",
    "working_hypothesis": "Reactive after hills",
    "history": "Cannot sit.",
    "consent": "given",
    "advice": "Stand more.",
    "plan": "Cut hills.",
    "symptom-pain_worst": "7",
    "symptom-sitting_minutes": "10",
    "symptom-main_site": "sitting-bone",
    "symptom-character": ["sharp", "ache"],
    "symptom-standing_painful": "no",
    "symptom-load_change": "More hills",
    "symptom-onset_date": "in May",
    "test-single_leg_bridge-right-outcome": "positive",
    "test-single_leg_bridge-right-familiar": "yes",
    "test-single_leg_bridge-right-pain": "6",
    "test-single_leg_bridge-left-outcome": "negative",
    "cause-reactive_overuse-weight": "main",
    "cause-sitting_exposure-weight": "likely",
    "step-step_1-state": "active",
    "step-step_2-state": "active",
    "technique-technique_1": "on",
    "technique-technique_1-text": "muscle belly",
    "exercise-exercise_1": "on",
    "flag-cauda_equina-reply": "no",
    "flag-fracture-reply": "no",
}


def page(note: CaseNote) -> str:
    return f"/admin/notes/{note.pk}/"


def send(client: Client, note: CaseNote, do: str = "save", **changes: Any) -> Any:
    return client.post(page(note), {**TYPED, "version": note.version, "do": do, **changes})


def words(answer: Any) -> str:
    return unescape(answer.content.decode())
