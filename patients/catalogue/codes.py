"""Codes: what files, addresses and notes call an entry by; made from its words once, and never changed."""

from django.utils.text import slugify

LONGEST = 60
LONGEST_OF_SOURCE = 20  # an entry cites several in one field
RESERVED = {"new"}  # an address of its own


def made_from(words: str, *, longest: int = LONGEST) -> str:
    """A code for some words; for words without any Latin letter a plain one."""
    return slugify(words)[:longest].strip("-_") or "entry"


def free(code: str, taken: set[str]) -> str:
    """The code, or the next one of that name that nothing has."""
    found, number = code, 1
    while found in taken:
        number += 1
        found = f"{code}-{number}"
    return found
