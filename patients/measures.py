"""What can be charted: pain, minutes and outcome measures, note by note; gaps stay gaps, and nothing is judged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from patients.choices import Side
from patients.models import Condition, Instrument, Source, SymptomQuestion

Content = Mapping[str, Any]
FIRST = ("pain_worst", "sitting_tolerance_min", "sitting_minutes", "sitting_tolerance", "psfs")
IN_SIGHT = 3
PATIENT_SPECIFIC = "psfs"
TURNED_ROUND = "2"  # version 2.0 of the patient-specific scale: 0 as before, 10 unable
BETTER = {"lower": "lower is better", "higher": "higher is better"}


@dataclass(frozen=True, order=True)
class Key:
    """Which figure it is; the mean of several activities has no label."""

    kind: str
    code: str
    version: str = ""
    label: str = ""
    side: str = ""


@dataclass(frozen=True)
class Reading:
    """One figure on one note; for a mean, of which activities."""

    value: Decimal
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scale:
    """What the catalogue says of a figure: its name, its ends, and where it stands among the others."""

    name: str
    unit: str
    minimum: Decimal
    maximum: Decimal | None
    better: str
    position: int
    is_pain: bool = False


@dataclass(frozen=True)
class Catalogue:
    """All that can be charted of one condition, with the published important changes that have a source."""

    scales: Mapping[tuple[str, str], Scale]
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Measure:
    """One figure through an episode: a reading or nothing for each of its stops."""

    key: Key
    scale: Scale
    readings: tuple[Reading | None, ...]

    @property
    def name(self) -> str:
        """What is charted, with version, activity and side."""
        return ", ".join(filter(None, (self.title, self.side)))

    @property
    def title(self) -> str:
        """The same without its side."""
        activities = max((len(reading.of) for reading in self.readings if reading), default=0)
        mean = f"mean of {activities}" if activities > 1 else ""
        return ", ".join(filter(None, (self.scale.name, version_words(self.key), self.key.label, mean)))

    @property
    def side(self) -> str:
        return dict(Side.choices).get(self.key.side, "")

    @property
    def unit(self) -> str:
        return self.scale.unit

    @property
    def better(self) -> str:
        """Which way is better, as the measure itself defines it; said, never judged by."""
        turned = {"lower": "higher", "higher": "lower"}
        is_turned = self.key.code == PATIENT_SPECIFIC and self.key.version == TURNED_ROUND
        better = turned.get(self.scale.better, "") if is_turned else self.scale.better
        return BETTER.get(better, "")

    @property
    def given(self) -> list[int]:
        """The stops that have a figure."""
        return [number for number, reading in enumerate(self.readings) if reading is not None]

    def words_at(self, stop: int) -> str:
        reading = self.readings[stop]
        return plain(reading.value) if reading else ""

    @property
    def difference(self) -> str:
        """First against last, in plain words; nothing while there is only one."""
        if len(self.given) < 2:
            return ""
        first, last = self.readings[self.given[0]], self.readings[self.given[-1]]
        assert first is not None
        assert last is not None
        apart = last.value - first.value
        words = f"{plain(abs(apart))} {'higher' if apart > 0 else 'lower'}" if apart else "the same"
        return words if set(first.of) == set(last.of) else f"{words}, not the same activities"


def catalogues(conditions: Iterable[Condition]) -> dict[Any, Catalogue]:
    """What is charted for each condition, retired entries included, in three queries."""
    among = list(conditions)
    wanted = {"condition__in": among}
    questions = SymptomQuestion.objects.filter(**wanted, is_charted=True, kind__in=("pain", "number"))
    scales: dict[Any, dict[tuple[str, str], Scale]] = defaultdict(dict)
    for question in questions:
        scales[question.condition_id]["symptom", question.code] = _asked(question)
    instruments = list(Instrument.objects.filter(**wanted))
    for instrument in instruments:
        scales[instrument.condition_id]["score", instrument.code] = _measured(instrument)
    changes = _changes(instruments, Source.objects.filter(**wanted))
    return {condition.pk: Catalogue(scales[condition.pk], changes[condition.pk]) for condition in among}


def measures(contents: Sequence[Content | None], catalogue: Catalogue) -> list[Measure]:
    """Every figure that was given at least once, those looked at first before the others."""
    read = [_readings(content) if content else {} for content in contents]
    keys = {key for readings in read for key in readings if (key.kind, key.code) in catalogue.scales}
    found = [
        Measure(key, catalogue.scales[key.kind, key.code], tuple(readings.get(key) for readings in read))
        for key in keys
    ]
    return sorted(found, key=_order)


def in_sight(found: Sequence[Measure]) -> list[Measure]:
    """Those charted at once: pain, sitting, the patient's own activities, or what comes first; sides stay together."""
    first = [one for one in found if one.key.code in FIRST and not one.key.label]
    chosen = first or [one for one in found if not one.key.label]
    figures = list(dict.fromkeys((one.key.kind, one.key.code, one.key.version) for one in chosen))[:IN_SIGHT]
    return [one for one in chosen if (one.key.kind, one.key.code, one.key.version) in figures]


def plain(value: Decimal) -> str:
    """A figure without idle zeros: 8, 2.7."""
    return f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}"


def version_words(key: Key) -> str:
    if key.code == PATIENT_SPECIFIC:
        return "version 2.0" if key.version == TURNED_ROUND else ""
    return key.version.replace("-", " ").replace("_", " ")


def _readings(content: Content) -> dict[Key, Reading]:
    found = {
        Key("symptom", one["code"], side=one["side"]["code"]): Reading(Decimal(one["number"]))
        for one in content["symptoms"]
        if one["number"] is not None
    }
    activities: dict[Key, list[tuple[str, Decimal]]] = defaultdict(list)
    for score in content["outcome_scores"]:
        side, value = score["side"]["code"], Decimal(str(score["value"]))
        key = Key("score", score["code"], score["version"], score["activity"], side)
        found[key] = Reading(value)
        if score["activity"]:
            activities[Key("score", score["code"], score["version"], side=side)].append((score["activity"], value))
    for key, given in activities.items():
        mean = sum((value for _, value in given), Decimal(0)) / len(given)
        found[key] = Reading(mean, tuple(label for label, _ in given))
    return found


def _asked(question: SymptomQuestion) -> Scale:
    is_pain = question.kind == SymptomQuestion.Kind.PAIN
    return Scale(
        name=question.ask.rstrip("?"),
        unit="" if is_pain else question.unit,
        minimum=Decimal(question.minimum or 0),
        maximum=Decimal(10) if is_pain else Decimal(question.maximum) if question.maximum is not None else None,
        better="lower" if is_pain else "",
        position=question.position,
        is_pain=is_pain,
    )


def _measured(instrument: Instrument) -> Scale:
    return Scale(
        name=instrument.name,
        unit=instrument.unit,
        minimum=instrument.minimum,
        maximum=instrument.maximum,
        better=instrument.better,
        position=1000 + instrument.position,
        is_pain=instrument.code == "nprs",
    )


def _changes(instruments: Iterable[Instrument], sources: Iterable[Source]) -> dict[Any, dict[str, str]]:
    """The important change as somebody published it, with where; one without a source is not said at all."""
    labels = {(source.condition_id, source.code): source.label for source in sources}
    found: dict[Any, dict[str, str]] = defaultdict(dict)
    for one in instruments:
        label = labels.get((one.condition_id, one.change_source))
        sizes = [(one.change_small, "small"), (one.change_large, "large")]
        said = ", ".join(f"{value.normalize():f} {words}" for value, words in sizes if value is not None)
        if label and said:
            found[one.condition_id][one.code] = f"{one.name} {said} ({label})"
    return found


def _order(measure: Measure) -> tuple[Any, ...]:
    key = measure.key
    rank = FIRST.index(key.code) if key.code in FIRST and not key.label else len(FIRST)
    return (rank, measure.scale.position, key.version, key.label, key.side != Side.RIGHT, key.side)
