"""Forms of the patient's file."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from patients.models import Episode


class EpisodeForm(forms.ModelForm):
    """What one problem is about, and whether it is over."""

    class Meta:
        model = Episode
        fields = ["side", "onset", "working_hypothesis", "started_on", "closed_on", "closing_words"]
        widgets = {
            "started_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "working_hypothesis": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {"closed_on": "Closed on", "started_on": "Started on"}
        help_texts = {"closed_on": "Leave empty while it is open."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("The problem", "side", "onset", "working_hypothesis", "started_on"),
            Fieldset("When it is over", "closed_on", "closing_words"),
            Submit("save", "Save"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        started, closed = cleaned.get("started_on"), cleaned.get("closed_on")
        if started and closed and closed < started:
            self.add_error("closed_on", "The episode cannot be closed before it started.")
        return cleaned
