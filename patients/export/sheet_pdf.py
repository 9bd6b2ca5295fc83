"""The exercise sheet as a tagged PDF (PDF/UA-1 and PDF/A-3a), one or two pages, the same bytes for the same sheet."""

import json
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import typst

from patients.export import glyphs
from patients.export.pdf import STANDARDS, CannotPrint
from patients.models import ClinicProfile
from patients.sheets import Given, Rule, Sheet


def render(sheet: Sheet, *, now: datetime) -> bytes:
    """The PDF. Raises CannotPrint."""
    data = _data(sheet)
    try:
        pdf: Any = typst.compile(  # type: ignore[misc]
            _template(),
            sys_inputs={"sheet": json.dumps(glyphs.printable(data))},
            font_paths=glyphs.folders(),
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            timestamp=int(now.timestamp()),
        )
    except RuntimeError as error:
        raise CannotPrint("The PDF could not be made. Print the page itself instead: it says the same.") from error
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _template() -> bytes:
    return resources.files("patients.export").joinpath("sheet.typ").read_bytes()


def _data(sheet: Sheet) -> dict[str, Any]:
    profile = ClinicProfile.current()
    return {
        "clinic": {"name": profile.name, "phone": profile.phone, "address": profile.address_lines},
        "for": sheet.for_name,
        "seen": f"{sheet.seen_on:%A %-d %B %Y}",
        "since": f"{sheet.since:%-d %B}" if sheet.since else "",
        "by": sheet.by,
        "exercises": [_exercise(given) for given in sheet.exercises],
        "stopped": list(sheet.stopped),
        "rule": _rule(sheet.rule),
        "texts": [[title, text] for title, text in sheet.texts if text.strip()],
        "flare": list(sheet.flare),
        "flags": [{"when": one.when, "do": one.do, "items": list(one.items)} for one in sheet.flags],
    }


def _exercise(given: Given) -> dict[str, Any]:
    return {
        "name": given.name,
        "how": given.how,
        "dose": given.dose,
        "remarks": given.remarks,
        "new": given.is_new,
        "before": list(given.before),
        "rule": _rule(given.rule),
    }


def _rule(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    bands = [
        {"kind": band.kind, "points": list(band.points), "words": f"{band.span} {band.words}"} for band in rule.bands
    ]
    return {"text": rule.text, "bands": bands}
