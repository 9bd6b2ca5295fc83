"""What every template knows: the clinic's name, address and phone."""

from django.http import HttpRequest

from patients.models import ClinicProfile


def clinic_profile(request: HttpRequest) -> dict[str, ClinicProfile]:
    """The profile as `clinic_profile`."""
    return {"clinic_profile": ClinicProfile.current()}
