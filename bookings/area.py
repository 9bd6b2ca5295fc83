"""Postcodes: how they are written, and how far apart their districts lie. Pure."""

import csv
import re
from functools import cache
from importlib import resources
from math import ceil, hypot

POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")


def normalise(postcode: str) -> str | None:
    """`g116aa`, `G11 6AA` and ` g11-6aa ` are all `G11 6AA`; None when it is no British postcode."""
    letters = "".join(sign for sign in postcode.upper() if sign.isalnum())
    match = POSTCODE.fullmatch(letters) if letters.isascii() else None
    return f"{match[1]} {match[2]}" if match else None


def outcode(postcode: str) -> str | None:
    """The district, `G11` of `G11 6AA`."""
    whole = normalise(postcode)
    return whole.split()[0] if whole else None


def district(text: str) -> str:
    """The district of a postcode, or of a district written alone; empty when it is none near Glasgow."""
    name = outcode(text) or text.strip().upper()
    return name if name in districts() else ""


def distance_m(one: str, other: str) -> float | None:
    """Metres between the middles of the districts of two postcodes; None when one is not near Glasgow."""
    here, there = (districts().get(district(postcode)) for postcode in (one, other))
    if here is None or there is None:
        return None
    return hypot(here[0] - there[0], here[1] - there[1])


def travel_minutes(metres: float, *, fixed: int, per_km: int) -> int:
    """How long the way takes by car, rounded up to five minutes; a rule of thumb the clinic sets, not a route."""
    return 5 * ceil((fixed + per_km * metres / 1000) / 5)


@cache
def districts() -> dict[str, tuple[int, int]]:
    """Easting and northing in metres of every district within 45 km of George Square (see outcodes.csv)."""
    text = resources.files("bookings").joinpath("outcodes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["outcode"]: (int(row["easting"]), int(row["northing"])) for row in rows}
