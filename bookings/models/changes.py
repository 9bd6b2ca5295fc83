"""What happened to an appointment: who changed what, when and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from bookings.models.appointments import Appointment


class AppointmentChangeQuerySet(models.QuerySet["AppointmentChange"]):
    """Questions about changes."""

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(undone_at=None)


class AppointmentChange(models.Model):
    """One change of one appointment, with what it was before, so that a slip can be taken back."""

    class Kind(models.TextChoices):
        BOOKED = "booked", "booked"
        MOVED = "moved", "moved"
        CANCELLED = "cancelled", "cancelled"
        STATUS = "status", "state changed"
        CORRECTED = "corrected", "details put right"
        OVERBOOKED = "overbooked", "booked beside another"
        UNDONE = "undone", "taken back"
        LINK = "link", "link renewed"
        REMOVED = "removed", "personal details removed"

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: online"
    )
    words = models.CharField(max_length=300, blank=True, help_text="From what to what")
    reason = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict, blank=True, help_text="Field values to put back when it is taken back")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            CheckConstraint(
                name="appointment_change_kind_is_known",
                condition=Q(
                    kind__in=[
                        "booked",
                        "moved",
                        "cancelled",
                        "status",
                        "corrected",
                        "overbooked",
                        "undone",
                        "link",
                        "removed",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment}: {self.get_kind_display()}"
