"""Consent to treatment: what people agreed to, word for word."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q

from patients.constraints import FrozenOnce, FrozenWith
from patients.fields import uuid_key
from patients.models.people import Patient


class ConsentWording(models.Model):
    """One version of the text people agree to; fixed for good, a new text is a new version."""

    number = models.PositiveIntegerField(unique=True, editable=False)
    text = models.TextField()
    written_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [FrozenOnce(name="consent_wording_fixed_once_written", field="written_at")]

    def __str__(self) -> str:
        return f"Consent wording {self.number}"

    @classmethod
    def current(cls) -> Self | None:
        """The newest version; None before there is one."""
        return cls.objects.order_by("-number").first()


class Consent(models.Model):
    """A patient's consent to treatment, given to one wording; it can be withdrawn at any time."""

    class Source(models.TextChoices):
        ONLINE = "online", "online, before the visit"
        CLINIC = "clinic", "in the clinic"

    id = uuid_key()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    wording = models.ForeignKey(ConsentWording, models.PROTECT, related_name="consents")
    given_by = models.CharField(max_length=200, help_text="The patient, or who may consent for them")
    source = models.CharField(max_length=6, choices=Source)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            CheckConstraint(name="consent_source_is_known", condition=Q(source__in=["online", "clinic"])),
            CheckConstraint(
                name="consent_is_withdrawn_after_it_is_given",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
            ),
            FrozenWith(name="consent_never_on_an_emptied_file", parent="patient", field="merged_into"),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.patient}, {self.wording}"
