"""A time chosen by the staff: by the rules, outside them knowingly, or beside somebody else with a reason."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from bookings import openings
from bookings.models import Appointment, Location, Room, Service
from bookings.openings import FreeTime, Narrow
from bookings.slots import Reason

# Why the rules speak against a time, in words for the staff.
STAFF_WORDS = {
    Reason.PAST: "This time is over.",
    Reason.TOO_SOON: "This is sooner than people may book online.",
    Reason.TOO_FAR: "This is further ahead than people may book online.",
    Reason.CLOSED: "This is outside their opening hours.",
    Reason.SHUT: "The clinic, or this practitioner, is closed at this time.",
    Reason.DAY_FULL: "This day has as many appointments as it may.",
    Reason.OUT_OF_REACH: "This is further away than home visits go, or the postcode is not known.",
    Reason.OFF_GRID: "Appointments do not usually start at this minute.",
}


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def practitioners() -> Any:
    """Who can be booked."""
    return get_user_model().objects.filter(is_active=True, is_practitioner=True).order_by("pk")


class TimeForm(forms.Form):
    """When, with whom and where; asks before it goes against the rules."""

    helper: FormHelper

    practitioner = forms.ModelChoiceField(get_user_model().objects.none(), label="With")
    location = forms.ModelChoiceField(Location.objects.filter(is_in_use=True), label="Where")
    room = forms.ModelChoiceField(Room.objects.none(), required=False, empty_label="The usual one")
    day = forms.DateField(widget=date_input())
    time = forms.TimeField(label="Time", widget=time_input())
    knowingly = forms.BooleanField(label="Outside the rules", required=False)
    beside = forms.BooleanField(label="Beside somebody else", required=False)
    overbook_reason = forms.CharField(
        label="Why two at once", max_length=200, required=False, help_text="Kept with the appointment."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = practitioners()
        rooms = Room.objects.filter(location__is_in_use=True).select_related("location")
        for name, rows in (("practitioner", who), ("room", rooms)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self.fields["practitioner"].initial = who.first()
        self.fields["location"].initial = Location.objects.filter(is_in_use=True).first()
        self.asked: list[str] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_start(cleaned)
        room, location = cleaned.get("room"), cleaned.get("location")
        if room and location and room.location_id != location.pk:
            self.add_error("room", f"This room is not at {location}. Choose one that is, or the usual one.")
        if cleaned.get("beside") and not cleaned.get("overbook_reason"):
            self.ask("beside", "overbook_reason")
            self.add_error("overbook_reason", "Say why, for whoever reads the diary later.")
        return cleaned

    def ask(self, *names: str) -> None:
        """Show fields that only matter when there is something to decide."""
        new = [name for name in names if name not in self.asked]
        if new and not self.asked:
            self.helper.layout.insert(1, Fieldset("All the same?"))
        for name in new:
            self.fields[name].required = True  # what is asked now is not optional any more
        self.asked += new
        self.helper.layout[1].fields += new

    def find(self, service: Service, *, now: datetime, postcode: str, moving: UUID | None = None) -> FreeTime | Reason:
        """What the one rule says about the time."""
        narrow = Narrow(self.cleaned_data["practitioner"].pk, postcode, moving)
        return openings.find(service, self.cleaned_data["start"], now=now, narrow=narrow)

    def is_agreed(self, found: FreeTime | Reason) -> bool:
        """Whether the rules allow it, or somebody has ticked this very reason; otherwise it is asked for.

        A time that is taken is left to the database and to `ask_beside`.
        """
        if isinstance(found, FreeTime) or found not in STAFF_WORDS:
            return True
        self["knowingly"].label = f"{STAFF_WORDS[found]} Book it all the same"
        self.fields["knowingly"].widget.attrs["value"] = found.name
        self.ask("knowingly")
        if self.data.get("knowingly") == found.name:
            return True
        self.data = {name: value for name, value in self.data.items() if name != "knowingly"}
        self.add_error("knowingly", "Tick the box to book it all the same, or choose another time.")
        return False

    def ask_beside(self, neighbours: Iterable[Appointment]) -> None:
        """Say who has the time, and offer to book beside them."""
        words = ", ".join(map(neighbour_words, neighbours)) or "somebody else"
        self["beside"].label = f"Book it all the same, beside {words}"
        self.ask("beside", "overbook_reason")
        self.add_error("time", f"This time is taken by {words}. Choose another, or tick below to book beside them.")

    @property
    def why_beside(self) -> str:
        """The reason for two at once, when that was ticked."""
        return str(self.cleaned_data["overbook_reason"]) if self.cleaned_data["beside"] else ""

    def place(self, found: FreeTime | Reason) -> dict[str, Any]:
        """Practitioner, location, room and travel; the rule's own room unless another was chosen."""
        data = self.cleaned_data
        chosen = {"practitioner": data["practitioner"], "location": data["location"], "start": data["start"]}
        if isinstance(found, FreeTime) and found.location == data["location"]:
            room_id = data["room"].pk if data["room"] else found.room_id
            return {**chosen, "room_id": room_id, "travel_minutes": found.travel_minutes}
        return {**chosen, "room_id": data["room"].pk if data["room"] else None}

    def when_words(self) -> str:
        """The time chosen, as people say it."""
        return f"{timezone.localtime(self.cleaned_data['start']):%A %-d %B, %H:%M}"

    def _clean_start(self, cleaned: dict[str, Any]) -> None:
        day, at = cleaned.get("day"), cleaned.get("time")
        if day is None or at is None:
            return
        if not 2000 <= day.year <= 2100:
            self.add_error("day", "Give a day within this century.")
            return
        cleaned["start"] = in_glasgow(day, at.replace(second=0, microsecond=0))
        if cleaned["start"] is None:
            self.add_error(
                "time", "This time does not exist on that day, or exists twice: the clocks change. Choose another."
            )


def neighbours(
    place: dict[str, Any], span: tuple[datetime, datetime], *, now: datetime, but: Any = None
) -> list[Appointment]:
    """Who has the practitioner's or the room's time already."""
    owners = Q(practitioner=place["practitioner"]) | Q(room__isnull=False, room=place["room_id"])
    return list(Appointment.objects.holding_time(now).touching(*span).filter(owners).exclude(pk=but))


def neighbour_words(appointment: Appointment) -> str:
    """Somebody who has a time, as the staff read it."""
    who = appointment.name or "somebody who is booking online just now"
    start, end = timezone.localtime(appointment.starts_at), timezone.localtime(appointment.ends_at)
    return f"{who} ({start:%H:%M} to {end:%H:%M})"


def in_glasgow(day: date, at: time) -> datetime | None:
    """The moment when Glasgow's clocks show this, unless they never do or do so twice."""
    zone = timezone.get_current_timezone()
    first, second = (datetime.combine(day, at, tzinfo=zone).replace(fold=fold) for fold in (0, 1))
    return first if first.utcoffset() == second.utcoffset() else None
