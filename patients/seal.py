"""The seal of a signed note: everything on it as canonical JSON, hashed and chained to the note before.

The hash is SHA-256 over the previous hash, a newline and the canonical JSON (UTF-8, keys sorted, no spaces), so
anybody can check a chain with a few lines of any language. Notes are chained per episode, addenda per note.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from patients.contents import SCHEMA, Content, addendum_content, note_content, rule_content
from patients.models import Addendum, CaseNote, Episode

__all__ = [
    "Content",
    "Fault",
    "addendum_content",
    "canonical",
    "digest",
    "first_fault",
    "note_content",
    "opened",
    "without_marks",
]

# What signing says about a note in the light of the notes before it; the seal keeps it, no row of the note does.
MARKS = ("change", "was", "unchanged_since", "no_longer", "texts_since", "compared_with")

# What case-note/2 says and case-note/1 could not: nothing of it can be on a note sealed then.
NEW_IN_2: dict[str, Any] = {
    "flare": "", "load_plan": "", "avoid": "", "carried_from": None, "copied_from": None,
    "mimics_considered": [], "outcome_scores": [],
}  # fmt: skip

# Words of the catalogue, which may change after a note was signed; the seal keeps them as they were.
WORDS = {
    "words", "question", "name", "label", "title", "answer", "answer_kind", "ask", "how", "unit", "group",
    "step_number", "catalogue_version", *MARKS,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """The first thing wrong in a chain: which row, and what about it."""

    row: str
    words: str


def canonical(content: Content) -> str:
    """The one spelling of a content that is hashed."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(previous_hash: str, text: str) -> str:
    """SHA-256 of a sealed text, bound to the one before it."""
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()


def opened(sealed: str) -> Content:
    """The content of a seal; one of an older schema says nothing where it had no word for it."""
    content: Content = json.loads(sealed)
    if content["schema"] == SCHEMA or not content["schema"].startswith("case-note/"):
        return content
    return {
        **NEW_IN_2,
        **content,
        "treatments": [{"region": "", **one} for one in content["treatments"]],
        "home_exercises": [{"load_rule": rule_content(None), **one} for one in content["home_exercises"]],
    }


def without_marks(content: Any) -> Any:
    """The same without what signing says in the light of earlier notes."""
    if isinstance(content, dict):
        return {name: without_marks(part) for name, part in content.items() if name not in MARKS}
    return [without_marks(part) for part in content] if isinstance(content, list) else content


def first_fault(episode: Episode) -> Fault | None:
    """The first note or addendum of an episode that is not as it was sealed, or None."""
    previous = ""
    for expected, note in enumerate(episode.case_notes.signed().order_by("position"), start=1):
        row = f"note {note.pk}"
        if note.position != expected:
            return Fault(row, f"position {expected} of the episode is missing")
        fault = _sealed_row_fault(row, note, previous, note_content(CaseNote.objects.with_findings().get(pk=note.pk)))
        if fault or (fault := _first_addendum_fault(note)):
            return fault
        previous = note.seal_hash
    return None


def _first_addendum_fault(note: CaseNote) -> Fault | None:
    previous = note.seal_hash
    for expected, addendum in enumerate(note.addenda.select_related("author").order_by("position"), start=1):
        row = f"addendum {addendum.pk}"
        if addendum.position != expected:
            return Fault(row, f"position {expected} under its note is missing")
        fault = _sealed_row_fault(row, addendum, previous, addendum_content(addendum))
        if fault:
            return fault
        previous = addendum.seal_hash
    return None


def _sealed_row_fault(row: str, sealed: CaseNote | Addendum, previous: str, now: Content) -> Fault | None:
    if sealed.previous_hash != previous:
        return Fault(row, "it does not follow the one before it")
    if digest(previous, sealed.seal) != sealed.seal_hash:
        return Fault(row, "its seal does not match its hash")
    if _facts(opened(sealed.seal)) != _facts(now):
        return Fault(row, "its rows differ from its seal")
    return None


def _facts(content: Content) -> Any:
    """What the rows must still say; catalogue words and names of people may have moved on since."""
    moved_on = {"patient", "episode", "author", "schema"}
    return _without_words({key: value for key, value in content.items() if key not in moved_on})


def _spelling(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_words(part) for key, part in value.items() if key not in WORDS}
    if isinstance(value, list):
        return sorted((_without_words(part) for part in value), key=_spelling)
    return value
