"""The clinic's own example, typed in as a user would with the real catalogue: booked, seen, signed, taken away."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from time_machine import travel

from bookings.models import Appointment
from patients.catalogue import loader
from patients.models import CaseNote, Patient
from tests.factories import make_appointment, make_practitioner

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
TYPED = {
    "seen_on": "2026-11-26",
    "seen_at": "10:00",
    "side": "right",
    "onset": "Six months ago, after adding hills",
    "history": "Has not sat in comfort for six months. Driving is hardly bearable.",
    "working_hypothesis": "Tendon reacted to hills; sitting keeps it going",
    "consent": "given",
    "advice": "Stand or kneel instead of sitting. No stretching, no testing.",
    "plan": "Flat walking only, load diary, back in a week.",
    "symptom-side": "right",
    "symptom-main_site": "sitting-bone",
    "symptom-character": ["sharp", "toothache-like"],
    "symptom-pain_worst": "9",
    "symptom-sitting_tolerance_min": "5",
    "symptom-driving_tolerance_min": "10",
    "symptom-agg_driving": "cannot-do",
    "symptom-agg_stretch": "severe",
    "symptom-agg_contraction": "severe",
    "symptom-standing_painful": "no",
    "symptom-onset": "after-change-of-activity",
    "symptom-onset_date": "May 2026",
    "test-single_leg_bridge_short-right-outcome": "positive",
    "test-single_leg_bridge_short-right-familiar": "yes",
    "test-single_leg_bridge_short-right-pain": "5",
    "test-single_leg_bridge_short-left-outcome": "negative",
    "test-puranen_orava-right-outcome": "positive",
    "test-puranen_orava-right-familiar": "yes",
    "test-puranen_orava-right-pain": "7",
    "test-bent_knee_stretch-right-outcome": "positive",
    "test-bent_knee_stretch-right-familiar": "partly",
    "test-bent_knee_stretch-right-pain": "6",
    "cause-reactive_overuse-weight": "main",
    "cause-sitting_exposure-weight": "likely",
    "cause-gluteal_weakness-weight": "possible",
    "cause-self_testing-weight": "likely",
    "step-manage_load-state": "active",
    "step-settle_pain-state": "active",
    "step-build_capacity-state": "not_started",
    "technique-education": "on",
    "technique-massage_hamstring": "on",
    "technique-massage_hamstring-text": "muscle belly only",
    "exercise-double_bridge_hold": "on",
    "exercise-double_bridge_hold-dose": "4 times 20 seconds, twice a day",
}
PRINTED_ONCE = [
    "right on the sitting bone",
    "sharp, like toothache",
    "9 out of 10",
    "5 minutes",
    "10 minutes",
    "May 2026",
    "pain 5 out of 10",
    "pain 7 out of 10",
    "pain 6 out of 10",
    "set it off; main",
    "muscle belly only",
    "4 times 20 seconds, twice a day",
    "Flat walking only, load diary, back in a week.",
    "Has not sat in comfort for six months.",
    "Six months ago, after adding hills",
    "Tendon reacted to hills; sitting keeps it going",
    "Stand or kneel instead of sitting.",
    "asked and given",
    "cannot do it",
]


@pytest.fixture(autouse=True)
def after_the_visit() -> Any:
    with travel(START + timedelta(minutes=50), tick=False):
        yield


@pytest.fixture
def therapist(client: Client) -> Any:
    loader.load([loader.FOLDER / "high-hamstring-tendinopathy.yaml"], now=START - timedelta(days=1))
    user = make_practitioner(username="mairi")
    client.force_login(user)
    return user


def opened(client: Client, therapist: Any) -> CaseNote:
    """Booked from the guide, arrived, note opened by one press."""
    appointment = make_appointment(
        starts_at=START,
        practitioner=therapist,
        name="Seònaid NicIllEathain",
        condition_code="high-hamstring-tendinopathy",
    )
    client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "arrive"})
    client.post(f"/admin/appointments/{appointment.pk}/do/", {"do": "note"})
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.ATTENDED
    return CaseNote.objects.get()


def flat(words: str) -> str:
    return re.sub(r"\s+", " ", words)


def test_the_whole_path_from_appointment_to_the_record_in_her_hand(client: Client, therapist: Any) -> None:
    note = opened(client, therapist)
    page = f"/admin/notes/{note.pk}/"
    client.post(page, {**TYPED, "version": 1, "do": "all_no", **{f"flag-{one}-reply": "" for one in flags(note)}})
    client.post(page, {**TYPED, "version": 2, "do": "sign", **{f"flag-{one}-reply": "no" for one in flags(note)}})

    note.refresh_from_db()
    patient = Patient.objects.get()
    assert (note.is_signed, note.episode.side, patient.name) == (True, "right", "Seònaid NicIllEathain")
    assert list(note.treatment_step_states.values_list("step__number", "state")) == [
        (1, "active"),
        (2, "active"),
        (3, "not_started"),
    ]

    url = f"/admin/patients/{patient.pk}/export/"
    text = client.post(url, {"format": "text"}).content.decode()
    reader = PdfReader(BytesIO(client.post(url, {"format": "pdf"}).content))
    for rendering in (text, " ".join(page.extract_text() for page in reader.pages)):
        assert {words: flat(rendering).count(words) for words in PRINTED_ONCE} == dict.fromkeys(PRINTED_ONCE, 1)
        assert (rendering.count("Red flags"), flat(rendering).count("Asked:")) == (1, 12)


def flags(note: CaseNote) -> list[str]:
    return list(note.episode.condition.redflags.values_list("code", flat=True))


def test_no_figure_of_accuracy_reaches_patient_or_export(client: Client, therapist: Any) -> None:
    note = opened(client, therapist)
    therapists_screen = client.get(f"/admin/notes/{note.pk}/").content.decode()
    guide = client.get("/conditions/high-hamstring-tendinopathy/").content.decode()
    export = client.post(f"/admin/patients/{Patient.objects.get().pk}/export/", {"format": "text"}).content.decode()

    assert ["sensitivity" in words for words in (therapists_screen, guide, export)] == [True, False, False]


def test_nothing_is_computed_from_the_answers(client: Client, therapist: Any) -> None:
    note = opened(client, therapist)
    before = client.get(f"/admin/notes/{note.pk}/").context["rows"]
    everything = {name: value for name, value in TYPED.items() if not name.startswith(("cause-", "step-"))}
    client.post(f"/admin/notes/{note.pk}/", {**everything, "version": 1, "do": "save"})
    after = client.get(f"/admin/notes/{note.pk}/").context["rows"]

    order = [
        [row.item.code for row in (*rows.onset_causes, *rows.maintaining_causes, *rows.steps)]
        for rows in (before, after)
    ]
    chosen = [row.fields["weight"].value() for row in (*after.onset_causes, *after.maintaining_causes)]
    assert order[0] == order[1]
    assert (set(chosen), note.suspected_causes.count(), note.treatment_step_states.count()) == ({None}, 0, 0)
