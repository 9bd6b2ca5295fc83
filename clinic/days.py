"""A local day in Glasgow as the diary pages use it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.utils import timezone


@dataclass(frozen=True)
class Day:
    """One day from midnight to midnight by the clock on the wall; 23 or 25 hours long when the clocks change."""

    date: date
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def on(cls, day: date) -> Self:
        return cls(day, _midnight(day), _midnight(day + timedelta(days=1)))

    @property
    def before(self) -> date:
        return self.date - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.date + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
