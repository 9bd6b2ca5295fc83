"""The forms of the public pages."""

import uuid
from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from bookings import area, phones
from bookings.diary import Contact

OLDEST_AGE = 120
GUARDIAN_AGE = 16
BIRTH_DATE_HELP = "Give day, month and year of birth in numbers, for instance 14 5 1984."


def _digits(name: str, length: int) -> dict[str, str]:
    return {"inputmode": "numeric", "maxlength": str(length), "autocomplete": f"bday-{name}"}


class BirthDateWidget(forms.MultiWidget):
    """Day, month and year in three boxes, as people write them."""

    use_fieldset = True

    def __init__(self) -> None:
        parts = (("day", 2), ("month", 2), ("year", 4))
        super().__init__({name: forms.TextInput(attrs=_digits(name, length)) for name, length in parts})

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class BirthDateField(forms.MultiValueField):
    """A date of birth that can be true: it exists, is past, and is at most 120 years ago."""

    widget = BirthDateWidget

    def __init__(self, **kwargs: Any) -> None:
        numbers = [forms.IntegerField(error_messages={"invalid": BIRTH_DATE_HELP}) for _ in range(3)]
        super().__init__(numbers, error_messages={"required": BIRTH_DATE_HELP, "incomplete": BIRTH_DATE_HELP}, **kwargs)

    def compress(self, parts: list[int]) -> date | None:
        if not parts:
            return None
        day, month, year = parts
        try:
            born = date(year, month, day)
        except (ValueError, OverflowError):
            raise ValidationError("This day does not exist. Check day, month and year.") from None
        today = timezone.localdate()
        if born > today or today.year - born.year > OLDEST_AGE:
            raise ValidationError("Check the year: the date of birth must be within the last 120 years.")
        return born


class DetailsForm(forms.Form):
    """Who comes, and what brings them."""

    name = forms.CharField(
        label="Full name",
        max_length=200,
        error_messages={
            "required": "Give your name, first and last.",
            "max_length": "Give a name of at most 200 letters.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    date_of_birth = BirthDateField(label="Date of birth", help_text="For instance 14 5 1984.")
    email = forms.EmailField(
        label="Email",
        max_length=254,
        help_text="We send the time, the way here and a link to cancel.",
        error_messages={
            "required": "Give your email address, so that we can confirm the time.",
            "invalid": "This does not look like an email address. It should look like name@example.org",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label="Mobile or home phone",
        max_length=30,
        help_text="Only if something changes on the day.",
        error_messages={"required": "Give a phone number, in case something changes on the day."},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    postcode = forms.CharField(
        label="Postcode",
        max_length=12,
        help_text="Home or work, whichever you come from.",
        error_messages={"required": "Give the postcode of your home or work."},
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    reason = forms.CharField(
        label="What brings you?",
        max_length=2000,
        required=False,
        help_text="One or two sentences. Please do not report an emergency here: ring 999, or NHS 24 on 111.",
        error_messages={"max_length": "Please keep it to 2,000 letters; the rest can wait until we meet."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    about = forms.SlugField(max_length=80, required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("Who is coming", "name", "date_of_birth"),
            Fieldset("How we reach you", "email", "phone", "postcode"),
            Fieldset("So that we are ready", "reason", "about", "form_key"),
        )

    def clean_name(self) -> str:
        """On one line, because it is printed in mails."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        today = timezone.localdate()
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if age < GUARDIAN_AGE:
            raise ValidationError("Anyone under 16 comes with a parent or guardian: please ring us to book.")
        return born

    def clean_phone(self) -> str:
        number = phones.normalise(self.cleaned_data["phone"])
        if number is None:
            raise ValidationError("This does not look like a phone number. Write it as you would dial it.")
        return number

    def clean_postcode(self) -> str:
        postcode = area.normalise(self.cleaned_data["postcode"])
        if postcode is None:
            raise ValidationError("This does not look like a postcode. It should look like G11 6AA.")
        return postcode

    def clean_about(self) -> str:
        return str(self.cleaned_data["about"] or "")

    def contact(self) -> Contact:
        """What was typed, as the diary keeps it."""
        data = self.cleaned_data
        return Contact(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            postcode=data["postcode"],
            date_of_birth=data["date_of_birth"],
            reason=data["reason"],
            condition_code=data["about"],
        )


class CancelForm(forms.Form):
    """Why somebody cancels, if they want to say."""

    reason = forms.CharField(
        label="Anything we should know?",
        max_length=300,
        required=False,
        error_messages={"max_length": "Please keep it to 300 letters."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def read_start(text: str) -> datetime | None:
    """A start as links and buttons carry it, e.g. 2026-11-26T10:15Z; None when it is none."""
    try:
        start = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return start if start.tzinfo is not None and 2000 <= start.year <= 2100 else None
