"""The exercise sheet as its patient sees it, by a private link: read, tick by day, print. GET changes nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from bookings import limits, links
from bookings.hold_views import again_after
from bookings.manage_views import opens
from clinic.my_sheet_forms import DayForm
from patients import home_days, sheets
from patients.export import sheet_pdf
from patients.export.pdf import CannotPrint
from patients.home_days import CannotMark, Day
from patients.models import Episode, ExerciseSheet
from patients.sheets import Sheet

DONE, UNDO, DAY = "done-", "undo-", "day"


def opened(given: str, *, now: datetime) -> ExerciseSheet:
    """The sheet a token opens. Raises LinkGone."""
    rows = ExerciseSheet.objects.select_related("episode__patient", "episode__condition")
    sheet = links.opened_row(given, rows, links.SHEET)
    if not sheets.is_open(sheet, now=now):
        raise links.LinkGone
    return sheet


by_link = opens(opened)


@dataclass(frozen=True)
class Week:
    """The days that can be marked, and the one that is shown."""

    days: tuple[Day, ...]
    shown: Day

    @classmethod
    def of(cls, episode: Episode, wanted: str, today: date) -> "Week":
        days = home_days.days(episode, today=today)
        return cls(days, next((one for one in days if one.day == _day(wanted)), days[-1]))

    @property
    def is_today(self) -> bool:
        return self.shown is self.days[-1]


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def my_sheet(request: HttpRequest, token: str, found: ExerciseSheet) -> HttpResponse:
    """Show the newest sheet; a press ticks an exercise, takes a tick back, or says how the day was."""
    now = timezone.now()
    sheets.trace_reading(found, form="page", now=now)
    sheet = sheets.gather(found.episode)
    if request.method == "POST" and sheet:
        return _mark(request, token, found.episode, sheet)
    return _show(request, token, found.episode, sheet)


@require_safe
@by_link
def my_sheet_pdf(request: HttpRequest, token: str, found: ExerciseSheet) -> HttpResponse:
    """The sheet as a PDF to print or keep."""
    now = timezone.now()
    sheet = sheets.gather(found.episode)
    if sheet is None:
        return HttpResponseRedirect(reverse("my_sheet", args=[token]))
    try:
        limits.count(limits.SHEET_PDF, request, now=now)
        sheets.trace_reading(found, form="pdf", now=now)
        return printed(sheet, now=now)
    except limits.TooMany as error:
        return busy(request, error, reverse("my_sheet", args=[token]))
    except CannotPrint as error:
        return _show(request, token, found.episode, sheet, problem=str(error), status=503)


def printed(sheet: Sheet, *, now: datetime) -> HttpResponse:
    """The PDF as a file; its name tells neither who nor what for. Raises CannotPrint."""
    name = f"exercises-{sheet.seen_on:%Y-%m-%d}.pdf"
    return HttpResponse(
        sheet_pdf.render(sheet, now=now),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def busy(request: HttpRequest, error: limits.TooMany, back_url: str) -> HttpResponse:
    """429, with the way back."""
    context = {"words": str(error), "back_url": back_url}
    return again_after(error.wait, render(request, "clinic/my_sheet_busy.html", context, status=429))


def _mark(request: HttpRequest, token: str, episode: Episode, sheet: Sheet) -> HttpResponse:
    now, do, day = timezone.now(), request.POST.get("do", ""), _day(request.POST.get("day", ""))
    form = DayForm(request.POST) if do == DAY else None
    try:
        limits.count(limits.AT_HOME, request, now=now)
        if form and not form.is_valid():
            return _show(request, token, episode, sheet, form=form, status=422)
        if form:
            home_days.tell(episode=episode, day=day or date.min, now=now, **form.cleaned_data)
        else:
            code = do.removeprefix(DONE).removeprefix(UNDO)
            on_sheet = [given.code for given in sheet.exercises]
            is_done = not do.startswith(UNDO)
            home_days.mark(episode=episode, code=code, day=day or date.min, is_done=is_done, on_sheet=on_sheet, now=now)
    except limits.TooMany as error:
        return busy(request, error, reverse("my_sheet", args=[token]))
    except CannotMark as error:
        return _show(request, token, episode, sheet, problem=str(error), form=form, status=409)
    anchor = "day" if form else f"e-{code}"
    return HttpResponseRedirect(f"{reverse('my_sheet', args=[token])}?day={day}#{anchor}")


def _show(
    request: HttpRequest,
    token: str,
    episode: Episode,
    sheet: Sheet | None,
    *,
    form: DayForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    week = Week.of(episode, request.POST.get("day") or request.GET.get("day", ""), today)
    context: dict[str, Any] = {
        "sheet": sheet,
        "week": week,
        "form": form or DayForm(initial={"pain": week.shown.pain, "remark": week.shown.remark}),
        "problem": problem,
        "page_url": reverse("my_sheet", args=[token]),
        "pdf_url": reverse("my_sheet_pdf", args=[token]),
        "measures_url": reverse("my_measures", args=[token]),
    }
    return render(request, "clinic/my_sheet.html", context, status=status)


def _day(words: str) -> date | None:
    try:
        return parse_date(words)
    except ValueError:
        return None
