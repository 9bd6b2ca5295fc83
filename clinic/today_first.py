"""What a new clinic has not done yet, shown above the day until it is done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bookings.models import Location
from clinic import starter
from patients.models import ClinicProfile, Condition, ConsentWording


@dataclass(frozen=True)
class ToDo:
    """One thing to do, and where."""

    words: str
    url: str


def to_do_first(user: Any, *, reads: bool) -> list[ToDo]:
    """The steps that are still open for this user."""
    return [*_about_the_clinic(reads), *_about_the_user(user), *(_about_the_guides() if reads else [])]


def _about_the_clinic(reads: bool) -> list[ToDo]:
    steps = []
    if _is_unfinished(ClinicProfile.current()):
        url = reverse("admin:patients_clinicprofile_change", args=[1])
        steps.append(ToDo("Fill in the clinic's name, address, registration and policies", url))
    if any(_is_unfinished(location) for location in Location.objects.filter(is_in_use=True)):
        steps.append(ToDo("Say how to get to the clinic", reverse("admin:bookings_location_changelist")))
    wording = ConsentWording.current() if reads else None
    if wording and _is_unfinished(wording):
        steps.append(ToDo("Write what people agree to before treatment", reverse("admin:patients_consentwording_add")))
    return steps


def _about_the_user(user: Any) -> list[ToDo]:
    if user.get_full_name():
        return []
    url = reverse("admin:clinic_user_change", args=[user.pk])
    return [ToDo("Give your name, job title and registration number", url)]


def _about_the_guides() -> list[ToDo]:
    unread = [one for one in Condition.objects.in_use() if not one.is_reviewed]
    if not unread:
        return []
    words = f"Read and approve {len(unread)} condition guide{'s' if len(unread) > 1 else ''}"
    return [ToDo(words, reverse("admin:patients_condition_changelist"))]


def _is_unfinished(row: Any) -> bool:
    """Whether words of the starter clinic still stand in it."""
    texts = (getattr(row, field.attname) for field in row._meta.concrete_fields)
    return any(isinstance(text, str) and any(sign in text for sign in starter.PLACEHOLDERS) for text in texts)
