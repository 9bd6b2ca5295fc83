"""What somebody typed into the search box, taken apart: names, birthdays and phone numbers in any usual spelling."""

import re
from dataclasses import dataclass
from datetime import date

from patients.folding import fold

LONGEST, MOST_WORDS, LONGEST_WORD = 200, 8, 60
SHORTEST_NAME, SHORTEST_WORD = 2, 3
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_APART = r"[\s./,-]+"
BIRTHDAYS = tuple(
    re.compile(rf"(?<![\w/.-]){spelling}(?![\w/-])")
    for spelling in (
        rf"{_DAY}(?:\s+of)?{_APART}{_MONTH}{_APART}{_YEAR}",
        rf"{_MONTH}{_APART}{_DAY}{_APART}{_YEAR}",
        r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\s?[-./]\s?(?P<month>\d{1,2})\s?[-./]\s?(?P<year>\d{4}|\d{2})",
        r"(?P<day>\d{2}) (?P<month>\d{2}) (?P<year>\d{4})",
    )
)
WHOLE_BIRTHDAY = re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})")
PHONE = re.compile(r"(?<!\w)\+?\(?\d[\d\s().-]*\d(?!\w)")
QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Number:
    """Digits that may be part of a phone number, of a reference, or a whole birthday."""

    digits: str
    typed: str
    born: date | None = None


@dataclass(frozen=True)
class Asked:
    """The words of one search. `names`, `births` and `numbers` find people, `words` find notes."""

    typed: str
    names: tuple[str, ...]
    births: tuple[tuple[date, ...], ...]
    numbers: tuple[Number, ...]
    words: tuple[str, ...]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return not self.typed

    @property
    def finds_people(self) -> bool:
        """Whether enough was typed to look people up."""
        letters = any(len(name) >= SHORTEST_NAME for name in self.names)
        return letters or bool(self.births) or any(len(number.digits) >= SHORTEST_WORD for number in self.numbers)

    @property
    def finds_notes(self) -> bool:
        """Whether enough was typed to look notes through."""
        return any(len(word) >= SHORTEST_WORD for word in self.words)


def asked(typed: str, *, today: date) -> Asked:
    """Take apart what was typed; whatever it is, there is an answer."""
    text = " ".join(fold(typed[: LONGEST * 2]).split())
    is_cut = len(typed) > LONGEST
    text = text[:LONGEST]
    rest, births = _births(text, today)
    rest, numbers = _numbers(rest, today)
    names = [word.strip("\"',;:") for word in rest.split()]
    return Asked(
        typed=" ".join(typed.replace("\x00", "").split())[:LONGEST],
        names=tuple(name[:LONGEST_WORD] for name in names if name)[:MOST_WORDS],
        births=births,
        numbers=numbers[:MOST_WORDS],
        words=_words(text),
        is_cut=is_cut,
    )


def national_digits(phone: str) -> str:
    """The digits of a phone number without what people leave out: 0, +44, 0044."""
    digits = "".join(one for one in phone if one in "0123456789")
    if phone.strip().startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        digits = digits.removeprefix("44") if digits.startswith("44") else digits
    elif len(digits) > 11 and digits.startswith("44"):
        digits = digits[2:]
    return digits.lstrip("0")


def _words(text: str) -> tuple[str, ...]:
    """Words, and phrases between quotation marks, each once."""
    phrases = [phrase.strip() for phrase in QUOTED.findall(text)]
    words = QUOTED.sub(" ", text).replace('"', " ").split()
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in (*phrases, *words) if word))[:MOST_WORDS]


def _births(text: str, today: date) -> tuple[str, tuple[tuple[date, ...], ...]]:
    """The text without its birthdays, and each birthday in every way it can be read."""
    births: list[tuple[date, ...]] = []

    def taken(match: re.Match[str]) -> str:
        days = _readings(match["day"], match["month"], match["year"], today)
        if not days:
            return match[0]
        births.append(days)
        return " "

    for spelling in BIRTHDAYS:
        text = spelling.sub(taken, text)
    return text, tuple(births)


def _numbers(text: str, today: date) -> tuple[str, tuple[Number, ...]]:
    """The text without its phone numbers, and the numbers."""
    numbers: list[Number] = []

    def taken(match: re.Match[str]) -> str:
        typed = "".join(one for one in match[0] if one.isdigit())
        if len(typed) < SHORTEST_WORD:
            return match[0]
        whole = WHOLE_BIRTHDAY.fullmatch(typed)
        days = _readings(whole["day"], whole["month"], whole["year"], today) if whole else ()
        numbers.append(Number(national_digits(match[0].replace("(0)", "")), typed, days[0] if days else None))
        return " "

    return PHONE.sub(taken, text), tuple(numbers)


def _readings(day: str, month: str, year: str, today: date) -> tuple[date, ...]:
    """The day first, as people here write it; the month first only where nothing else makes sense."""
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
    whole_year = int(year) if len(year) == 4 else _century(int(year), today)
    for one, other in ((int(day), number), (number, int(day))):
        try:
            return (date(whole_year, other, one),)
        except ValueError:
            continue
    return ()


def _century(year: int, today: date) -> int:
    """Of the last hundred years: nobody is born tomorrow."""
    return 2000 + year if year <= today.year % 100 else 1900 + year
