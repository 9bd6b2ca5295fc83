"""Search people and notes. Who may read what is asked of the rows themselves at that moment, never of the search texts.

People are found by anybody on the staff; notes by practitioners alone, and of drafts only their own.
"""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from patients import search_tables
from patients.access import may_open_records
from patients.folding import fold_letter
from patients.models import CaseNote, NoteText, Patient, PersonText
from patients.search_index import addendum_added, catch_up, forget, note_changed
from patients.search_words import SHORTEST_WORD, Asked, Number, asked

__all__ = ["Asked", "addendum_added", "asked", "excerpt", "forget", "note_changed", "notes", "people"]

MOST_NOTES = 1000  # the newest that match; who finds more has to say more
BEFORE, AFTER = 60, 140  # letters of an excerpt around the first word found


@dataclass(frozen=True)
class Piece:
    """Part of an excerpt; a marked one is what was looked for."""

    words: str
    is_marked: bool = False


@dataclass(frozen=True)
class Excerpt:
    """Where in a note the words stand, and the words around them."""

    place: str
    pieces: tuple[Piece, ...]


def people(wanted: Asked) -> QuerySet[Patient]:
    """Everybody who answers to all that was typed; names that begin so first."""
    if not wanted.finds_people:
        return Patient.objects.none()
    catch_up()
    found = Patient.objects.select_related("search_text")
    if wanted.names:
        named = PersonText.objects.all()
        for name in wanted.names:
            named = named.filter(_holds(name))
        found = found.filter(pk__in=named.values("patient"))
    for days in wanted.births:
        found = found.filter(date_of_birth__in=days)
    for number in wanted.numbers:
        found = found.filter(_has(number))
    return found.annotate(place=_place(wanted)).order_by("place", "name", "date_of_birth", "pk")


def notes(wanted: Asked, *, reader: Any) -> QuerySet[CaseNote]:
    """Signed notes and the reader's own drafts that hold every word, the newest visit first; nothing for the desk."""
    if not may_open_records(reader) or not wanted.finds_notes:
        return CaseNote.objects.none()
    newest = _texts(wanted.words).order_by("-pk").values("note")[:MOST_NOTES]
    readable = Q(signed_at__isnull=False) | Q(author=reader)
    found = CaseNote.objects.kept().filter(readable, pk__in=newest, episode__patient__merged_into=None)
    related = ("episode__patient", "episode__condition", "author", "search_text")
    return found.select_related(*related).order_by("-seen_at", "-pk")


def excerpt(note: CaseNote, words: tuple[str, ...]) -> Excerpt:
    """The line of a note that holds most of the words, cut around the first, with each marked."""
    lines = [line.partition(": ") for line in note.search_text.said.split("\n")]
    place, _, said = max(lines, key=lambda line: len({word for word in words if _find(line[2], [word])}))
    spans = _find(said, words)
    first = spans[0][0] if spans else 0
    start = 0 if first <= BEFORE else said.rfind(" ", 0, first - BEFORE) + 1
    end = len(said) if len(said) <= first + AFTER else max(said.rfind(" ", 0, first + AFTER), first + 1)
    pieces = [Piece("… ")] if start else []
    for span_start, span_end in spans:
        if span_start < end:
            pieces += [Piece(said[start:span_start]), Piece(said[span_start:span_end], is_marked=True)]
            start = span_end
    pieces += [Piece(said[start : max(start, end)]), Piece(" …" if end < len(said) else "")]
    return Excerpt(place, tuple(piece for piece in pieces if piece.words))


def _texts(words: tuple[str, ...]) -> QuerySet[NoteText]:
    """Search texts with every word in them; the engine's trigrams narrow it, the words themselves decide."""
    found = NoteText.objects.all()
    for word in words:
        found = found.filter(text__contains=word)
    trigrams = _trigrams(words)
    if not trigrams or not search_tables.has_trigrams(connection):
        return found
    rows = RawSQL(search_tables.MATCHING, [trigrams])  # noqa: S611  (the words are a parameter)
    return found.filter(pk__in=rows)


def _trigrams(words: tuple[str, ...]) -> str:
    """Every three letters in a row, as FTS5 asks for them; nothing of what was typed is read as its syntax."""
    threes = dict.fromkeys(word[at : at + 3] for word in words for at in range(len(word) - SHORTEST_WORD + 1))
    return " AND ".join('"' + three.replace('"', '""') + '"' for three in threes)


def _holds(name: str) -> Q:
    plain = name.replace("'", "")
    return Q(text__contains=name) | Q(text__contains=plain) if plain != name else Q(text__contains=name)


def _has(number: Number) -> Q:
    held = Q(text__contains=number.typed)
    if number.digits:
        held |= Q(digits__contains=number.digits)
    found = Q(pk__in=PersonText.objects.filter(held).values("patient"))
    return found | Q(date_of_birth=number.born) if number.born else found


def _place(wanted: Asked) -> Case:
    """Names that begin with the first word, names with a word that begins so, then the rest."""
    if not wanted.names:
        return Case(default=Value(0), output_field=IntegerField())
    begins, word_begins = Q(search_text__text__startswith=wanted.names[0]), [" ", "\n"]
    later = reduce(or_, (Q(search_text__text__contains=f"{gap}{wanted.names[0]}") for gap in word_begins))
    return Case(When(begins, then=Value(0)), When(later, then=Value(1)), default=Value(2), output_field=IntegerField())


def _find(said: str, words: Any) -> list[tuple[int, int]]:
    """Where the words stand in a text, looked for in its plain letters; overlapping places are one."""
    plain, places = "", []
    for at, letter in enumerate(said):
        folded = fold_letter(letter)
        plain += folded
        places += [at] * len(folded)
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
    found = re.finditer(pattern, plain) if pattern else iter(())
    return [(places[match.start()], places[match.end() - 1] + 1) for match in found]
