"""Many browsers at once on two server processes over one database: one time, one winner, and no server falls over.

Small by default, fifty browsers and twenty rounds with RACES=full.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scratch import ROOT, finished, run_python, scratch_database

BROWSERS, ROUNDS = (50, 20) if os.environ.get("RACES") == "full" else (6, 2)
LOSERS = BROWSERS - 1
RACE = "from tests.http_racers import main; main()"
LAY_OUT = """
from datetime import time
from tests.factories import make_hours, make_location, make_policy, make_practitioner, make_room, make_service
practitioner, location = make_practitioner(username="mairi"), make_location()
room = make_room(location=location)
for weekday in range(7):
    make_hours(practitioner=practitioner, location=location, room=room, weekday=weekday, opens=time(8), closes=time(20))
make_policy()
for slug, minutes in (("half", 30), ("hour", 60), ("long", 90)):
    make_service(slug=slug, duration_minutes=minutes, practitioners=[practitioner])
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not open in a minute")


@contextmanager
def server(environment: dict[str, str], log: Path) -> Iterator[str]:
    """The web process as it runs behind a proxy that ends TLS; gives its port."""
    port = free_port()
    behind = {"BASE_URL": "https://clinic.example", "ALLOWED_HOSTS": "clinic.example", "BEHIND_TLS_PROXY": "on"}
    command = [sys.executable, "-m", "clinic.web", "--host", "127.0.0.1", "--port", str(port)]
    own = {**environment, **behind, "DJANGO_SETTINGS_MODULE": "clinic.settings"}
    with log.open("a") as out, subprocess.Popen(command, cwd=ROOT, env=own, stdout=out, stderr=out) as process:
        try:
            wait_until_open(port, process)
            yield str(port)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def races(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every different result there was in the rounds of each kind of race."""
    folder = tmp_path_factory.mktemp("races")
    with scratch_database(folder) as environment:
        finished(run_python(LAY_OUT, environment))
        with server(environment, folder / "one.log") as one, server(environment, folder / "two.log") as two:
            said = finished(run_python(RACE, environment, str(ROUNDS), str(BROWSERS), one, two), seconds=1200)
    return dict(line.split(": ", 1) for line in said.splitlines())


def test_a_time_is_kept_for_one_browser_and_booked_by_that_one_alone(races: dict[str, str]) -> None:
    assert races["kept, then booked"] == f"1 × 302, {LOSERS} × 409; 1 × 302, {LOSERS} × 409; by the same"


def test_a_time_that_nobody_keeps_is_booked_by_one_browser_alone(races: dict[str, str]) -> None:
    assert races["booked"] == f"1 × 302, {LOSERS} × 409"


def test_times_of_different_lengths_go_to_as_many_as_were_told_so(races: dict[str, str]) -> None:
    assert races["different lengths"] == "as many rows as winners, the rest 409"


def test_after_all_races_no_two_appointments_overlap(races: dict[str, str]) -> None:
    assert races["overlaps"] == "0"
