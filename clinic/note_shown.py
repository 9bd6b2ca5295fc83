"""What the note's page shows: a draft with all there is beside it, or a signed note to read and add to."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from bookings.models import Appointment
from clinic import intake_page, note_trend
from patients import home_days, measures, notes, reports, seal
from patients.choices import RedFlagReply
from patients.forms import AddendumForm, NoteForm
from patients.last_visit import LastVisit
from patients.models import CaseNote
from patients.note_items import NoteItems
from patients.note_rows import Group, NoteRows, Row


@dataclass(frozen=True)
class FlagState:
    """Where the red-flag screen stands, in a few words for the strip: `open`, `raised` or `clear`."""

    state: str
    words: str

    @classmethod
    def of(cls, answers: dict[str, str], asked: list[str], last: LastVisit) -> "FlagState":
        """From the replies by code, the codes to ask, and the last signed note."""
        given = {code: answers[code] for code in asked if answers.get(code)}
        raised = sum(reply != RedFlagReply.NO for reply in given.values())
        if raised:
            left = f", {len(asked) - len(given)} still to ask" if len(given) < len(asked) else ""
            return cls("raised", f"{raised} not “no” today{left}")
        if asked and len(given) == len(asked):
            return cls("clear", f"all {len(asked)} asked today: no")
        if given:
            return cls("open", f"{len(given)} of {len(asked)} asked today")
        before = _flags_before(last)
        return cls("open", f"{before}, not asked today" if before else "not asked yet")


def draft(
    request: HttpRequest,
    note: CaseNote,
    form: NoteForm,
    *,
    status: int = 200,
    refused: list[notes.Missing] | None = None,
) -> HttpResponse:
    """The draft to fill in, as stored or as typed."""
    last = LastVisit.before(note)
    told = intake_page.read(request, note, form.items)
    rows = NoteRows.of(form, form.items, last, told.answers if told else {})
    first = asked_first(form.items)
    context = {
        **about(note),
        **admin.site.each_context(request),
        "form": form,
        "rows": rows,
        "symptom_groups": _in_order(rows, note, first),
        "asked_first": first,
        "considered": any(row.is_filled for row in rows.mimics),
        "told": told,
        "trend": note_trend.of(note.episode, before=note),
        "reported": reports.for_note(note),
        "done": home_days.done(note.episode, today=timezone.localdate()),
        "last": last,
        "flags": flag_state(note, form.items, last),
        "missing": notes.missing_before_signing(note, now=timezone.now()),
        "refused": refused,
    }
    return render(request, "patients/note.html", context, status=status)


def signed(request: HttpRequest, note: CaseNote, form: AddendumForm | None, *, status: int = 200) -> HttpResponse:
    """A note to read: a signed one from its seal, somebody else's draft as it stands."""
    content = seal.opened(note.seal) if note.is_signed else seal.note_content(note)
    context = {**admin.site.each_context(request), **about(note), "content": content, "form": form}
    return render(request, "patients/note_signed.html", context, status=status)


def about(note: CaseNote) -> dict[str, Any]:
    """Who and what the note is about, for the strip and the rail."""
    patient, now = note.episode.patient, timezone.now()
    coming = Appointment.objects.live().filter(patient=patient, starts_at__gt=now).exclude(case_note=note)
    return {
        "title": f"{'Note' if note.is_signed else 'Draft'}, {patient.name}, {timezone.localdate(note.seen_at)}",
        "note": note,
        "patient": patient,
        "age": patient.age_on(timezone.localdate(now)),
        "appointment": Appointment.objects.filter(case_note=note).first(),
        "coming": coming.order_by("starts_at").first(),
        "next_visit_url": next_visit_url(note),
    }


def next_visit_url(note: CaseNote) -> str:
    """Where the next visit is booked from inside the note."""
    return f"{reverse('admin:next_visit')}?note={note.pk}"


def changes(rows: NoteRows) -> dict[str, str]:
    """How each row differs from last time, by the name the page marks it with; rows that do not are left out."""
    symptoms = [row for group in rows.symptom_groups for row in group.rows]
    scores = [row for group in rows.scores for row in group.rows]
    tests = [row for pair in rows.tests for row in pair if row]
    others = [*rows.onset_causes, *rows.maintaining_causes, *rows.steps, *rows.exercises]
    every = [*symptoms, *scores, *tests, *others]
    return {_mark(row): row.change for row in every if row.change}


def _mark(row: Row) -> str:
    return str(next(iter(row.fields.values())).html_name)


def asked_first(items: NoteItems) -> list[str]:
    """Codes of the charted questions a follow-up begins with: pain and sitting, or the first there are."""
    charted = [question.code for question in items.questions if question.is_charted]
    return [code for code in charted if code in measures.FIRST] or charted[:2]


def _in_order(rows: NoteRows, note: CaseNote, first: list[str]) -> list[Group]:
    """Groups of symptoms as the catalogue has them; in a follow-up those that are charted come before the others."""
    groups = list(rows.symptom_groups)
    if note.kind == CaseNote.Kind.INITIAL:
        return groups
    return sorted(groups, key=lambda group: not any(row.item.code in first for row in group.rows))


def flag_state(note: CaseNote, items: NoteItems, last: LastVisit) -> FlagState:
    """Where the red-flag screen of a draft stands."""
    answers = {answer.red_flag.code: answer.reply for answer in note.red_flag_answers.all()}
    asked = [flag.code for flag in items.red_flags if flag.retired_at is None]
    return FlagState.of(answers, asked, last)


def _flags_before(last: LastVisit) -> str:
    """`all 12 “no” on 30 Apr`, or how many were not."""
    before = last.content.get("red_flags", []) if last.note else []
    if not before or last.note is None:
        return ""
    day = f"{timezone.localtime(last.note.seen_at):%-d %b}"
    raised = sum(answer["reply"]["code"] != RedFlagReply.NO for answer in before)
    return f"{raised} not “no” on {day}" if raised else f"all {len(before)} “no” on {day}"
