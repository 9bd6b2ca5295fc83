"""Outcome measures the patient filled in; they stand beside the note until the therapist takes them over."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from patients.fields import uuid_key
from patients.models.catalogue import Instrument
from patients.models.episodes import Episode
from patients.models.notes import CaseNote


class PatientReport(models.Model):
    """What the patient reported on one day, about one episode."""

    id = uuid_key()
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="patient_reports")
    appointment_key = models.UUIDField(
        null=True, blank=True, help_text="The appointment it was told before; the diary may forget it, the record stays"
    )
    day = models.DateField()
    reported_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_into = models.ForeignKey(CaseNote, models.PROTECT, null=True, blank=True, related_name="taken_reports")

    class Meta:
        ordering = ["day"]
        constraints = [
            CheckConstraint(
                name="patient_report_is_taken_into_a_note",
                condition=Q(taken_at=None, taken_into=None) | Q(taken_at__isnull=False, taken_into__isnull=False),
            ),
            UniqueConstraint(fields=["episode", "day"], name="patient_report_is_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"Reported on {self.day:%d %b %Y}"


class ReportedScore(models.Model):
    """One figure of a report; the patient-specific scale has one for each activity."""

    id = uuid_key()
    report = models.ForeignKey(PatientReport, models.CASCADE, related_name="scores")  # a figure is part of its report
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    version = models.CharField(max_length=20, blank=True)
    label = models.CharField("activity", max_length=120, blank=True)
    value = models.DecimalField(max_digits=6, decimal_places=1)

    class Meta:
        ordering = ["instrument__position", "version", "label"]
        constraints = [
            UniqueConstraint(fields=["report", "instrument", "version", "label"], name="reported_score_is_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.value.normalize():f}"
