"""What a patient fills in at home: how a day was, and the figures asked before a visit."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms

from bookings.intake_forms import NO_ANSWER, OwnWords, Scale
from patients.note_scores import ScoreField
from patients.reports import Asked

POINTS = [(str(point), str(point)) for point in range(11)]
LONGEST_REMARK = 300
LONGEST_ACTIVITY = 120


class HomeForm(forms.Form):
    """Nothing in it has to be answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.all_optional = True


class DayForm(HomeForm):
    """How one day was."""

    pain = forms.TypedChoiceField(
        label="Most pain that day",
        help_text="0 is none, 10 is the worst you can imagine.",
        required=False,
        choices=[*POINTS, NO_ANSWER],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a point from 0 to 10, or “No answer”."},
    )
    remark = OwnWords(limit=LONGEST_REMARK, label="Anything to remember for next time?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Scale("pain"), "remark")

    def clean_remark(self) -> str:
        return str(self.cleaned_data["remark"]).strip()


class MeasuresForm(HomeForm):
    """The figures of the measures a patient can give, made from what is asked."""

    def __init__(self, data: Any = None, *, asked: Sequence[Asked], values: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=values or {})
        self.asked = asked
        for one in asked:
            self._add(one)
        activities = [self._placed(one) for one in asked if one.is_activity]
        self.helper.layout = Layout(
            *(self._placed(one) for one in asked if not one.is_activity),
            *([Fieldset("What you want to do again", *activities, css_class="activities")] if activities else []),
        )

    def clean(self) -> dict[str, Any]:
        """An activity and its figure come together, and something has to be said at all."""
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for one in self.asked:
            if not one.is_activity:
                continue
            label, value = cleaned.get(f"{one.name}-label", "").strip(), cleaned.get(one.name)
            if value not in (None, "") and not label:
                self.add_error(f"{one.name}-label", "Say what this is about, or take the figure back.")
            if label and label.casefold() in seen:
                self.add_error(f"{one.name}-label", "This is named twice. Change one of them.")
            seen.add(label.casefold())
        if not self.errors and not list(self.figures(cleaned)):
            self.add_error(None, "Nothing is filled in yet. One answer is enough.")
        return cleaned

    def figures(self, cleaned: dict[str, Any] | None = None) -> Iterator[tuple[Asked, str, Decimal]]:
        """Everything that was answered: what was asked, the activity's words, the figure."""
        data = self.cleaned_data if cleaned is None else cleaned
        for one in self.asked:
            value = data.get(one.name)
            if value not in (None, ""):
                yield one, data.get(f"{one.name}-label", "").strip() if one.is_activity else "", Decimal(value)

    def _add(self, one: Asked) -> None:
        if one.is_activity:
            label = OwnWords(limit=LONGEST_ACTIVITY, label=f"Activity {one.number}")
            label.widget = forms.HiddenInput() if one.label else label.widget
            label.initial = one.label
            self.fields[f"{one.name}-label"] = label
        self.fields[one.name] = _figure(one)

    def _placed(self, one: Asked) -> Any:
        figure = Scale(one.name) if one.is_scale else Field(one.name)
        return Div(f"{one.name}-label", figure, css_class="activity") if one.is_activity else figure


def _figure(one: Asked) -> forms.Field:
    low, high = one.ends
    ask = one.ask or "How well does it go?"
    if one.is_scale:
        return forms.ChoiceField(
            label=ask,
            required=False,
            choices=[*POINTS, NO_ANSWER],
            widget=forms.RadioSelect,
            help_text=f"0 is {low}, 10 is {high}." if low else "",
            error_messages={"invalid_choice": "Choose a point from 0 to 10, or “No answer”."},
        )
    span = f"{one.instrument.minimum.normalize():f} to {one.instrument.maximum.normalize():f}"
    unit = f"{one.instrument.unit}, " if one.instrument.unit else ""
    return ScoreField(one.instrument, label=ask, help_text=f"{unit}{span}".capitalize())
