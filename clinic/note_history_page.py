"""What a note said before: kept versions of a draft, any two of them side by side, and corrections beside the text."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic import note_ends_page
from patients import note_versions, seal
from patients.models import CaseNote

SIGNED = "signed"
SHOWN = 200


@dataclass(frozen=True)
class Version:
    """One version that can be compared: a kept one, or the note as it was signed."""

    key: str
    words: str
    at: Any
    content: str


@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The versions of a note, two of them compared; without a choice the last two."""
    note = note_ends_page.opened_note(request, pk)
    kept = _versions(note)
    old, new = _chosen(kept, request.GET.get("old", ""), request.GET.get("new", ""))
    found = note_versions.differences(_open(old), _open(new)) if old and new else []
    content = seal.opened(note.seal) if note.is_signed else {}
    context = {
        **admin.site.each_context(request),
        **note_ends_page.about(note),
        "title": f"Versions, {note.episode.patient.name}, {timezone.localdate(note.seen_at)}",
        "versions": kept,
        "old": old,
        "new": new,
        "differences": found,
        "corrections": note_versions.corrections(content, list(note.addenda.all())) if note.is_signed else [],
    }
    return render(request, "patients/note_versions.html", context)


def _versions(note: CaseNote) -> list[Version]:
    """Oldest first; the version that was signed is shown as it was signed, not twice."""
    drafts = note.draft_versions.select_related("kept_by").order_by("-version")
    rows = (drafts.exclude(version=note.version) if note.is_signed else drafts)[:SHOWN]
    kept = [
        Version(str(row.version), f"draft {row.version}, {row.kept_by.display_name}", row.kept_at, row.content)
        for row in reversed(rows)
    ]
    if note.is_signed:
        kept.append(Version(SIGNED, "as it was signed", note.signed_at, note.seal))
    return kept


def _chosen(kept: list[Version], old: str, new: str) -> tuple[Version | None, Version | None]:
    """The two that were asked for, else the last ones."""
    by_key = {version.key: version for version in kept}
    second = by_key.get(new) or (kept[-1] if kept else None)
    earlier = kept[: kept.index(second)] if second else []
    return by_key.get(old) or (earlier[-1] if earlier else None), second


def _open(version: Version) -> dict[str, Any]:
    return note_versions.opened(version.content)


def urls() -> list[URLPattern]:
    """What happened to a note, and how it ends otherwise than by being signed."""
    return [
        path("notes/<uuid:pk>/versions/", versions, name="note_versions"),
        path("notes/<uuid:pk>/discard/", note_ends_page.discard, name="note_discard"),
        path("notes/<uuid:pk>/in-error/", note_ends_page.in_error, name="note_in_error"),
    ]
