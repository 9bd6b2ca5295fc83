"""Forms of the questions before a first visit: made from plain values, everything kept as it was typed."""

from typing import Any

from crispy_forms.bootstrap import InlineCheckboxes, InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from bookings.intake_parts import LONGEST_ANSWER, Agreement, Part, Question, Text, Values, Wording

NO_ANSWER = ("", "No answer")
LONGEST_NAME = 200


class Scale(InlineRadios):  # type: ignore[misc]
    """A row of figures."""

    template = "clinic_forms/layout/scale.html"


class OwnWords(forms.CharField):
    """Text kept as typed, spaces included; only a browser's line ends become plain ones."""

    def __init__(self, *, limit: int, rows: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(required=False, strip=False, widget=widget, **kwargs)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def run_validators(self, value: str) -> None:
        if "\x00" in value:
            raise ValidationError("There is a sign in it that cannot be kept. Delete this line and type it once more.")
        if len(value) > self.limit:
            raise ValidationError(
                f"Please keep it to {self.limit:,} letters (it has {len(value):,}); the rest can wait until we meet."
            )


class WholeNumber(forms.IntegerField):
    """A number typed by hand; spaces around it, or nothing else, are no mistake."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(value.strip() if isinstance(value, str) else value)


class PartForm(forms.Form):
    """One part of the questions; nothing in it has to be answered."""

    def __init__(self, data: Any = None, *, part: Part, values: Values) -> None:
        super().__init__(data, initial=dict(values))
        self.fields.update({one.name: _field(one) for one in part.asked})
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.all_optional = True
        self.helper.layout = Layout(*(_placed(one) for one in part.asked))


class AgreementForm(forms.Form):
    """A name and a tick under the wording that is shown."""

    name = OwnWords(limit=LONGEST_NAME, label="Full name")
    agrees = forms.BooleanField(label="I have read this and I agree to it", required=False)
    number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, agreement: Agreement, wording: Wording, is_young: bool, is_agreeing: bool
    ) -> None:
        super().__init__(data, initial={"name": agreement.name, "number": wording.number})
        self.is_agreeing, self.wording = is_agreeing, wording
        if is_young:
            self.fields["name"].label = "Full name of the parent or guardian"
            self.fields["name"].help_text = "Whoever is under 16 does not agree alone."
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.all_optional = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.is_agreeing:
            return cleaned
        if "name" in cleaned and not cleaned["name"].strip():
            self.add_error("name", "Type your full name: it stands for your signature.")
        if not cleaned.get("agrees"):
            self.add_error("agrees", "Tick the box to agree, or go on without it: we can talk about it when we meet.")
        if cleaned.get("number") != self.wording.number:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["number"] = str(self.wording.number)  # type: ignore[index]
            self.add_error(None, "The text has changed since you opened it. Read it once more, then agree.")
        return cleaned


def _field(one: Text | Question) -> forms.Field:
    if isinstance(one, Text):
        return OwnWords(limit=one.limit, rows=one.rows, label=one.ask, help_text=one.hint)
    if one.kind == "number":
        return _number(one)
    if one.kind == "pain":
        points = [(str(point), str(point)) for point in range(11)]
        return _one_of(one, points, help_text="0 is none, 10 is the worst you can imagine.")
    if one.kind == "multichoice":
        return forms.MultipleChoiceField(
            label=one.ask,
            required=False,
            choices=_said(one),
            help_text="Tick all that fit.",
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "One of these is not offered any more. Tick what fits."},
        )
    if one.choices:
        return _one_of(one, _said(one))
    hint = "Roughly, in your own words: “in May”, “two years ago”." if one.kind == "date" else ""
    return OwnWords(limit=LONGEST_ANSWER, label=one.ask, help_text=hint)


def _number(one: Question) -> WholeNumber:
    span = f"Give a whole number from {one.lowest} to {one.highest}, or leave it empty."
    return WholeNumber(
        label=one.ask,
        required=False,
        min_value=one.lowest,
        max_value=one.highest,
        help_text=f"In {one.unit}, a whole number." if one.unit else "A whole number.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), span),
    )


def _one_of(one: Question, choices: list[tuple[str, str]], **kwargs: Any) -> forms.ChoiceField:
    """Radio buttons, with a way to take an answer back."""
    return forms.ChoiceField(
        label=one.ask,
        required=False,
        choices=[*choices, NO_ANSWER],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "This is not offered any more. Choose one of the others."},
        **kwargs,
    )


def _said(one: Question) -> list[tuple[str, str]]:
    return [(code, words[:1].upper() + words[1:]) for code, words in one.choices]


def _placed(one: Text | Question) -> Any:
    if isinstance(one, Text) or not (one.choices or one.kind == "pain"):
        return one.name
    if one.kind == "pain":
        return Scale(one.name)
    return InlineCheckboxes(one.name) if one.kind == "multichoice" else InlineRadios(one.name)
