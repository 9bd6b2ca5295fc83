"""Two files of one person made into one: what was moved, so that it can be taken apart again."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q

from patients.fields import uuid_key
from patients.models.people import Patient

UNDONE_WITHIN = timedelta(days=30)


class MergeQuerySet(models.QuerySet["Merge"]):
    """Questions about merges."""

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(undone_at=None)

    def undoable(self, now: datetime) -> Self:
        return self.standing().filter(merged_at__gt=now - UNDONE_WITHIN)


class Merge(models.Model):
    """One file emptied into another; the emptied one stays as a pointer."""

    id = uuid_key()
    kept = models.ForeignKey(Patient, models.PROTECT, related_name="+", help_text="The file that goes on")
    gone = models.ForeignKey(Patient, models.PROTECT, related_name="+", help_text="The file that was emptied")
    fields_before = models.JSONField(default=dict, help_text="What the kept file said where it says something else now")
    fields_after = models.JSONField(default=dict, help_text="What it says there since")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            CheckConstraint(name="merge_is_of_two_files", condition=~Q(kept=F("gone"))),
            CheckConstraint(
                name="merge_is_undone_by_somebody",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(name="merge_empties_a_file_once", fields=["gone"], condition=Q(undone_at=None)),
        ]

    def __str__(self) -> str:
        return f"Merge of {self.merged_at:%d %b %Y}"

    @property
    def undone_until(self) -> datetime:
        """The last moment it can be taken back."""
        return self.merged_at + UNDONE_WITHIN


class MergedRow(models.Model):
    """One row that was moved from the emptied file to the kept one."""

    merge = models.ForeignKey(Merge, models.PROTECT, related_name="rows")
    model = models.CharField(max_length=100, help_text="Which kind of row, as Django names it")
    key = models.CharField(max_length=36)

    class Meta:
        ordering = ["model", "id"]
        constraints = [models.UniqueConstraint(name="merged_row_is_moved_once", fields=["merge", "model", "key"])]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
