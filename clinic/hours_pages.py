"""When the clinic is open: the days off of a year, who must be moved for a closure, one's own calendar address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import closures, diary, links
from bookings.models import CalendarFeed, Closure
from clinic.book_page import uuid_of, whole

YEARS_AHEAD = 5
MOST_SHOWN = 300


@dataclass(frozen=True)
class DayOffRow:
    """One line of the days off, with how many people are booked meanwhile."""

    closure: Closure
    booked: int

    @property
    def is_several_days(self) -> bool:
        return self.closure.last_day > self.closure.first_day


@require_http_methods(["GET", "POST"])
def days_off(request: HttpRequest) -> HttpResponse:
    """The clinic's closures of a year with their ticks; Glasgow's and Scotland's are filled in by one press."""
    _may(request, "bookings.view_closure" if request.method == "GET" else "bookings.change_closure")
    now = timezone.now()
    year = _year(request, now)
    if request.method == "POST":
        _change_year(request, year, now)
        return HttpResponseRedirect(f"{reverse('admin:days_off')}?year={year}")
    shown = Closure.objects.filter(practitioner=None, first_day__year__lte=year, last_day__year__gte=year)[:MOST_SHOWN]
    booked = closures.in_the_way(shown, now=now)
    context = {
        **admin.site.each_context(request),
        "title": f"Days off in {year}",
        "year": year,
        "years": range(timezone.localdate(now).year, timezone.localdate(now).year + 3),
        "rows": [DayOffRow(one, len(booked.get(one.pk, []))) for one in shown],
        "is_filled_in": closures.is_filled_in(year),
        "may_change": request.user.has_perm("bookings.change_closure"),
    }
    return render(request, "clinic/days_off.html", context)


@require_http_methods(["GET", "POST"])
def closure_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is booked while a closure holds; nobody is cancelled or told but those who are ticked here."""
    closure = get_object_or_404(Closure.objects.select_related("practitioner"), pk=pk)
    now = timezone.now()
    ticked = {key for text in request.POST.getlist("cancel") if (key := uuid_of(text))}
    if request.method == "POST" and (answer := _decided(request, closure, ticked, now)):
        return answer
    booked = closures.in_the_way([closure], now=now).get(closure.pk, [])
    context = {
        **admin.site.each_context(request),
        "title": f"Who must be moved: {closure.reason}",
        "closure": closure,
        "booked": booked,
        "ticked": ticked,
        "is_asking": request.method == "POST" and not ticked,
        "without_mail": sum(not one.email for one in booked),
    }
    return render(request, "clinic/closure_plan.html", context, status=422 if context["is_asking"] else 200)


@require_http_methods(["GET", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """A practitioner's own private calendar address: make it, make it anew, stop it."""
    if not getattr(request.user, "is_practitioner", False):
        raise PermissionDenied
    if request.method == "POST":
        _change_feed(request)
        return HttpResponseRedirect(reverse("admin:calendar_feed"))
    feed = CalendarFeed.objects.filter(practitioner=request.user.pk).first()
    context = {
        **admin.site.each_context(request),
        "title": "Your calendar address",
        "feed": feed,
        "url": links.feed_url(feed) if feed else "",
    }
    answer = render(request, "clinic/calendar_feed.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _year(request: HttpRequest, now: datetime) -> int:
    """The year asked for, from this one to a few years on."""
    this = timezone.localdate(now).year
    asked = whole(request.POST.get("year", "") or request.GET.get("year", ""))
    return asked if this - 1 <= asked <= this + YEARS_AHEAD else this


def _change_year(request: HttpRequest, year: int, now: datetime) -> None:
    """Fill the year in, or save the ticks."""
    if request.POST.get("do") == "fill":
        _may(request, "bookings.add_closure")
        count = closures.propose(year)
        messages.success(request, f"{count} days filled in for {year}. Untick those on which you work, then save.")
        fresh: Iterable[Closure] = Closure.objects.filter(practitioner=None, first_day__year=year)
    else:
        shown, kept = ({whole(key) for key in request.POST.getlist(name)} for name in ("shown", "kept"))
        fresh = closures.tick(shown=shown, kept=kept)
        messages.success(request, "Saved.")
    if booked := closures.in_the_way(fresh, now=now):
        days = f"{len(booked)} of these days" if len(booked) > 1 else "one of these days"
        words = f"People are booked on {days}. Nobody was cancelled, and nobody was told: see who must be moved below."
        messages.warning(request, words)


def _decided(request: HttpRequest, closure: Closure, ticked: set[UUID], now: datetime) -> HttpResponse | None:
    """Leave them, stay open after all, or cancel for those who are ticked; None when nobody is."""
    verb = request.POST.get("do", "")
    if verb == "cancel":
        return _cancelled(request, closure, ticked, now) if ticked else None
    if verb == "open":
        _may(request, "bookings.change_closure")
        closures.tick(shown=[closure.pk], kept=[])
        messages.success(request, f"Open after all: {closure}. Nobody was cancelled, and people can book again.")
    else:
        messages.success(request, "All appointments stay as they are. Nobody was told anything.")
    return HttpResponseRedirect(reverse("admin:bookings_closure_changelist"))


def _cancelled(request: HttpRequest, closure: Closure, ticked: set[UUID], now: datetime) -> HttpResponse:
    try:
        done = closures.cancel_for(closure=closure, keys=ticked, now=now, by=request.user)
    except diary.DiaryError as error:
        messages.error(request, f"{error} Nobody was cancelled: the list below is new, please look again.")
    else:
        names = ", ".join(one.name for one in done) or "nobody, as they are not booked then any more"
        silent = sum(not one.email for one in done)
        ring = f" {silent} of them gave no email: please ring." if silent else ""
        messages.success(request, f"Cancelled: {names}. Mails go in three minutes; until then it can be undone.{ring}")
    return HttpResponseRedirect(reverse("admin:closure_plan", args=[closure.pk]))


def _change_feed(request: HttpRequest) -> None:
    if request.POST.get("do") == "stop":
        links.stop_feed(practitioner=request.user)
        messages.success(request, "Stopped. The address shows nothing any more.")
    else:
        links.new_feed(practitioner=request.user, now=timezone.now())
        messages.success(request, "This is your new address. One you had before shows nothing any more.")
