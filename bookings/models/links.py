"""Links that are mailed or subscribed to; nothing stored here opens them."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from bookings.constraints import FrozenWith
from bookings.models.appointments import new_link_salt


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    """Questions about personal links."""

    def working(self, now: datetime) -> Self:
        return self.filter(patient__isnull=False, expires_at__gt=now)


class PersonalLink(models.Model):
    """Somebody asked for a link to book as a returning person; the row is the same whether they are known or not.

    Whether they are known is looked up when the mail is sent, so the page that asks has nothing to give away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    date_of_birth = models.DateField()
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    link_salt = models.CharField(max_length=32, default=new_link_salt, editable=False)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        indexes = [models.Index(fields=["expires_at"], name="personal_link_by_end")]
        constraints = [FrozenWith(name="personal_link_never_on_an_emptied_file", parent="patient", field="merged_into")]

    def __str__(self) -> str:
        return f"Link asked for on {self.requested_at:%d %b %Y}"


class CalendarFeed(models.Model):
    """The private calendar address of one practitioner; a new salt makes the old address useless."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    link_salt = models.CharField(max_length=32, default=new_link_salt, editable=False)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Calendar of {self.practitioner}"
