"""A booked time: who, with whom, where, and how it went."""

import secrets
import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from bookings.constraints import FrozenWith, NoOverlap
from bookings.models.courses import Course
from bookings.models.offer import Location, Room, Service, Setting, price_words

BLOCKING = ("held", "booked", "arrived", "attended")  # statuses that keep the time taken
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Six characters that can be read out on the phone; opens nothing by itself."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))


def new_link_salt() -> str:
    """128 random bits; with a server key they make the manage link, and changing them revokes it."""
    return secrets.token_hex(16)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Questions about appointments."""

    def live(self) -> Self:
        """Somebody comes, or came."""
        return self.filter(status__in=Appointment.Status.live())

    def holding_time(self, now: datetime) -> Self:
        """Live ones, and times that are being kept for somebody."""
        return self.filter(Q(status__in=Appointment.Status.live()) | Q(status="held", held_until__gt=now))

    def expired(self, now: datetime) -> Self:
        """Times that were kept for somebody who did not book them in time."""
        return self.filter(status=Appointment.Status.HELD, held_until__lte=now)

    def for_people(self) -> Self:
        """Without times that are merely kept."""
        return self.exclude(status=Appointment.Status.HELD)

    def upcoming(self, now: datetime) -> Self:
        return self.filter(status=Appointment.Status.BOOKED, starts_at__gt=now)

    def news(self, now: datetime, *, since: datetime) -> Self:
        """Those still to come, and those of before a moment that have been cancelled since."""
        gone = Q(status=Appointment.Status.CANCELLED, booked_at__lt=since, cancelled_at__gte=since)
        return self.filter(Q(status=Appointment.Status.BOOKED) | gone, starts_at__gt=now)

    def touching(self, start: datetime, end: datetime) -> Self:
        """Those that occupy any moment of the window."""
        return self.filter(occupied_from__lt=end, occupied_until__gt=start)

    def starting_within(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def awaiting_note(self) -> Self:
        """They came, and no note has been opened for them."""
        return self.filter(status__in=(Appointment.Status.ARRIVED, Appointment.Status.ATTENDED), case_note=None)


class Appointment(models.Model):
    """A time booked with a practitioner; never deleted, only cancelled.

    A time that is kept while a form is filled, or offered to the waiting list, is one with status held and an end.
    """

    class Status(models.TextChoices):
        HELD = "held", "held"
        BOOKED = "booked", "booked"
        ARRIVED = "arrived", "arrived"
        ATTENDED = "attended", "attended"
        DID_NOT_ATTEND = "did_not_attend", "did not attend"
        CANCELLED = "cancelled", "cancelled"

        @classmethod
        def live(cls) -> tuple[str, ...]:
            """Statuses of somebody who comes or came."""
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
    overbook_reason = models.CharField(
        "why two at once", max_length=200, blank=True, default="", db_default="", help_text="Booked beside another"
    )
    status = models.CharField(max_length=14, choices=Status, default=Status.BOOKED)
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    setting = models.CharField(max_length=6, choices=Setting, default=Setting.CLINIC, db_default="clinic")
    visit_street = models.CharField("address of the home visit", max_length=200, blank=True, default="", db_default="")
    travel_minutes = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="appointments")
    service_name = models.CharField(max_length=120)
    price_pence = models.PositiveIntegerField()
    name = models.CharField("full name", max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    guardian_name = models.CharField("parent or guardian", max_length=200, blank=True, default="", db_default="")
    guardian_relation = models.CharField(max_length=60, blank=True, default="", db_default="")
    reason = models.TextField("what brings you", blank=True)
    condition_code = models.SlugField(max_length=80, blank=True, help_text="The guide they came from")
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: online"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    is_late_cancel = models.BooleanField(default=False)
    email_proved_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Personal details removed")
    visitor = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    network = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
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
            models.Index(fields=["status", "visitor"], name="appointment_by_visitor"),
            models.Index(fields=["email", "starts_at"], name="appointment_by_email"),
        ]
        constraints = [
            CheckConstraint(name="appointment_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            CheckConstraint(
                name="appointment_occupies_at_least_its_time",
                condition=Q(occupied_from__lte=F("starts_at"), occupied_until__gte=F("ends_at")),
            ),
            CheckConstraint(
                name="appointment_status_is_known",
                condition=Q(status__in=["held", "booked", "arrived", "attended", "did_not_attend", "cancelled"]),
            ),
            CheckConstraint(
                name="appointment_held_has_an_end",
                condition=Q(status="held", held_until__isnull=False) | (~Q(status="held") & Q(held_until=None)),
            ),
            CheckConstraint(name="appointment_setting_is_known", condition=Q(setting__in=["clinic", "home", "online"])),
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
                blocking=BLOCKING,
                group="sharing_group",
            ),
            NoOverlap(
                name="appointment_no_room_overlap",
                owner="room",
                start="occupied_from",
                end="occupied_until",
                status="status",
                blocking=BLOCKING,
                group="sharing_group",
            ),
            NoOverlap(
                name="appointment_no_patient_overlap",
                owner="patient",
                start="starts_at",
                end="ends_at",
                status="status",
                blocking=BLOCKING,
                group=None,
            ),
            FrozenWith(name="appointment_never_on_an_emptied_file", parent="patient", field="merged_into"),
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
    def is_live(self) -> bool:
        """Somebody comes, or came."""
        return self.status in self.Status.live()

    @property
    def place_words(self) -> str:
        """Where it takes place, on one line."""
        if self.setting == Setting.HOME:
            return f"At your home: {self.visit_street}, {self.postcode}"
        return "Online" if self.setting == Setting.ONLINE else f"{self.location.name}, {self.location.address}"

    def age_on_the_day(self) -> int | None:
        """Whole years of the person on the local day of the appointment; None when the birthday is not known."""
        born = self.date_of_birth
        if born is None:
            return None
        day = timezone.localdate(self.starts_at)
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
