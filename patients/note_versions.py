"""What a draft said from save to save, and a signed note beside its corrections, field by field and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.utils import timezone

from patients import seal
from patients.contents import Content
from patients.export import parts
from patients.models import Addendum

WORD = re.compile(r"\s+|\w+|[^\w\s]")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST_PAIRS = 4_000_000  # above this, whole lines are compared: it must stay quick with the longest texts
ALIKE = 0.4  # a correction that resembles no text this much stands by itself


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, were added, or were taken out."""

    words: str
    change: str = ""

    @property
    def is_added(self) -> bool:
        return self.change == "added"

    @property
    def is_removed(self) -> bool:
        return self.change == "removed"


@dataclass(frozen=True)
class Difference:
    """One field that says something else."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Correction:
    """A correction, set against the text of the note that it resembles most, if it resembles one."""

    addendum: Addendum
    against: Difference | None


def differences(old: Content, new: Content) -> list[Difference]:
    """Every field that says something else, in the order of the note."""
    before, after = _by_label(old), _by_label(new)
    labels = list(dict.fromkeys([*after, *before]))
    return [
        Difference(label, tuple(pieces(before.get(label, ""), after.get(label, ""))))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


def corrections(content: Content, addenda: list[Addendum]) -> list[Correction]:
    """Every correction under a signed note beside what it corrects."""
    return [
        Correction(addendum, _closest(content, addendum.text))
        for addendum in addenda
        if addendum.kind == Addendum.Kind.CORRECTION
    ]


def opened(content: str) -> Content:
    """The content of a kept version."""
    return seal.opened(content)


def pieces(old: str, new: str) -> Iterator[Piece]:
    """The two texts as one, word by word; very long ones line by line, and those of thousands of lines as a whole."""
    one, two = WORD.findall(old), WORD.findall(new)
    if len(one) * len(two) > MOST_PAIRS:
        one, two = LINE.findall(old), LINE.findall(new)
    if len(one) * len(two) > MOST_PAIRS:
        one, two = [old], [new]
    for how, start, end, begin, finish in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if how == "equal":
            yield Piece("".join(one[start:end]))
            continue
        if end > start:
            yield Piece("".join(one[start:end]), "removed")
        if finish > begin:
            yield Piece("".join(two[begin:finish]), "added")


def _closest(content: Content, text: str) -> Difference | None:
    """The field that shares most words with a text."""
    words = WORD.findall(text)
    best, label, found = ALIKE, "", ""
    for name, said in _fields(content):
        ratio = SequenceMatcher(None, WORD.findall(said)[:2000], words[:2000], autojunk=False).ratio()
        if ratio > best:
            best, label, found = ratio, name, said
    return Difference(label, tuple(pieces(found, text))) if label else None


def _by_label(content: Content) -> dict[str, str]:
    """Texts by label, without what signing adds in the light of earlier notes."""
    found: dict[str, str] = {}
    for label, words in _fields(seal.without_marks(content)):
        found[label] = f"{found[label]}\n{words}" if label in found else words
    return found


def _fields(content: Content) -> Iterator[tuple[str, str]]:
    """Every finding of a note with what it is about, as an export prints it."""
    yield "Seen", f"{timezone.localtime(datetime.fromisoformat(content['seen_at'])):%a %-d %b %Y, %H:%M}"
    episode = content["episode"]
    for label, name in (("Side", episode["side"]["words"]), ("When and how it began", episode["onset"])):
        if name:
            yield label, name
    for part in parts.of_note(content):
        for line in part.lines:
            label = f"{part.title}: {line.name}" if line.name else part.title
            yield label, line.words or "yes"
