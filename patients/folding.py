"""Plain letters: one spelling for comparing and searching, whatever accents, capitals or alphabets somebody types."""

import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a plain one and a mark.
PLAIN = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "ng",
    "ı": "i",
    "ĸ": "k",
    "ƒ": "f",
    "ɓ": "b",
    "ɗ": "d",
    "ə": "e",
    "ɨ": "i",
    "ʼ": "'",
    "‘": "'",
    "’": "'",
    "‛": "'",
    "`": "'",
    "´": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "−": "-",
}


def fold(text: str) -> str:
    """The text in plain letters; every blank becomes a space, what cannot be seen is left out."""
    if text.isascii() and text.isprintable():
        return text.lower()
    return "".join(map(fold_letter, text))


@lru_cache(maxsize=4096)
def fold_letter(letter: str) -> str:
    """One letter in plain ones: mostly one, sometimes two or none, so that a place can be found again in the text."""
    if letter in PLAIN:
        return PLAIN[letter]
    if letter.isspace():
        return " "
    apart = unicodedata.normalize("NFKD", letter.casefold())
    return "".join(PLAIN.get(one, one) for one in apart if unicodedata.category(one) not in UNSEEN)


UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs"}


def plain_name(name: str) -> str:
    """A name for comparing: no accents, capitals or double spaces: Seònaid and Seonaid, Łucja and Lucja meet."""
    return " ".join(fold(name).split())


def plain_words(name: str) -> list[str]:
    """The words of a name, with nothing but letters and figures in them: O'Brien is one word, Anne-Marie two."""
    letters = fold(name).replace("'", "").replace("-", " ")
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()
