"""Several processes free, offer, answer and leave at once: nobody is offered two times, nothing breaks."""

import os
import time
from pathlib import Path

import pytest

from tests.scratch import finished, run_python, scratch_database

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(os.environ.get("RACES") != "full", reason="twenty seconds long: run with RACES=full"),
]

LAY_OUT = """
from datetime import time, timedelta
from django.utils import timezone
from bookings import waiting
from bookings.availability import local_day, local_moment
from bookings.models import WaitingListEntry
from tests.factories import make_appointment, make_hours, make_location, make_policy, make_practitioner, make_service
mairi, location = make_practitioner(username="mairi"), make_location()
for weekday in range(7):
    make_hours(practitioner=mairi, location=location, weekday=weekday, opens=time(9), closes=time(11))
make_policy(step_minutes=30)
service, now = make_service(practitioners=[mairi], buffer_after_minutes=0), timezone.now()
today = local_day(now)
for number in range(3, 11):
    for hour in (9, 10):
        start = local_moment(today + timedelta(days=number), time(hour))
        make_appointment(starts_at=start, service=service, practitioner=mairi, location=location, name="To cancel")
for number in range(5):
    days = {"first_day": today + timedelta(days=3), "last_day": today + timedelta(days=10)}
    waiting.join(WaitingListEntry(service=service, name=f"W{number}", email=f"w{number}@example.org", **days), now=now)
"""

CANCEL = """
import sys, time
from django.utils import timezone
from bookings import diary
from bookings.models import Appointment
rows = list(Appointment.objects.filter(name="To cancel").order_by("starts_at"))[int(sys.argv[1])::2]
time.sleep(max(0, float(sys.argv[2]) - time.time()))
for row in rows:
    diary.cancel(appointment=row, now=timezone.now())
print(len(rows))
"""

ANSWER = """
import sys, time
from django.utils import timezone
from bookings import diary, waiting
from bookings.models import WaitingListEntry, WaitingOffer
verbs = ("accept", "advance", "decline", "withdraw")
time.sleep(max(0, float(sys.argv[2]) - time.time()))
for number in range(16):
    now, verb = timezone.now(), verbs[(number + int(sys.argv[1])) % 4]
    if verb == "advance":
        waiting.advance(now=now)
    for offer in WaitingOffer.objects.filter(answer="").select_related("entry", "appointment"):
        try:
            if verb == "accept":
                waiting.accept(offer=offer, now=now)
            elif verb == "decline":
                waiting.decline(offer=offer, now=now)
            elif verb == "withdraw" and offer.entry.name == "W1":
                waiting.withdraw(entry=offer.entry, now=now)
        except diary.DiaryError:
            pass
    time.sleep(0.05)
print("done")
"""

COUNT = """
from bookings.models import Appointment, WaitingListEntry, WaitingOffer
accepted = list(WaitingOffer.objects.filter(answer="accepted").select_related("entry", "appointment"))
whose = [one.entry_id for one in accepted]
wrong = [one for one in accepted if one.appointment.status != "booked" or one.appointment.name != one.entry.name]
live = list(Appointment.objects.filter(status__in=("booked", "held")).order_by("starts_at"))
overlaps = [1 for one, two in zip(live, live[1:]) if one.ends_at > two.starts_at]
booked = WaitingListEntry.objects.filter(status="booked").count()
print(len(whose) == len(set(whose)) == booked, len(wrong), len(overlaps))
"""


def test_many_at_once_leave_one_time_for_one_person(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        finished(run_python(LAY_OUT, environment))
        go = str(time.time() + 3)
        running = [run_python(CANCEL, environment, str(number), go) for number in (0, 1)]
        running += [run_python(ANSWER, environment, str(number), go) for number in (0, 1)]
        said = [finished(process) for process in running]

        assert said == ["8", "8", "done", "done"]
        assert finished(run_python(COUNT, environment)) == "True 0 0"
