"""What happens to made-up notes later: addenda, one in error, one discarded, sheets, figures of the patients."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from clinic import demo_words
from clinic.demo_clinic import Clinic
from clinic.demo_people import dice
from patients import alerts, discarding, home_days, notes, reports, sheets
from patients.models import Alert, CaseNote, Episode, HomeExercise

SHEETS, TICKED_DAYS = 9, 14


def add(clinic: Clinic, *, now: datetime) -> None:
    """Everything the record has besides notes."""
    _addenda(now)
    _in_error(now)
    _discarded(clinic, now)
    _alerts_later(now, clinic)
    lately = list(Episode.objects.open().filter(case_notes__seen_at__gt=now - timedelta(days=21)).distinct()[:SHEETS])
    for number, episode in enumerate(sorted(lately, key=lambda one: one.started_on)):
        _sheet(episode, number, clinic, now)
        if number % 2 == 0:
            _figures(episode, now)


def _signed(now: datetime) -> Any:
    """Signed notes of some days ago, the newest first."""
    rows = CaseNote.objects.signed().filter(seen_at__lt=now - timedelta(days=5))
    return rows.select_related("author", "episode__condition").order_by("-seen_at")


def _addenda(now: datetime) -> None:
    """One of each kind under different notes, by whoever wrote them."""
    for note, (kind, text) in zip(_signed(now)[:9:3], demo_words.ADDENDA.items(), strict=False):
        notes.add_addendum(note=note, author=note.author, kind=kind, text=text, now=now)


def _in_error(now: datetime) -> None:
    """One note stands in the wrong file; where somebody else has the same problem, its words go there."""
    wrong = next((note for note in _signed(now)[1:40] if not note.addenda.exists()), None)
    if wrong is not None:
        others = Episode.objects.open().filter(condition=wrong.episode.condition)
        right = others.exclude(patient=wrong.episode.patient_id).order_by("-started_on").first()
        why = "Written in the wrong file: two people with the same first name came one after the other."
        discarding.mark_in_error(note=wrong, by=wrong.author, reason=why, now=now, right=right)


def _discarded(clinic: Clinic, now: datetime) -> None:
    """One draft was begun for the wrong person and put away."""
    episode = Episode.objects.open().order_by("started_on").first()
    if episode is not None:
        note = notes.start(episode=episode, author=clinic.mairi, seen_at=now - timedelta(days=3), now=now)
        discarding.discard(note=note, by=clinic.mairi, reason="Opened for the wrong person", now=now)


def _alerts_later(now: datetime, clinic: Clinic) -> None:
    """One that was checked since, and one that has ended."""
    rows = list(Alert.objects.order_by("noted_on", "id")[:2])
    for alert, verb in zip(rows, (alerts.check, alerts.end), strict=False):
        verb(alert=alert, by=clinic.mairi, now=now)


def _sheet(episode: Episode, number: int, clinic: Clinic, now: datetime) -> None:
    """A link to the exercises, made a while ago, and what was done at home since; not every day was told."""
    note = sheets.newest_notes(episode).first()
    if note is None:
        return
    made_at = max(now - timedelta(days=TICKED_DAYS), note.signed_at)
    sheets.make_link(episode=episode, by=note.author, now=made_at)
    codes = _codes(note)
    for back in range((timezone.localdate(now) - timezone.localdate(made_at)).days, -1, -1):
        day, rolls = now - timedelta(days=back), dice("home", number, back)
        for code in codes:
            if rolls.random() < 0.6:
                home_days.mark(
                    episode=episode, code=code, day=timezone.localdate(day), is_done=True, on_sheet=codes, now=day
                )
        if rolls.random() < 0.4:
            words = demo_words.AT_HOME[rolls.randrange(len(demo_words.AT_HOME))]
            home_days.tell(
                episode=episode, day=timezone.localdate(day), pain=rolls.randint(0, 5), remark=words, now=day
            )


def _codes(note: CaseNote) -> Sequence[str]:
    return list(HomeExercise.objects.filter(note=note).values_list("exercise__code", flat=True))


def _figures(episode: Episode, now: datetime) -> None:
    """What the patient says about the weeks, sent before the next visit."""
    rolls = dice("figures", episode.started_on)
    asked = [one for one in reports.asked(episode) if one.is_scale and (one.label or not one.is_activity)]
    told = [(one, one.label, Decimal(rolls.randint(2, 7))) for one in asked]
    if told:
        reports.save(episode=episode, figures=told, now=now - timedelta(hours=rolls.randint(2, 20)))
