"""Forms of the waiting list: what would suit, and for strangers who they are."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from crispy_forms.bootstrap import InlineCheckboxes
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from bookings.asked import spelled_name
from bookings.forms import DetailsForm, GuardedForm, ReasonForm, YoungReasonForm
from bookings.models import OpeningHours, WaitingListEntry

LONGEST = timedelta(days=366)
USUAL = timedelta(days=60)
PARTS = (("mornings", "Mornings, before 12"), ("afternoons", "Afternoons, 12 to 5"), ("evenings", "Evenings, after 5"))
DAY_HELP = "Give a day as in 2026-11-30, or choose it from the calendar."


def _day(label: str, words: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=words, widget=widget, error_messages={"invalid": DAY_HELP})


class WishesForm(GuardedForm):
    """Which days, which times of day, with whom, and from when until when."""

    weekdays = forms.MultipleChoiceField(
        label="Days that suit",
        choices=[(str(number), name) for number, name in OpeningHours.Weekday.choices],
        initial=list("0123456"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one day, or we could never offer you a time."},
    )
    parts = forms.MultipleChoiceField(
        label="Times of day that suit",
        choices=PARTS,
        initial=[name for name, _ in PARTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one time of day, or we could never offer you a time."},
    )
    practitioner = forms.ChoiceField(
        label="With", required=False, error_messages={"invalid_choice": "Choose one of the names, or whoever is free."}
    )
    first_day = _day("Not before", "The first day you could come.")
    last_day = _day("Until", "After this day we stop looking.")

    def __init__(
        self, *args: Any, practitioners: Sequence[Any] = (), latest: date | None = None, **kwargs: Any
    ) -> None:
        self.practitioners, self.latest = practitioners, latest
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate(self.now)
        self.fields["first_day"].initial = self.today
        self.fields["last_day"].initial = latest or self.today + USUAL
        self.fields["first_day"].error_messages["required"] = DAY_HELP
        self.fields["last_day"].error_messages["required"] = DAY_HELP
        whom = self.fields["practitioner"]
        assert isinstance(whom, forms.ChoiceField)
        whom.choices = [("", "Whoever is free"), *((spelled_name(one), one.display_name) for one in practitioners)]
        wishes = ["practitioner"] if len(practitioners) > 1 else []
        days = (InlineCheckboxes("weekdays"), InlineCheckboxes("parts"))
        asked = Fieldset("What would suit", *days, *wishes, "first_day", "last_day")
        self.helper.layout = Layout(asked, *(self.helper.layout or Layout("shown", "website")))
        if not wishes:
            del self.fields["practitioner"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first:
            cleaned["first_day"] = first = max(first, self.today)
        if last and self.latest:
            cleaned["last_day"] = last = min(last, self.latest)
        if last and not self.today <= last <= self.today + LONGEST:
            self.add_error("last_day", "Give a day from today to a year from now.")
        elif first and last and first > last:
            self.add_error("last_day", "This has to be on or after the first day you could come.")
        return cleaned

    def wishes(self) -> dict[str, Any]:
        """What would suit, by the names the list keeps it under."""
        data = self.cleaned_data
        spelled = {spelled_name(one): one for one in self.practitioners}
        return {
            "practitioner": spelled.get(data.get("practitioner", "")),
            "first_day": data["first_day"],
            "last_day": data["last_day"],
            "weekdays": "".join(sorted(data["weekdays"])),
            **{name: name in data["parts"] for name, _ in PARTS},
        }


class JoinForm(WishesForm, DetailsForm):
    """Somebody new: what would suit, and who they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "We write to it when a time is free, and with a link to leave the list."


class KnownJoinForm(WishesForm, ReasonForm):
    """Somebody known here: what would suit, and what brings them."""


class YoungJoinForm(WishesForm, YoungReasonForm):
    """Somebody known here who is under 16: who comes along, too."""


class SoonerForm(WishesForm):
    """Somebody who has an appointment and would come sooner."""


def wish_words(entry: WaitingListEntry) -> str:
    """What would suit, in words: Monday, Thursday; mornings."""
    names = [name for number, name in OpeningHours.Weekday.choices if str(number) in entry.weekdays]
    parts = [name for name, _ in PARTS if getattr(entry, name)]
    days = "any day" if len(names) == len(OpeningHours.Weekday.choices) else ", ".join(names)
    return f"{days}; {'any time of day' if len(parts) == len(PARTS) else ', '.join(parts)}"
