"""Browsers that all press the button in the same instant: the client process of tests/test_http_races.py.

Each has cookies and a network of its own, and comes through the trusted proxy, as people on the internet do.
"""

import http.client
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from http.cookies import SimpleCookie
from itertools import count, pairwise
from urllib.parse import urlencode
from uuid import uuid4

from django.utils import timezone

from bookings import forms
from bookings.models import Appointment, Tally
from bookings.openings import spelled

HOST = "clinic.example"
SERVICES = ("half", "hour", "long")
WON, LOST = 302, 409
TYPED = {
    "date_of_birth_day": "3",
    "date_of_birth_month": "9",
    "date_of_birth_year": "1981",
    "phone": "07700 900123",
    "postcode": "G11 6AA",
}
_numbers = count(1)


@dataclass
class Browser:
    """Somebody at a computer of their own, on one of the servers."""

    port: int
    number: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def arrive(self) -> int:
        """Come to the site for the first time, from a network where nobody was before."""
        self.number = next(_numbers)
        self.cookies.clear()
        return self._ask("GET", "/returning/", "")

    def post(self, path: str, fields: dict[str, str]) -> int:
        token = self.cookies["__Host-csrftoken"]
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}))

    def hold(self, slug: str, start: datetime) -> int:
        return self.post(f"/book/{slug}/hold/", {"start": spelled(start)})

    def book(self, slug: str, start: datetime) -> int:
        who = {"name": f"Booker {self.number}", "email": f"booker{self.number}@example.org"}
        seen = {"form_key": str(uuid4()), "shown": forms.stamp(timezone.now() - timedelta(minutes=1))}
        return self.post(f"/book/{slug}/details/?start={spelled(start)}", {**TYPED, **who, **seen})

    def _ask(self, method: str, path: str, body: str) -> int:
        """The status of the answer; a connection that breaks counts as a failure of the server."""
        try:
            self.connection.request(method, path, body, self._headers())
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 599
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: one.value for name, one in SimpleCookie(line).items()})
        return answer.status

    def _headers(self) -> dict[str, str]:
        return {
            "Host": HOST,
            "Origin": f"https://{HOST}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }


@dataclass
class Crowd:
    """Browsers on all servers, that do one thing together."""

    browsers: list[Browser]
    pool: ThreadPoolExecutor

    def at_once(self, act: Callable[[Browser], int]) -> list[int]:
        """What each was answered; nobody begins before everybody is ready."""
        start_line = threading.Barrier(len(self.browsers))

        def run(browser: Browser) -> int:
            start_line.wait()
            return act(browser)

        return list(self.pool.map(run, self.browsers))


def keep_then_book(crowd: Crowd, day: datetime) -> str:
    """All press the same time; then all send the form for it, who keeps it and who does not."""
    start = day + timedelta(hours=9)
    kept = crowd.at_once(lambda one: one.hold("hour", start))
    booked = crowd.at_once(lambda one: one.book("hour", start))
    same = [status == WON for status in kept] == [status == WON for status in booked]
    return f"{counted(kept)}; {counted(booked)}; {'by the same' if same else 'by another'}"


def book(crowd: Crowd, day: datetime) -> str:
    """All send the form at once, and nobody keeps the time."""
    return counted(crowd.at_once(lambda one: one.book("hour", day + timedelta(hours=12))))


def different_lengths(crowd: Crowd, day: datetime) -> str:
    """Three lengths and eight starts that overlap; every other browser keeps, the rest books."""

    def act(one: Browser) -> int:
        start = day + timedelta(hours=15, minutes=15 * (one.number % 8))
        return (one.hold if one.number % 2 else one.book)(SERVICES[one.number % 3], start)

    statuses = crowd.at_once(act)
    rows = Appointment.objects.starting_within(day + timedelta(hours=14), day + timedelta(hours=20)).count()
    is_right = statuses.count(WON) == rows > 0 and set(statuses) <= {WON, LOST}
    return "as many rows as winners, the rest 409" if is_right else f"{rows} rows; {counted(statuses)}"


def counted(statuses: list[int]) -> str:
    return ", ".join(f"{number} × {status}" for status, number in sorted(Counter(statuses).items()))


def overlaps() -> int:
    rows = list(Appointment.objects.order_by("occupied_from"))
    return sum(one.occupied_until > two.occupied_from for one, two in pairwise(rows))


RACES = {"kept, then booked": keep_then_book, "booked": book, "different lengths": different_lengths}


def main() -> None:
    """Some rounds of each race; prints every different result there was, and how many appointments overlap."""
    rounds, size, *ports = map(int, sys.argv[1:])
    today = datetime.combine(timezone.now().date(), time(0), tzinfo=UTC)
    with ThreadPoolExecutor(size) as pool:
        crowd = Crowd([Browser(ports[one % len(ports)]) for one in range(size)], pool)
        for name, race in RACES.items():
            seen = set()
            for number in range(rounds):
                crowd.at_once(Browser.arrive)
                seen.add(race(crowd, today + timedelta(days=2 + number)))
                Tally.objects.all().delete()  # the limits of a whole day begin anew, as they would tomorrow
            sys.stdout.write(f"{name}: {' | '.join(sorted(seen))}\n")
    sys.stdout.write(f"overlaps: {overlaps()}\n")
