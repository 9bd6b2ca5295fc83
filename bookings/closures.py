"""Closures: propose a year's days off, tick them, and see who is booked while the clinic is closed."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bookings import diary, holidays
from bookings.availability import local_day, local_moment
from bookings.models import Appointment, BookingPolicy, Closure, OpeningHours

DAY = timedelta(days=1)
LAST_DAY = date(2100, 12, 31)


def propose(year: int) -> int:
    """Add the days off of a year that are not listed yet; returns how many. What is there stays as it is."""
    days = holidays.proposed(year)
    with transaction.atomic():
        BookingPolicy.objects.select_for_update().filter(pk=1).first()  # two presses of the button take turns
        ours = Closure.objects.filter(practitioner=None, first_day__in=[day.date for day in days])
        listed = set(ours.values_list("first_day", flat=True))
        new = [_closure_of(day) for day in days if day.date not in listed]
        return len(Closure.objects.bulk_create(new))


def is_filled_in(year: int) -> bool:
    """Whether the days off of a year were proposed, whatever the clinic has made of them since."""
    sources = {day.source for day in holidays.proposed(year)}
    return Closure.objects.filter(first_day__year=year, source__in=sources).exists()


def tick(*, shown: Collection[int], kept: Collection[int]) -> list[Closure]:
    """Keep those that are ticked of the closures shown, drop the others; returns those that are newly kept."""
    with transaction.atomic():
        rows = list(Closure.objects.select_for_update().filter(pk__in=shown))
        changed = [row for row in rows if row.is_kept != (row.pk in kept)]
        for row in changed:
            row.is_kept = not row.is_kept
        Closure.objects.bulk_update(changed, ["is_kept"])
    return [row for row in changed if row.is_kept]


def in_the_way(closures: Iterable[Closure], *, now: datetime) -> dict[int, list[Appointment]]:
    """Who is still booked while each closure holds, in three queries at most; openings of one day are respected."""
    kept = [one for one in closures if one.is_kept]
    windows = Q()
    for closure in kept:
        windows |= _window(closure)
    if not kept:
        return {}
    rows = Appointment.objects.upcoming(now).filter(windows).select_related("practitioner", "location")
    booked = list(rows.order_by("starts_at", "id"))
    days = {local_day(one.starts_at) for one in booked}
    opened = list(OpeningHours.objects.filter(is_extra=True, valid_from__in=days)) if booked else []
    booked = [one for one in booked if not any(_holds(extra, one) for extra in opened)]
    found = {closure.pk: [one for one in booked if _shuts_out(closure, one)] for closure in kept}
    return {key: those for key, those in found.items() if those}


def block(*, practitioner: Any, day: date, from_time: time, until_time: time, reason: str = "") -> Closure:
    """Take part of one practitioner's day out of what can be booked; who is booked then stays, and hears nothing."""
    closure = _block_of(practitioner, day, from_time, until_time, reason)
    closure.save()
    return closure


def booked_meanwhile(
    *, practitioner: Any, day: date, from_time: time, until_time: time, now: datetime, reason: str = ""
) -> list[Appointment]:
    """Who would be in the way of a block, before there is one."""
    closure = _block_of(practitioner, day, from_time, until_time, reason)
    closure.pk = 0
    return in_the_way([closure], now=now).get(0, [])


def unblock(*, closure: Closure) -> None:
    """Give the time back."""
    Closure.objects.blocks().filter(pk=closure.pk).delete()


def cancel_for(*, closure: Closure, keys: Collection[UUID], now: datetime, by: Any) -> list[Appointment]:
    """Cancel for those who were chosen, all or nobody; their mails wait three minutes. Raises NotAllowed.

    Whoever is not in the way of the closure any more is left alone.
    """
    with transaction.atomic():
        chosen = [one for one in in_the_way([closure], now=now).get(closure.pk, []) if one.pk in keys]
        why = f"Closed: {closure.reason}"
        return [diary.cancel(appointment=one, now=now, by=by, reason=why, by_clinic=True) for one in chosen]


def _block_of(practitioner: Any, day: date, from_time: time, until_time: time, reason: str) -> Closure:
    times = {"from_time": from_time, "until_time": until_time}
    return Closure(practitioner=practitioner, first_day=day, last_day=day, reason=reason or "Blocked", **times)


def _closure_of(day: holidays.DayOff) -> Closure:
    return Closure(
        first_day=day.date, last_day=day.date, reason=day.name, source=day.source, is_kept=day.kept_by_default
    )


def _window(closure: Closure) -> Q:
    """Appointments that touch any of its days, whatever the time."""
    start = local_moment(closure.first_day, time.min)
    end = local_moment(min(closure.last_day, LAST_DAY) + DAY, time.min)
    window = Q(starts_at__lt=end, ends_at__gt=start)
    return window if closure.practitioner_id is None else window & Q(practitioner=closure.practitioner_id)


def _shuts_out(closure: Closure, appointment: Appointment) -> bool:
    if closure.practitioner_id not in (None, appointment.practitioner_id):
        return False
    days = {local_day(appointment.starts_at), local_day(appointment.ends_at)}
    return any(closure.first_day <= day <= closure.last_day and _meets(closure, day, appointment) for day in days)


def _meets(closure: Closure, day: date, appointment: Appointment) -> bool:
    """Whether they share any moment of the day."""
    start = local_moment(day, closure.from_time or time.min)
    end = local_moment(day, closure.until_time) if closure.until_time else local_moment(day + DAY, time.min)
    return appointment.starts_at < end and appointment.ends_at > start


def _holds(extra: OpeningHours, appointment: Appointment) -> bool:
    """Whether an opening of that one day covers the whole appointment, closed or not."""
    start, end = (local_moment(extra.valid_from, at) for at in (extra.opens, extra.closes))
    is_theirs = extra.practitioner_id == appointment.practitioner_id
    return is_theirs and start <= appointment.starts_at and appointment.ends_at <= end
