"""Verbs of the episode: start one, close it with words, open it again."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from patients import audit
from patients.models import AuditEntry, Condition, Episode, Patient


class EpisodeError(Exception):
    """A verb of the episode was refused; the text says what to do."""


class AlreadyOpen(EpisodeError):
    """An episode of the same condition and side is open: somebody has to say that this is another one."""

    def __init__(self, episode: Episode) -> None:
        super().__init__("An episode of this condition and side is open already.")
        self.episode = episode


def start(
    *,
    patient: Patient,
    condition: Condition,
    side: str,
    onset: str,
    started_on: date,
    by: Any,
    now: datetime,
    is_another: bool = False,
) -> Episode:
    """Open an episode. Raises AlreadyOpen unless it is known to be another one."""
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        alike = patient.episodes.open().select_related("condition").filter(condition=condition, side=side).first()
        if alike is not None and not is_another:
            raise AlreadyOpen(alike)
        episode = Episode.objects.create(
            patient=patient, condition=condition, side=side, onset=onset, started_on=started_on
        )
        _trace(episode, by, AuditEntry.Action.CREATE, now)
    return episode


def close(*, episode: Episode, on: date, words: str, by: Any, now: datetime) -> Episode:
    """It is over; how it ended stays with it. Raises EpisodeError when it is closed, or would end before it began."""
    with transaction.atomic():
        held = _held(episode)
        if not held.is_open:
            raise EpisodeError("This episode is closed already. Open it again first to change how it ended.")
        if on < held.started_on:
            raise EpisodeError("The episode cannot be closed before it started.")
        held.closed_on, held.closing_words = on, words
        held.save(update_fields=["closed_on", "closing_words"])
        _trace(held, by, AuditEntry.Action.CHANGE, now, "closed_on", "closing_words")
    return held


def reopen(*, episode: Episode, by: Any, now: datetime) -> Episode:
    """It goes on; the words of the old ending stay until another is written. A second time changes nothing."""
    with transaction.atomic():
        held = _held(episode)
        if not held.is_open:
            held.closed_on = None
            held.save(update_fields=["closed_on"])
            _trace(held, by, AuditEntry.Action.CHANGE, now, "closed_on")
    return held


def _held(episode: Episode) -> Episode:
    return Episode.objects.select_for_update(of=("self",)).select_related("patient", "condition").get(pk=episode.pk)


def _trace(episode: Episode, by: Any, action: AuditEntry.Action, now: datetime, *fields: str) -> None:
    audit.record(
        actor=by.get_username(),
        action=action,
        subject=f"episode {episode.pk}",
        patient=episode.patient,
        fields=fields,
        now=now,
    )
