"""One episode on one time axis: notes, what was missed, steps, flares and figures, from seals and marked drafts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.text import Truncator

from patients import measures, seal
from patients.measures import Catalogue, Content, Measure
from patients.models import Addendum, CaseNote, Episode, TreatmentStep

WORDS_IN_SHORT = 14
NOT_STARTED = "not_started"
ON_THE_AXIS = ("outcome_scores", "treatment_steps", "red_flags", "plan", "flare")


class Standing(StrEnum):
    """What has become of a note."""

    SIGNED = "signed"
    DRAFT = "draft"
    IN_ERROR = "in_error"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Missed:
    """An appointment that was not attended."""

    at: datetime
    key: Any = None


@dataclass(frozen=True)
class Visit:
    """One note as the axis and the table show it; a discarded one has no content."""

    note: CaseNote
    standing: Standing
    content: Content | None
    addenda: int = 0
    number: int = 0

    @property
    def at(self) -> datetime:
        return self.note.seen_at

    @property
    def title(self) -> str:
        """First visit, or which follow-up."""
        return f"{self.note.get_kind_display().capitalize()}{f' {self.number}' if self.number else ''}"

    @property
    def is_charted(self) -> bool:
        return self.standing in (Standing.SIGNED, Standing.DRAFT)

    @property
    def is_late(self) -> bool:
        """Entered on a later day than the visit."""
        return timezone.localdate(self.note.entered_at) > timezone.localdate(self.note.seen_at)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Number and state in words of every step that is more than not started."""
        stated = self.content["treatment_steps"] if self.content else ()
        return [
            (str(one["step_number"]), one["state"]["words"]) for one in stated if one["state"]["code"] != NOT_STARTED
        ]

    @property
    def flare(self) -> str:
        return str(self.content["flare"]) if self.content else ""

    @property
    def in_short(self) -> str:
        """What was planned, cut to one line; a flare stands beside it."""
        return Truncator(self.content["plan"]).words(WORDS_IN_SHORT) if self.content else ""


@dataclass(frozen=True)
class Stop:
    """One point of the axis: a note that counts, or an appointment nobody came to."""

    at: datetime
    visit: Visit | None = None
    missed: Missed | None = None

    @property
    def is_draft(self) -> bool:
        return self.visit is not None and self.visit.standing is Standing.DRAFT


@dataclass(frozen=True)
class Span:
    """One state of a step from one note to the next; never beyond what a note says."""

    start: datetime
    end: datetime
    state: str
    words: str
    is_draft: bool = False


@dataclass(frozen=True)
class Lane:
    """One treatment step with its states through the episode."""

    number: int
    title: str
    spans: tuple[Span, ...]
    is_stated: bool

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class Timeline:
    """All that is known of one episode in its order."""

    episode: Episode
    visits: tuple[Visit, ...]
    missed: tuple[Missed, ...]
    coming: datetime | None
    now: datetime
    catalogue: Catalogue
    steps: tuple[TreatmentStep, ...] = field(default=())

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """Oldest first; notes in error and discarded drafts are left out."""
        notes = [Stop(visit.at, visit=visit) for visit in self.visits if visit.is_charted]
        return tuple(sorted([*notes, *(Stop(one.at, missed=one) for one in self.missed)], key=lambda stop: stop.at))

    @cached_property
    def measures(self) -> list[Measure]:
        contents = [stop.visit.content if stop.visit else None for stop in self.stops]
        return measures.measures(contents, self.catalogue)

    @cached_property
    def in_sight(self) -> list[Measure]:
        return measures.in_sight(self.measures)

    @property
    def others(self) -> list[Measure]:
        return [one for one in self.measures if one not in self.in_sight]

    @property
    def flares(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.visit and stop.visit.flare]

    @property
    def left_out(self) -> list[Visit]:
        return [visit for visit in self.visits if not visit.is_charted]

    @property
    def until(self) -> datetime:
        """Where bars end: today, or the last moment of the day it was closed."""
        closed_on = self.episode.closed_on
        if closed_on is None:
            return self.now
        closed = timezone.make_aware(datetime.combine(closed_on, time(23, 59)))
        return max([closed, *(stop.at for stop in self.stops)])

    @property
    def changes(self) -> list[str]:
        """Published important changes of what is charted here, each with its source."""
        codes = [one.key.code for one in self.measures if one.key.kind == "score"]
        pain = ["nprs"] if any(one.scale.is_pain for one in self.measures) else []
        said = self.catalogue.changes
        return [said[code] for code in dict.fromkeys([*pain, *codes]) if code in said]

    @cached_property
    def lanes(self) -> list[Lane]:
        """A lane for every step of the condition, and for steps that only old notes know."""
        titles = {step.code: (step.number, step.title) for step in self.steps}
        for visit in (stop.visit for stop in self.stops if stop.visit):
            for one in visit.content["treatment_steps"] if visit.content else ():
                titles[one["code"]] = (one["step_number"], one["title"])
        order = sorted(titles, key=lambda code: (titles[code][0], code))
        return [self._lane(code, *titles[code]) for code in order]

    def _lane(self, code: str, number: int, title: str) -> Lane:
        notes = [stop for stop in self.stops if stop.visit]
        ends = [stop.at for stop in notes[1:]] + [self.until]
        spans: list[Span] = []
        for stop, end in zip(notes, ends, strict=False):
            state = _state(stop, code)
            if state is None:
                continue
            span = Span(stop.at, max(end, stop.at), state["code"], state["words"], stop.is_draft)
            if spans and spans[-1].end == span.start and _alike(spans[-1], span):
                span = Span(spans.pop().start, span.end, span.state, span.words, span.is_draft)
            spans.append(span)
        return Lane(number, title, tuple(one for one in spans if one.state != NOT_STARTED), bool(spans))


def gather(
    episodes: Sequence[Episode],
    *,
    now: datetime,
    missed: Mapping[UUID, Sequence[Missed]] | None = None,
    coming: Mapping[UUID, datetime] | None = None,
) -> list[Timeline]:
    """The timelines of several episodes, in the same few queries however many notes they have."""
    visits = _visits(episodes)
    known = measures.catalogues({episode.condition for episode in episodes})
    steps: dict[Any, list[TreatmentStep]] = defaultdict(list)
    for step in TreatmentStep.objects.in_use().filter(condition__in=[episode.condition for episode in episodes]):
        steps[step.condition_id].append(step)
    return [
        Timeline(
            episode=episode,
            visits=tuple(visits[episode.pk]),
            missed=tuple((missed or {}).get(episode.pk, ())),
            coming=(coming or {}).get(episode.pk),
            now=now,
            catalogue=known[episode.condition_id],
            steps=tuple(steps[episode.condition_id]),
        )
        for episode in episodes
    ]


def _visits(episodes: Iterable[Episode]) -> dict[Any, list[Visit]]:
    of_these = {"episode__in": [episode.pk for episode in episodes]}
    rows = list(CaseNote.objects.filter(**of_these).select_related("author").in_order())
    added = list(Addendum.objects.filter(note__in=[row.pk for row in rows]).values_list("note", "kind")) if rows else []
    wrong = {note for note, kind in added if kind == Addendum.Kind.IN_ERROR}
    counted = Counter(note for note, _ in added)
    drafts = _drafts(rows)
    visits: dict[Any, list[Visit]] = defaultdict(list)
    for row in rows:
        standing = _standing(row, wrong)
        number = _next_number(visits[row.episode_id], row, standing)
        visits[row.episode_id].append(Visit(row, standing, _content(row, drafts), counted[row.pk], number))
    return visits


def _drafts(rows: Iterable[CaseNote]) -> dict[Any, Content]:
    keys = [row.pk for row in rows if not row.is_signed and row.discarded_at is None]
    found = CaseNote.objects.with_findings().filter(pk__in=keys) if keys else ()
    return {note.pk: seal.note_content(note) for note in found}


def _content(row: CaseNote, drafts: Mapping[Any, Content]) -> Content | None:
    """Of a thousand notes only what the axis needs is kept in memory."""
    whole = seal.opened(row.seal) if row.is_signed else drafts.get(row.pk)
    if whole is None:
        return None
    figures = [one for one in whole["symptoms"] if one["number"] is not None]
    return {**{name: whole[name] for name in ON_THE_AXIS}, "symptoms": figures}


def _standing(row: CaseNote, wrong: set[Any]) -> Standing:
    if row.discarded_at is not None:
        return Standing.DISCARDED
    if row.pk in wrong:
        return Standing.IN_ERROR
    return Standing.SIGNED if row.is_signed else Standing.DRAFT


def _next_number(before: Sequence[Visit], row: CaseNote, standing: Standing) -> int:
    """Follow-ups are counted; first visits, and what does not count, have no number."""
    if row.kind != CaseNote.Kind.FOLLOW_UP or standing not in (Standing.SIGNED, Standing.DRAFT):
        return 0
    return next((visit.number for visit in reversed(before) if visit.number), 0) + 1


def _state(stop: Stop, code: str) -> Mapping[str, str] | None:
    stated = stop.visit.content["treatment_steps"] if stop.visit and stop.visit.content else ()
    return next((one["state"] for one in stated if one["code"] == code), None)


def _alike(one: Span, other: Span) -> bool:
    return one.state == other.state and one.is_draft == other.is_draft
