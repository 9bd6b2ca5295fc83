"""What can be booked, where, and within which limits."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q


class Location(models.Model):
    """A place where people are treated, and how to get there."""

    name = models.CharField(max_length=120)
    street = models.CharField("street and number", max_length=200)
    town = models.CharField(max_length=80, default="Glasgow")
    postcode = models.CharField(max_length=10)
    directions = models.TextField("how to get here", blank=True, help_text="Subway, bus, car; one a line")
    access_notes = models.TextField("steps, lift, parking", blank=True, help_text="One a line")
    is_in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The whole address on one line."""
        return f"{self.street}, {self.town} {self.postcode}"


class Room(models.Model):
    """A room of a location; holds one appointment at a time."""

    location = models.ForeignKey(Location, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["location", "name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.location}"


class Setting(models.TextChoices):
    """Where a service takes place."""

    CLINIC = "clinic", "at the clinic"
    HOME = "home", "at home"
    ONLINE = "online", "online"


class ServiceQuerySet(models.QuerySet["Service"]):
    """Questions about what is offered."""

    def bookable(self) -> Self:
        """Offered, and by at least one practitioner who still works here."""
        return self.filter(
            is_offered=True, practitioners__is_active=True, practitioners__is_practitioner=True
        ).distinct()

    def open_to(self, *, is_known: bool) -> Self:
        """Without those that are for the other kind of person."""
        other = Service.Audience.NEW if is_known else Service.Audience.RETURNING
        return self.exclude(audience=other)


class Service(models.Model):
    """A kind of appointment with its length and price; booked ones keep what they were booked with."""

    class Audience(models.TextChoices):
        BOTH = "both", "everybody"
        NEW = "new", "people who are new here"
        RETURNING = "returning", "people who have been here"

    class Colour(models.TextChoices):
        PINE = "pine", "pine green"
        SANDSTONE = "sandstone", "blond sandstone"
        BRICK = "brick", "red sandstone"
        SLATE = "slate", "slate"
        HEATHER = "heather", "heather"
        MOSS = "moss", "moss"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.TextField(blank=True)
    duration_minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(5), MaxValueValidator(480)])
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(120)])
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(120)])
    price_pence = models.PositiveIntegerField(help_text="In pence: 5800 is £58")
    practitioners = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="services", limit_choices_to={"is_practitioner": True}
    )
    audience = models.CharField("for", max_length=9, choices=Audience, default=Audience.BOTH, db_default="both")
    setting = models.CharField("where", max_length=6, choices=Setting, default=Setting.CLINIC, db_default="clinic")
    how_to_join = models.TextField(
        blank=True, default="", db_default="", help_text="Online only: how they join, mailed with the appointment"
    )
    colour = models.CharField("colour in the diary", max_length=9, choices=Colour, default="pine", db_default="pine")
    is_offered = models.BooleanField("can be booked online", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            CheckConstraint(name="service_lasts_5_to_480_minutes", condition=Q(duration_minutes__range=(5, 480))),
            CheckConstraint(
                name="service_buffers_are_at_most_2_hours",
                condition=Q(buffer_before_minutes__lte=120, buffer_after_minutes__lte=120),
            ),
            CheckConstraint(name="service_audience_is_known", condition=Q(audience__in=["both", "new", "returning"])),
            CheckConstraint(name="service_setting_is_known", condition=Q(setting__in=["clinic", "home", "online"])),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price_words(self) -> str:
        """The price as people say it: £58, or £58.50."""
        return price_words(self.price_pence)


def price_words(pence: int) -> str:
    """Pence as people say it: 5800 is £58, 5850 is £58.50."""
    pounds, rest = divmod(pence, 100)
    return f"£{pounds}.{rest:02d}" if rest else f"£{pounds}"
