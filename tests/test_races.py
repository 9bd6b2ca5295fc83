"""Many processes at once: one time, one winner; and nothing slips into a note that is being signed.

Small by default, eight processes and fifty rounds with RACES=full.
"""

import os
import time
from pathlib import Path

import pytest

from tests.scratch import finished, run_python, scratch_database

BOOKERS, ADDERS, ROUNDS = (8, 2, 50) if os.environ.get("RACES") == "full" else (4, 1, 5)

pytestmark = pytest.mark.django_db

BOOKER = """
import sys, time
from datetime import timedelta
from django.utils import timezone
from bookings import diary
from bookings.models import Location, Service
from clinic.models import User

rounds, me, go = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
service, practitioner, location = Service.objects.get(), User.objects.get(), Location.objects.get()
base = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
time.sleep(max(0, go - time.time()))
won = 0
for number in range(rounds):
    try:
        diary.book(
            service=service, practitioner=practitioner, location=location,
            start=base + timedelta(hours=2 * number, minutes=int(me) % 3 * 15),
            contact=diary.Contact(name=f"Booker {me}", email="b@example.org"), now=timezone.now(),
        )
        won += 1
    except diary.SlotTaken:
        pass
print(won)
"""

LAY_OUT = """
from tests.factories import make_location, make_practitioner, make_service
practitioner = make_practitioner(username="mairi")
make_service(practitioners=[practitioner])
make_location()
"""

COUNT = """
from bookings.models import Appointment, Notice
rows = list(Appointment.objects.order_by("starts_at"))
overlaps = sum(1 for one, two in zip(rows, rows[1:]) if one.occupied_until > two.occupied_from)
print(len(rows), overlaps, Notice.objects.filter(kind="confirmation").count())
"""

SIGNER = """
import sys, time
from django.utils import timezone
from patients import notes
from patients.models import CaseNote
time.sleep(max(0, float(sys.argv[1]) - time.time()))
for note in CaseNote.objects.with_findings().order_by("entered_at", "id"):
    notes.sign(note=note, version=note.version, by=note.author, now=timezone.now())
print("signed")
"""

ADDER = """
import sys, time
from django.db import IntegrityError
from patients.models import CaseNote, Symptom
time.sleep(max(0, float(sys.argv[1]) - time.time()))
refused = 0
for note in CaseNote.objects.select_related("episode__condition").order_by("entered_at", "id"):
    for question in note.episode.condition.symptomquestions.all():
        try:
            Symptom.objects.create(note=note, question=question, text="slipped in")
        except IntegrityError:
            refused += 1
print(refused)
"""

DRAFTS = """
import sys
from django.utils import timezone
from patients.models import RedFlagAnswer, TreatmentStepState
from tests.factories import make_episode, make_note, make_practitioner
author, episode = make_practitioner(username="mairi"), make_episode()
for _ in range(int(sys.argv[1])):
    note = make_note(episode=episode, author=author, kind="follow_up", seen_at=timezone.now())
    TreatmentStepState.objects.create(note=note, step=episode.condition.treatmentsteps.first(), state="active")
    for flag in episode.condition.redflags.all():
        RedFlagAnswer.objects.create(note=note, red_flag=flag, reply="no")
"""

WHOLE = """
from patients import audit, seal
from patients.models import CaseNote, Episode
unsealed = [
    note.pk for note in CaseNote.objects.with_findings()
    if len(seal.opened(note.seal)["symptoms"]) != len(note.symptoms.all())
]
print(seal.first_fault(Episode.objects.get()), audit.first_fault(), unsealed)
"""


def soon() -> str:
    """The moment when all processes start together."""
    return str(time.time() + 2.5)


def test_one_time_has_one_winner_whoever_asks(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        finished(run_python(LAY_OUT, environment))
        go = soon()
        bookers = [run_python(BOOKER, environment, str(ROUNDS), str(number), go) for number in range(BOOKERS)]
        wins = sum(int(finished(booker)) for booker in bookers)

        assert (wins, finished(run_python(COUNT, environment))) == (ROUNDS, f"{ROUNDS} 0 {ROUNDS}")


def test_nothing_slips_into_a_note_while_it_is_signed(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        finished(run_python(DRAFTS, environment, str(ROUNDS)))
        go = soon()
        racers = [run_python(code, environment, go) for code in (SIGNER, *[ADDER] * ADDERS)]
        finished_words = [finished(racer) for racer in racers]

        assert finished_words[0] == "signed"
        assert finished(run_python(WHOLE, environment)) == "None None []"
