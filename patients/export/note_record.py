"""One note for an export: a signed one from its seal, word for word; a draft from its rows, marked as a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from patients import seal
from patients.export import parts
from patients.export.parts import Part
from patients.models import CaseNote


@dataclass(frozen=True)
class AddendumRecord:
    """Words added under a signed note."""

    code: str
    kind: str
    text: str
    author: str
    written_at: datetime


@dataclass(frozen=True)
class NoteRecord:
    """One note: who, when, and its parts in the order they are read."""

    number: int
    kind: str
    seen_at: datetime
    entered_at: datetime
    signed_at: datetime | None
    author: str
    about: str
    onset: str
    parts: tuple[Part, ...]
    addenda: tuple[AddendumRecord, ...]
    seal_hash: str
    content: Mapping[str, Any]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Who, when and about what, as it is printed at the head of the note."""
        entered = moment(self.entered_at) + (" (late entry)" if self.is_late else "")
        signed = f"{moment(self.signed_at)} by {self.author}" if self.signed_at else f"not signed; by {self.author}"
        facts = (
            ("Seen", moment(self.seen_at)),
            ("Entered", entered),
            ("Signed", signed),
            ("About", self.about),
            ("Began", self.onset),
            ("Compared with", self._compared_with),
            ("Copied", "from a note that was entered in error elsewhere" if self.content["copied_from"] else ""),
            ("Entered in error", self._in_error),
        )
        return tuple((name, value) for name, value in facts if value)

    @property
    def is_in_error(self) -> bool:
        """Marked as entered in error: it stands, and does not count."""
        return any(addendum.code == "in_error" for addendum in self.addenda)

    @property
    def state(self) -> str:
        """What must be seen before anything of the note is read."""
        return "entered in error" if self.is_in_error else "" if self.signed_at else "draft, not signed"

    @property
    def _in_error(self) -> str:
        said = next((addendum for addendum in self.addenda if addendum.code == "in_error"), None)
        return f"{moment(said.written_at)} by {said.author}. This note does not count." if said else ""

    @property
    def _compared_with(self) -> str:
        day = self.content.get("compared_with")
        return f"the visit of {date.fromisoformat(day):%-d %B %Y}" if day else ""

    @property
    def is_late(self) -> bool:
        """Entered on a later day than the visit."""
        return timezone.localdate(self.entered_at) > timezone.localdate(self.seen_at)


def moment(at: datetime) -> str:
    """A time as it is printed everywhere: Thursday 26 November 2026, 10:15."""
    return f"{timezone.localtime(at):%A %-d %B %Y, %H:%M}"


def discarded(note: CaseNote) -> str:
    """That there was a draft, and why it is none any more; what it said is in nobody's record."""
    assert note.discarded_at is not None
    return f"of {moment(note.seen_at)}, discarded on {moment(note.discarded_at)}: {note.discard_reason}"


def of_note(number: int, note: CaseNote) -> NoteRecord:
    content = seal.opened(note.seal) if note.is_signed else seal.note_content(note)
    said = content["episode"]
    return NoteRecord(
        number=number,
        kind=content["kind"]["words"],
        seen_at=note.seen_at,
        entered_at=note.entered_at,
        signed_at=note.signed_at,
        author=parts.person(content["author"]),
        about=", ".join(filter(None, (said["condition"]["title"], said["side"]["words"]))),
        onset=said["onset"],
        parts=parts.of_note(content),
        addenda=tuple(_addendum(seal.opened(addendum.seal)) for addendum in note.addenda.all()),
        seal_hash=note.seal_hash,
        content=content,
    )


def _addendum(content: Mapping[str, Any]) -> AddendumRecord:
    return AddendumRecord(
        code=content["kind"]["code"],
        kind=content["kind"]["words"],
        text=content["text"],
        author=parts.person(content["author"]),
        written_at=datetime.fromisoformat(content["written_at"]),
    )
