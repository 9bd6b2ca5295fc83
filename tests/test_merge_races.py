"""Two people merge the same files at the same moment, each the other way round: one wins, nothing is in two places.

Takes processes of its own, so it runs at full size only (RACES=full).
"""

import os
from pathlib import Path

import pytest

from tests.scratch import finished, run_python, scratch_database
from tests.test_races import soon

ROUNDS = 12

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(os.environ.get("RACES") != "full", reason="runs at full size only: RACES=full"),
]

LAY_OUT = """
import sys
from tests.factories import make_appointment, make_episode, make_patient, make_practitioner
make_practitioner(username="mairi")
for number in range(int(sys.argv[1])):
    for name in ("A", "B"):
        patient = make_patient(name=f"{name} {number}")
        make_episode(patient=patient)
        make_appointment(patient=patient, status="cancelled", cancelled_at=patient.registered_at)
"""

MERGER = """
import sys, time
from django.utils import timezone
from clinic.models import User
from patients import merging
from patients.models import Patient
rounds, kept, gone, go = int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
by, won = User.objects.get(username="mairi"), 0
pairs = [[Patient.objects.get(name=f"{name} {number}") for name in (kept, gone)] for number in range(rounds)]
keys = [merging.plan(kept=one, gone=other).key for one, other in pairs]
time.sleep(max(0, go - time.time()))
for (one, other), key in zip(pairs, keys):
    try:
        merging.merge(kept=one, gone=other, taken=(), as_seen=key, by=by, now=timezone.now())
        won += 1
    except merging.CannotMerge:
        pass
print(won)
"""

ADDER = """
import sys, time
from django.db import IntegrityError
from patients.models import Condition, Episode, Patient
go, refused = float(sys.argv[1]), 0
patients, condition = list(Patient.objects.order_by("name")), Condition.objects.get()
time.sleep(max(0, go - time.time()))
for patient in patients:
    try:
        Episode.objects.create(patient=patient, condition=condition, started_on="2026-11-26")
    except IntegrityError:
        refused += 1
print(refused)
"""

WHOLE = """
from patients import audit
from patients.models import Episode, Merge, Patient
print(
    Merge.objects.count(), Patient.objects.count(), Episode.objects.exclude(patient__merged_into=None).count(),
    Episode.objects.count(), audit.first_fault(),
)
"""


def test_two_merges_at_once_have_one_winner_and_nothing_slips_into_the_emptied_file(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        finished(run_python(LAY_OUT, environment, str(ROUNDS)))
        go = soon()
        racers = [run_python(MERGER, environment, str(ROUNDS), *pair, go) for pair in (("A", "B"), ("B", "A"))]
        adder = run_python(ADDER, environment, go)
        wins = sum(int(finished(racer)) for racer in racers)
        added = 2 * ROUNDS - int(finished(adder))

        merges, files, astray, episodes, fault = finished(run_python(WHOLE, environment)).split()
        assert (int(merges), int(files), astray, fault) == (wins, 2 * ROUNDS - wins, "0", "None")
        assert int(episodes) == 2 * ROUNDS + added
        assert wins > 0
