"""What a condition still lacks before notes can be written with it; a list for the therapist, nothing is scored."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

NEEDED = {
    "steps": "Add at least one treatment step: signing a note asks where it stands.",
    "red_flags": "Add at least one red flag: each note asks them before it is signed.",
}
WORTHWHILE = {
    "symptom_questions": "No symptom is asked about yet.",
    "tests": "There is no provocation test yet.",
    "causes": "There is no suspected cause yet.",
    "exercises": "There is no home exercise yet.",
    "instruments": "There is no outcome measure yet, so the chart shows symptoms alone.",
    "load_rules": "There is no pain rule for exercises yet.",
}


class Lack(NamedTuple):
    """One thing to put right, the list it belongs to, and whether notes wait for it."""

    kind: str
    words: str
    is_needed: bool = False


def lacks(lists: Mapping[str, Sequence[Any]]) -> list[Lack]:
    """From the entries in use, by the name of their list."""
    needed = [Lack(kind, words, True) for kind, words in NEEDED.items() if not lists[kind]]
    return [*needed, *_wrong(lists), *(Lack(kind, words) for kind, words in WORTHWHILE.items() if not lists[kind])]


def _wrong(lists: Mapping[str, Sequence[Any]]) -> Iterator[Lack]:
    numbers = [step.number for step in lists["steps"]]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield Lack("steps", f"Two steps have the number {number}. Change one of them.")
    for kind in ("techniques", "exercises"):
        for entry in lists[kind]:
            if not any(step.retired_at is None for step in entry.steps.all()):
                yield Lack(kind, f"{entry}: its steps are all retired. Tick another, or retire it as well.")
    if lists["load_rules"] and not any(rule.is_default for rule in lists["load_rules"]):
        yield Lack("load_rules", "No pain rule is the usual one. Tick it in one of them.")
    yield from _lost_sources(lists)


def _lost_sources(lists: Mapping[str, Sequence[Any]]) -> Iterator[Lack]:
    known = {source.code for source in lists["sources"]}
    for kind, entries in lists.items():
        for entry in entries if kind != "sources" else ():
            if lost := [code for code in entry.source_codes if code not in known]:
                yield Lack(kind, f"{entry}: its source {', '.join(lost)} is retired. Tick another.")
