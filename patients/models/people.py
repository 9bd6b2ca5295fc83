"""The people treated."""

from datetime import date, datetime
from typing import Self

from django.db import models

from patients.fields import random_reference, uuid_key


class PatientQuerySet(models.QuerySet["Patient"]):
    """Questions about people on the books."""

    def matching(self, words: str) -> Self:
        """Everyone whose name, reference, email, phone, postcode or birthday holds every word typed."""
        found = self
        for word in words.split():
            found = found.filter(_holding(word))
        return found


def _holding(word: str) -> models.Q:
    """One word of a search: a birthday such as 14/5/1981, or a part of anything else."""
    if born := _birthday(word):
        return models.Q(date_of_birth=born)
    fields = ("name", "known_as", "reference", "email", "postcode")
    held = models.Q(phone__contains=word.lstrip("0+")) if word.strip("0+").isdecimal() else models.Q()
    for field in fields:
        held |= models.Q(**{f"{field}__icontains": word})
    return held


def _birthday(word: str) -> date | None:
    for spelling in ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(word, spelling).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None


class Patient(models.Model):
    """A person treated here, and how to reach them."""

    id = uuid_key()
    reference = models.CharField(max_length=9, unique=True, default=random_reference, editable=False)
    name = models.CharField("full name", max_length=200)
    known_as = models.CharField(max_length=100, blank=True, help_text="What they like to be called")
    pronouns = models.CharField(max_length=40, blank=True)
    date_of_birth = models.DateField()
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    street = models.CharField("address", max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    gp = models.CharField("GP and practice", max_length=200, blank=True)
    emergency_contact = models.CharField(max_length=200, blank=True, help_text="Name, relation, phone")
    communication_needs = models.CharField(max_length=300, blank=True)
    alerts = models.TextField(
        blank=True, help_text="Allergies, medicines, contraindications; one line each, always in view"
    )
    registered_at = models.DateTimeField(editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "date_of_birth"]
        indexes = [
            models.Index(fields=["date_of_birth"], name="patient_by_birth"),
            models.Index(fields=["email"], name="patient_by_email"),
            models.Index(fields=["phone"], name="patient_by_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.reference})"

    def age_on(self, day: date) -> int:
        """Whole years on the given day."""
        had_birthday = (day.month, day.day) >= (self.date_of_birth.month, self.date_of_birth.day)
        return day.year - self.date_of_birth.year - (not had_birthday)

    @property
    def alert_lines(self) -> list[str]:
        """Each alert on its own, for the strip that stays in view."""
        return [line.strip() for line in self.alerts.splitlines() if line.strip()]


class Alert(models.Model):
    """Something that must be in view whenever this patient is treated; it ends, it is never deleted."""

    class Kind(models.TextChoices):
        ALLERGY = "allergy", "allergy"
        MEDICATION = "medication", "medication"
        CONTRAINDICATION = "contraindication", "contraindication"
        RED_FLAG = "red_flag", "red flag"
        OTHER = "other", "alert"

    id = uuid_key()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="standing_alerts")
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.CharField(max_length=300)
    noted_on = models.DateField()
    checked_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "noted_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="alert_kind_is_known",
                condition=models.Q(kind__in=["allergy", "medication", "contraindication", "red_flag", "other"]),
            ),
            models.CheckConstraint(name="alert_says_something", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
