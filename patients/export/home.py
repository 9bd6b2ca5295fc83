"""What the patient told from home, day by day and in figures, for the export of the record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from patients.export.parts import Line
from patients.models import ExerciseTick, HomeDay, Patient, PatientReport
from patients.note_scores import plain, version_words


@dataclass(frozen=True)
class HomeRecord:
    """What was told from home about one problem, by day, oldest first."""

    title: str
    lines: tuple[Line, ...]


def records(patient: Patient) -> tuple[HomeRecord, ...]:
    """One for each episode that anything was told about, in a fixed number of queries."""
    episodes = list(patient.episodes.select_related("condition").order_by("started_on", "id"))
    told: dict[object, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, day, words in (*_reported(patient), *_ticked(patient), *_said(patient)):
        told[key][day].append(words)
    return tuple(
        HomeRecord(
            str(one), tuple(Line(f"{day:%-d %B %Y}", "; ".join(said)) for day, said in sorted(told[one.pk].items()))
        )
        for one in episodes
        if one.pk in told
    )


def _reported(patient: Patient) -> Iterable[tuple[object, date, str]]:
    reports = PatientReport.objects.filter(episode__patient=patient).prefetch_related("scores__instrument")
    for report in reports:
        for score in report.scores.all():
            moment = version_words(score.version) if not score.label else ""
            name = ", ".join(filter(None, (score.label, score.instrument.name, moment)))
            unit = f" {score.instrument.unit}" if score.instrument.unit else ""
            yield report.episode_id, report.day, f"{name}: {plain(score.value)}{unit}"


def _ticked(patient: Patient) -> Iterable[tuple[object, date, str]]:
    for tick in ExerciseTick.objects.filter(episode__patient=patient).select_related("exercise"):
        yield tick.episode_id, tick.day, f"done: {tick.exercise.name}"


def _said(patient: Patient) -> Iterable[tuple[object, date, str]]:
    for one in HomeDay.objects.filter(episode__patient=patient):
        if one.pain is not None:
            yield one.episode_id, one.day, f"most pain {one.pain} out of 10"
        if one.remark:
            yield one.episode_id, one.day, one.remark
