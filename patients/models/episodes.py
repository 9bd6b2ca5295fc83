"""One problem of one patient, from first visit to discharge."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q

from patients.choices import Side
from patients.constraints import FrozenWith
from patients.fields import uuid_key
from patients.models.catalogue import Condition
from patients.models.people import Patient


class EpisodeQuerySet(models.QuerySet["Episode"]):
    """Questions about episodes."""

    def open(self) -> Self:
        return self.filter(closed_on=None)


class Episode(models.Model):
    """One problem, first visit to discharge; its condition decides what the notes ask."""

    id = uuid_key()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="episodes")
    condition = models.ForeignKey(Condition, models.PROTECT, related_name="episodes")
    side = models.CharField(max_length=5, choices=Side, blank=True)
    onset = models.CharField("when and how it began", max_length=300, blank=True)
    working_hypothesis = models.TextField(blank=True, help_text="In the therapist's own words")
    started_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closing_words = models.CharField("how it ended", max_length=300, blank=True)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "id"]
        constraints = [
            CheckConstraint(name="episode_side_is_known", condition=Q(side__in=["", *Side.values])),
            CheckConstraint(
                name="episode_closes_after_it_starts",
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("started_on")),
            ),
            FrozenWith(name="episode_never_on_an_emptied_file", parent="patient", field="merged_into"),
        ]

    def __str__(self) -> str:
        return f"{self.condition.title}, {self.get_side_display()}" if self.side else self.condition.title

    @property
    def is_open(self) -> bool:
        return self.closed_on is None
