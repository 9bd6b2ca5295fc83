"""Verb: put a year's days off into the list of closures, for the clinic to tick or untick."""

from bookings import holidays
from bookings.models import Closure


def propose(year: int) -> int:
    """Add the days off of a year that are not listed yet; returns how many. What is there stays as it is."""
    days = holidays.proposed(year)
    listed = set(
        Closure.objects.filter(practitioner=None, first_day__in=[day.date for day in days]).values_list(
            "first_day", flat=True
        )
    )
    new = [
        Closure(first_day=day.date, last_day=day.date, reason=day.name, source=day.source, is_kept=day.kept_by_default)
        for day in days
        if day.date not in listed
    ]
    return len(Closure.objects.bulk_create(new))
