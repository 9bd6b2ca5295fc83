"""Measures one engine, on the scratch database of this process, and prints a table."""

import re
import sys
import time
from collections.abc import Callable
from itertools import count
from statistics import median
from typing import NamedTuple

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import data
from bookings.models import Appointment
from tests.bookings import online

SIZES = (100, 10_000, 100_000)
ROUNDS = 25
FLOORS, ASKED = 12, 3  # requests of each in a round, in turns, so that a busy machine slows both
FIRST_FREE = re.compile(r'name="start" value="([^"]+)"')
_networks = count(1)
_client = Client()


class Cost(NamedTuple):
    """One request: queries, and milliseconds of this process's own time and of the clock on the wall."""

    queries: int
    cpu: float
    wall: float


class Row(NamedTuple):
    """What was measured with so many appointments stored."""

    size: int
    floor: Cost
    one_row: Cost
    free_times: Cost
    page: Cost
    one_row_ratio: float
    ratio: float
    page_ratio: float

    @property
    def over_one_row(self) -> float:
        """The free times beside the lowest floor there can be."""
        return self.ratio / self.one_row_ratio


def get(path: str) -> None:
    """Ask from a network of its own, so that no limit is met."""
    number = next(_networks)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    answer = _client.get(path, REMOTE_ADDR=address)
    assert answer.status_code == 200, (path, answer.status_code)


def queries(act: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def timed(act: Callable[[], None], times: int) -> tuple[float, float]:
    """Milliseconds of one, on average: of this process, and by the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        act()
    return (time.process_time() - cpu) / times * 1000, (time.perf_counter() - wall) / times * 1000


def measure(size: int) -> Row:
    data.fill(size)
    today = data.first_day().date().isoformat()
    acts = [
        (FLOORS, lambda: get(f"/floor/{today}/{data.DAYS}/")),
        (FLOORS, lambda: get(f"/one-row/{today}/")),
        (ASKED, lambda: get(f"/free-times.json?service=initial&from={today}&days={data.DAYS}")),
        (ASKED, lambda: get("/book/initial/")),
    ]
    counted = [queries(act) for _, act in acts]
    rounds = [[timed(act, times) for times, act in acts] for _ in range(ROUNDS)]
    costs = [
        Cost(counted[one], median(each[one][0] for each in rounds), median(each[one][1] for each in rounds))
        for one in range(len(acts))
    ]
    ratios = [median(each[one][0] / each[0][0] for each in rounds) for one in (1, 2, 3)]
    return Row(size, *costs, *ratios)


def journey() -> tuple[int, int]:
    """Requests that are answered with a page, and queries in all, from the first page to the appointment."""
    client = Client(REMOTE_ADDR="10.255.255.1")
    with CaptureQueriesContext(connection) as captured:
        answers = [client.get("/book/"), client.get("/book/initial/")]
        start = FIRST_FREE.findall(answers[-1].content.decode())[0]
        answers.append(online.hold(client, start=start))
        answers.append(client.get(answers[-1].headers["Location"]))
        answers.append(online.details(client, start=start))
        answers.append(client.get(answers[-1].headers["Location"]))
    assert Appointment.objects.filter(email=online.TYPED["email"], status="booked").exists()
    return sum(answer.status_code == 200 for answer in answers), len(captured)


def growth(rows: list[Row], read: Callable[[Row], Cost]) -> float:
    """Cost with most stored over cost with fewest, beyond what the floor itself drifted."""
    first, last = rows[0], rows[-1]
    return (read(last).cpu / read(first).cpu) / (last.floor.cpu / first.floor.cpu)


def main() -> None:
    data.lay_out()
    say(f"\n{connection.display_name}\n")
    say(
        "| stored | floor | 30 days of free times | queries | × floor | × one row | page of times | queries | × floor |"
    )
    say("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    rows = []
    for size in SIZES:
        row = measure(size)
        rows.append(row)
        free, page = row.free_times, row.page
        say(
            f"| {size:,} | {row.floor.cpu:.2f} ms | {free.cpu:.2f} ms | {free.queries} "
            f"| {row.ratio:.1f} | {row.over_one_row:.1f} "
            f"| {page.cpu:.2f} ms | {page.queries} | {row.page_ratio:.1f} |"
        )
    asked, all_queries = journey()
    say(f"\nFree times with {SIZES[-1]:,} stored cost {growth(rows, lambda row: row.free_times):.2f} × those with")
    say(f"{SIZES[0]}, the page of times {growth(rows, lambda row: row.page):.2f} ×, beyond the floor's own drift.")
    say(f"The whole journey: {asked} requests (redirects not counted), {all_queries} queries.")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
