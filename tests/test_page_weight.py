"""What the booking pages weigh with every file they load, as the starter clinic shows them."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from time_machine import travel

from tests.bookings.online import NOW, details, words

KB = 1024
LOADS = {"link": "href", "script": "src", "img": "src", "source": "srcset", "iframe": "src", "use": "href"}
LINKED = {"icon", "stylesheet", "preload", "modulepreload", "manifest"}
INSIDE = re.compile(r"""@import\s+["']([^"']+)|url\(["']?([^"')]+)|(?:from|import)\s+["']([^"']+)""")

pytestmark = pytest.mark.django_db


class Loads(HTMLParser):
    """The addresses a page makes the browser fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and not LINKED & set((given.get("rel") or "").split()):
            return
        if tag in LOADS and (address := given.get(LOADS[tag])) and not address.startswith(("#", "data:")):
            self.found.append(address.split("#")[0])


def files_of(page: str) -> dict[str, bytes]:
    """Every file the page loads, and what those load in turn; an address elsewhere stays without content."""
    found: dict[str, bytes] = {}
    waiting = Loads(page).found
    while waiting:
        address = waiting.pop()
        if address not in found:
            found[address] = content = content_of(address)
            waiting += [urljoin(address, one) for one in inside(address, content)]
    return found


def content_of(address: str) -> bytes:
    path = finders.find(urlsplit(address).path.removeprefix("/static/"))
    return Path(path).read_bytes() if path else b""


def inside(address: str, content: bytes) -> Iterator[str]:
    if address.endswith((".css", ".js")):
        for match in INSIDE.finditer(content.decode()):
            found = next(filter(None, match.groups()))
            if not found.startswith("data:"):
                yield found


def weight(contents: Any) -> tuple[float, float]:
    """Raw and compressed, in KB."""
    parts = list(contents)
    return sum(map(len, parts)) / KB, sum(len(gzip.compress(part, 6, mtime=0)) for part in parts) / KB


@pytest.fixture(autouse=True)
def starter_clinic() -> Iterator[None]:
    with travel(NOW, tick=False):
        call_command("setup_clinic", stdout=StringIO())
        yield


def first_link(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1]


def journey(client: Client) -> list[str]:
    """Every page somebody sees on the way: what for, when, your details, booked."""
    first = words(client.get("/book/"))
    slug = first_link(first, r'href="/book/([-\w]+)/')
    times = words(client.get(f"/book/{slug}/"))
    start = first_link(times, r'name="start" value="([^"]+)"')
    form = words(client.post(f"/book/{slug}/hold/", {"start": start}, follow=True))
    done = words(client.get(details(client, start=start, slug=slug).headers["Location"]))
    return [first, times, form, done]


def test_the_first_booking_page_is_light(client: Client) -> None:
    page = words(client.get("/book/"))
    raw, compressed = weight([page.encode(), *files_of(page).values()])

    assert raw <= 100
    assert compressed <= 30


def test_the_first_booking_page_takes_six_requests_at_most(client: Client) -> None:
    page = words(client.get("/book/"))

    assert 1 + len(files_of(page)) <= 6


def test_the_whole_journey_is_light(client: Client) -> None:
    pages = journey(client)
    files = {address: content for page in pages for address, content in files_of(page).items()}
    raw, compressed = weight([*(page.encode() for page in pages), *files.values()])

    assert raw <= 150
    assert compressed <= 45


def test_every_file_of_the_journey_is_here_and_none_is_elsewhere(client: Client) -> None:
    files = {address: content for page in journey(client) for address, content in files_of(page).items()}

    assert [address for address, content in files.items() if not address.startswith("/static/") or not content] == []
    assert len(files) > 3
