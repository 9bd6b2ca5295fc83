"""A service that can be booked online, with who can be booked for it, read in one query."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from bookings.models import Service


@dataclass(frozen=True)
class Offered:
    """A service on offer and its practitioners, in a fixed order."""

    service: Service
    practitioners: tuple[Any, ...]

    @property
    def names(self) -> str:
        return " or ".join(one.display_name for one in self.practitioners)

    def is_for(self, *, is_known: bool) -> bool:
        """Whether they may book it; who is not known here needs a personal link for what is for returning people."""
        return is_known or self.service.audience != Service.Audience.RETURNING

    def is_for_record(self, *, is_known: bool) -> bool:
        """Whether it is booked as the person known here: one for new people is for somebody else."""
        return is_known and self.service.audience != Service.Audience.NEW


def offered(slug: str) -> Offered | None:
    """The service of that address, while it is on offer and somebody works here who does it."""
    rows = Service.practitioners.through.objects.filter(
        service__slug=slug, service__is_offered=True, user__is_active=True, user__is_practitioner=True
    )
    found = list(rows.select_related("service", "user").order_by("user_id"))
    return Offered(found[0].service, tuple(row.user for row in found)) if found else None


def offered_or_404(slug: str) -> Offered:
    found = offered(slug)
    if found is None:
        raise Http404("This cannot be booked online.")
    return found
