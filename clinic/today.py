"""Today: the day's appointments with what each needs next, what waits for the therapist, and figures of the week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bookings.models import Appointment
from clinic import today_first, today_gaps, today_rows, today_waiting, week_figures
from clinic.days import Day
from clinic.today_gaps import Gap, Now
from clinic.today_rows import Asker, Row
from clinic.week_figures import Read
from patients import audit
from patients.access import may_open_records
from patients.models import AuditEntry

Entry = Row | Gap | Now
SEEN = "alerts and problem, among the appointments of a day"


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The start page of the workbench."""
    now, user = timezone.now(), request.user
    day = Day.on(_asked_day(request) or timezone.localdate(now))
    reads = may_open_records(user)
    appointments = _appointments(day, reads)
    matches = today_waiting.possible_matches(appointments, now) if reads else []
    waiting = today_waiting.waiting(user, now, matches=matches, reads=reads)
    read = Read.around(day.date, now=now, practitioner_id=user.pk if reads else None)
    known = frozenset(match.appointment.pk for match in matches)
    episodes = today_rows.open_episodes(appointments) if reads else {}
    rows = today_rows.rows(appointments, Asker(user, now, reads, known, episodes))
    if reads:
        _trace(user, rows, now)
    gaps = _gaps(day, read, waiting["offers"])
    context = {
        **admin.site.each_context(request),
        **_about_the_day(day, now),
        "rows": rows,
        "entries": _in_order(rows, gaps, day, now),
        "closed": today_gaps.days_off(read.opened, day, read.keys),
        "cancelled": [one for one in appointments if one.status == Appointment.Status.CANCELLED],
        "upcoming": (upcoming := next((one for one in appointments if one.starts_at > now and one.is_live), None)),
        "is_at_hand": bool(upcoming and upcoming.starts_at - now < timedelta(minutes=1)),
        "first_free": next((gap for gap in sorted(gaps, key=lambda gap: gap.at) if gap.state == "free"), None),
        "reads_records": reads,
        **waiting,
        **_figures(day, read),
        "to_do_first": today_first.to_do_first(user, reads=reads),
    }
    return render(request, "clinic/today.html", context)


def _asked_day(request: HttpRequest) -> date | None:
    try:
        asked = parse_date(request.GET.get("day", "")[:10])
    except ValueError:
        return None
    return asked if asked and 2000 <= asked.year <= 2100 else None


def _appointments(day: Day, reads: bool) -> list[Appointment]:
    found = today_rows.of_the_day(day)
    return list(found.prefetch_related("patient__alerts") if reads else found)


def _trace(user: Any, rows: Sequence[Row], now: datetime) -> None:
    """Alerts and problems stand beside the names: that somebody saw them is traced, once a day for each patient."""
    known = [(row.appointment.patient, row.episode) for row in rows if row.appointment.patient]
    told = [patient for patient, episode in known if episode or patient.alerts_in_force]
    actor, action = user.get_username(), AuditEntry.Action.VIEW
    audit.record_each_once_a_day(actor=actor, action=action, subject=SEEN, now=now, patients=told)


def _about_the_day(day: Day, now: datetime) -> dict[str, Any]:
    here = timezone.localdate(now)
    is_today = day.date == here
    title = "Today" if is_today else f"{day.date:%A %-d %B}"
    return {"title": title, "day": day, "now": now, "is_today": is_today, "is_over": day.date < here}


def _gaps(day: Day, read: Read, offers: Sequence[Any]) -> list[Gap]:
    """What lies between the appointments of whoever looks; of everybody when it is the desk."""
    taking = read.on(day)
    held = [row for row in taking if row.status == Appointment.Status.HELD]
    taken = {
        key: [(one.occupied_from, one.occupied_until) for one in taking if one.practitioner_id == key]
        for key in read.keys
    }
    return [
        *today_gaps.kept(held, offers),
        *today_gaps.shut(read.opened, day, read.keys),
        *today_gaps.free(read.opened, day, read.keys, taken=taken, now=read.now),
    ]


def _in_order(rows: Sequence[Row], gaps: Sequence[Gap], day: Day, now: datetime) -> list[Entry]:
    """By time; the line of now stands after all that has begun."""
    entries: list[Entry] = sorted([*rows, *gaps], key=lambda entry: entry.at)
    if rows and day.starts_at <= now < day.ends_at:
        begun = sum(
            entry.at <= now and entry.state != "free" if isinstance(entry, Gap) else entry.at <= now
            for entry in entries
        )
        entries.insert(begun, Now(now))
    return entries


def _figures(day: Day, read: Read) -> dict[str, Any]:
    week = week_figures.Week.of(week_figures.monday(day.date), read)
    return {"week": week, "figures": week_figures.figures(day.date, read)}
