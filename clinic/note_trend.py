"""The small lines beside the note: what is charted, as the signed notes before this one say it."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString

from patients import charts, measures, seal
from patients.models import CaseNote, Episode
from patients.timeline import Standing, Timeline, Visit

LOOKED_BACK = 24  # notes; the whole course is in the file


@dataclass(frozen=True)
class Trend:
    """One measure as a small picture, and the same in words with its gaps."""

    name: str
    better: str
    picture: SafeString
    words: str


def of(episode: Episode, *, before: CaseNote) -> list[Trend]:
    """The measures looked at first, from the newest notes of the visits before."""
    notes = list(CaseNote.objects.before(before).select_related("author")[:LOOKED_BACK])
    if not notes:
        return []
    visits = tuple(Visit(note, Standing.SIGNED, seal.opened(note.seal)) for note in reversed(notes))
    catalogue = measures.catalogues([episode.condition])[episode.condition_id]
    timeline = Timeline(episode, visits, missed=(), coming=None, now=timezone.now(), catalogue=catalogue)
    return [
        Trend(one.name, one.better, charts.sparkline(timeline, one), _words(timeline, one))
        for one in timeline.in_sight[:2]
    ]


def _words(timeline: Timeline, measure: measures.Measure) -> str:
    """`8, 7, not recorded 2 Apr, 6`."""
    days = [f"{timezone.localtime(stop.at):%-d %b}" for stop in timeline.stops]
    first = measure.given[0]
    said = [measure.words_at(number) or f"not recorded {days[number]}" for number in range(first, len(days))]
    return f"From {days[first]}: {', '.join(said)}"
