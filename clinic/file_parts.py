"""One episode as the file shows it: chart, figures, a page of its table, and what was last said of red flags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils import timezone

from patients import charts, home_days
from patients.charts import Chart
from patients.home_days import Done
from patients.measures import Measure
from patients.models import Episode
from patients.timeline import Missed, Standing, Timeline, Visit

ROWS_A_PAGE = 25
PERIODS = (("quarter", "3 months", 92), ("year", "12 months", 366), ("all", "Whole episode", 0))


@dataclass(frozen=True)
class Row:
    """One line of the table: a note or a missed appointment, with the figures in sight."""

    at: datetime
    visit: Visit | None
    missed: Missed | None
    figures: list[str]
    more: list[str]


@dataclass(frozen=True)
class Figure:
    """First and last of one measure, and the plain difference."""

    measure: Measure
    first: str
    first_at: datetime
    last: str
    last_at: datetime
    is_draft: bool
    count: int


@dataclass(frozen=True)
class Flags:
    """What was last answered about red flags, as it was signed."""

    at: datetime
    words: str
    is_open: bool


@dataclass(frozen=True)
class EpisodeCard:
    """All that one card of the file needs."""

    timeline: Timeline
    period: str
    page_asked: str
    done: Done | None = None

    @property
    def episode(self) -> Episode:
        return self.timeline.episode

    @cached_property
    def chart(self) -> Chart:
        return charts.outcome_chart(self.timeline, since=self._since)

    @cached_property
    def more(self) -> Chart | None:
        """The measures that are not in sight at once, on the same axis."""
        if not self.timeline.others:
            return None
        key = f"more-{self.episode.pk}"
        return charts.outcome_chart(self.timeline, shown=self.timeline.others, since=self._since, key=key)

    @property
    def periods(self) -> list[tuple[str, str, bool]]:
        """(code, words, is chosen) of what the chart can show; nothing to choose while it is all short."""
        stops = self.timeline.stops
        if not stops or self.timeline.until - stops[0].at < timedelta(days=PERIODS[0][2]):
            return []
        return [(code, words, code == self._chosen) for code, words, _ in PERIODS]

    @cached_property
    def page(self) -> Page:
        return Paginator(self._places(), ROWS_A_PAGE).get_page(self.page_asked)

    @cached_property
    def rows(self) -> list[Row]:
        """One page of the table, newest first."""
        return [self._row(*place) for place in self.page.object_list]

    @cached_property
    def figures(self) -> list[Figure]:
        """Of the measures in sight."""
        return [self._figure(measure) for measure in self.timeline.in_sight]

    @property
    def more_figures(self) -> list[Figure]:
        return [self._figure(measure) for measure in self.timeline.others]

    @property
    def visit_count(self) -> int:
        return sum(1 for visit in self.timeline.visits if visit.is_charted)

    @property
    def draft_figures(self) -> bool:
        return any(figure.is_draft for figure in self.figures)

    @property
    def weeks(self) -> int:
        return (timezone.localdate(self.timeline.until) - self.episode.started_on).days // 7

    @cached_property
    def flags(self) -> Flags | None:
        signed = [visit for visit in self.timeline.visits if visit.standing is Standing.SIGNED]
        return _flags(signed[-1]) if signed else None

    @property
    def _chosen(self) -> str:
        if self.period in {code for code, _, _ in PERIODS}:
            return self.period
        return "all" if len(self.timeline.stops) <= charts.DENSE else "year"

    @property
    def _since(self) -> datetime | None:
        """Where the chart begins; where nothing happened since, it shows all rather than nothing."""
        days = next(length for code, _, length in PERIODS if code == self._chosen)
        since = self.timeline.until - timedelta(days=days)
        return since if days and any(stop.at >= since for stop in self.timeline.stops) else None

    def _places(self) -> list[tuple[datetime, Visit | None, Missed | None]]:
        notes: list[tuple[datetime, Visit | None, Missed | None]] = [
            (visit.at, visit, None) for visit in self.timeline.visits
        ]
        missed = [(one.at, None, one) for one in self.timeline.missed]
        return sorted([*notes, *missed], key=lambda place: place[0], reverse=True)

    def _row(self, at: datetime, visit: Visit | None, missed: Missed | None) -> Row:
        stop = self._stops.get(id(visit)) if visit else None
        words = [[one.words_at(stop) if stop is not None else "" for one in some] for some in self._columns]
        return Row(at, visit, missed, *words)

    @property
    def _columns(self) -> Sequence[Sequence[Measure]]:
        return self.timeline.in_sight, self.timeline.others

    @cached_property
    def _stops(self) -> dict[int, int]:
        return {id(stop.visit): number for number, stop in enumerate(self.timeline.stops) if stop.visit}

    def _figure(self, measure: Measure) -> Figure:
        first, last, stops = measure.given[0], measure.given[-1], self.timeline.stops
        return Figure(
            measure=measure,
            first=measure.words_at(first),
            first_at=stops[first].at,
            last=measure.words_at(last),
            last_at=stops[last].at,
            is_draft=stops[last].is_draft,
            count=len(measure.given),
        )


def cards(timelines: Sequence[Timeline], request: HttpRequest) -> list[EpisodeCard]:
    """One card for each; what was asked of period and page holds where a single episode is shown."""
    period, page = request.GET.get("period", ""), request.GET.get("page", "")
    asks = (period, page) if len(timelines) == 1 else ("", "")
    episodes = [timeline.episode for timeline in timelines]
    done = home_days.done_by_episode(episodes, today=timezone.localdate())
    return [EpisodeCard(timeline, *asks, done.get(timeline.episode.pk)) for timeline in timelines]


def _flags(visit: Visit) -> Flags:
    answers = visit.content["red_flags"] if visit.content else []
    other = [f"{one['label']}: {one['reply']['words']}" for one in answers if one["reply"]["code"] != "no"]
    noes = len(answers) - len(other)
    said = f"all {noes} “no”" if answers and not other else f"{noes} “no”" if noes else "" if answers else "none asked"
    return Flags(visit.at, "; ".join(filter(None, [*other, said])), is_open=bool(other))
