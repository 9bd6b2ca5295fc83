"""What a patient told before the visit: beside the draft's fields to be taken over, and on the appointment's page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from bookings import intake
from bookings.intake import Said
from bookings.models import Appointment, Intake
from clinic import told_alerts
from patients import reports
from patients.access import may_open_records
from patients.forms import NoteForm
from patients.models import CaseNote
from patients.note_items import NoteItems

TAKE = "take-"
ALL, WORDS, FILE, CONSENT = "all", "words", "file", "consent"


@dataclass(frozen=True)
class Told:
    """One intake as the staff read it; answers by question where the note asks the same."""

    intake: Intake
    facts: list[tuple[str, str]]
    answers: Mapping[str, Said]
    elsewhere: list[Said]
    is_in_record: bool
    history: str = ""

    @property
    def is_new_to_file(self) -> bool:
        """It names a GP, a contact or a need that the file does not have."""
        patient = self.intake.appointment.patient
        return any(getattr(self.intake, name) and not getattr(patient, name) for name in intake.IN_FILE)

    @cached_property
    def offers(self) -> list[told_alerts.Offer]:
        """Medicines and allergies of it that nobody has put in view yet."""
        patient = self.intake.appointment.patient
        return told_alerts.of_intake(self.intake, patient) if patient else []

    @property
    def has_more(self) -> bool:
        """Something of it was not taken over yet."""
        waits = any(not said.is_taken for said in self.answers.values()) or self.intake.own_words not in self.history
        consents = self.intake.consented_at is not None and not self.is_in_record
        return waits or consents or self.is_new_to_file


@dataclass(frozen=True)
class Taking:
    """A press of `take over`: the form as it was typed with the answers put where nothing stood."""

    told: Told
    what: str
    data: QueryDict
    taken: list[Said] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def told(note: CaseNote, items: NoteItems) -> Told | None:
    """What was sent before the visit of this note."""
    sent = intake.of_note(note)
    asked = {question.pk for question in items.questions}
    return replace(_told(sent, asked), history=note.history) if sent else None


def read(request: HttpRequest, note: CaseNote, items: NoteItems) -> Told | None:
    """The same, about to be shown: the reading is traced first."""
    found = told(note, items)
    if found:
        _trace(request, found.intake)
    return found


def of_appointment(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    """That it was sent, for everybody at the desk; what it says, traced, for practitioners alone."""
    sent = intake.of_appointment(appointment)
    if sent is None or not may_open_records(request.user):
        return {"intake_sent_at": sent.sent_at if sent else None}
    _trace(request, sent)
    return {"intake_sent_at": sent.sent_at, "told": _told(sent, set())}


def taking(request: HttpRequest, note: CaseNote, items: NoteItems) -> Taking | None:
    """What a press of `take over` asks for; None when it was another button."""
    do = request.POST.get("do", "")
    found = told(note, items) if do.startswith(TAKE) and not do.startswith(reports.TAKE) else None
    if found is None:
        return None
    press = Taking(found, do.removeprefix(TAKE), request.POST.copy())
    fields = NoteForm(note=note, items=items).fields
    for said in _wanted(press):
        _take(press, said, fields.get(f"symptom-{said.question.code}"))
    if press.what in (ALL, WORDS) and found.intake.own_words:
        _take_words(press)
    return press


def settle(request: HttpRequest, press: Taking) -> None:
    """The draft is saved: mark what was taken over, put the rest where it belongs, and say what stayed."""
    now, sent, kept = timezone.now(), press.told.intake, list(press.kept)
    intake.accept(intake=sent, taken=press.taken, now=now)
    if press.what in (ALL, FILE):
        kept += intake.fill_file(intake=sent, by=request.user, now=now)
    if press.what in (ALL, CONSENT):
        intake.keep_consent(intake=sent, by=request.user, now=now)
    if patient := sent.appointment.patient:
        for offer in (one for one in press.told.offers if one.field == press.what):
            told_alerts.take(offer=offer, patient=patient, by=request.user, now=now)
    if kept:
        words = "Not taken over, because something else stands there already: "
        messages.warning(request, f"{words}{'; '.join(kept)}. Empty it first to take over what the patient says.")
    else:
        messages.success(request, "Taken over, and the draft is saved.")


def anchor(press: Taking | None) -> str:
    """Where the page goes on after a single answer."""
    said = next((one for one in _wanted(press) if press.what != ALL), None) if press else None
    return f"#symptom-{said.question.code}" if said else ""


def _told(sent: Intake, asked: set[Any]) -> Told:
    every = intake.answers(sent)
    return Told(
        intake=sent,
        facts=intake.facts(sent),
        answers={said.question.code: said for said in every if said.question.pk in asked},
        elsewhere=[said for said in every if said.question.pk not in asked],
        is_in_record=intake.is_in_record(sent),
    )


def _wanted(press: Taking) -> list[Said]:
    """All that were not taken over yet, or the one that was pressed."""
    answers = press.told.answers.values()
    if press.what == ALL:
        return [said for said in answers if not said.is_taken]
    return [said for said in answers if said.key == press.what]


def _take(press: Taking, said: Said, asked: Any) -> None:
    name = f"symptom-{said.question.code}"
    if asked is None:
        press.kept.append(f"{said.question.ask} (asked for each side here)")
        return
    value = said.value if isinstance(said.value, list) else [said.value]
    stands = [one for one in press.data.getlist(name) if one]
    if stands and sorted(stands) != sorted(value):
        press.kept.append(said.question.ask)
        return
    try:
        asked.clean(said.value)
    except ValidationError:  # the options were changed since it was answered
        press.kept.append(f"{said.question.ask} (this answer is not offered any more)")
        return
    press.data.setlist(name, value)
    press.taken.append(said)


def _take_words(press: Taking) -> None:
    stands, words = press.data.get("history", "").replace("\r\n", "\n"), press.told.intake.own_words
    if not stands.strip():
        press.data["history"] = words
    elif words not in stands:
        press.kept.append("In the patient's words")


def _trace(request: HttpRequest, sent: Intake) -> None:
    intake.trace_reading(sent, actor=request.user.get_username(), now=timezone.now())
