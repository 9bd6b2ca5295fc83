"""Forms of a course: how it should go, and where all that is still to come should move."""

from datetime import date, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from bookings.course_plans import LONGEST_DAYS, Outline
from bookings.models import Service
from clinic.time_forms import date_input, practitioners, time_input
from patients.models import Episode, Patient, TreatmentStep

RHYTHMS = (("7", "Every week"), ("14", "Every two weeks"), ("other", "Every so many days"))
FURTHEST = timedelta(days=LONGEST_DAYS)


class StartForm(forms.Form):
    """A form that asks for a first day and a time of day."""

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if not timezone.localdate() <= day <= timezone.localdate() + FURTHEST:
            raise forms.ValidationError("Give a day from today to a year from now.")
        return day

    def clean_at(self) -> time:
        at: time = self.cleaned_data["at"]
        return at.replace(second=0, microsecond=0)


class CourseForm(StartForm):
    """What, with whom, from when, how often and how many; for practitioners, which problem and steps it is for."""

    service = forms.ModelChoiceField(Service.objects.all(), label="What they come for")
    first_service = forms.ModelChoiceField(
        Service.objects.all(), label="The first one", required=False, empty_label="The same as the others"
    )
    practitioner = forms.ModelChoiceField(get_user_model().objects.none(), label="With")
    first_day = forms.DateField(label="First day", widget=date_input())
    at = forms.TimeField(label="Time", widget=time_input())
    rhythm = forms.ChoiceField(label="How often", choices=RHYTHMS, widget=forms.RadioSelect, initial="7")
    every_days = forms.IntegerField(label="Days from one to the next", min_value=1, max_value=90, required=False)
    count = forms.IntegerField(label="How many", min_value=2, max_value=20, initial=6)
    episode = forms.ModelChoiceField(
        Episode.objects.none(), label="For which problem", required=False, empty_label="None in particular"
    )
    steps = forms.ModelMultipleChoiceField(
        TreatmentStep.objects.none(), label="Treatment steps", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, patient: Patient, reads_records: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self._choose("practitioner", practitioners())
        self.fields["practitioner"].initial = practitioners().first()
        self.fields["service"].initial = Service.objects.last()
        about = ["episode", "steps"] if reads_records else []
        if reads_records:
            episodes = patient.episodes.open().select_related("condition")
            self._choose("episode", episodes)
            steps = TreatmentStep.objects.filter(condition__episodes__in=episodes).distinct()
            self._choose("steps", steps.select_related("condition").order_by("condition", "number"))
        else:
            del self.fields["episode"], self.fields["steps"]
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(
            Fieldset("What", Row("service", "first_service", "practitioner")),
            Fieldset("When", Row("first_day", "at", "count"), "rhythm", "every_days"),
            *([Fieldset("What it is for", *about)] if about else []),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        days = cleaned.get("every_days") if cleaned.get("rhythm") == "other" else int(cleaned.get("rhythm") or 0)
        if not days:
            self.add_error("every_days", "Say how many days, 1 to 90.")
        elif cleaned.get("count") and days * (cleaned["count"] - 1) > LONGEST_DAYS:
            self.add_error("count", "The last one would be more than a year after the first. Plan fewer.")
        cleaned["rhythm_days"] = days
        episode = cleaned.get("episode")
        if any(episode is None or step.condition_id != episode.condition_id for step in cleaned.get("steps") or ()):
            self.add_error("steps", "Choose steps of the problem that this course is for.")
        return cleaned

    def outline(self) -> Outline:
        """What was asked for."""
        data = self.cleaned_data
        names = ("service", "first_service", "practitioner", "first_day", "at", "rhythm_days", "count")
        return Outline(
            **{name: data[name] for name in names}, patient_id=self.patient.pk, postcode=self.patient.postcode
        )

    @property
    def key(self) -> str:
        """What the times on the page were worked out for."""
        data = self.cleaned_data
        rows = [getattr(data[name], "pk", "") for name in ("service", "first_service", "practitioner")]
        return "|".join(map(str, (*rows, data["first_day"], data["at"], data["rhythm_days"], data["count"])))

    def about(self) -> dict[str, Any]:
        """The problem and the steps it is for, if somebody who may said so."""
        return {"episode": self.cleaned_data.get("episode"), "steps": self.cleaned_data.get("steps") or ()}

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


class ShiftForm(StartForm):
    """Where the next appointment of a course moves to; the others move along."""

    first_day = forms.DateField(label="The next one moves to", widget=date_input())
    at = forms.TimeField(label="All of them at", widget=time_input())
    why = forms.CharField(label="Why", max_length=300, required=False, help_text="For the history; it is not mailed.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(Row("first_day", "at"), "why")

    @property
    def key(self) -> str:
        """What the times on the page were worked out for."""
        return f"{self.cleaned_data['first_day']}|{self.cleaned_data['at']}"
