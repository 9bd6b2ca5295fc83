"""A local day in Glasgow as the diary pages use it."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from django.utils import timezone


@dataclass(frozen=True)
class Day:
    """One day from midnight to midnight by the clock on the wall; 23 or 25 hours long when the clocks change."""

    date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime

    @classmethod
    def on(cls, day: dt.date) -> Self:
        return cls(day, _midnight(day), _midnight(day + dt.timedelta(days=1)))

    @property
    def before(self) -> dt.date:
        return self.date - dt.timedelta(days=1)

    @property
    def after(self) -> dt.date:
        return self.date + dt.timedelta(days=1)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
