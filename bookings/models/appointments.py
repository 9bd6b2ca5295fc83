"""A booked time: who, with whom, where, and how it went."""

import secrets
import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q

from bookings.constraints import NoOverlap
from bookings.models.offer import Location, Room, Service, price_words

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Six characters that can be read out on the phone; opens nothing by itself."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))


def new_link_salt() -> str:
    """128 random bits; with a server key they make the manage link, and changing them revokes it."""
    return secrets.token_hex(16)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Questions about appointments."""

    def holding_time(self) -> Self:
        return self.filter(status__in=Appointment.Status.holding())

    def touching(self, start: datetime, end: datetime) -> Self:
        """Those that occupy any moment of the window."""
        return self.filter(occupied_from__lt=end, occupied_until__gt=start)

    def starting_within(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def awaiting_note(self) -> Self:
        """They came, and no note has been opened for them."""
        return self.filter(status__in=(Appointment.Status.ARRIVED, Appointment.Status.ATTENDED), case_note=None)


class Appointment(models.Model):
    """A time booked with a practitioner; never deleted, only cancelled."""

    class Status(models.TextChoices):
        BOOKED = "booked", "booked"
        ARRIVED = "arrived", "arrived"
        ATTENDED = "attended", "attended"
        DID_NOT_ATTEND = "did_not_attend", "did not attend"
        CANCELLED = "cancelled", "cancelled"

        @classmethod
        def holding(cls) -> tuple[str, ...]:
            """Statuses that keep the time taken."""
            return (cls.BOOKED, cls.ARRIVED, cls.ATTENDED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=6, unique=True, default=new_reference, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    location = models.ForeignKey(Location, models.PROTECT, related_name="appointments")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="appointments")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, blank=True, related_name="appointments")
    case_note = models.OneToOneField(
        "patients.CaseNote", models.PROTECT, null=True, blank=True, related_name="appointment"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    occupied_from = models.DateTimeField(editable=False)
    occupied_until = models.DateTimeField(editable=False)
    sharing_group = models.UUIDField(default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=14, choices=Status, default=Status.BOOKED)
    service_name = models.CharField(max_length=120)
    price_pence = models.PositiveIntegerField()
    name = models.CharField("full name", max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    reason = models.TextField("what brings you", blank=True)
    condition_code = models.SlugField(max_length=80, blank=True, help_text="The guide they came from")
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: online"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    is_late_cancel = models.BooleanField(default=False)
    form_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    link_salt = models.CharField(max_length=32, default=new_link_salt, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["starts_at"], name="appointment_by_start"),
            models.Index(fields=["practitioner", "occupied_until"], name="appointment_by_practitioner"),
            models.Index(fields=["room", "occupied_until"], name="appointment_by_room"),
            models.Index(fields=["patient", "ends_at"], name="appointment_by_patient"),
            models.Index(fields=["status", "starts_at"], name="appointment_by_status"),
        ]
        constraints = [
            CheckConstraint(name="appointment_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            CheckConstraint(
                name="appointment_occupies_at_least_its_time",
                condition=Q(occupied_from__lte=F("starts_at"), occupied_until__gte=F("ends_at")),
            ),
            CheckConstraint(
                name="appointment_status_is_known",
                condition=Q(status__in=["booked", "arrived", "attended", "did_not_attend", "cancelled"]),
            ),
            CheckConstraint(
                name="appointment_cancelled_has_a_time",
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at=None)),
            ),
            NoOverlap(
                name="appointment_no_practitioner_overlap",
                owner="practitioner",
                start="occupied_from",
                end="occupied_until",
                status="status",
                blocking=("booked", "arrived", "attended"),
                group="sharing_group",
            ),
            NoOverlap(
                name="appointment_no_room_overlap",
                owner="room",
                start="occupied_from",
                end="occupied_until",
                status="status",
                blocking=("booked", "arrived", "attended"),
                group="sharing_group",
            ),
            NoOverlap(
                name="appointment_no_patient_overlap",
                owner="patient",
                start="starts_at",
                end="ends_at",
                status="status",
                blocking=("booked", "arrived", "attended"),
                group=None,
            ),
        ]

    def __str__(self) -> str:
        return f"Appointment {self.reference}"

    @property
    def price_words(self) -> str:
        return price_words(self.price_pence)

    @property
    def duration_minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def holds_time(self) -> bool:
        return self.status in self.Status.holding()
