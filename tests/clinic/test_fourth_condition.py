"""Plantar heel pain, which no file knows: made on the pages alone, and used the same minute for everything."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import intake
from patients import guide
from patients.models import CaseNote, Condition, Patient
from tests.clinic.typed import TYPED as VISIT
from tests.factories import START, make_appointment, make_condition, make_note, make_practitioner

pytestmark = pytest.mark.django_db

HOME = "/admin/catalogue/plantar-heel-pain/"
SURE = {"evidence": "seed", "sources": ["SEED"]}
ENTRIES: list[tuple[str, dict[str, Any]]] = [
    ("steps", {"number": "1", "title": "Calm the heel", "goal": "First steps hurt less.", "avoid": "Bare feet"}),
    ("steps", {"number": "2", "title": "Load the foot", "goal": "Stand all day."}),
    ("symptom-questions", {"group": "where", "ask": "Where under the foot?", "kind": "choice", "asked_of": "patient"}),
    ("symptom-questions", {"group": "pain", "ask": "Pain of the first steps", "kind": "pain", "asked_of": "patient"}),
    ("tests", {"name": "Windlass test", "how": "Lift the big toe.", "positive_when": "Familiar pain."}),
    ("causes", {"label": "New shoes", "role": "onset", "public_words": "Flat or worn shoes."}),
    ("causes", {"label": "Standing at work", "role": "maintaining"}),
    ("techniques", {"label": "Calf massage"}),
    ("exercises", {"name": "Heel raise on a towel", "how": "Up slowly, down slowly.", "dose": "3 sets of 12"}),
    (
        "red-flags",
        {"label": "Calcaneal fracture", "ask": "A fall from a height?", "level": "same_day", "action": "GP."},
    ),
    ("mimics", {"label": "Nerve trapped at the ankle", "clue": "Tingling sole"}),
    ("instruments", {"name": "Foot function", "minimum": "0", "maximum": "100", "better": "higher"}),
    ("load-rules", {"label": "Mild", "text": "0 to 4 is fine.", "fine_up_to": "4", "acceptable_up_to": "5"}),
]
MORE: dict[str, dict[str, Any]] = {
    "Where under the foot?": {"options": "under the heel\nthe arch of the foot", "is_required": "on"},
    "Pain of the first steps": {"is_charted": "on"},
    "Calcaneal fracture": {"ask_mode": "any", "public_words": "A fall from a height"},
    "Mild": {"is_default": "on"},
}
TYPED = {
    "seen_on": "2026-11-26",
    "seen_at": "10:00",
    "side": "left",
    "consent": "given",
    "history": "Cannot walk to the kettle.",
    "plan": "Softer shoes.",
    "symptom-where-under-the-foot": "the-arch-of-the-foot",
    "symptom-pain-of-the-first-steps": "8",
    "test-windlass-test-left-outcome": "positive",
    "test-windlass-test-left-familiar": "yes",
    "test-windlass-test-left-pain": "6",
    "cause-new-shoes-weight": "main",
    "cause-standing-at-work-weight": "likely",
    "step-calm-the-heel-state": "active",
    "technique-calf-massage": "on",
    "exercise-heel-raise-on-a-towel": "on",
    "exercise-heel-raise-on-a-towel-dose": "2 sets of 12",
    "flag-calcaneal-fracture-reply": "no",
}
WORD_FOR_WORD = [
    "Plantar heel pain",
    "Where under the foot?",
    "the arch of the foot",
    "Pain of the first steps",
    "8 out of 10",
    "Windlass test",
    "New shoes",
    "Standing at work",
    "Calm the heel",
    "Calf massage",
    "Heel raise on a towel",
    "2 sets of 12",
    "A fall from a height?",
]


@pytest.fixture(autouse=True)
def after_the_visit() -> Any:
    with travel(START + timedelta(minutes=50), tick=False):
        yield


@pytest.fixture
def therapist(client: Client) -> Any:
    user = make_practitioner(username="mairi")
    client.force_login(user)
    return user


@pytest.fixture
def heel(client: Client, therapist: Any) -> Condition:
    """The condition, typed in field by field; another one is there, so that it has to be chosen."""
    make_condition()
    told = {"title": "Plantar heel pain", "body_region": "heel", "has_side": "on", "summary": "A sore heel."}
    client.post("/admin/catalogue/new/", told)
    for kind, said in ENTRIES:
        more = MORE.get(str(next(iter({*said.values()} & MORE.keys()), "")), {})
        steps = Condition.objects.get(code="plantar-heel-pain").treatmentsteps.values_list("pk", flat=True)[:1]
        answer = client.post(f"{HOME}add/{kind}/", {**SURE, **said, **more, "steps": list(steps)})
        assert answer.status_code == 302, (kind, answer.context["form"].errors)
    return Condition.objects.get(code="plantar-heel-pain")


def signed(client: Client, therapist: Any) -> CaseNote:
    appointment = make_appointment(starts_at=START, practitioner=therapist)
    client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "note", "condition": "plantar-heel-pain"})
    note = CaseNote.objects.get()
    answer = client.post(f"/admin/notes/{note.pk}/", {**TYPED, "version": note.version, "do": "sign"})
    note.refresh_from_db()
    assert note.is_signed, answer.content.decode()
    return note


def exported(client: Client) -> str:
    url = f"/admin/patients/{Patient.objects.get().pk}/export/"
    return re.sub(r"[=\s]+", " ", client.post(url, {"format": "text"}).content.decode())


def test_made_on_the_pages_alone_then_written_signed_charted_and_exported_the_same_minute(
    client: Client, therapist: Any, heel: Condition
) -> None:
    note = signed(client, therapist)
    text = exported(client)
    charted = client.get(f"/admin/patients/{note.episode.patient_id}/").content.decode()

    assert (note.episode.condition, note.catalogue_version.number) == (heel, 14)  # type: ignore[union-attr]
    assert {words: words in text for words in WORD_FOR_WORD} == dict.fromkeys(WORD_FOR_WORD, True)
    assert ["<svg" in charted, "Pain of the first steps" in charted] == [True, True]

    rename_and_retire(client, heel)

    after = exported(client)
    assert after.replace("Episode: Another title", "Episode: Plantar heel pain").split() == text.split()


def rename_and_retire(client: Client, heel: Condition) -> None:
    cause, question = heel.causes.first(), heel.symptomquestions.first()
    client.post(f"{HOME}causes/{cause.pk}/", {**SURE, "label": "Other", "role": "onset", "seen": cause.changed_in})
    client.post(f"{HOME}do/", {"do": f"retire symptom_questions {question.pk}"})
    client.post(f"{HOME}about/", {"title": "Another title", "summary": "S", "has_side": "on", "seen": 1})
    heel.refresh_from_db()
    now = (heel.title, heel.causes.first().label, heel.symptomquestions.in_use().count())
    assert now == ("Another title", "Other", 1)


def test_an_open_note_keeps_what_was_typed_under_a_retired_entry(client: Client, therapist: Any) -> None:
    note = make_note(author=therapist)
    about, page = note.episode.condition, f"/admin/notes/{note.pk}/"
    client.post(page, {**VISIT, "version": note.version, "do": "save"})

    for kind, rows in (("techniques", about.techniques), ("tests", about.provocationtests), ("causes", about.causes)):
        client.post(f"/admin/catalogue/{about.code}/do/", {"do": f"retire {kind} {rows.first().pk}"})
    note.refresh_from_db()
    client.post(page, {**VISIT, "version": note.version, "do": "sign"})

    note.refresh_from_db()
    kept = [words in note.seal for words in ("Technique 1", "Single-leg bridge", "Reactive overuse")]
    assert (about.techniques.in_use().count(), note.is_signed, kept) == (2, True, [True, True, True])


def test_patients_read_it_and_are_asked_from_it_once_it_is_approved(
    client: Client, therapist: Any, heel: Condition, settings: Any
) -> None:
    settings.BASE_URL, settings.IS_LOOPBACK = "https://clinic.example", False
    stranger = Client()
    appointment = make_appointment(starts_at=START + timedelta(days=2), condition_code=heel.code)
    before = (stranger.get("/conditions/plantar-heel-pain/").status_code, len(intake.sheet(appointment).flags))

    client.post(f"{HOME}do/", {"do": "review", "seen": heel.version})

    heel.refresh_from_db()
    asked = [one.ask for part in intake.sheet(appointment).questions for one in part.asked if hasattr(one, "ask")]
    shown = guide.for_patients(heel)
    assert (before, stranger.get("/conditions/plantar-heel-pain/").status_code) == ((404, 0), 200)
    assert ["Where under the foot?" in asked, "Pain of the first steps" in asked] == [True, True]
    assert shown is not None
    assert (shown.causes, shown.load_rule) == ((("New shoes", "Flat or worn shoes."),), "0 to 4 is fine.")
