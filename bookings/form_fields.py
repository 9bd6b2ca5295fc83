"""Fields of the public forms: a date of birth in three boxes, and one that people never see."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

OLDEST_AGE = 120
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


class HoneypotField(forms.CharField):
    """A field that only machines fill in; people neither see it nor reach it with the keyboard."""

    def __init__(self) -> None:
        attrs = {"autocomplete": "off", "tabindex": "-1", "data-trap": "yes"}
        super().__init__(label="Leave this empty", required=False, widget=forms.TextInput(attrs=attrs))

    def clean(self, value: Any) -> str:
        if super().clean(value):
            raise ValidationError("Please leave the field that says so empty, then press the button once more.")
        return ""
