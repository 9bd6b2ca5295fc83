"""The forms behind the clinic's screens: kind words where the database would only refuse."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from bookings.models import BookingPolicy, Closure, ExtraOpening, OpeningHours, Service

STEPS = (5, 10, 15, 20, 30, 60)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class PoundsField(forms.DecimalField):
    """Typed in pounds, kept in pence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=9999, max_digits=6, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Pence of the row as pounds; what was typed stays as it was typed."""
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        pounds = super().clean(str(value).replace("£", "") if value is not None else value)
        return None if pounds is None else int(pounds * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another price was typed, however it was spelled."""
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class ServiceForm(forms.ModelForm):
    """A service, with its price in pounds."""

    price_pence = PoundsField(label="Price in pounds", help_text="For instance 58 or 58.50")

    class Meta:
        model = Service
        exclude: tuple[str, ...] = ()


class PolicyForm(forms.ModelForm):
    """The booking policy; the grid is chosen among steps that divide an hour."""

    step_minutes = forms.TypedChoiceField(
        label="Times are offered every … minutes", coerce=int, choices=[(step, str(step)) for step in STEPS]
    )

    class Meta:
        model = BookingPolicy
        exclude: tuple[str, ...] = ()

    def clean_horizon_days(self) -> int:
        days: int = self.cleaned_data["horizon_days"]
        if not 1 <= days <= 366:
            raise forms.ValidationError("Give a number of days from 1 to 366.")
        return days


class HoursForm(forms.ModelForm):
    """One weekly stretch of opening hours."""

    class Meta:
        model = OpeningHours
        fields = ("practitioner", "location", "room", "weekday", "opens", "closes", "valid_from", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_practitioners(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "Closes has to be later than opens, on the same day.")
        since, until = cleaned.get("valid_from"), cleaned.get("valid_until")
        if since and until and until < since:
            self.add_error("valid_until", "Valid until has to be on or after valid from, or empty.")
        refuse_odd_days(self, "valid_from", "valid_until")
        room, location = cleaned.get("room"), cleaned.get("location")
        if room and location and room.location_id != location.pk:
            self.add_error("room", f"This room is not at {location}. Choose one that is, or none.")
        return cleaned

    def overlapping(self) -> QuerySet[OpeningHours]:
        """Other weekly stretches of the same person that lie in part at the same time."""
        row = self.instance
        others = OpeningHours.objects.weekly().filter(practitioner=row.practitioner_id, weekday=row.weekday)
        others = others.within(row.valid_from, row.valid_until or LAST_DAY)
        return others.filter(opens__lt=row.closes, closes__gt=row.opens).exclude(pk=row.pk)


class ExtraOpeningForm(HoursForm):
    """An opening on one date."""

    class Meta:
        model = ExtraOpening
        fields = ("practitioner", "location", "room", "valid_from", "opens", "closes", "reason")
        labels = {"valid_from": "Day"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.get("valid_from")
        if day is None or self.errors:
            return cleaned
        row = self.instance
        row.is_extra, row.valid_until, row.weekday = True, day, day.weekday()
        same = ExtraOpening.objects.filter(is_extra=True, practitioner=cleaned["practitioner"], valid_from=day)
        if other := same.filter(opens__lt=cleaned["closes"], closes__gt=cleaned["opens"]).exclude(pk=row.pk).first():
            words = f"They are open already from {other.opens:%H:%M} to {other.closes:%H:%M} that day."
            self.add_error("opens", f"{words} Change that one, or choose hours beside it.")
        return cleaned


class ClosureForm(forms.ModelForm):
    """A closure of some days, or of the same hours on each of them."""

    class Meta:
        model = Closure
        fields = ("practitioner", "first_day", "last_day", "from_time", "until_time", "reason", "source", "is_kept")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_practitioners(self)
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = "Empty: the same day"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("first_day")
        if first and "last_day" in cleaned:
            cleaned["last_day"] = cleaned["last_day"] or first
            if cleaned["last_day"] < first:
                self.add_error("last_day", "The last day has to be on or after the first.")
        refuse_odd_days(self, "first_day", "last_day")
        since, until = cleaned.get("from_time"), cleaned.get("until_time")
        if bool(since) != bool(until) and not {"from_time", "until_time"} & self.errors.keys():
            self.add_error("until_time" if since else "from_time", "Give both times, or none for the whole day.")
        elif since and until and until <= since:
            self.add_error("until_time", "Until has to be later than from.")
        return cleaned


def offer_practitioners(form: forms.ModelForm) -> None:
    """Who can be booked, and whoever the row names already."""
    field = form.fields["practitioner"]
    assert isinstance(field, forms.ModelChoiceField)
    wanted = Q(is_practitioner=True, is_active=True) | Q(pk=form.instance.practitioner_id)
    field.queryset = get_user_model()._default_manager.filter(wanted)


def refuse_odd_days(form: forms.ModelForm, *names: str) -> None:
    """Days that no calendar page could show."""
    for name in names:
        day = form.cleaned_data.get(name)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            form.add_error(name, "Give a day within this century.")
