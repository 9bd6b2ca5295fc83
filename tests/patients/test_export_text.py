"""The plain text of the record: 80 columns, every finding told from the next."""

import pytest

from patients import notes
from patients.models import RedFlagAnswer
from tests.factories import START, make_episode, make_note, make_patient
from tests.patients.printed import printed
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db


def test_no_line_of_a_remark_passes_for_a_finding() -> None:
    patient = make_patient(communication_needs="arnica\nRed flags")
    note = saved_note(episode=make_episode(patient=patient))
    RedFlagAnswer.objects.filter(note=note).update(action="asked\nFracture: yes")

    lines = printed(patient).splitlines()

    assert [line for line in lines if "Red flags" in line] == ["  Red flags", "Red flags"]
    assert [line[:17] for line in lines if "Fracture: yes" in line] == ["    Fracture: yes"] * 2


def test_the_text_wraps_between_words_and_keeps_typed_gaps() -> None:
    patient = signed_note().episode.patient
    make_note(episode=patient.episodes.get(), plan="  two spaces  inside\n\n" + "seven77 " * 30, kind="follow_up")

    said = printed(patient)

    assert "\n    two spaces  inside\n\n  seven77 " in said
    assert [line for line in said.splitlines() if line.startswith("     ")] == []


def test_no_line_of_the_text_is_longer_than_80() -> None:
    note = signed_note()
    notes.add_addendum(note=note, author=note.author, kind="addition", text="word " * 400, now=START)
    make_note(episode=note.episode, author=note.author, history="\n".join(f"Line {one} " * 12 for one in range(600)))

    assert max(len(line) for line in printed(note.episode.patient).splitlines()) <= 80
