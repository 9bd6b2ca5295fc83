"""The outbox: one row for each mail to send, written with the change that causes it."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, Q

from bookings.models.appointments import Appointment
from bookings.models.courses import Course
from bookings.models.links import PersonalLink
from bookings.models.waiting import WaitingListEntry, WaitingOffer

KINDS = (
    "confirmation",
    "change",
    "cancellation",
    "reminder",
    "proof",
    "after_visit",
    "course",
    "offer",
    "waiting",
    "link",
)
SUBJECTS = ("appointment", "course", "offer", "entry", "personal_link")


def exactly_one(names: tuple[str, ...]) -> Q:
    """One of the columns is filled and the others are empty."""
    found = Q()
    for chosen in names:
        found |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return found


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about mail."""

    def due(self, now: datetime) -> Self:
        """Neither sent nor dropped, due, and not in another worker's hands."""
        return self.filter(sent_at=None, dropped_at=None, due_at__lte=now).filter(
            Q(claimed_until=None) | Q(claimed_until__lte=now)
        )

    def sent_since(self, moment: datetime) -> Self:
        return self.filter(sent_at__gt=moment)

    def failing(self) -> Self:
        """Tried at least once and still not sent."""
        return self.filter(sent_at=None, dropped_at=None, attempts__gt=0)

    def due_since(self, now: datetime) -> datetime | None:
        """Since when the oldest mail has been due that should have gone by now."""
        unsent = self.filter(sent_at=None, dropped_at=None, due_at__lte=now)
        oldest: datetime | None = unsent.aggregate(oldest=models.Min("due_at"))["oldest"]
        return oldest


class Notice(models.Model):
    """One mail to send; its text is made when it is sent, so that it is never stale."""

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", "confirmation"
        CHANGE = "change", "change of time"
        CANCELLATION = "cancellation", "cancellation"
        REMINDER = "reminder", "reminder"
        PROOF = "proof", "proof of the address"
        AFTER_VISIT = "after_visit", "after the visit"
        COURSE = "course", "course of appointments"
        OFFER = "offer", "offer of a time"
        WAITING = "waiting", "waiting list joined"
        LINK = "link", "personal link"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="notices"
    )  # only a time that was merely kept is ever deleted
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="notices")
    offer = models.ForeignKey(WaitingOffer, models.CASCADE, null=True, blank=True, related_name="notices")
    entry = models.ForeignKey(WaitingListEntry, models.CASCADE, null=True, blank=True, related_name="notices")
    personal_link = models.ForeignKey(PersonalLink, models.CASCADE, null=True, blank=True, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    sequence = models.PositiveIntegerField(default=0, help_text="The appointment's when this was queued")
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_to = models.CharField(max_length=64, blank=True, default="", db_default="", help_text="Keyed hash")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "queued_at"]
        indexes = [
            models.Index(fields=["sent_at", "dropped_at", "due_at"], name="notice_by_due"),
            models.Index(fields=["sent_to", "sent_at"], name="notice_by_address"),
        ]
        constraints = [
            CheckConstraint(name="notice_kind_is_known", condition=Q(kind__in=KINDS)),
            CheckConstraint(name="notice_is_about_one_thing", condition=exactly_one(SUBJECTS)),
            CheckConstraint(name="notice_is_sent_or_dropped_not_both", condition=Q(sent_at=None) | Q(dropped_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.subject}"

    @property
    def subject(self) -> Any:
        """The row this mail is about."""
        return next(row for name in SUBJECTS if (row := getattr(self, name)) is not None)

    @property
    def recipient(self) -> tuple[str, str]:
        """Name and address of whom it goes to; either may be empty."""
        about = self.offer.entry if self.offer else self.course.patient if self.course else self.subject
        return getattr(about, "name", ""), about.email
