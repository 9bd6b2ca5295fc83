"""The outbox: one row for each mail to send, written with the change that causes it."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q

from bookings.models.appointments import Appointment


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about mail."""

    def due(self, now: datetime) -> Self:
        """Neither sent nor dropped, due, and not in another worker's hands."""
        return self.filter(sent_at=None, dropped_at=None, due_at__lte=now).filter(
            Q(claimed_until=None) | Q(claimed_until__lte=now)
        )

    def failing(self) -> Self:
        """Tried at least once and still not sent."""
        return self.filter(sent_at=None, dropped_at=None, attempts__gt=0)


class Notice(models.Model):
    """One mail to send; its text is made when it is sent, so that it is never stale."""

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", "confirmation"
        CANCELLATION = "cancellation", "cancellation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    sequence = models.PositiveIntegerField(default=0, help_text="The appointment's when this was queued")
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "queued_at"]
        indexes = [models.Index(fields=["sent_at", "dropped_at", "due_at"], name="notice_by_due")]
        constraints = [
            CheckConstraint(name="notice_kind_is_known", condition=Q(kind__in=["confirmation", "cancellation"])),
            CheckConstraint(name="notice_is_sent_or_dropped_not_both", condition=Q(sent_at=None) | Q(dropped_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.appointment}"
