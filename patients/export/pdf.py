"""The record as a tagged PDF (PDF/UA-1 and PDF/A-3a), the same bytes for the same record."""

import json
from functools import cache
from importlib import resources
from typing import Any

import typst

from patients.export import glyphs
from patients.export.note_record import AddendumRecord, NoteRecord, moment
from patients.export.parts import Part
from patients.export.record import Clinic, EpisodeRecord, PatientRecord

STANDARDS: Any = ["ua-1", "a-3a"]


class CannotPrint(Exception):
    """The PDF could not be made; the text says what to do."""


def render(record: PatientRecord) -> bytes:
    """The PDF. Raises CannotPrint."""
    data = _data(record)
    shown = glyphs.printable(data)
    shown["unprintable"] = json.dumps(shown) != json.dumps(data)
    try:
        pdf: Any = typst.compile(  # type: ignore[misc]
            _template(),
            sys_inputs={"record": json.dumps(shown)},
            font_paths=glyphs.folders(),
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            timestamp=int(record.made_at.timestamp()),
        )
    except RuntimeError as error:
        raise CannotPrint(
            "The PDF could not be made. The plain-text export holds the same record; please report this error."
        ) from error
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _template() -> bytes:
    return resources.files("patients.export").joinpath("record.typ").read_bytes()


def _data(record: PatientRecord) -> dict[str, Any]:
    return {
        "reference": record.reference,
        "name": record.name,
        "born": f"{record.date_of_birth:%-d %B %Y}",
        "facts": list(record.facts),
        "clinic": {"name": record.clinic.name, "lines": _clinic_lines(record.clinic)},
        "made": moment(record.made_at),
        "contents": record.contents,
        "episodes": [_episode(episode) for episode in record.episodes],
        "told": [
            {"title": told.title, "lines": [[line.name, line.words, line.about] for line in told.lines]}
            for told in record.told
        ],
        "home": [
            {"title": home.title, "lines": [[line.name, line.words] for line in home.lines]} for home in record.home
        ],
        "consents": [[moment(one.given_at), one.words] for one in record.consents],
        "wordings": list(record.wordings),
        "appointments": [
            [moment(line.starts_at), f"{line.service} with {line.practitioner}, {line.state}"]
            for line in record.appointments
        ],
    }


def _clinic_lines(clinic: Clinic) -> list[str]:
    ico = f"Information Commissioner's Office registration {clinic.ico_number}" if clinic.ico_number else ""
    return [line for line in (*clinic.address, clinic.phone, clinic.email, clinic.registration, ico) if line]


def _episode(episode: EpisodeRecord) -> dict[str, Any]:
    notes = [_note(note) for note in episode.notes]
    return {"title": episode.title, "facts": list(episode.facts), "notes": notes}


def _note(note: NoteRecord) -> dict[str, Any]:
    return {
        "title": f"Note {note.number}, {note.kind}",
        "state": note.state.capitalize(),
        "facts": list(note.facts),
        "parts": [_part(part) for part in note.parts],
        "addenda": [_addendum(addendum) for addendum in note.addenda],
        "seal": note.seal_hash,
    }


def _part(part: Part) -> dict[str, Any]:
    lines = [[line.name, line.words, line.about] for line in part.lines]
    return {"title": part.title, "lines": lines, "nothing": part.nothing}


def _addendum(addendum: AddendumRecord) -> dict[str, Any]:
    return {
        "title": f"Addendum: {addendum.kind}",
        "text": addendum.text,
        "who": f"{moment(addendum.written_at)} by {addendum.author}",
    }
