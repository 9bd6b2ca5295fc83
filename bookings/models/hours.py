"""When people can be booked: weekly opening hours, and what is taken out of them."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q

from bookings.models.offer import Location, Room


class OpeningHoursQuerySet(models.QuerySet["OpeningHours"]):
    """Questions about weekly hours."""

    def weekly(self) -> Self:
        return self.filter(is_extra=False)

    def within(self, first_day: date, last_day: date) -> Self:
        """Rules in force on any day of the window, openings of one day included."""
        return self.filter(valid_from__lte=last_day).filter(Q(valid_until=None) | Q(valid_until__gte=first_day))


class OpeningHours(models.Model):
    """One stretch of one weekday when a practitioner can be booked, by the clock on the wall in Glasgow."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="opening_hours")
    location = models.ForeignKey(Location, models.PROTECT, related_name="opening_hours")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    is_extra = models.BooleanField("one day only, closures or not", default=False, db_default=False, editable=False)
    reason = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="For the clinic only")

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        ordering = ["practitioner", "weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            CheckConstraint(name="opening_hours_close_after_they_open", condition=Q(closes__gt=F("opens"))),
            CheckConstraint(name="opening_hours_weekday_is_0_to_6", condition=Q(weekday__range=(0, 6))),
            CheckConstraint(
                name="opening_hours_end_after_they_begin",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            CheckConstraint(
                name="extra_opening_is_of_one_day",
                condition=Q(is_extra=False) | Q(valid_until__isnull=False, valid_until=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        when = f"{self.valid_from:%d %b %Y}" if self.is_extra else self.get_weekday_display()
        return f"{when}, {self.opens:%H:%M} to {self.closes:%H:%M}"


class ExtraOpening(OpeningHours):
    """An opening on one date on top of the weekly hours; it holds even when the clinic is closed that day."""

    class Meta:
        proxy = True
        ordering = ["valid_from", "opens"]


class ClosureQuerySet(models.QuerySet["Closure"]):
    """Questions about closures."""

    def within(self, first_day: date, last_day: date) -> Self:
        """Closures the clinic keeps that touch the window."""
        return self.filter(is_kept=True, first_day__lte=last_day, last_day__gte=first_day)

    def blocks(self) -> Self:
        """Part of one day of one practitioner, as the diary blocks it."""
        return self.filter(practitioner__isnull=False, from_time__isnull=False, first_day=F("last_day"))


class Closure(models.Model):
    """Days, or part of each day, when nobody (or one practitioner) can be booked."""

    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closures",
        help_text="Empty: the whole clinic",
    )
    first_day = models.DateField()
    last_day = models.DateField()
    from_time = models.TimeField("from", null=True, blank=True, help_text="Empty: the whole day")
    until_time = models.TimeField("until", null=True, blank=True)
    reason = models.CharField(max_length=120, help_text="Shown to patients, e.g. Glasgow Fair Monday")
    source = models.CharField(max_length=200, blank=True, help_text="Where the day off comes from")
    is_kept = models.BooleanField("we keep it", default=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "from_time"]
        constraints = [
            CheckConstraint(name="closure_ends_after_it_starts", condition=Q(last_day__gte=F("first_day"))),
            CheckConstraint(
                name="closure_has_both_times_or_none",
                condition=Q(from_time=None, until_time=None)
                | Q(from_time__isnull=False, until_time__isnull=False, from_time__lt=F("until_time")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}, {self.first_day:%d %b %Y}"
