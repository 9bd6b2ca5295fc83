"""The chain of seals names the first thing that was tampered with, by whoever could get past the guards."""

import hashlib
import json
from typing import Any

import pytest
from django.db import connection

from patients import guards, notes, seal
from patients.models import CaseNote, Condition, Episode, ProvocationTest, SymptomQuestion, TreatmentStep
from tests.factories import START
from tests.patients.written import signed_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> list[CaseNote]:
    """Three signed notes of one episode, the second with two addenda."""
    first = signed_note()
    rest = [signed_note(episode=first.episode, author=first.author, kind="follow_up") for _ in range(2)]
    for text in ("She rang.", "It settled."):
        notes.add_addendum(note=rest[0], author=first.author, kind="addition", text=text, now=START)
    return [first, *rest]


def tamper(sql: str, *values: Any) -> None:
    """What somebody with the keys of the database could do: take the guards off, change, put them back."""
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    guards.install(connection)


def fault(chain: list[CaseNote]) -> seal.Fault | None:
    return seal.first_fault(Episode.objects.get(pk=chain[0].episode_id))


def key(note: Any) -> Any:
    return note.pk if connection.vendor == "postgresql" else note.pk.hex


def test_a_whole_chain_has_no_fault(chain: list[CaseNote]) -> None:
    assert fault(chain) is None


def test_catalogue_and_names_may_move_on(chain: list[CaseNote]) -> None:
    Condition.objects.update(title="Other")
    SymptomQuestion.objects.update(ask="Other", position=5, group="other", options="sharp | stabbing\nache | dull")
    ProvocationTest.objects.update(name="Other")
    TreatmentStep.objects.filter(code="step_1").update(number=9, title="Other")
    type(chain[0].author).objects.update(last_name="Married", title="Doctor")
    type(chain[0].episode.patient).objects.update(name="Married")
    Episode.objects.update(working_hypothesis="Thought again", side="left", onset="later")

    assert fault(chain) is None


def test_an_altered_byte_of_a_seal_is_found(chain: list[CaseNote]) -> None:
    changed = chain[1].seal.replace("Cut hills.", "Cut Hills.")

    tamper("UPDATE patients_casenote SET seal = %s WHERE id = %s", changed, key(chain[1]))

    assert fault(chain) == seal.Fault(f"note {chain[1].pk}", "its seal does not match its hash")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE patients_casenote SET plan = 'x' WHERE id = %s",
        "UPDATE patients_symptom SET number = 1 WHERE number = 7 AND note_id = %s",
        "UPDATE patients_redflaganswer SET reply = 'yes' WHERE note_id = %s",
        "DELETE FROM patients_treatment WHERE note_id = %s",
    ],
)
def test_an_altered_row_is_found(chain: list[CaseNote], sql: str) -> None:
    tamper(sql, key(chain[1]))

    assert fault(chain) == seal.Fault(f"note {chain[1].pk}", "its rows differ from its seal")


def test_a_seal_rewritten_with_its_hash_breaks_the_chain_behind_it(chain: list[CaseNote]) -> None:
    text = chain[0].seal.replace("Cut hills.", "More hills.")
    new_hash = seal.digest("", text)
    tamper(
        "UPDATE patients_casenote SET seal = %s, seal_hash = %s, plan = 'More hills.' WHERE id = %s",
        text,
        new_hash,
        key(chain[0]),
    )

    assert fault(chain) == seal.Fault(f"note {chain[1].pk}", "it does not follow the one before it")


def test_a_note_taken_from_the_middle_is_missed(chain: list[CaseNote]) -> None:
    tamper("UPDATE patients_casenote SET position = 20 WHERE id = %s", key(chain[1]))

    assert fault(chain) == seal.Fault(f"note {chain[2].pk}", "position 2 of the episode is missing")


def test_a_swapped_pair_is_found(chain: list[CaseNote]) -> None:
    for position, note in ((30, chain[1]), (2, chain[2]), (3, chain[1])):
        tamper("UPDATE patients_casenote SET position = %s WHERE id = %s", position, key(note))

    found = fault(chain)

    assert found is not None
    assert found == seal.Fault(f"note {chain[2].pk}", "it does not follow the one before it")


def test_an_altered_addendum_is_found(chain: list[CaseNote]) -> None:
    tamper("UPDATE patients_addendum SET text = 'She wrote.' WHERE position = 1")

    found = fault(chain)

    assert found is not None
    assert (found.row[:8], found.words) == ("addendum", "its rows differ from its seal")


def test_a_missing_addendum_is_found(chain: list[CaseNote]) -> None:
    tamper("DELETE FROM patients_addendum WHERE position = 1")

    found = fault(chain)

    assert found is not None
    assert found.words == "position 1 under its note is missing"


def test_a_few_lines_of_anybody_elses_code_verify_it(chain: list[CaseNote]) -> None:
    previous = ""
    for note in chain:
        content = json.loads(note.seal)
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256((previous + "\n" + text).encode("utf-8")).hexdigest()

    assert previous == chain[-1].seal_hash
