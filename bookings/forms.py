"""The forms of the public pages."""

import copy
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from bookings import area, phones
from bookings.diary import Contact
from bookings.form_fields import BirthDateField, HoneypotField

GUARDIAN_AGE = 16
QUICKEST, OLDEST = timedelta(seconds=3), timedelta(hours=12)
STAMP_SALT = "bookings.forms"


def stamp(now: datetime) -> str:
    """When a form was shown, signed, so that nobody can send one without having seen it."""
    return signing.dumps(int(now.timestamp()), salt=STAMP_SALT)


def nowhere_is_too_far(postcode: str) -> str:
    return ""


class GuardedForm(forms.Form):
    """A public form with a field people never see, and the signed time when it was shown."""

    website = HoneypotField()
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now or timezone.now()
        self.fields["shown"].initial = stamp(self.now)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.seconds_open() is None:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["shown"] = stamp(self.now - QUICKEST)  # type: ignore[index]
            raise ValidationError(
                "This page was open for very long, or very briefly. Please press the button once more."
            )
        return cleaned

    def seconds_open(self) -> int | None:
        """How long the form was open; None when that cannot be, or is no time for a person."""
        try:
            shown = int(signing.loads(self.data.get("shown", ""), salt=STAMP_SALT))
        except (signing.BadSignature, ValueError, TypeError):
            return None
        age = timedelta(seconds=self.now.timestamp() - shown)
        return int(age.total_seconds()) if QUICKEST <= age <= OLDEST else None


class ReasonForm(GuardedForm):
    """What brings somebody; all that is asked of people who are known here."""

    visit_street = forms.CharField(
        label="Where we come to: street and number",
        max_length=200,
        error_messages={"required": "Give the street and number, so that we find you."},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
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
    layout: tuple[Any, ...] = (
        Fieldset("Where we come to", "visit_street", "postcode"),
        Fieldset("So that we are ready", "reason", "about", "form_key", "shown", "website"),
    )

    def __init__(
        self,
        *args: Any,
        is_home_visit: bool = False,
        too_far: Callable[[str], str] = nowhere_is_too_far,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.too_far = too_far
        self.fields["form_key"].initial = uuid.uuid4
        if is_home_visit:
            self.fields["postcode"].help_text = "Of the place we come to."
        else:
            self._leave_out(is_home_visit)
        self.helper.layout = Layout(*(part for part in copy.deepcopy(self.layout) if self._is_wanted(part)))

    def _leave_out(self, is_home_visit: bool) -> None:
        del self.fields["visit_street"], self.fields["postcode"]

    def _is_wanted(self, part: Fieldset) -> bool:
        part.fields = [name for name in part.fields if name in self.fields]
        return bool(part.fields)

    def clean_postcode(self) -> str:
        postcode = area.normalise(self.cleaned_data["postcode"])
        if postcode is None:
            raise ValidationError("This does not look like a postcode. It should look like G11 6AA.")
        if words := self.too_far(postcode):
            raise ValidationError(words, code="too_far")
        return postcode

    def clean_about(self) -> str:
        return str(self.cleaned_data["about"] or "")

    def told(self) -> dict[str, Any]:
        """What was typed, by the names the diary keeps it under."""
        names = {"about": "condition_code"}
        told = {names.get(name, name): value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in told.items() if name in Contact.__dataclass_fields__}


class DetailsForm(ReasonForm):
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
        help_text="We send the time, the way here and a link to move or cancel.",
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
    guardian_name = forms.CharField(
        label="Name of the parent or guardian who comes along",
        max_length=200,
        required=False,
        help_text="Only if the patient is under 16.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_relation = forms.CharField(
        label="Who they are to the patient",
        max_length=60,
        required=False,
        help_text="For instance mother, or foster carer.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "date_of_birth", "guardian_name", "guardian_relation", "email", "phone", "visit_street")
    layout = (
        Fieldset("Who is coming", "name", "date_of_birth", "guardian_name", "guardian_relation"),
        Fieldset("How we reach you", "email", "phone", "visit_street", "postcode"),
        Fieldset("So that we are ready", "reason", "about", "form_key", "shown", "website"),
    )

    def _leave_out(self, is_home_visit: bool) -> None:
        del self.fields["visit_street"]

    def clean_name(self) -> str:
        """On one line, because it is printed in mails."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_phone(self) -> str:
        number = phones.normalise(self.cleaned_data["phone"])
        if number is None:
            raise ValidationError("This does not look like a phone number. Write it as you would dial it.")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        born = cleaned.get("date_of_birth")
        if born and age_on(timezone.localdate(self.now), born) < GUARDIAN_AGE and not cleaned.get("guardian_name"):
            self.add_error(
                "guardian_name", "Anyone under 16 comes with a parent or guardian: give the name of who comes along."
            )
        return cleaned


class YoungReasonForm(ReasonForm):
    """The same for somebody known here who is under 16: who comes along is asked each time."""

    guardian_name = forms.CharField(
        label="Name of the parent or guardian who comes along",
        max_length=200,
        error_messages={
            "required": "Anyone under 16 comes with a parent or guardian: give the name of who comes along."
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_relation = DetailsForm.base_fields["guardian_relation"]
    layout = (Fieldset("Who comes along", "guardian_name", "guardian_relation"), *ReasonForm.layout)


class CancelForm(forms.Form):
    """Why somebody cancels: if they want to say, or a word of it when it is late."""

    reason = forms.CharField(
        label="Anything we should know?",
        max_length=300,
        required=False,
        error_messages={
            "max_length": "Please keep it to 300 letters.",
            "required": "Please say in a word or two what happened. We keep it with the late cancellation.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_late:
            self.fields["reason"].required = True
            self.fields["reason"].label = "What happened?"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class KnownForm(GuardedForm):
    """Who asks for a personal link."""

    email = DetailsForm.base_fields["email"]
    date_of_birth = DetailsForm.base_fields["date_of_birth"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "The one you gave us before."
        self.helper.layout = Layout("email", "date_of_birth", "shown", "website")


class PostcodeForm(forms.Form):
    """Where a home visit would go."""

    postcode = forms.CharField(
        label="Your postcode",
        max_length=12,
        error_messages={"required": "Give the postcode of the place we would come to."},
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_postcode(self) -> str:
        postcode = area.normalise(self.cleaned_data["postcode"])
        if postcode is None:
            raise ValidationError("This does not look like a postcode. It should look like G11 6AA.")
        return postcode


def age_on(day: date, born: date) -> int:
    """Whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read_start(text: str) -> datetime | None:
    """A start as links and buttons carry it, e.g. 2026-11-26T10:15Z; None when it is none."""
    try:
        start = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return start if start.tzinfo is not None and 2000 <= start.year <= 2100 else None
