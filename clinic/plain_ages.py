"""How old something is, in words people use: by the minute, the hour, and then by whole days of the calendar."""

from datetime import datetime

from django.utils import timezone

HOUR, WEEK, TWO_WEEKS, TWO_MONTHS = 60, 7, 14, 60


def age_words(moment: datetime, now: datetime) -> str:
    """`7 minutes old`, `1 hour old`, `2 days old`, `3 weeks old`; a day begins at midnight in Glasgow."""
    days = (timezone.localdate(now) - timezone.localdate(moment)).days
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < HOUR:
        return _old(minutes, "minute")
    if days < 1:
        return _old(minutes // HOUR, "hour")
    if days < TWO_WEEKS:
        return _old(days, "day")
    if days < TWO_MONTHS:
        return _old(days // WEEK, "week")
    return _old(days // 30, "month")


def _old(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} old"
