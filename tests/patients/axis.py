"""Notes along a time axis, sealed with little in them, for charts and the file."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from patients import seal
from patients.models import CaseNote, Episode
from patients.timeline import Timeline, gather
from tests.factories import START

LATER = START + timedelta(weeks=12)


def coded(code: str) -> dict[str, str]:
    return {"code": code, "words": code.replace("_", " ")}


def content(
    *,
    pain: Mapping[str, int] | int | None = None,
    sits: int | None = None,
    scores: Sequence[tuple[str, str, str]] = (),
    steps: Mapping[int, str] | None = None,
    **given: Any,
) -> dict[str, Any]:
    """What a seal says of one visit; `pain` by side where there are two, `scores` as code, activity, value."""
    sides = pain if isinstance(pain, Mapping) else {"": pain}
    numbers = [("pain_worst", side, number) for side, number in sides.items()] + [("sitting_minutes", "", sits)]
    return {
        "schema": "case-note/2",
        "symptoms": [
            {"code": code, "side": coded(side), "number": number}
            for code, side, number in numbers
            if number is not None
        ],
        "outcome_scores": [
            {"code": code, "version": "1" if activity else "", "activity": activity, "value": value, "side": coded("")}
            for code, activity, value in scores
        ],
        "treatment_steps": [
            {"code": f"step_{number}", "step_number": number, "title": "As it was called", "state": coded(state)}
            for number, state in (steps or {}).items()
        ],
        "red_flags": [],
        "plan": "Cut hills.",
        "flare": "",
        **given,
    }


def note_of(episode: Episode, author: Any, *, week: float = 0, late_days: int = 0, **given: Any) -> CaseNote:
    """A signed note of one week, not saved yet."""
    at = START + timedelta(weeks=week)
    position = int(abs(week) * 1000) + 1
    return CaseNote(
        episode=episode,
        author=author,
        kind="follow_up" if week else "initial",
        seen_at=at,
        entered_at=at + timedelta(days=late_days),
        changed_at=at,
        signed_at=at + timedelta(days=late_days),
        signed_by=author,
        position=position,
        seal=seal.canonical(content(**given)),
        seal_hash="a" * 64,
    )


def timeline(episode: Episode, *, now: datetime = LATER, **given: Any) -> Timeline:
    """As it stands on the day."""
    kept = {name: {episode.pk: value} for name, value in given.items()}
    return gather([episode], now=now, **kept)[0]
