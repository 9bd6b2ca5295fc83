"""What every template knows: the clinic's name, address and phone, and whether its people are made up."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from patients.models import ClinicProfile


def clinic_profile(request: HttpRequest) -> dict[str, Any]:
    """The profile as `clinic_profile`, and `is_demo`."""
    return {"clinic_profile": ClinicProfile.current(), "is_demo": settings.DEMO}
