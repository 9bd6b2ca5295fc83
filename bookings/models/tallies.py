"""How often something was done from one place, so that nobody can do it without end."""

from django.db import models


class Tally(models.Model):
    """A count within one stretch of time; the key is a keyed hash, so that no address is kept."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["since"], name="tally_by_time")]
        constraints = [models.UniqueConstraint(name="tally_is_kept_once", fields=["kind", "key", "since"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"
