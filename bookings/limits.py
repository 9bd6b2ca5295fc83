"""How often something may be done from one network, and by everybody in a day; counted in the database, by keyed hash.

A limit never looks at who somebody says they are, so nobody learns anything about anyone by running into it.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from bookings.models import Tally

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TooMany(Exception):
    """This was done too often from one place; `wait` says when to try again."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("This was done very often from your network. Please try again later, or ring us.")
        self.wait = wait


@dataclass(frozen=True)
class Limit:
    """At most `most` times in each stretch of time, from one network or, with `is_shared`, by everybody."""

    kind: str
    most: int
    per: timedelta
    is_shared: bool = False


HOLDING = (Limit("hold", 60, HOUR), Limit("hold-day", 2000, DAY, is_shared=True))
BOOKING = (Limit("book", 12, HOUR), Limit("book-net-day", 30, DAY), Limit("book-day", 500, DAY, is_shared=True))
ASKING_FOR_A_LINK = (Limit("link", 10, HOUR), Limit("link-day", 300, DAY, is_shared=True))
JOINING = (Limit("waiting", 10, HOUR), Limit("waiting-day", 300, DAY, is_shared=True))
AT_HOME = (Limit("at-home", 300, HOUR),)
SHEET_PDF = (Limit("sheet-pdf", 30, HOUR),)
MEASURES = (Limit("measures", 30, HOUR),)
FREE_TIMES = (Limit("free-times", 120, timedelta(minutes=1)),)


def count(limits: tuple[Limit, ...], request: HttpRequest, *, now: datetime) -> None:
    """Count one more of something. Raises TooMany when that is more than allowed.

    What one limit refuses is not counted for those after it, so that nobody uses up what is there for everybody.
    """
    network = network_of(request)
    keys = {limit.kind: "" if limit.is_shared else network for limit in limits}
    counts = _counted([(limit, keys[limit.kind], _window(now, limit.per)) for limit in limits])
    for limit in limits:
        if counts.get(limit.kind, 0) > limit.most:
            raise TooMany(_window(now, limit.per) + limit.per - now)


def network_of(request: HttpRequest) -> str:
    """The network a request comes from, as a keyed hash: one IPv4 address, or 64 bits of IPv6."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return hashed("unknown")
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or ipaddress.ip_network((int(address), 64), strict=False).network_address
    return hashed(str(address))


def hashed(text: str) -> str:
    """A text as a keyed hash, of no use to anybody without the clinic's key."""
    return salted_hmac("bookings.limits", text, algorithm="sha256").hexdigest()


def forget(*, now: datetime) -> int:
    """Delete the counts of stretches that are over."""
    return Tally.objects.filter(since__lt=now - 2 * DAY).delete()[0]


def _counted(asked: list[tuple[Limit, str, datetime]]) -> dict[str, int]:
    """One more of each, in one statement, so that two at once are counted as two; by kind, as far as they are counted.

    A row is written only while every limit before it has room.
    """
    table = connection.ops.quote_name(Tally._meta.db_table)
    room = f" AND COALESCE((SELECT count FROM {table} WHERE kind = %s AND key = %s AND since = %s), 0) < %s"  # noqa: S608
    rows: list[str] = []
    values: list[Any] = []
    before: list[Any] = []
    for limit, key, since in asked:
        own = [limit.kind, key, connection.ops.adapt_datetimefield_value(since)]
        rows.append("SELECT %s, %s, %s, 1 WHERE true" + room * (len(before) // 4))
        values += [*own, *before]
        before += [*own, limit.most]
    statement = (
        f"INSERT INTO {table} AS tally (kind, key, since, count) {' UNION ALL '.join(rows)}"
        " ON CONFLICT (kind, key, since) DO UPDATE SET count = tally.count + 1 RETURNING kind, count"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {kind: int(number) for kind, number in cursor.fetchall()}


def _window(now: datetime, length: timedelta) -> datetime:
    """The beginning of the stretch of this length that `now` lies in."""
    seconds = int(length.total_seconds())
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=now.tzinfo)
