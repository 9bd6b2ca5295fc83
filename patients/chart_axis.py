"""The shared time axis of a chart, and the scale of one of its panels: plain arithmetic, no drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
MOST_MONTHS = 9
WHOLE_RANGE = 100  # a measure that ends at 100 or below is drawn from end to end
TOPS = (Decimal(1), Decimal(2), Decimal(3), Decimal(6), Decimal(10))


@dataclass(frozen=True)
class Axis:
    """Moments from left to right."""

    start: datetime
    end: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Where a moment stands; what is outside stands at the edge."""
        part = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return round(self.left + part * (self.right - self.left), 1)

    def holds(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def months(self) -> Iterator[tuple[float, str]]:
        """First days of months, as many as can be read, with their names; the first of a year brings it along."""
        first = timezone.localtime(self.start).date().replace(day=1)
        last = timezone.localtime(self.end).date()
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        step = next((one for one in MONTH_STEPS if count / one <= MOST_MONTHS), MONTH_STEPS[-1])
        skips = (first.month - 1) % step if step <= 12 else 0
        day, year = _months_on(first, -skips), 0
        while (day := _months_on(day, step)) <= last:
            if self.holds(at := _midnight(day)):
                yield self.x(at), f"{day:%Y}" if step >= 12 else f"{day:%b}" if day.year == year else f"{day:%b %Y}"
                year = day.year


@dataclass(frozen=True)
class Ruler:
    """Values from the foot to the head of a panel."""

    low: Decimal
    high: Decimal
    foot: float
    head: float

    def y(self, value: Decimal) -> float:
        part = float((min(max(value, self.low), self.high) - self.low) / (self.high - self.low))
        return round(self.foot - part * (self.foot - self.head), 1)


def axis(moments: list[datetime], *, start: datetime | None, left: float, right: float) -> Axis:
    """From a little before the first moment to a little after the last; never less than a fortnight wide."""
    first = start or min(moments)
    last = max([*moments, first])
    pad = max((last - first) * 0.04, timedelta(days=2))
    if last - first < timedelta(days=14):
        last = first + timedelta(days=14)
    return Axis(first - (timedelta() if start else pad), last + pad, left, right)


def ends(values: list[Decimal], *, minimum: Decimal, maximum: Decimal | None) -> tuple[Decimal, Decimal]:
    """The whole range where it is short, else from its foot to a round figure above the highest value."""
    if maximum is not None and maximum <= WHOLE_RANGE and maximum > minimum:
        return min([minimum, *values]), max([maximum, *values])
    low, highest = min([minimum, *values]), max([*values, minimum + 1])
    power = Decimal(10) ** (len(str(int(highest))) - 1)
    return low, next(top * power for top in TOPS if top * power >= highest)


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
