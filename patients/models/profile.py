"""The clinic as the controller of the record: what exports, mails and pages print about it."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q


class ClinicProfile(models.Model):
    """Name, address, registration and policies of the clinic; there is exactly one."""

    name = models.CharField(max_length=120, default="Glasgow Soft Tissue Clinic")
    tagline = models.CharField(max_length=200, blank=True, help_text="One line under the name on the home page")
    street = models.CharField("street and number", max_length=200, blank=True)
    town = models.CharField(max_length=80, default="Glasgow")
    postcode = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True, help_text="As people should dial it, e.g. 0141 496 0123")
    email = models.EmailField(blank=True, help_text="Where patients can write to; mails are sent in its name")
    opening_words = models.CharField(max_length=200, blank=True, help_text="E.g. Monday to Friday, 9:00 to 19:00")
    registration = models.TextField(
        "registration and insurance", blank=True, help_text="Professional bodies, numbers, insurer"
    )
    ico_number = models.CharField("ICO registration number", max_length=20, blank=True)
    privacy_policy = models.TextField(blank=True, help_text="What is kept, why, how long, and people's rights")
    cancellation_policy = models.TextField(blank=True)
    complaints_policy = models.TextField(blank=True)
    what_to_bring = models.TextField(blank=True, help_text="Shown and mailed with every appointment; one line each")
    if_late = models.TextField("if someone is late", blank=True)

    class Meta:
        verbose_name = "clinic profile"
        verbose_name_plural = "clinic profile"
        constraints = [CheckConstraint(name="clinic_profile_is_single", condition=Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Self:
        """The clinic's profile, or an unsaved one with the defaults before it was filled in."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def phone_link(self) -> str:
        """The number as a `tel:` link wants it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    @property
    def address_lines(self) -> list[str]:
        """The postal address, one line each, without empty ones."""
        return [line for line in (self.street, f"{self.town} {self.postcode}".strip()) if line]
