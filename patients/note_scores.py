"""Outcome measures on a note: which figures an instrument of the catalogue takes, and how they are typed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from patients.choices import FilledBy, Side
from patients.models import Instrument, OutcomeScore

PATIENT_SPECIFIC = "psfs"
ACTIVITIES = 5
SCALES = (("1", "0 unable, 10 as before"), ("2", "version 2.0: 0 as before, 10 unable"))
COUNTED_UNITS = ("reps", "minutes")
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Slot:
    """One figure that can be given: in one version on one side, or for one activity in the patient's words."""

    instrument: Instrument
    version: str = ""
    side: str = ""
    activity: int = 0

    @property
    def name(self) -> str:
        """The field of its figure."""
        parts = (self.version, self.side) if not self.activity else (str(self.activity), "value")
        return "-".join(["score", self.instrument.code, *filter(None, parts)])

    @property
    def label_name(self) -> str:
        """The field of the activity's words."""
        return f"score-{self.instrument.code}-{self.activity}-label" if self.activity else ""

    @property
    def version_name(self) -> str:
        """The field of the version, one for all activities."""
        return f"score-{self.instrument.code}-version" if self.activity else ""

    @property
    def by_name(self) -> str:
        """The field that says who gave it: sent only where the patient's own figure is taken over."""
        return f"{self.name}-by"

    @property
    def words(self) -> str:
        """What the figure is, without the instrument's name."""
        if self.activity:
            return f"activity {self.activity}"
        return ", ".join(filter(None, (version_words(self.version), dict(Side.choices).get(self.side, ""))))


def slots(instruments: Iterable[Instrument], held: Iterable[OutcomeScore], *, has_side: bool) -> Iterator[Slot]:
    """Every figure the instruments take, and those a note holds under a version that is not offered any more."""
    for instrument in instruments:
        if is_patient_specific(instrument):
            yield from (Slot(instrument, activity=number) for number in range(1, ACTIVITIES + 1))
            continue
        sides = (Side.RIGHT, Side.LEFT) if has_side and instrument.unit == "reps" else ("",)
        offered = [(version, side) for version in instrument.versions.split() or [""] for side in sides]
        kept = [(one.version, one.side) for one in held if one.instrument_id == instrument.pk]
        yield from (Slot(instrument, *one) for one in dict.fromkeys([*offered, *kept]))


def is_patient_specific(instrument: Instrument) -> bool:
    """The scale whose activities are the patient's own."""
    return instrument.code == PATIENT_SPECIFIC


def scales(instrument: Instrument) -> list[tuple[str, str]]:
    """The versions of the patient-specific scale; the newer one turns the scale round."""
    offered = instrument.versions.split()
    return [(code, version_words(code)) for code in offered] or list(SCALES)


def version_words(code: str) -> str:
    """A version's code as people read it."""
    return code.replace("-", " ").replace("_", " ")


class ScoreField(forms.DecimalField):
    """A figure of an instrument: within its range, whole or a half, a comma taken for a point."""

    def __init__(self, instrument: Instrument, **kwargs: Any) -> None:
        self.instrument = instrument
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            required=False, widget=widget, error_messages={"invalid": "Give a figure, such as 6."}, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        low, high = self.instrument.minimum, self.instrument.maximum
        if not low <= value <= high:
            raise ValidationError(f"Give a figure from {plain(low)} to {plain(high)}.")
        if self._is_counted and value % 1:
            raise ValidationError("Give a whole number.")
        if value * 2 % 1:
            raise ValidationError("Give a whole number or a half, such as 6 or 6.5.")

    @property
    def _is_counted(self) -> bool:
        return self.instrument.unit in COUNTED_UNITS or self.instrument.entry == "total only"


def plain(value: Decimal) -> str:
    """A figure without trailing zeros: 6, 6.5, 40."""
    return f"{value.normalize():f}"


def fields(slots_shown: Iterable[Slot]) -> dict[str, forms.Field]:
    """The fields of all figures."""
    made: dict[str, forms.Field] = {}
    for slot in slots_shown:
        name = slot.instrument.name
        if slot.activity:
            made.setdefault(
                slot.version_name,
                forms.ChoiceField(
                    label=f"{name}: version", required=False, choices=[("", "–"), *scales(slot.instrument)]
                ),
            )
            made[slot.label_name] = forms.CharField(
                label=f"{name}: {slot.words}",
                required=False,
                strip=False,
                max_length=120,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        made[slot.by_name] = forms.ChoiceField(required=False, choices=FilledBy.choices, widget=forms.HiddenInput)
        made[slot.name] = ScoreField(slot.instrument, label=": ".join(filter(None, (name, slot.words))))
    return made


def problems(slots_shown: Iterable[Slot], data: Values) -> Iterator[tuple[str, str]]:
    """(field, what to do) where an activity and its figure do not come together."""
    seen: set[str] = set()
    for slot in slots_shown:
        if not slot.activity:
            continue
        label, value = (data.get(slot.label_name) or "").strip(), data.get(slot.name)
        if label and label.casefold() in seen:
            yield slot.label_name, "This activity is named twice: change one of them."
        elif label and value is None and slot.name in data:
            yield slot.name, f"Say how well it goes, 0 to 10: “{label}” is kept together with its figure."
        elif value is not None and not label and slot.label_name in data:
            yield slot.label_name, "Name the activity: a figure alone is not kept."
        seen.add(label.casefold())


def rows(slots_shown: Iterable[Slot], data: Values, held: Iterable[OutcomeScore] = ()) -> Iterator[OutcomeScore]:
    """Figures that were given; one that the patient gave stays hers until it is changed."""
    givers = {(one.instrument_id, one.version, one.side, one.label, one.value): one.filled_by for one in held}
    for slot in slots_shown:
        value = data.get(slot.name)
        label = (data.get(slot.label_name) or "") if slot.activity else ""
        if value is None or (slot.activity and not label.strip()):
            continue
        version = (data.get(slot.version_name) or scales(slot.instrument)[0][0]) if slot.activity else slot.version
        was_given_by = givers.get((slot.instrument.pk, version, slot.side, label, value))
        yield OutcomeScore(
            filled_by=data.get(slot.by_name) or was_given_by or FilledBy.THERAPIST,
            instrument=slot.instrument,
            version=version,
            side=slot.side,
            position=slot.activity,
            label=label,
            value=value,
        )


def values(held: Iterable[OutcomeScore]) -> dict[str, Any]:
    """Figures of a note by the names of their fields."""
    found: dict[str, Any] = {}
    numbers: dict[Any, int] = {}
    for score in held:
        instrument = score.instrument
        if not is_patient_specific(instrument):
            found[Slot(instrument, score.version, score.side).name] = plain(score.value)
            continue
        numbers[instrument.pk] = numbers.get(instrument.pk, 0) + 1
        slot = Slot(instrument, activity=numbers[instrument.pk])
        found |= {slot.label_name: score.label, slot.name: plain(score.value), slot.version_name: score.version}
    return found
