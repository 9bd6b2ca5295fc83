"""Why a verb of the note was refused."""

from collections.abc import Sequence
from dataclasses import dataclass


class NoteError(Exception):
    """A verb of the note was refused."""


class StaleDraft(NoteError):
    """The draft was saved from somewhere else in the meantime."""


class EpisodeChanged(StaleDraft):
    """Side, onset or hypothesis were changed elsewhere since the page was loaded; `fields` names which."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(f"Changed elsewhere in the meantime: {', '.join(fields)}.")
        self.fields = list(fields)


class NoteIsSigned(NoteError):
    """A signed note takes addenda only."""


class NoteIsDiscarded(NoteError):
    """A discarded draft stays as it was."""


class NotTheAuthor(NoteError):
    """Only the author may change, sign or discard a draft."""


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a note from being signed: where it is on the page, and what to do."""

    anchor: str
    words: str


class CannotSign(NoteError):
    """The note is not complete; `missing` names each item."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__("; ".join(item.words for item in missing))
        self.missing = list(missing)
