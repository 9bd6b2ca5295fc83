"""The outcome chart as SVG: one time axis, lanes above, one panel a figure below. No style, no script, no verdict.

Colours come from the style sheet by class; without one, as on paper, everything is drawn in the colour of the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from textwrap import wrap

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from patients.chart_axis import Axis, Ruler, axis, ends
from patients.chart_marks import coming, day, line, missed, note, tag, text
from patients.measures import Measure
from patients.timeline import Lane, Span, Standing, Stop, Timeline

WIDTH, LEFT, RIGHT = 960, 232, 936
DENSE = 60  # more stops than these are drawn as plain dots
CROWDED = 32  # and more than these have no room for boxes side by side
SIGNS = {"holding": "‖", "completed": "✓", "stepped_back": "←"}  # where a bar is too short for its word
NAME_WIDTH = 25
PANEL, PLOT = 104, 72
STEP, BAR = 36, 24


@dataclass(frozen=True)
class Chart:
    """A picture and what it is called."""

    svg: SafeString
    name: str
    is_empty: bool = False


def outcome_chart(
    timeline: Timeline, *, shown: Sequence[Measure] | None = None, since: datetime | None = None, key: str = ""
) -> Chart:
    """Notes, steps and the measures given (those in sight unless told) on one axis."""
    pictured = timeline.in_sight if shown is None else shown
    stops = [stop for stop in timeline.stops if since is None or stop.at >= since]
    if not stops:
        return Chart(mark_safe(""), "", is_empty=True)
    moments = [*(stop.at for stop in stops), timeline.until, *([timeline.coming] if timeline.coming else [])]
    days = axis(moments, start=since, left=LEFT, right=RIGHT)
    drawing = _Drawing(timeline, stops, days, pictured)
    body, height = drawing.whole()
    name = _name(timeline, stops)
    return Chart(_svg(body, name, height, key or str(timeline.episode.pk), is_described=not key), name)


def sparkline(timeline: Timeline, measure: Measure, *, width: int = 232, height: int = 44) -> SafeString:
    """A small line of one measure, for beside the note; its name says first and last."""
    days = axis([stop.at for stop in timeline.stops], start=None, left=6, right=width - 6)
    ruler = _ruler(measure, foot=height - 6, head=6)
    name = f"{measure.name}: {', '.join(measure.words_at(stop) or 'none' for stop in measure.given[-12:])}"
    body = [*_series(timeline.stops, measure, days, ruler, is_dense=len(measure.given) > DENSE, with_words=False)]
    inside = format_html_join("", "{}", ((part,) for part in body))
    return format_html(
        '<svg class="chart chart--spark" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>',
        width,
        height,
        name,
        inside,
    )


def _svg(body: Sequence[SafeString], name: str, height: float, key: str, *, is_described: bool) -> SafeString:
    inside = format_html_join("", "{}", ((part,) for part in body))
    described = format_html(' aria-describedby="words-{}"', key) if is_described else ""
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-{key}"{}>'
        '<title id="chart-{key}">{}</title>{}</svg>',
        WIDTH,
        f"{height:g}",
        described,
        name,
        inside,
        key=key,
    )


def _name(timeline: Timeline, stops: Sequence[Stop]) -> str:
    first, last = stops[0].at, max(stops[-1].at, timeline.until)
    return f"{timeline.episode}: notes, treatment steps and outcomes from {day(first)} to {day(last)}, on one axis"


@dataclass
class _Drawing:
    """Draws from the top down; `y` is where the next lane begins."""

    timeline: Timeline
    stops: Sequence[Stop]
    days: Axis
    measures: Sequence[Measure]
    y: float = 24

    @property
    def is_dense(self) -> bool:
        return len(self.stops) > DENSE

    @property
    def is_crowded(self) -> bool:
        return len(self.stops) > CROWDED

    def whole(self) -> tuple[list[SafeString], float]:
        lanes = [*self._notes(), *self._flares(), *self._steps()]
        panels_from = self.y
        panels = [part for measure in self.measures for part in self._panel(measure)]
        grid = [*self._months(), *self._changes(panels_from), *self._today()]
        return [*grid, *lanes, *panels], self.y + 26

    def _months(self) -> Iterator[SafeString]:
        for x, words in self.days.months():
            yield line(f"M{x} 20V{self.y:g}", "chart__month")
            if x + 5 + 8 * len(words) <= WIDTH:
                yield text(words, x + 5, 14, "chart__word")
            else:  # at the edge it would be cut off
                yield text(words, x - 5, 14, "chart__word chart__word--end", anchor="end")

    def _today(self) -> Iterator[SafeString]:
        if self.timeline.episode.is_open and self.days.holds(self.timeline.now):
            x = self.days.x(self.timeline.now)
            yield line(f"M{x} 24V{self.y:g}", "chart__today")
            yield text("today", x, self.y + 16, "chart__word chart__word--today chart__word--middle", anchor="middle")

    def _changes(self, top: float) -> Iterator[SafeString]:
        """A hairline through the panels wherever a step changed its state."""
        starts = {span.start for lane in self.timeline.lanes for span in lane.spans}
        path = "".join(f"M{self.days.x(at)} {top:g}V{self.y:g}" for at in sorted(starts) if self.days.holds(at))
        if path and self.measures:
            yield line(path, "chart__change", **{"stroke-dasharray": "1 4"})

    def _notes(self) -> Iterator[SafeString]:
        yield text("Notes", 0, self.y + 22, "chart__name")
        y = self.y + 17
        if self.is_crowded:
            path = "".join(f"M{self.days.x(stop.at)} {y - 9:g}v18" for stop in self.stops if stop.visit)
            yield line(path, f"chart__line{' chart__line--thin' if self.is_dense else ''}")
        for stop in self.stops:
            x = self.days.x(stop.at)
            if stop.missed:
                yield missed(x, y, f"{day(stop.at)}: did not attend")
            elif stop.visit and (not self.is_crowded or stop.is_draft):
                yield note(x, y, stop.visit)
        yield from self._left_out(y)
        if self.timeline.coming and self.days.holds(self.timeline.coming):
            yield coming(self.days.x(self.timeline.coming), y, f"{day(self.timeline.coming)}: next appointment")
        self.y += 42

    def _left_out(self, y: float) -> Iterator[SafeString]:
        """Notes in error stand on the axis, crossed out; their figures are in no panel."""
        for visit in self.timeline.left_out:
            if visit.standing is Standing.IN_ERROR and self.days.holds(visit.at):
                yield note(self.days.x(visit.at), y, visit)

    def _flares(self) -> Iterator[SafeString]:
        flares = [stop for stop in self.timeline.flares if self.days.holds(stop.at)]
        if not flares:
            return
        yield text("Flares", 0, self.y + 15, "chart__name")
        for stop in flares:
            x = self.days.x(stop.at)
            said = f"{day(stop.at)}: {stop.visit.flare if stop.visit else ''}"
            yield tag("path", "chart__flare", d=f"M{x} {self.y + 2:g}l8 15h-16z", fill="currentColor", title=said)
            yield text("!", x, self.y + 15, "chart__bang", anchor="middle")
        self.y += 30

    def _steps(self) -> Iterator[SafeString]:
        for lane in self.timeline.lanes:
            yield from _words(lane.name, self.y + 16, "chart__name")
            shown = [span for span in lane.spans if span.end >= self.days.start]
            for span in shown:
                yield from self._span(span)
            if not shown:
                yield text(_unstarted(lane), LEFT + 4, self.y + 16, "chart__word")
            self.y += STEP
        self.y += 6

    def _span(self, span: Span) -> Iterator[SafeString]:
        x, end = self.days.x(span.start), self.days.x(span.end)
        width = max(round(end - x, 1), 3)
        words = f"{span.words}, draft" if span.is_draft else span.words
        css = f"chart__step chart__step--{'draft' if span.is_draft else span.state.replace('_', '-')}"
        box = {"x": x, "y": f"{self.y:g}", "width": f"{width:g}", "height": BAR, "rx": 4}
        yield tag("rect", css, **box, fill="none", stroke="currentColor", title=f"{words} from {day(span.start)}")
        on = f"chart__on {css.split()[1].replace('step', 'on', 1)}"
        if width >= 7 * len(words) + 14:
            yield text(words, x + 8, self.y + 16, on)
        elif span.is_draft and x + width + 7 * len(words) < WIDTH:
            yield text(words, x + width + 5, self.y + 16, "chart__word")
        elif width >= 16:
            yield text(SIGNS.get(span.state, ""), x + width / 2, self.y + 16, on, anchor="middle")

    def _panel(self, measure: Measure) -> Iterator[SafeString]:
        head, foot = self.y + 18, self.y + 18 + PLOT
        ruler = _ruler(measure, foot=foot, head=head)
        yield line(f"M{LEFT - 12} {head:g}H{RIGHT}M{LEFT - 12} {foot:g}H{RIGHT}", "chart__edge")
        name = _words(measure.title, head + 10, "chart__name")
        yield from name
        below = ", ".join(filter(None, (measure.side, measure.unit, measure.better)))
        yield text(below, 0, head + 10 + 17 * len(name), "chart__word")
        for value, y in ((ruler.high, head + 4), (ruler.low, foot + 4)):
            yield text(f"{value.normalize():f}", LEFT - 18, y, "chart__word chart__word--end", anchor="end")
        yield from _series(self.timeline.stops, measure, self.days, ruler, is_dense=self.is_dense, with_words=True)
        self.y += PANEL


def _words(words: str, y: float, css: str) -> list[SafeString]:
    """A name in the margin, on two lines at most."""
    lines = wrap(words, NAME_WIDTH, max_lines=2, placeholder=" …") or [""]
    lift = 4 if len(lines) > 1 else 0
    return [text(one, 0, y + 16 * number - lift, css) for number, one in enumerate(lines)]


def _unstarted(lane: Lane) -> str:
    return "not started" if lane.is_stated else "not stated in any note"


def _ruler(measure: Measure, *, foot: float, head: float) -> Ruler:
    values = [reading.value for reading in measure.readings if reading]
    low, high = ends(values, minimum=measure.scale.minimum, maximum=measure.scale.maximum)
    return Ruler(low, high, foot, head)


def _series(
    stops: Sequence[Stop], measure: Measure, days: Axis, ruler: Ruler, *, is_dense: bool, with_words: bool
) -> Iterator[SafeString]:
    """Points, joined only where no stop between them has a gap; scores across a gap stand on a broken line."""
    points = [(number, *_place(stops, measure, number, days, ruler)) for number in measure.given]
    points = [point for point in points if days.holds(stops[point[0]].at)]
    pairs = list(pairwise(points))
    joined = "".join(_stroke(points, place) for place in range(1, len(points)))
    if joined:
        yield line(joined, f"chart__line{' chart__line--thin' if is_dense else ''}")
    apart = "".join(f"M{a[1]} {a[2]}L{b[1]} {b[2]}" for a, b in pairs if b[0] > a[0] + 1)
    if apart and measure.key.kind == "score":
        yield line(apart, "chart__apart", **{"stroke-dasharray": "2 5"})
    if is_dense:
        dots = "".join(f"M{x} {y}h0" for _, x, y in points)
        yield line(dots, "chart__dots", **{"stroke-linecap": "round", "stroke-width": 4})
    else:
        for number, x, y in points:
            css = "chart__dot chart__dot--draft" if stops[number].is_draft else "chart__dot"
            yield tag("circle", css, cx=x, cy=y, r=4.5, stroke="currentColor", fill="currentColor")
    if with_words:
        yield from _values(measure, points, apart=3 * WIDTH if is_dense else 30)


def _stroke(points: Sequence[tuple[int, float, float]], place: int) -> str:
    """From the point before, unless a stop without a figure lies between; a run of them is drawn in one go."""
    before, here = points[place - 1], points[place]
    if here[0] != before[0] + 1:
        return ""
    goes_on = place > 1 and before[0] == points[place - 2][0] + 1
    start = "" if goes_on else f"M{before[1]} {before[2]}"
    return f"{start}L{here[1]} {here[2]}"


def _values(measure: Measure, points: Sequence[tuple[int, float, float]], *, apart: float) -> Iterator[SafeString]:
    """The figures above their points, as many as do not touch; of very many, the last alone."""
    taken = points[-1][1] if points else 0
    before = float("-inf")
    for number, x, y in points:
        is_last = number == points[-1][0]
        if is_last or (x - before >= apart and taken - x >= apart):
            before = x
            yield text(measure.words_at(number), x, y - 9, "chart__value", anchor="middle")


def _place(stops: Sequence[Stop], measure: Measure, number: int, days: Axis, ruler: Ruler) -> tuple[float, float]:
    reading = measure.readings[number]
    assert reading is not None
    return days.x(stops[number].at), ruler.y(reading.value)
