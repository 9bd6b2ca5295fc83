"""The limits within which people book; there is one set for the clinic."""

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q


def validate_days(text: str) -> None:
    """Days before an appointment, as `1` or `7, 1`; empty sends none."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(part.isdecimal() and 1 <= int(part) <= 30 for part in parts):
        raise ValidationError("Write days before the appointment with commas between, e.g. 7, 1; each 1 to 30.")


class BookingPolicy(models.Model):
    """How early, how far ahead and on which grid people book, and how much one person may take."""

    notice_hours = models.PositiveSmallIntegerField("smallest notice, in hours", default=12)
    horizon_days = models.PositiveSmallIntegerField("furthest day, from today", default=60)
    step_minutes = models.PositiveSmallIntegerField("times are offered every … minutes", default=15)
    cancel_hours = models.PositiveSmallIntegerField("free to cancel or move until … hours before", default=24)
    most_per_day = models.PositiveSmallIntegerField(
        "most appointments a day", null=True, blank=True, help_text="Of one practitioner; empty: no limit"
    )
    most_open_per_person = models.PositiveSmallIntegerField(
        "most open appointments a person", default=3, db_default=3, validators=[MinValueValidator(1)]
    )
    hold_minutes = models.PositiveSmallIntegerField(
        "a chosen time is kept for … minutes",
        default=10,
        db_default=10,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
    )
    offer_minutes = models.PositiveSmallIntegerField(
        "a freed time is offered to one person for … minutes",
        default=120,
        db_default=120,
        validators=[MinValueValidator(10), MaxValueValidator(1440)],
    )
    proves_email = models.BooleanField(
        "a first visit counts only after the address was proved", default=False, db_default=False
    )
    reminder_days = models.CharField(
        "remind … days before, at the same time of day",
        max_length=20,
        blank=True,
        default="1",
        db_default="1",
        validators=[validate_days],
        help_text="With commas for several, e.g. 7, 1; empty: no reminders",
    )
    sends_after_visit = models.BooleanField("mail a word of thanks after a visit", default=True, db_default=True)
    clinic_reach_km = models.PositiveSmallIntegerField(
        "people come to the clinic from up to … km", default=60, db_default=60
    )
    home_reach_km = models.PositiveSmallIntegerField("home visits up to … km away", default=10, db_default=10)
    travel_fixed_minutes = models.PositiveSmallIntegerField(
        "home visits: minutes for setting off", default=10, db_default=10, validators=[MaxValueValidator(120)]
    )
    travel_minutes_per_km = models.PositiveSmallIntegerField(
        "home visits: minutes a kilometre", default=3, db_default=3, validators=[MaxValueValidator(30)]
    )
    keep_unseen_days = models.PositiveSmallIntegerField(
        "details of people who never came are removed after … days", default=90, db_default=90
    )

    class Meta:
        verbose_name = "booking policy"
        verbose_name_plural = "booking policy"
        constraints = [
            CheckConstraint(name="booking_policy_is_single", condition=Q(pk=1)),
            CheckConstraint(
                name="booking_policy_is_sensible",
                condition=Q(horizon_days__range=(1, 366), step_minutes__in=(5, 10, 15, 20, 30, 60)),
            ),
            CheckConstraint(
                name="booking_policy_keeps_times_for_a_while",
                condition=Q(hold_minutes__range=(2, 60), offer_minutes__range=(10, 1440)),
            ),
        ]

    def __str__(self) -> str:
        return "Booking policy"

    @classmethod
    def current(cls) -> Self:
        """The policy in force, or the defaults before it was touched."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def reminder_days_before(self) -> list[int]:
        """Days before an appointment on which a reminder goes."""
        return sorted({int(part) for part in self.reminder_days.split(",") if part.strip().isdecimal()}, reverse=True)
