"""Several appointments planned together."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from bookings.constraints import FrozenWith
from bookings.models.offer import Service


class Course(models.Model):
    """A series of appointments at one rhythm, for one episode of one patient."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="courses")
    episode = models.ForeignKey("patients.Episode", models.PROTECT, null=True, blank=True, related_name="courses")
    steps = models.ManyToManyField("patients.TreatmentStep", blank=True, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", help_text="The one that repeats")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rhythm_days = models.PositiveSmallIntegerField(default=7, help_text="From one appointment to the next")
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ["-planned_at"]
        constraints = [
            CheckConstraint(name="course_rhythm_is_1_to_90_days", condition=Q(rhythm_days__range=(1, 90))),
            FrozenWith(name="course_never_on_an_emptied_file", parent="patient", field="merged_into"),
        ]

    def __str__(self) -> str:
        return f"Course of {self.service}"
