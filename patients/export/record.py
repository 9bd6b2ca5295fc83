"""Gather one patient's whole record, once, into values that every rendering only prints.

Signed notes come from their seals, word for word as they were signed; drafts come from rows and are marked as drafts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from patients import registry
from patients.export import note_record
from patients.export.home import HomeRecord
from patients.export.note_record import NoteRecord, moment
from patients.export.parts import Line
from patients.models import Alert, CaseNote, ClinicProfile, Consent, Episode, Patient


@dataclass(frozen=True)
class AppointmentLine:
    """One appointment, as the diary tells it."""

    starts_at: datetime
    service: str
    practitioner: str
    state: str


@dataclass(frozen=True)
class ConsentLine:
    """A consent to treatment: to which words, by whom, when, and whether it still stands."""

    wording: int
    text: str
    given_by: str
    given_at: datetime
    source: str
    withdrawn_at: datetime | None

    @property
    def words(self) -> str:
        """Who gave it, where, and when it was withdrawn."""
        withdrawn = f"; withdrawn on {moment(self.withdrawn_at)}" if self.withdrawn_at else ""
        return f"wording {self.wording}, given by {self.given_by}, {self.source}{withdrawn}"


@dataclass(frozen=True)
class ToldRecord:
    """What the patient told before one visit."""

    starts_at: datetime
    sent_at: datetime
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        return f"Before {moment(self.starts_at)}, sent {moment(self.sent_at)}"


@dataclass(frozen=True)
class Clinic:
    """Who keeps the record."""

    name: str
    address: tuple[str, ...]
    phone: str
    email: str
    registration: str
    ico_number: str


@dataclass(frozen=True)
class EpisodeRecord:
    """One problem with its notes, oldest first."""

    title: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[NoteRecord, ...]


@dataclass(frozen=True)
class PatientRecord:
    """Everything that is kept about one patient."""

    reference: str
    name: str
    date_of_birth: date
    facts: tuple[tuple[str, str], ...]
    clinic: Clinic
    episodes: tuple[EpisodeRecord, ...]
    appointments: tuple[AppointmentLine, ...]
    made_at: datetime
    told: tuple[ToldRecord, ...] = ()
    consents: tuple[ConsentLine, ...] = ()
    home: tuple[HomeRecord, ...] = ()

    @property
    def notes(self) -> list[NoteRecord]:
        return [note for episode in self.episodes for note in episode.notes]

    @property
    def contents(self) -> str:
        """What is inside, counted, so that nothing can be missing unseen."""
        signed = sum(1 for note in self.notes if note.signed_at)
        counts = (
            (len(self.episodes), "episode", "episodes"),
            (signed, "signed note", "signed notes"),
            (len(self.notes) - signed, "draft", "drafts"),
            (sum(len(note.addenda) for note in self.notes), "addendum", "addenda"),
            (len(self.appointments), "appointment", "appointments"),
        )
        rarer = (
            (len(self.told), "intake", "intakes"),
            (len(self.consents), "consent", "consents"),
            (sum(len(one.lines) for one in self.home), "day told from home", "days told from home"),
        )
        shown = (*counts, *(count for count in rarer if count[0]))
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in shown)

    @property
    def wordings(self) -> tuple[tuple[str, str], ...]:
        """Every text that was agreed to, once, by its number."""
        texts = {consent.wording: consent.text for consent in self.consents}
        return tuple((f"Wording {number}", text) for number, text in sorted(texts.items()))


def gather(
    patient: Patient,
    *,
    now: datetime,
    appointments: Sequence[AppointmentLine] = (),
    told: Sequence[ToldRecord] = (),
    home: Sequence[HomeRecord] = (),
) -> PatientRecord:
    """Read the whole record of one patient, in a fixed number of queries however long it is."""
    notes = Prefetch("case_notes", queryset=CaseNote.objects.with_findings().in_order())
    episodes = patient.episodes.select_related("condition").prefetch_related(notes).order_by("started_on", "id")
    return PatientRecord(
        reference=patient.reference,
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        facts=_person_facts(patient),
        clinic=_clinic(),
        episodes=tuple(_episode(episode) for episode in episodes),
        appointments=tuple(appointments),
        made_at=now,
        told=tuple(told),
        home=tuple(home),
        consents=tuple(_consent(one) for one in patient.consents.select_related("wording").order_by("given_at")),
    )


def _clinic() -> Clinic:
    profile = ClinicProfile.current()
    return Clinic(
        name=profile.name,
        address=tuple(profile.address_lines),
        phone=profile.phone,
        email=profile.email,
        registration=profile.registration,
        ico_number=profile.ico_number,
    )


def _person_facts(patient: Patient) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Earlier reference", ", ".join(registry.earlier_references(patient))),
        ("Known as", patient.known_as),
        ("Pronouns", patient.pronouns),
        ("Born", f"{patient.date_of_birth:%-d %B %Y}"),
        ("Address", " ".join(filter(None, (patient.street, patient.postcode)))),
        ("Phone", patient.phone),
        ("Email", patient.email),
        ("GP and practice", patient.gp),
        ("Emergency contact", patient.emergency_contact),
        ("Communication needs", patient.communication_needs),
        ("Alerts", "\n".join(_alert(one) for one in patient.alerts.all())),
        ("Registered", moment(patient.registered_at)),
    )
    return tuple((name, value) for name, value in facts if value)


def _alert(alert: Alert) -> str:
    """What must be in view, who said so, since when and until when."""
    days = ((alert.checked_on, "still true on"), (alert.ended_on, "ended on"))
    said = (f"{words} {day:%-d %B %Y}" for day, words in days if day)
    facts = [alert.get_source_display(), f"since {alert.noted_on:%-d %B %Y}", *said]
    return f"{alert.words} ({'; '.join(facts)})"


def _episode(episode: Episode) -> EpisodeRecord:
    """Onset and hypothesis stand on each note as they were then; here only where they were changed since."""
    kept = [note for note in episode.case_notes.all() if not note.is_discarded]
    notes = tuple(note_record.of_note(number, note) for number, note in enumerate(kept, start=1))
    newest = notes[-1].content["episode"] if notes else {"onset": "", "working_hypothesis": ""}
    facts = (
        ("Began", episode.onset if episode.onset != newest["onset"] else ""),
        (
            "Working hypothesis",
            episode.working_hypothesis if episode.working_hypothesis != newest["working_hypothesis"] else "",
        ),
        ("Open since", f"{episode.started_on:%-d %B %Y}"),
        ("Closed on", f"{episode.closed_on:%-d %B %Y}" if episode.closed_on else ""),
        ("How it ended", episode.closing_words),
        *(("Discarded draft", note_record.discarded(note)) for note in episode.case_notes.all() if note.is_discarded),
    )
    return EpisodeRecord(str(episode), tuple((name, value) for name, value in facts if value), notes)


def _consent(consent: Consent) -> ConsentLine:
    return ConsentLine(
        wording=consent.wording.number,
        text=consent.wording.text,
        given_by=consent.given_by,
        given_at=consent.given_at,
        source=consent.get_source_display(),
        withdrawn_at=consent.withdrawn_at,
    )
