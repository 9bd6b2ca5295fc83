"""Finding people in whatever way they say who they are, and notes by their words; for those who may."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from patients import notes, search, search_tables
from patients.models import Alert, Episode, NoteText, Patient, PersonText
from patients.search_words import national_digits
from tests.factories import START, make_episode, make_note, make_patient, make_practitioner, make_user
from tests.patients.written import saved_note, signed_note, written

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


def people(typed: str) -> list[str]:
    return [one.name for one in search.people(search.asked(typed, today=TODAY))]


def found(typed: str, reader: Any) -> list[Any]:
    return list(search.notes(search.asked(typed, today=TODAY), reader=reader))


def excerpt(typed: str, reader: Any) -> tuple[str, list[tuple[str, bool]]]:
    wanted = search.asked(typed, today=TODAY)
    [note] = search.notes(wanted, reader=reader)
    said = search.excerpt(note, wanted.words)
    return said.place, [(piece.words, piece.is_marked) for piece in said.pieces]


@pytest.fixture
def lucja() -> Patient:
    make_patient(name="Callum Fraser", email="c@example.org", phone="", postcode="", date_of_birth=date(1990, 1, 2))
    return make_patient(
        name="Łucja O’Brien-Nowak",
        known_as="Lucy",
        reference="K7QM-3XWD",
        email="lucja@example.org",
        postcode="G11 6AA",
    )


@pytest.mark.parametrize(
    "typed",
    [
        *("lucja", "ŁUCJA", "Nowak luc", "lucy", "o'brien", "O’Brien", "obrien", "brien nowak"),
        *("k7qm", "K7QM3XWD", "k7qm-3xwd", "lucja@", "g116aa", "G11 6AA", "g11"),
        *(
            "07700 900123",
            "07700-900-123",
            "+44 7700 900123",
            "0044 7700 900123",
            "+44 (0)7700 900123",
            "0123",
            "900123",
        ),
        *("14/05/1984", "14.5.84", "14-05-1984", "1984-05-14", "14 May 1984", "14th of May 1984", "May 14, 1984"),
        *("14051984", "14 05 1984", "5/14/1984", "nowak 14/5/84", "lucja 900123", "Łu\u200bcja", "lucja" + "\x00"),
    ],
)
def test_a_person_is_found_by_what_people_say(lucja: Patient, typed: str) -> None:
    assert people(typed) == ["Łucja O’Brien-Nowak"]


@pytest.mark.parametrize(
    "typed",
    ["nobody", "30/02/1984", "%", "_", "' OR 1=1", "00000000", '"', "\x00", "", "a", "\\", "x" * 10_000, "[luc]"],
)
def test_what_answers_to_nobody_finds_nobody(lucja: Patient, typed: str) -> None:
    assert people(typed) == []


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("0141 496 0143", "1414960143"), ("+441414960143", "1414960143"), ("00441414960143", "1414960143"), ("", "")],
)
def test_a_phone_number_has_one_spelling(typed: str, digits: str) -> None:
    assert national_digits(typed) == digits


def test_names_that_begin_so_come_first() -> None:
    for name in ("Rosalie Ann", "Alison Muir", "Iain Ali"):
        make_patient(name=name)

    assert people("ali") == ["Alison Muir", "Iain Ali", "Rosalie Ann"]


@pytest.mark.parametrize("change", [{"name": "Eilidh Kerr"}, {"phone": "+441414960999"}, {"known_as": "Kirsty"}])
def test_a_change_by_any_door_is_found_at_once(lucja: Patient, change: dict[str, str]) -> None:
    people("lucja")
    Patient.objects.filter(pk=lucja.pk).update(**change)

    assert len(people(next(iter(change.values())))) == 1


def test_a_note_is_found_by_its_words_from_the_moment_it_is_saved() -> None:
    note = saved_note()

    assert [found(typed, note.author) for typed in ("cannot SIT", "hills", "cannòt")] == [[note]] * 3


@pytest.mark.parametrize(
    ("typed", "place", "pieces"),
    [
        ("cannot", "In the patient's words", [("Cannot", True), (" sit.", False)]),
        ("more hills", "What changed in the month before?", [("More", True), (" ", False), ("hills", True)]),
        ('"more hills"', "What changed in the month before?", [("More hills", True)]),
        ("muscle", "Technique 1", [("muscle", True), (" belly", False)]),
        ("4 reps", "Single-leg bridge", [("4", True), (" ", False), ("reps", True), (" at once", False)]),
        ("reactive", "Working hypothesis", [("Réactive", True), (" tendon", False)]),
        ("weekend", "Addition, 26 Nov 2026", [("Long ", False), ("weekend", True), (" walk.", False)]),
    ],
)
def test_where_the_words_stand_is_said_and_each_is_marked(
    typed: str, place: str, pieces: list[tuple[str, bool]]
) -> None:
    episode = make_episode(working_hypothesis="Réactive tendon")
    note = signed_note(episode=episode)
    notes.add_addendum(note=note, author=note.author, kind="addition", text="Long weekend walk.", now=START)

    assert excerpt(typed, note.author) == (place, pieces)


def test_a_long_text_is_cut_around_what_was_looked_for() -> None:
    note = saved_note()
    saved = written(note.episode.condition, history=f"{'so ' * 80}CANARY {'and ' * 80}")
    notes.save_draft(note=note, version=note.version, written=saved, by=note.author, now=START)

    _, pieces = excerpt("canary", note.author)

    assert [words for words, is_marked in pieces if is_marked] == ["CANARY"]
    assert (pieces[0][0], pieces[-1][0]) == ("… ", " …")
    assert sum(len(words) for words, _ in pieces) < 260


def test_what_was_taken_out_of_a_draft_is_found_no_more() -> None:
    note = saved_note()
    saved = written(note.episode.condition, history="Better.")
    notes.save_draft(note=note, version=note.version, written=saved, by=note.author, now=START)

    assert (found("cannot", note.author), found("better", note.author)) == ([], [note])


def test_nobody_reads_the_draft_of_another() -> None:
    note = saved_note()

    assert (found("cannot", make_practitioner()), found("cannot", note.author)) == ([], [note])


def test_a_signed_note_is_found_by_every_practitioner_and_by_nobody_else() -> None:
    note = signed_note()

    readers = [make_practitioner(), make_user(is_superuser=True), make_practitioner(is_active=False)]
    assert [found("cannot", reader) for reader in readers] == [[note], [], []]


def test_a_discarded_draft_is_found_no_more() -> None:
    note = saved_note()
    type(note).objects.filter(pk=note.pk).update(
        discarded_at=START, discarded_by=note.author, discard_reason="Wrong patient."
    )

    assert found("cannot", note.author) == []


@pytest.mark.parametrize(
    "typed", ["ca", "%", "'; --", '"', "\x00\x00\x00", "NEAR(a b)", "cannot AND nothing", "_______"]
)
def test_hostile_words_find_nothing_and_break_nothing(typed: str) -> None:
    note = signed_note()

    assert found(typed, note.author) == []


def test_the_newest_visit_comes_first() -> None:
    author, episode = make_practitioner(), make_episode()
    drafts = [make_note(episode=episode, author=author, seen_at=START.replace(day=day)) for day in (3, 9, 6)]
    for note in drafts:
        notes.save_draft(note=note, version=note.version, written=written(episode.condition), by=author, now=START)

    assert [note.seen_at.day for note in found("cannot", author)] == [9, 6, 3]


def test_the_words_alone_decide_where_the_engine_has_no_trigrams(monkeypatch: pytest.MonkeyPatch) -> None:
    note = signed_note()
    monkeypatch.setattr(search_tables, "has_trigrams", lambda connection: False)

    assert (found("cannot", note.author), found("cannot fly", note.author)) == ([note], [])


def test_everything_can_be_made_anew(capsys: pytest.CaptureFixture) -> None:
    note = signed_note()
    NoteText.objects.all().delete()
    PersonText.objects.all().delete()

    call_command("rebuild_search")

    assert capsys.readouterr().out == "1 people and 1 notes can be found.\n"
    assert (people("ailsa"), found("cannot", note.author)) == (["Ailsa Reid"], [note])


def test_who_is_forgotten_leaves_no_word_behind() -> None:
    note = signed_note()
    people("ailsa")

    search.forget(note.episode.patient)

    assert (NoteText.objects.count(), PersonText.objects.count(), found("cannot", note.author)) == (0, 0, [])
    assert "can" not in trigrams()


def trigrams() -> list[str]:
    """What SQLite still holds of any text; PostgreSQL's index has nothing without its row."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab('main', 'patients_notetext_trigrams', 'row')")
        cursor.execute("SELECT term FROM temp.held")
        terms = [term for (term,) in cursor.fetchall()]
        cursor.execute("DROP TABLE temp.held")
    return terms


def test_an_engine_that_cannot_is_told_apart_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_tables, "SQLITE", ("CREATE VIRTUAL TABLE x USING fts99(text)",))
    monkeypatch.setattr(search_tables, "POSTGRESQL", ("CREATE EXTENSION no_such_extension",))
    monkeypatch.setattr(search_tables, "has_trigrams", lambda connection: False)

    assert (search_tables.install(connection), Episode.objects.count(), Alert.objects.count()) == (False, 0, 0)
