"""The diary: a week or a day of one practitioner or of all, and the day as a sheet to print. No clinical word in it."""

from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import closures
from bookings.models import Appointment, Closure, Service
from clinic import block_page, diary_columns, diary_moves, diary_rows
from clinic.diary_columns import Column, Grid
from clinic.diary_grid import Event, quarters
from clinic.diary_links import Asked
from clinic.time_forms import practitioners
from patients.access import may_open_records


@require_safe
def diary(request: HttpRequest) -> HttpResponse:
    """The grid; what is chosen in it stands in a panel with its verbs, and what was just done can be taken back."""
    now = timezone.now()
    asked = Asked.of(request, list(practitioners()), timezone.localdate(now))
    rows, grid = _read(request, asked, now, each=not asked.is_week)
    columns = tuple(one for one in grid.columns if not one.is_quiet) if asked.is_week else grid.columns
    grid = Grid(columns, grid.first_hour, grid.last_hour)
    context = {
        **admin.site.each_context(request),
        "title": _title(asked),
        "asked": asked,
        "grid": grid,
        "hour_marks": range(grid.first_hour, grid.last_hour),
        "is_everybody": len(asked.people) > 1,
        "now": now,
        "lead": _lead(grid),
        "cancelled": rows.cancelled,
        "changes": diary_rows.just_changed(request.user, now),
        "reads_records": may_open_records(request.user),
        "may_block": request.user.has_perm("bookings.add_closure"),
        "services": _services(grid),
        **_chosen(request, grid, now),
    }
    return render(request, "clinic/diary.html", context)


@require_safe
def day_sheet(request: HttpRequest) -> HttpResponse:
    """One day on paper: when, who, phone, what for, where; names or initials, and no clinical word."""
    now = timezone.now()
    everybody = list(practitioners())
    wanted = Asked.of(request, everybody, timezone.localdate(now))
    asked = Asked("day", wanted.day, wanted.people, wanted.everybody, wanted.today)
    _, grid = _read(request, asked, now, each=True)
    context = {
        **admin.site.each_context(request),
        "title": f"Day sheet, {asked.day:%A %-d %B %Y}",
        "asked": asked,
        "columns": [one for one in grid.columns if one.events] or grid.columns,
        "with_initials": request.GET.get("names") == "initials",
        "printed_at": now,
    }
    return render(request, "clinic/day_sheet.html", context)


def _read(request: HttpRequest, asked: Asked, now: datetime, *, each: bool) -> tuple[diary_rows.Rows, Grid]:
    wanted = diary_rows.Scope(asked.days, asked.people, now, may_open_records(request.user))
    rows = diary_rows.read(wanted)
    return rows, diary_columns.grid(wanted, rows, each=each)


def _title(asked: Asked) -> str:
    first, last = asked.days[0], asked.days[-1]
    if not asked.is_week:
        return f"{first:%A %-d %B %Y}"
    return f"{_short(first, last)} to {last:%-d %B %Y}"


def _short(first: date, last: date) -> str:
    if first.year != last.year:
        return f"{first:%-d %B %Y}"
    return f"{first:%-d %B}" if first.month != last.month else f"{first.day}"


def _lead(grid: Grid) -> str:
    """The page in a sentence: how many, how much is free from now on, who is booked beside whom."""
    booked = [one for one in grid.events if one.kind == "appointment"]
    parts = [f"{len(booked)} appointment{'' if len(booked) == 1 else 's'}"]
    if grid.free_minutes >= 15:
        parts.append(f"{quarters(grid.free_minutes)} free from now on")
    beside = [(column, one) for column in grid.columns for one in column.events if one.is_beside]
    words = f"{', '.join(parts)}."
    if beside:
        words += f" Two at once: {_first(*beside[0])}{' and more' if len(beside) > 2 else ''}."
    return words


def _first(column: Column, event: Event) -> str:
    return f"{column.day:%A} {timezone.localtime(event.row.starts_at):%H:%M}"


def _services(grid: Grid) -> list[Service]:
    """What is shown, for the key: each service once."""
    found = {one.row.service_id: one.row.service for one in grid.events if one.kind == "appointment"}
    return sorted(found.values(), key=lambda service: (service.position, service.name))


def _chosen(request: HttpRequest, grid: Grid, now: datetime) -> dict[str, Any]:
    """What an address points at, if it is among what is shown."""
    event = next((one for one in grid.events if one.key == request.GET.get("chosen", "")), None)
    if event is None:
        return {"chosen": None}
    row: Appointment | Closure = event.row
    if isinstance(row, Appointment):
        return {"chosen": event, "can_cancel": row.status in ("booked", "arrived")}
    in_the_way = closures.in_the_way([row], now=now).get(row.pk, [])
    may_remove = row.first_day == row.last_day and request.user.has_perm("bookings.delete_closure")
    return {"chosen": event, "in_the_way": in_the_way, "may_remove": may_remove}


urls = [
    path("diary/", diary, name="diary"),
    path("diary/sheet/", day_sheet, name="day_sheet"),
    path("diary/move/<uuid:pk>/", diary_moves.drag, name="diary_move"),
    path("diary/block/", block_page.block, name="block_time"),
    path("diary/block/<int:pk>/remove/", block_page.remove, name="block_remove"),
]
