"""People who would come sooner, and the times they were offered."""

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q

from bookings.constraints import FrozenWith
from bookings.models.appointments import Appointment, new_link_salt
from bookings.models.offer import Service


class WaitingListEntryQuerySet(models.QuerySet["WaitingListEntry"]):
    """Questions about the waiting list."""

    def waiting(self, today: date) -> Self:
        """Still waiting, in fair order."""
        return self.filter(status="waiting", last_day__gte=today).order_by("queued_at", "id")


class WaitingListEntry(models.Model):
    """Somebody who waits for a time that suits, with what would suit."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        BOOKED = "booked", "booked"
        WITHDRAWN = "withdrawn", "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="waiting")
    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: anybody"
    )
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Given back once a time is taken",
    )
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("full name", max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=20, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    reason = models.TextField("what brings you", blank=True)
    condition_code = models.SlugField(max_length=80, blank=True)
    guardian_name = models.CharField("parent or guardian", max_length=200, blank=True)
    guardian_relation = models.CharField(max_length=60, blank=True)
    visit_street = models.CharField("address of the home visit", max_length=200, blank=True)
    weekdays = models.CharField(max_length=7, default="0123456", help_text="Digits of the days that suit, Monday 0")
    mornings = models.BooleanField(default=True)
    afternoons = models.BooleanField(default=True)
    evenings = models.BooleanField(default=True)
    first_day = models.DateField()
    last_day = models.DateField()
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    joined_at = models.DateTimeField()
    queued_at = models.DateTimeField(help_text="Decides the order; the time of joining until the clinic changes it")
    link_salt = models.CharField(max_length=32, default=new_link_salt, editable=False)
    network = models.CharField(max_length=64, blank=True, editable=False)

    objects = WaitingListEntryQuerySet.as_manager()

    class Meta:
        ordering = ["queued_at", "id"]
        verbose_name_plural = "waiting list"
        indexes = [models.Index(fields=["status", "queued_at"], name="waiting_by_order")]
        constraints = [
            CheckConstraint(name="waiting_status_is_known", condition=Q(status__in=["waiting", "booked", "withdrawn"])),
            CheckConstraint(name="waiting_ends_after_it_starts", condition=Q(last_day__gte=F("first_day"))),
            FrozenWith(name="waiting_never_on_an_emptied_file", parent="patient", field="merged_into"),
        ]

    def __str__(self) -> str:
        return f"Waiting for {self.service}"


class WaitingOfferQuerySet(models.QuerySet["WaitingOffer"]):
    """Questions about offers."""

    def standing(self, now: datetime) -> Self:
        """Neither answered nor over."""
        return self.filter(answer="", expires_at__gt=now)


class WaitingOffer(models.Model):
    """One freed time offered to one person alone, for a set time; the time itself is held meanwhile."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        LAPSED = "lapsed", "not answered in time"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitingListEntry, models.PROTECT, related_name="offers")
    appointment = models.ForeignKey(Appointment, models.SET_NULL, null=True, blank=True, related_name="offers")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = WaitingOfferQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            CheckConstraint(
                name="waiting_offer_answer_has_a_time",
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=["accepted", "declined", "lapsed"], answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="waiting_offer_is_made_once_at_a_time", fields=["entry"], condition=Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return f"Offer of {self.starts_at:%d %b %Y %H:%M} UTC"
