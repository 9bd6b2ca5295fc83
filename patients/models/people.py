"""The people treated."""

from datetime import date
from typing import Self

from django.db import models

from patients.constraints import FrozenWith
from patients.fields import random_reference, uuid_key


class PatientQuerySet(models.QuerySet["Patient"]):
    """Questions about people on the books."""

    def in_use(self) -> Self:
        """Without the files that were emptied into another."""
        return self.filter(merged_into=None)


class FilesInUse(models.Manager["Patient"]):
    """Leaves out files that were emptied into another; those are pointers, found through `everybody`."""

    def get_queryset(self) -> PatientQuerySet:
        return PatientQuerySet(self.model, using=self._db).in_use()


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
    registered_at = models.DateTimeField(editable=False)

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )  # the file this one was emptied into

    objects = FilesInUse.from_queryset(PatientQuerySet)()
    everybody = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "date_of_birth"]
        indexes = [
            models.Index(fields=["date_of_birth"], name="patient_by_birth"),
            models.Index(fields=["email"], name="patient_by_email"),
            models.Index(fields=["phone"], name="patient_by_phone"),
        ]
        constraints = [
            models.CheckConstraint(
                name="patient_is_not_merged_into_itself", condition=~models.Q(merged_into=models.F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.reference})"

    def age_on(self, day: date) -> int:
        """Whole years on the given day."""
        had_birthday = (day.month, day.day) >= (self.date_of_birth.month, self.date_of_birth.day)
        return day.year - self.date_of_birth.year - (not had_birthday)

    @property
    def alerts_in_force(self) -> list["Alert"]:
        """What must be in view today, for the strip that stays in view; read `alerts` beforehand for many patients."""
        return [alert for alert in self.alerts.all() if alert.is_in_force]

    @property
    def alert_lines(self) -> list[str]:
        """Each alert in force in words, with its kind."""
        return [alert.words for alert in self.alerts_in_force]


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about alerts."""

    def in_force(self) -> Self:
        return self.filter(ended_on=None)


class Alert(models.Model):
    """Something that must be in view whenever this patient is treated; it ends, it is never deleted."""

    class Kind(models.TextChoices):
        ALLERGY = "allergy", "allergy"
        MEDICATION = "medication", "medication"
        CONTRAINDICATION = "contraindication", "contraindication"
        RED_FLAG = "red_flag", "red flag"
        OTHER = "other", "alert"

    class Source(models.TextChoices):
        THERAPIST = "therapist", "noted here"
        PATIENT = "patient", "the patient says"

    id = uuid_key()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.TextField()
    source = models.CharField(max_length=9, choices=Source, default=Source.THERAPIST, db_default="therapist")
    noted_on = models.DateField()
    checked_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "noted_on", "text", "id"]
        constraints = [
            models.CheckConstraint(
                name="alert_kind_is_known",
                condition=models.Q(kind__in=["allergy", "medication", "contraindication", "red_flag", "other"]),
            ),
            models.CheckConstraint(
                name="alert_source_is_known", condition=models.Q(source__in=["therapist", "patient"])
            ),
            models.CheckConstraint(name="alert_says_something", condition=~models.Q(text="")),
            models.CheckConstraint(
                name="alert_is_checked_and_ended_after_it_is_noted",
                condition=(models.Q(checked_on=None) | models.Q(checked_on__gte=models.F("noted_on")))
                & (models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("noted_on"))),
            ),
            FrozenWith(name="alert_never_on_an_emptied_file", parent="patient", field="merged_into"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"

    @property
    def is_in_force(self) -> bool:
        return self.ended_on is None

    @property
    def words(self) -> str:
        """On one line, with its kind unless it is simply an alert."""
        kind = "" if self.kind == self.Kind.OTHER else f"{self.get_kind_display().capitalize()}: "
        return f"{kind}{self.text}"
