"""Measures finding people and notes, on the scratch database of this process, and prints a table."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.measure import say
from patients import search, search_index
from patients.folding import fold
from patients.models import CaseNote, Episode, NoteText, Patient
from tests.factories import START, make_condition, make_practitioner

PEOPLE, NOTES, ROUNDS = 10_000, 30_000, 15
FIRST = "Ailsa Seònaid Iain Margaret Tomasz Agnieszka Callum Eilidh Fatima Ruaridh Morag William Łucja Hamish"
LAST = "MacLeod Fraser Reid Nowak Docherty Akhtar Campbell Sinclair O’Brien Drummond Kerr Muir Baxter Lis"
WORDS = """sat stood through film hills hurt again run running week sits edge chair noon bridge settled overnight stairs
flare walk west highland way days drove long meeting pain worse better morning evening tendon load step slow heavy
stretch avoided cushion desk gym class physio before after sleep side turned cycle saddle sore warm cold easy hard"""
RARE = "trampoline"  # in one note of a thousand
SEAL = "x" * 4000  # about what a signed note of a first visit seals


def fill() -> Any:
    """People with three notes each, ninety words a note, all signed by one therapist."""
    chance, author, condition = random.Random(4), make_practitioner(username="finder"), make_condition(code="find")
    people = [_person(number, chance) for number in range(PEOPLE)]
    Patient.objects.bulk_create(people, batch_size=1000)
    started_on = START.date()
    episodes = [Episode(patient=one, condition=condition, side="left", started_on=started_on) for one in people]
    Episode.objects.bulk_create(episodes, batch_size=1000)
    notes = [_note(number, episodes[number % PEOPLE], author) for number in range(NOTES)]
    CaseNote.objects.bulk_create(notes, batch_size=500)
    for first in range(0, NOTES, 1000):
        NoteText.objects.bulk_create(_text(note, number, chance) for number, note in _some(notes, first))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return author


def main() -> None:
    author = fill()
    caught_up = _seconds(search_index.catch_up)
    client = Client()
    client.force_login(author)
    say(f"\n{connection.display_name}: {PEOPLE:,} people, {NOTES:,} notes; first look at everybody {caught_up:.1f} s\n")
    say("| looked for | found | search | page |")
    say("| --- | ---: | ---: | ---: |")
    for words, typed in (
        ("a name", "seonaid macleod"),
        ("the last figures of a phone number", "9123"),
        ("a birthday", "14/5/1961"),
        ("nobody", "zzyzx"),
        ("a rare word of notes", RARE),
        ("two common words of notes", "hills stairs"),
        ("a word of nearly every note", "pain"),
    ):
        wanted = search.asked(typed, today=date(2026, 11, 26))
        people, notes = search.people(wanted).count(), search.notes(wanted, reader=author).count()
        found = f"{people:,} people, {notes:,} notes"
        alone = _middle(lambda wanted=wanted: _both(wanted, author))
        page = _middle(lambda typed=typed: client.get("/admin/search/", {"q": typed}))
        say(f"| {words} | {found} | {alone:.0f} ms | {page:.0f} ms |")


def _both(wanted: search.Asked, author: Any) -> None:
    list(search.people(wanted)[:6])
    list(search.notes(wanted, reader=author)[:6])


def _middle(act: Callable[[], object]) -> float:
    act()
    return median(_seconds(act) * 1000 for _ in range(ROUNDS))


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _person(number: int, chance: random.Random) -> Patient:
    return Patient(
        reference=f"{number:04d}-FIND",
        name=f"{chance.choice(FIRST.split())} {chance.choice(LAST.split())}",
        date_of_birth=date(1940, 1, 1) + timedelta(days=chance.randrange(25_000)),
        email=f"person{number}@example.org",
        phone=f"+447700{number:06d}",
        postcode=f"G{number % 78} {number % 9 + 1}QW",
        registered_at=START,
    )


def _note(number: int, episode: Episode, author: Any) -> CaseNote:
    seen_at = START - timedelta(hours=number)
    sealed = {
        "signed_at": seen_at,
        "signed_by": author,
        "position": number // PEOPLE + 1,
        "seal": SEAL,
        "seal_hash": "a" * 64,
    }
    times = {"seen_at": seen_at, "entered_at": seen_at, "changed_at": seen_at}
    return CaseNote(episode=episode, author=author, kind="follow_up", **times, **sealed)


def _text(note: CaseNote, number: int, chance: random.Random) -> NoteText:
    words = [*chance.choices(WORDS.split(), k=90), RARE if number % 1000 == 0 else "desk"]
    chance.shuffle(words)
    said = " ".join(words)
    return NoteText(note=note, said=f"Plan: {said}", text=fold(said))


def _some(notes: list[CaseNote], first: int) -> list[tuple[int, CaseNote]]:
    return list(enumerate(notes[first : first + 1000], start=first))
