"""The trace of who saw or did what: append-only, each entry chained to the one before."""

import re

from django.db import models
from django.db.models import CheckConstraint, Q

from patients.constraints import FrozenOnce

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class AuditEntry(models.Model):
    """One thing somebody saw or did; field names at most, never values."""

    class Action(models.TextChoices):
        VIEW = "view", "viewed"
        SEARCH = "search", "searched"
        CREATE = "create", "created"
        CHANGE = "change", "changed"
        SIGN = "sign", "signed"
        ADD = "add_addendum", "added an addendum"
        EXPORT = "export", "exported"
        LOG_IN = "log_in", "signed in"
        LOG_OUT = "log_out", "signed out"
        FAIL = "fail", "failed to sign in"
        REFUSE = "refuse", "was refused"

    position = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, help_text="User name, or the name of the command that acted")
    action = models.CharField(max_length=12, choices=Action)
    patient_reference = models.CharField(max_length=9, blank=True, db_index=True)
    subject = models.CharField(max_length=120, help_text="What kind of thing and which one, by id")
    fields = models.CharField(max_length=400, blank=True, help_text="Names of the fields touched, never their values")
    previous_mac = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "audit entries"
        constraints = [
            CheckConstraint(name="audit_entry_position_starts_at_1", condition=Q(position__gte=1)),
            FrozenOnce(name="audit_entry_fixed_once_written", field="at"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_action_display()} {self.subject}"

    @property
    def thing(self) -> str:
        """What kind of thing it was about, without its id."""
        return " ".join(word for word in self.subject.split() if not UUID.fullmatch(word))
