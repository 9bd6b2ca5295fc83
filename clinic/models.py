"""People who sign in: practitioners and the staff around them."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """One member of the clinic; a practitioner treats people and signs notes."""

    title = models.CharField("job title", max_length=100, blank=True, help_text="For instance: Sports therapist")
    registration_number = models.CharField(max_length=60, blank=True, help_text="With the body, e.g. SMA 1234")
    is_practitioner = models.BooleanField(default=False, help_text="Treats people, and so can be booked and sign notes")
    introduction = models.TextField(blank=True, help_text="Two or three sentences for the public home page")

    class Meta(AbstractUser.Meta):
        verbose_name = "member of staff"
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """Name as patients see it; the user name when none was given."""
        return self.get_full_name() or self.username
