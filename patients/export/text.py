"""The record as plain text: 80 columns, readable in any editor, nothing but words and spaces."""

import textwrap
from collections.abc import Iterator

from patients.export.note_record import AddendumRecord, NoteRecord, moment
from patients.export.parts import Line
from patients.export.record import EpisodeRecord, PatientRecord

WIDTH = 80
INDENT = "  "


def render(record: PatientRecord) -> str:
    """The whole record; every line carries at most 80 characters."""
    return "\n".join([*_head(record), *_body(record), *_foot(record)]) + "\n"


def _head(record: PatientRecord) -> Iterator[str]:
    clinic = record.clinic
    yield "=" * WIDTH
    yield from _wrapped(f"Record of {record.name}, reference {record.reference}")
    yield "=" * WIDTH
    yield ""
    for line in (clinic.name, *clinic.address, clinic.phone, clinic.email, *clinic.registration.splitlines()):
        yield from _wrapped(line) if line else ()
    if clinic.ico_number:
        yield from _wrapped(f"Information Commissioner's Office registration {clinic.ico_number}")
    yield ""
    yield from _pairs(record.facts)
    yield ""
    yield from _wrapped(f"Made on {moment(record.made_at)}. Contents: {record.contents}.")
    yield from _wrapped("All times are Glasgow time.")


def _body(record: PatientRecord) -> Iterator[str]:
    if not record.episodes:
        yield ""
        yield "No episode is recorded."
    for episode in record.episodes:
        yield from _episode(episode)
    if record.told:
        yield from _told(record)
    yield from _home(record)
    if record.consents:
        yield from _consents(record)
    yield ""
    yield from _titled("Appointments", "=")
    if not record.appointments:
        yield "None."
    for line in record.appointments:
        yield from _wrapped(f"{moment(line.starts_at)}: {line.service} with {line.practitioner}, {line.state}")


def _told(record: PatientRecord) -> Iterator[str]:
    yield ""
    yield from _titled("What the patient told us before the visit", "=")
    for told in record.told:
        yield ""
        yield from _titled(told.title, "-")
        for line in told.lines:
            yield from _line(line)


def _home(record: PatientRecord) -> Iterator[str]:
    for home in record.home:
        yield ""
        yield from _titled(f"What the patient told from home: {home.title}", "=")
        for line in home.lines:
            yield from _line(line)


def _consents(record: PatientRecord) -> Iterator[str]:
    yield ""
    yield from _titled("Consent", "=")
    for consent in record.consents:
        yield from _wrapped(f"{moment(consent.given_at)}: {consent.words}", below=INDENT)
    for name, text in record.wordings:
        yield ""
        yield from _wrapped(name)
        yield from _wrapped(text, INDENT)


def _foot(record: PatientRecord) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"End of the record of {record.name}, reference {record.reference}.")


def _episode(episode: EpisodeRecord) -> Iterator[str]:
    yield ""
    yield from _titled(f"Episode: {episode.title}", "=")
    yield from _pairs(episode.facts)
    if not episode.notes:
        yield "No note is recorded."
    for note in episode.notes:
        yield from _note(note)


def _note(note: NoteRecord) -> Iterator[str]:
    yield ""
    state = f" - {note.state.upper()}" if note.state else ""
    yield from _titled(f"Note {note.number}, {note.kind}{state}", "-")
    yield from _pairs(note.facts)
    for part in note.parts:
        yield ""
        yield from _wrapped(part.title)
        for line in part.lines:
            yield from _line(line)
        if not part.lines:
            yield INDENT + part.nothing
    if note.seal_hash:
        yield ""
        yield from _wrapped(f"Seal {note.seal_hash}")
    for addendum in note.addenda:
        yield from _addendum(addendum)


def _line(line: Line) -> Iterator[str]:
    """A finding; the further lines of its text stand in, so that none can pass for another finding."""
    said = "; ".join(filter(None, (line.words, line.about)))
    if line.name:
        yield from _wrapped(f"{line.name}: {said}" if said else line.name, INDENT, below=INDENT * 2)
    else:
        yield from _wrapped(said, INDENT)


def _addendum(addendum: AddendumRecord) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"Addendum ({addendum.kind}), {moment(addendum.written_at)} by {addendum.author}")
    yield from _wrapped(addendum.text, INDENT)


def _titled(title: str, rule: str) -> Iterator[str]:
    lines = list(_wrapped(title))
    yield from lines
    yield rule * min(WIDTH, max(len(line) for line in lines))


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, value in pairs:
        yield from _wrapped(f"{name}: {value}", below=INDENT)


def _wrapped(text: str, indent: str = "", *, below: str = "") -> Iterator[str]:
    """Lines of at most 80 characters; what fits on one stays as it was typed, its tabs and spaces included."""
    for number, line in enumerate(text.split("\n")):
        start = below or indent if number else indent
        if len(start + line) <= WIDTH:
            yield start + line if line else ""
            continue
        wrapped = textwrap.wrap(
            line,
            WIDTH,
            initial_indent=start,
            subsequent_indent=start + INDENT,
            expand_tabs=False,
            replace_whitespace=False,
            break_on_hyphens=False,
        )
        yield from (part.rstrip() for part in wrapped or [""])
