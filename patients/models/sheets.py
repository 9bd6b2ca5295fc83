"""The home exercise sheet of an episode: the private link that opens it, and what the patient says was done."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from patients.fields import uuid_key
from patients.models.catalogue_items import Exercise
from patients.models.episodes import Episode


def new_sheet_salt() -> str:
    """128 random bits; with a server key they make the private link, and changing them revokes it."""
    return secrets.token_hex(16)


class ExerciseSheet(models.Model):
    """The private link of an episode's sheet; the words on it are the newest signed note's, never kept here."""

    id = uuid_key()
    episode = models.OneToOneField(Episode, models.PROTECT, related_name="exercise_sheet")
    link_salt = models.CharField(max_length=32, default=new_sheet_salt, editable=False)
    made_at = models.DateTimeField("link made", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    stopped_at = models.DateTimeField("link stopped", null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            CheckConstraint(
                name="exercise_sheet_link_stops_after_it_is_made",
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"Exercise sheet made {self.made_at:%d %b %Y}"


class ExerciseTick(models.Model):
    """The patient says that an exercise was done on a day; a day without one was not told, which is not a no."""

    id = uuid_key()
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="exercise_ticks")
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="+")
    day = models.DateField()
    ticked_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "exercise__position"]
        constraints = [UniqueConstraint(fields=["episode", "exercise", "day"], name="exercise_is_ticked_once_a_day")]

    def __str__(self) -> str:
        return f"{self.exercise}, {self.day:%d %b %Y}"


class HomeDay(models.Model):
    """How a day at home was, as the patient tells it: pain 0 to 10, a remark."""

    id = uuid_key()
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="home_days")
    day = models.DateField()
    pain = models.PositiveSmallIntegerField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]
        constraints = [
            CheckConstraint(name="home_day_pain_is_0_to_10", condition=Q(pain=None) | Q(pain__range=(0, 10))),
            CheckConstraint(name="home_day_says_something", condition=~Q(pain=None, remark="")),
            UniqueConstraint(fields=["episode", "day"], name="home_day_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d %b %Y}"
