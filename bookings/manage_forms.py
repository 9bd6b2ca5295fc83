"""The form that asks before an appointment is cancelled, with the choice between one of a course and all."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from bookings.forms import CancelForm


class CancelOneOrAllForm(CancelForm):
    """Why somebody cancels, and for one of a course, whether the others too."""

    which = forms.ChoiceField(
        label="Which appointments?",
        choices=[("this", "")],
        initial="this",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whether only this one is cancelled, or all.",
            "invalid_choice": "Choose whether only this one is cancelled, or all.",
        },
    )

    def __init__(self, *args: Any, count: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)
        if count > 1:
            which.choices = [("this", "Only this one"), ("all", f"All {count} that are still to come")]
            self.helper.layout = Layout("which", "reason")
        else:
            del self.fields["which"]
            self.helper.layout = Layout("reason")
