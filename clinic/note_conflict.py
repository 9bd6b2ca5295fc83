"""Two windows on one draft: both texts, field by field, and a way to keep either without losing the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from clinic import note_held, note_shown
from patients import episodes
from patients.forms import NoteForm
from patients.models import CaseNote
from patients.note_items import NoteItems

CHOSEN, KEEP = "chosen", "keep-"
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Difference:
    """One field that says something else here than in the draft, and which of the two is kept unless told otherwise."""

    name: str
    label: str
    stored: str
    typed: str
    is_text: bool

    @property
    def kept(self) -> str:
        """A text never loses against an empty field."""
        return THEIRS if self.stored and not self.typed else MINE


def show_both(request: HttpRequest, note: CaseNote, typed: NoteForm) -> HttpResponse:
    """409: somebody (or another window) saved in between. Both texts are shown and neither is lost."""
    stored = CaseNote.objects.with_findings().get(pk=note.pk)
    found = list(differences(stored_form(stored), typed))
    unsent = frozenset({"version", "episode_shown", "do", *(name for name in request.POST if name.startswith(KEEP))})
    context = {
        **admin.site.each_context(request),
        **note_shown.about(stored),
        "differences": found,
        "is_over": stored.is_signed or stored.is_discarded,
        "sent": note_held.fields(typed.data, unsent),
        "stored_version": stored.version,
        "episode_shown": episodes.marks(stored.episode),
        "as_addendum": "\n\n".join(f"{one.label}: {one.typed}" for one in found if one.typed),
    }
    return render(request, "patients/note_stale.html", context, status=409)


def stored_form(note: CaseNote) -> NoteForm:
    """The draft as it is stored, as a form that was not sent."""
    return NoteForm(note=note, items=NoteItems.of(note))


def differences(stored: NoteForm, typed: NoteForm) -> Iterator[Difference]:
    """Every field that says something else."""
    for name, field in stored.fields.items():
        kept, given = as_posted(stored[name].value()), as_posted(typed[name].value())
        if not field.widget.is_hidden and kept != given:
            words = dict(getattr(field, "choices", ()))
            is_text = isinstance(field.widget, Textarea)
            yield Difference(name, str(field.label or name), _words(kept, words), _words(given, words), is_text)


def chosen(data: QueryDict, note: CaseNote) -> QueryDict:
    """What was typed, with the stored value in every field where that was chosen, or both texts one after the other."""
    result, stored = data.copy(), stored_form(note)
    for name in stored.fields:
        keep = data.get(f"{KEEP}{name}", MINE)
        theirs = as_posted(stored[name].value())
        if keep == THEIRS:
            put(result, name, theirs)
        elif keep == BOTH:
            put(result, name, ["\n".join(part for part in (*theirs, data.get(name, "")) if part)])
    for name in [name for name in result if name.startswith(KEEP)]:
        del result[name]
    return result


def put(data: QueryDict, name: str, values: list[str]) -> None:
    """Set a field of what was sent; a box without a tick is not sent at all."""
    if values:
        data.setlist(name, values)
    elif name in data:
        del data[name]


def as_posted(value: Any) -> list[str]:
    """A value of the form as a browser sends it; nothing at all for an empty one."""
    if value in (None, False, "", []):
        return []
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    if hasattr(value, "strftime"):
        return [f"{value:%H:%M}" if hasattr(value, "hour") else f"{value:%Y-%m-%d}"]
    return ["on"] if value is True else [str(value).replace("\r\n", "\n")]


def _words(values: list[str], words: dict[str, Any]) -> str:
    said = ["yes" if value == "on" and not words else str(words.get(value, value)) for value in values]
    return ", ".join(said)
