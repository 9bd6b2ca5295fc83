"""What is asked before a first visit, as plain values: parts of one screen each, their questions, and what was said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CONSENT, CHECK = "agreement", "check"
LONGEST_ANSWER = 300  # what the note's own field takes
ANSWER = "answer-"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """Something told in free words; one line when it has no rows."""

    name: str
    ask: str
    hint: str = ""
    limit: int = LONGEST_ANSWER
    rows: int = 0

    def said(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Question:
    """One question of the catalogue, without its row."""

    code: str
    ask: str
    kind: str
    unit: str = ""
    lowest: int = 0
    highest: int = 9999
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"{ANSWER}{self.code}"

    def said(self, value: Any) -> str:
        """An answer in words: `7 out of 10`, `20 minutes`, the options chosen, or the text."""
        if self.kind == "pain":
            return f"{value} out of 10"
        if self.kind == "number":
            return f"{value} {self.unit}".strip()
        words = dict(self.choices)
        codes = value if isinstance(value, list) else [value]
        return ", ".join(str(words.get(code, code)) for code in codes)


@dataclass(frozen=True)
class Part:
    """One screen."""

    slug: str
    title: str
    lead: str = ""
    asked: tuple[Text | Question, ...] = ()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.asked]


@dataclass(frozen=True)
class Wording:
    """The text people agree to."""

    number: int
    text: str


@dataclass(frozen=True)
class Agreement:
    """Who agreed to which wording, and when; without a time, a name that was typed and not yet signed with."""

    name: str
    at: datetime | None = None
    wording: Wording | None = None
    is_in_record: bool = False


@dataclass(frozen=True)
class Sheet:
    """Everything that is asked for one appointment, and what was answered so far."""

    questions: tuple[Part, ...]
    values: Values
    flags: tuple[tuple[str, str, tuple[str, ...]], ...]
    wording: Wording | None
    agreement: Agreement
    sent_at: datetime | None
    is_begun: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """All screens in their order: what is asked, the agreement where there is a wording, and a last look."""
        agreement = [Part(CONSENT, "Your agreement to treatment")] if self.wording or self.agreement.at else []
        return (*self.questions, *agreement, Part(CHECK, "Check and send"))

    def is_answered(self, part: Part) -> bool:
        if part.slug == CONSENT:
            return self.agreement.at is not None
        return self.sent_at is not None if part.slug == CHECK else any(self.lines(part))

    def lines(self, part: Part) -> Iterator[tuple[str, str]]:
        """What was said in a part: (question, answer)."""
        for one in part.asked:
            value = self.values.get(one.name)
            if value not in (None, "", []):
                yield one.ask, one.said(value)


STORY = Part(
    "story",
    "In your own words",
    "What troubles you, how it began, and what you hope for. As long or as short as you like.",
    (Text("own_words", "What brings you?", "Your therapist reads this first.", 4000, 8),),
)
ABOUT_YOU = Part(
    "about-you",
    "Medicines and allergies",
    "So that nothing we use or advise does you harm. If there are none, write “none”.",
    (
        Text("medication", "Medicines you take", "With or without a prescription, and creams too.", 2000, 4),
        Text("allergies", "Allergies", "For instance to latex, plasters, nuts or oils.", 1000, 3),
    ),
)
CONTACTS = Part(
    "contacts",
    "Your GP, and who to ring",
    "The practice in case a letter is needed, which we would talk about first; the other for an emergency.",
    (
        Text("gp", "Your GP and practice", limit=200),
        Text("emergency_contact", "Who we ring in an emergency", "A name and a phone number.", 200),
        Text(
            "communication_needs",
            "Anything that helps us talk with each other",
            "For instance an interpreter, large print, or a quiet room.",
        ),
    ),
)
TOLD = {text.name: text for part in (STORY, ABOUT_YOU, CONTACTS) for text in part.asked if isinstance(text, Text)}
