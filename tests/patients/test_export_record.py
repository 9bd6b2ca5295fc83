"""The record leaves whole: every finding once, both times and the signer on every note, nobody else's words."""

from datetime import timedelta
from typing import Any

import pytest

from patients import notes
from patients.models import ClinicProfile, Episode, Patient
from tests.factories import START, make_episode, make_note, make_patient, make_practitioner
from tests.patients.printed import flat, gathered, pages, printed
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db

NAMES = ["Seònaid NicIllEathain", "Łukasz Żółć", "Trần Văn Ánh", "Zoë Müller-Ångström"]


@pytest.fixture(autouse=True)
def clinic() -> ClinicProfile:
    return ClinicProfile.objects.create(
        pk=1, name="Kelvin Clinic", street="7 Mill Lade Lane", phone="0141 496 0123", ico_number="ZA123456"
    )


def test_an_empty_record_says_so() -> None:
    patient = make_patient(name="Ailsa Reid")

    assert "No episode is recorded." in printed(patient)
    assert "No episode is recorded." in flat(pages(patient)[0])
    assert gathered(patient).contents == "0 episodes, 0 signed notes, 0 drafts, 0 addenda, 0 appointments"


def test_every_finding_is_printed_once() -> None:
    note = signed_note()
    found = [
        "7 out of 10",
        "sharp, like toothache",
        "More hills",
        "familiar pain: yes",
        "pain 6 out of 10",
        "4 reps",
        "at once",
        "muscle belly",
        "4 sets of 20 seconds; standing",
        "set it off; main; hills",
        "active; cut hills",
        "Stand more.",
        "Cut hills.",
        "Cannot sit.",
        "asked and given",
    ]

    for rendering in (printed(note.episode.patient), " ".join(pages(note.episode.patient))):
        assert {words: flat(rendering).count(words) for words in found} == dict.fromkeys(found, 1)


def test_every_note_names_its_signer_and_both_times() -> None:
    note = signed_note(entered_at=START + timedelta(days=1))

    for rendering in (printed(note.episode.patient), " ".join(pages(note.episode.patient))):
        said = flat(rendering)
        assert "Thursday 26 November 2026, 10:00 by Mairi Campbell, Sports therapist, SMA 1234" in said
        assert "Friday 27 November 2026, 10:00 (late entry)" in said


def test_signed_words_are_printed_as_they_were_signed() -> None:
    note = signed_note()
    condition = note.episode.condition
    condition.symptomquestions.update(ask="A question of later days")
    condition.treatmentsteps.update(title="A title of later days")

    assert "of later days" not in printed(note.episode.patient)


def test_a_draft_is_marked_and_an_addendum_stands_under_its_note() -> None:
    note = signed_note()
    notes.add_addendum(note=note, author=note.author, kind="correction", text="It was the left.", now=START)
    saved_note(episode=note.episode, author=note.author, kind="follow_up", seen_at=START + timedelta(days=7))

    said = printed(note.episode.patient)

    assert said.index("Cut hills.") < said.index("It was the left.") < said.index("DRAFT, NOT SIGNED")
    assert "Draft, not signed" in flat(" ".join(pages(note.episode.patient)))


def test_nothing_of_somebody_else_with_the_same_name_and_birthday() -> None:
    mine = signed_note()
    theirs = make_note(plan="CANARY", author=make_practitioner())
    assert theirs.episode.patient.name == mine.episode.patient.name

    assert "CANARY" not in printed(mine.episode.patient)


@pytest.mark.parametrize("name", NAMES)
def test_names_survive_in_text_and_pdf(name: str) -> None:
    patient = make_patient(name=name)

    assert name in printed(patient)
    assert name in flat(pages(patient)[0])


def test_onset_and_hypothesis_of_a_signed_note_stay_as_signed() -> None:
    note = signed_note(episode=make_episode(onset="May", working_hypothesis="Hills"))
    Episode.objects.update(onset="June", working_hypothesis="Stairs", side="left")

    said = printed(note.episode.patient)

    assert [said.count(words) for words in ("Began: May", "Working hypothesis: Hills")] == [1, 1]
    assert [said.count(words) for words in ("Began: June", "Working hypothesis: Stairs")] == [1, 1]
    assert ("About: High hamstring tendinopathy, right" in said, "tendinopathy, left" in said) == (True, True)


@pytest.mark.parametrize("item_count", [1, 3])
def test_gathering_costs_the_same_however_long_the_record(item_count: int, django_assert_num_queries: Any) -> None:
    first = signed_note()
    for number in range(item_count - 1):
        signed_note(episode=first.episode, author=first.author, seen_at=START - timedelta(days=number))
    patient = Patient.objects.get(pk=first.episode.patient_id)

    with django_assert_num_queries(23):
        gathered(patient)


def test_everything_known_about_the_person_is_printed() -> None:
    known = {
        "known_as": "Shona",
        "phone": "+447700900999",
        "email": "shona@example.org",
        "street": "4 Otago Lane",
        "postcode": "G12 8PA",
        "gp": "Dr Iain MacLeod",
        "emergency_contact": "Eòghann, husband",
        "communication_needs": "Hears with the left ear",
        "alerts": "Takes warfarin",
    }
    patient = make_patient(**known)

    for rendering in (printed(patient), " ".join(pages(patient))):
        assert [words for words in (*known.values(), "14 May 1984") if words not in flat(rendering)] == []


def test_the_clinic_that_keeps_the_record_is_named() -> None:
    patient = make_patient()

    for rendering in (printed(patient), pages(patient)[0]):
        said = flat(rendering)
        assert [
            words for words in ("Kelvin Clinic", "7 Mill Lade Lane", "0141 496 0123", "ZA123456") if words not in said
        ] == []
