"""Forms of an episode: what it is about, a new one, and how it ended."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils import timezone

from patients import episodes
from patients.choices import Side
from patients.models import Condition, Episode


def _day(label: str, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=hint)


def _not_to_come(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError("This day is still to come.")
    if day.year < 1900:
        raise forms.ValidationError("Check the year.")
    return day


class EpisodeForm(forms.ModelForm):
    """What one problem is about; a note of it that is open elsewhere can say the same things."""

    episode_shown = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    class Meta:
        model = Episode
        fields = ["side", "onset", "working_hypothesis", "started_on"]
        widgets = {
            "started_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "working_hypothesis": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {"started_on": "Started on"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("The problem", "side", "onset", "working_hypothesis", "started_on", "episode_shown"),
            Submit("save", "Save"),
        )
        self.initial["episode_shown"] = episodes.marks(self.instance)
        for name in ("onset", "working_hypothesis"):  # spaces are kept, as the note keeps them
            self.fields[name].strip = False  # type: ignore[attr-defined]

    def typed(self) -> dict[str, Any]:
        """What the page says now, by field."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def show_both(self, names: list[str], stored: Episode) -> None:
        """Say what was written elsewhere in the meantime; saving once more keeps what stands here."""
        seen = episodes.marks_seen(self.cleaned_data["episode_shown"], stored, names)
        self.data = {**self.data.dict(), "episode_shown": seen}  # type: ignore[attr-defined]
        for name in names:
            words = dict(Side.choices).get(stored.side, "") if name == "side" else getattr(stored, name)
            said = f"Changed elsewhere in the meantime; it says now: “{words or 'nothing'}”."
            self.add_error(name, f"{said} Save again to keep what stands here.")

    def clean_started_on(self) -> date:
        started_on = _not_to_come(self.cleaned_data["started_on"])
        if self.instance.closed_on and self.instance.closed_on < started_on:
            raise forms.ValidationError("The episode cannot start after it was closed.")
        return started_on


class StartForm(forms.Form):
    """A new problem, or the same one come back."""

    condition = forms.ModelChoiceField(Condition.objects.usable(), label="Condition", empty_label="Choose")
    side = forms.ChoiceField(label="Side", choices=[("", "Not said yet"), *Side.choices], required=False)
    onset = forms.CharField(label="When and how it began", max_length=300, required=False)
    started_on = _day("Started on", "The day of the first visit about it.")
    is_another = forms.BooleanField(
        label="This is another one, beside the episode that is open", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("What it is about", "condition", "side", "onset", "started_on", "is_another"),
            Submit("start", "Start the episode"),
        )

    def clean_started_on(self) -> date:
        return _not_to_come(self.cleaned_data["started_on"])

    def ask_again(self) -> None:
        """From now on the question whether it is another one is in sight."""
        self.fields["is_another"].widget = forms.CheckboxInput()


class CloseForm(forms.Form):
    """How it ended."""

    closed_on = _day("Closed on")
    closing_words = forms.CharField(
        label="How it ended",
        max_length=300,
        help_text="In your own words, for instance back to running, no further visits needed.",
        error_messages={"required": "Say in a few words how it ended."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("When it is over", "closed_on", "closing_words"), Submit("close", "Close the episode")
        )

    def clean_closed_on(self) -> date:
        return _not_to_come(self.cleaned_data["closed_on"])
