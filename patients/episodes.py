"""Side, onset and working hypothesis of an episode, which both its own page and every open note can change.

A page sends along marks of what it showed. Only what was changed on that page is written, and only over what the page
showed; anything else is a conflict, and a human decides.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from patients import audit
from patients.models import AuditEntry, Episode
from patients.note_errors import EpisodeChanged

SHARED = ("side", "onset", "working_hypothesis")


def marks(episode: Episode) -> str:
    """What a page about this episode shows, as it sends it along."""
    return marks_of({name: getattr(episode, name) for name in SHARED})


def marks_of(values: Mapping[str, Any]) -> str:
    """Marks of these values."""
    return ".".join(_mark(values[name]) for name in SHARED)


def marks_after(episode: Episode, typed: Mapping[str, Any]) -> str:
    """Marks of the page after it was saved: what was typed, and what stands where nothing was."""
    return marks_of({**{name: getattr(episode, name) for name in SHARED}, **typed})


def marks_seen(shown: str, stored: Episode, names: list[str]) -> str:
    """Marks of a page that now shows what stands in these fields, and still what it showed before in the others."""
    fresh, before = _by_name(marks(stored)), _by_name(shown)
    return ".".join(fresh[name] if name in names else before.get(name, fresh[name]) for name in SHARED)


def change(*, episode: Episode, typed: Mapping[str, Any], shown: str, by: Any, now: datetime) -> list[str]:
    """Write what was changed on the episode's own page, and say which fields; raises EpisodeChanged."""
    plain = {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in typed.items()}
    shared = {name: value for name, value in plain.items() if name in SHARED}
    with transaction.atomic():
        held = Episode.objects.select_for_update().get(pk=episode.pk)
        own = {name: value for name, value in plain.items() if name not in SHARED and value != getattr(held, name)}
        wanted = {**changes(held, shared, shown=shown), **own}
        if wanted:
            Episode.objects.filter(pk=held.pk).update(**wanted)
            audit.record(
                actor=by.get_username(),
                action=AuditEntry.Action.CHANGE,
                subject=f"episode {held.pk}",
                patient=held.patient,
                fields=tuple(wanted),
                now=now,
            )
    return list(wanted)


def changes(episode: Episode, typed: Mapping[str, Any], *, shown: str, written: str = "") -> dict[str, Any]:
    """What to write; raises EpisodeChanged where somebody else changed the same thing in the meantime.

    `written` are the marks of what the same draft wrote last: a page that goes on saving need not be loaded again.
    Without `shown` nothing is known about the page, and what was typed counts.
    """
    differing = {name: value for name, value in typed.items() if value != getattr(episode, name)}
    if not shown:
        return differing
    saw, wrote = _by_name(shown), _by_name(written)
    wanted, conflicts = {}, []
    for name, value in differing.items():
        stored, mine = _mark(getattr(episode, name)), _mark(value)
        if stored == wrote.get(name):
            wanted[name] = value
        elif mine in (saw.get(name), wrote.get(name)):
            continue  # not touched on this page: what stands now stays
        elif stored == saw.get(name):
            wanted[name] = value
        else:
            conflicts.append(name)
    if conflicts:
        raise EpisodeChanged(conflicts)
    return wanted


def refuse_unseen(episode: Episode, shown: str) -> None:
    """Raises EpisodeChanged where the episode says something else than these marks; without any, nothing is known."""
    saw, stands = _by_name(shown), _by_name(marks(episode))
    if unseen := [name for name, mark in saw.items() if mark != stands[name]]:
        raise EpisodeChanged(unseen)


def _by_name(found: str) -> dict[str, str]:
    return dict(zip(SHARED, found.split("."), strict=False)) if found else {}


def _mark(value: str) -> str:
    return hashlib.sha256(value.replace("\r\n", "\n").encode()).hexdigest()[:16]
