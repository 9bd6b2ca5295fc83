"""The forms of the desk: book for somebody else, put right what they told us."""

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils import timezone

from bookings import area, phones
from bookings.diary import Contact
from bookings.models import Service
from bookings.openings import FreeTime
from bookings.slots import Reason
from clinic.time_forms import TimeForm
from patients import registry


class ContactForm(forms.Form):
    """Who comes, as the staff know it; only the name is indispensable."""

    name = forms.CharField(label="Full name", max_length=200)
    date_of_birth = forms.DateField(
        label="Date of birth", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    phone = forms.CharField(max_length=30, required=False)
    email = forms.EmailField(max_length=254, required=False, help_text="Mails about the appointment go here.")
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


class StaffBookingForm(TimeForm, ContactForm):
    """What, when, with whom, for whom."""

    service = forms.ModelChoiceField(Service.objects.all(), label="What for")
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What brings them", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    visit_street = forms.CharField(
        label="Street, for a home visit", max_length=200, required=False, help_text="Only for visits at their home."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].initial = Service.objects.first()
        self.helper.layout = Layout(
            Fieldset("When", "service", "practitioner", "location", "room", "day", "time"),
            Fieldset("Who", "patient", *ContactForm.base_fields, "visit_street", "reason"),
            Submit("book", "Book"),
        )

    def wishes(self, found: FreeTime | Reason, *, by: Any, now: datetime) -> dict[str, Any]:
        """What the verb needs; outside the rules only if somebody has said so knowingly."""
        data = self.cleaned_data
        return {
            **self.place(found),
            "service": data["service"],
            "contact": Contact(**self.contact()),
            "patient_id": known.pk if (known := registry.in_use(data["patient"])) else None,
            "booked_by": by,
            "overbook_reason": self.why_beside,
            "now": now,
        }


class MoveForm(TimeForm):
    """Another time, person or place, typed by hand."""

    why = forms.CharField(
        label="Why it is moved", max_length=300, required=False, help_text="For the history; it is not mailed."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("", "practitioner", "location", "room", "day", "time", "why"), Submit("move", "Move it there")
        )
