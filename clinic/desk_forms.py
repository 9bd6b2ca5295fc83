"""The forms of the desk: book for somebody else, put right what they told us."""

from datetime import date, datetime, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from bookings import area, phones
from bookings.diary import Contact
from bookings.models import Location, Service
from patients.models import Patient


class ContactForm(forms.Form):
    """Who comes, as the staff know it; only the name is indispensable."""

    name = forms.CharField(label="Full name", max_length=200)
    date_of_birth = forms.DateField(
        label="Date of birth", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    phone = forms.CharField(max_length=30, required=False)
    email = forms.EmailField(required=False, help_text="Mails about the appointment go here.")
    postcode = forms.CharField(max_length=10, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("Who", "name", "date_of_birth", "phone", "email", "postcode"), Submit("save", "Save")
        )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        number = phones.normalise(typed)
        if number is None:
            raise forms.ValidationError("This does not look like a phone number. Write it as you would dial it.")
        return number

    def clean_postcode(self) -> str:
        typed = self.cleaned_data["postcode"].strip()
        return (area.normalise(typed) or typed) if typed else ""

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and not (timezone.localdate().year - 120 <= born.year and born <= timezone.localdate()):
            raise forms.ValidationError("Give a date of birth within the last 120 years.")
        return born

    def contact(self) -> dict[str, Any]:
        """What was typed about the person, by field."""
        return {name: value for name, value in self.cleaned_data.items() if name in Contact.__dataclass_fields__}


class StaffBookingForm(ContactForm):
    """What, when, with whom, for whom."""

    service = forms.ModelChoiceField(Service.objects.all(), label="What for")
    practitioner = forms.ModelChoiceField(get_user_model().objects.none(), label="With")
    location = forms.ModelChoiceField(Location.objects.filter(is_in_use=True), label="Where")
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What brings them", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        practitioners = get_user_model().objects.filter(is_active=True, is_practitioner=True)
        practitioner = self.fields["practitioner"]
        assert isinstance(practitioner, forms.ModelChoiceField)
        practitioner.queryset = practitioners
        practitioner.initial = practitioners.first()
        self.fields["location"].initial = Location.objects.filter(is_in_use=True).first()
        self.fields["service"].initial = Service.objects.first()
        self.helper.layout = Layout(
            Fieldset("When", "service", "practitioner", "location", "day", "time"),
            Fieldset("Who", "patient", "name", "date_of_birth", "phone", "email", "postcode", "reason"),
            Submit("book", "Book"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, at = cleaned.get("day"), cleaned.get("time")
        if day is None or at is None:
            return cleaned
        if not 2000 <= day.year <= 2100:
            self.add_error("day", "Give a day within this century.")
            return cleaned
        start = _in_glasgow(day, at)
        if start is None:
            self.add_error(
                "time", "This time does not exist on that day, or exists twice: the clocks change. Choose another."
            )
        cleaned["start"] = start
        return cleaned

    def wishes(self, *, by: Any, now: datetime) -> dict[str, Any]:
        """What the verb needs; the staff member has knowingly chosen a time outside the rules if it is."""
        data = self.cleaned_data
        return {
            "service": data["service"],
            "practitioner": data["practitioner"],
            "location": data["location"],
            "start": data["start"],
            "contact": Contact(**self.contact()),
            "patient_id": data["patient"] if Patient.objects.filter(pk=data["patient"]).exists() else None,
            "booked_by": by,
            "now": now,
        }

    def when_words(self) -> str:
        """The time booked, as people say it."""
        return f"{timezone.localtime(self.cleaned_data['start']):%A %-d %B, %H:%M}"


def _in_glasgow(day: date, at: time) -> datetime | None:
    """The moment when Glasgow's clocks show this, unless they never do or do so twice."""
    zone = timezone.get_current_timezone()
    first, second = (datetime.combine(day, at, tzinfo=zone).replace(fold=fold) for fold in (0, 1))
    return first if first.utcoffset() == second.utcoffset() else None
