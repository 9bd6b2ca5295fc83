"""The public booking pages: what for, day and time, your details."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from bookings import diary, links, openings
from bookings.days import by_day
from bookings.forms import DetailsForm, read_start
from bookings.models import BookingPolicy, Location, Room, Service
from bookings.openings import FreeTime
from bookings.slots import Reason

DAYS_SHOWN = 14
ABOUT_LENGTH = 80


class Window(NamedTuple):
    """The days on one page, of all that can be booked."""

    first_day: date
    last_day: date
    today: date
    horizon: date


class SlotLink(NamedTuple):
    """A free time on a page, with the address that carries the guide they came from."""

    start: datetime
    end: datetime
    url: str


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """Choose what for."""
    context = {"services": Service.objects.bookable(), "condition_code": _about(request)}
    return render(request, "bookings/service.html", context)


@require_safe
def times(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose day and time: two weeks a page, as far as the booking horizon."""
    chosen = get_object_or_404(Service.objects.bookable(), slug=slug)
    now = timezone.now()
    first_day, last_day, today, horizon = window = _window(request, now)
    free = openings.free_times(chosen, first_day=today, last_day=horizon, now=now)
    practitioners = openings.practitioners_of(chosen)
    links_to = [_with_about(one, request) for one in free]
    reasons = openings.closed_reasons(practitioners, first_day, last_day)
    context = {
        "service": chosen,
        "practitioner_name": _names(practitioners),
        "location": _only_location(free),
        "days": by_day(links_to, first_day=first_day, last_day=last_day, reasons=reasons),
        "first_free": links_to[0] if links_to else None,
        "window_words": f"From {first_day:%A %-d %B} to {last_day:%A %-d %B}.",
        **_paging(request, chosen, window),
    }
    return render(request, "bookings/times.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Give your details and book; a time that is gone shows the nearest ones and loses nothing typed."""
    is_sent = request.method == "POST"
    form = DetailsForm(request.POST if is_sent else None, initial={"about": _about(request)})
    chosen = Service.objects.bookable().filter(slug=slug).first()
    if chosen is None:
        return _not_offered(request, form)
    now = timezone.now()
    asked = read_start(request.POST.get("start") or request.GET.get("start", ""))
    start = asked or now
    found = openings.find(chosen, start, now=now) if asked else Reason.NOT_A_TIME
    if form.is_valid():
        return _book(request, chosen, start, found, form, now)
    if isinstance(found, Reason):
        return _taken(request, chosen, start, found, form, now) if is_sent else _no_such_time(request, chosen, found)
    return _show(request, chosen, found, form, status=422 if is_sent else 200)


def _book(
    request: HttpRequest, chosen: Service, start: datetime, found: FreeTime | Reason, form: DetailsForm, now: datetime
) -> HttpResponse:
    form_key = str(form.cleaned_data["form_key"] or "") or None
    if earlier := diary.same_form(form_key):
        return HttpResponseRedirect(reverse("bookings:done", args=[links.token(earlier)]))
    if isinstance(found, Reason):
        return _taken(request, chosen, start, found, form, now)
    try:
        appointment = diary.book(
            service=chosen,
            practitioner=found.practitioner,
            location=Location.objects.get(pk=found.location_id),
            room=Room.objects.filter(pk=found.room_id).first() if found.room_id else None,
            start=start,
            contact=form.contact(),
            form_key=form_key,
            now=now,
        )
    except diary.SlotTaken:
        return _taken(request, chosen, start, Reason.TAKEN, form, now)
    return HttpResponseRedirect(reverse("bookings:done", args=[links.token(appointment)]))


def _show(request: HttpRequest, chosen: Service, slot: FreeTime, form: DetailsForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "service": chosen,
        "slot": slot,
        "practitioner_name": slot.practitioner.display_name,
        "location": Location.objects.get(pk=slot.location_id),
        "back_url": _back_url(chosen, slot.start, request),
    }
    return render(request, "bookings/details.html", context, status=status)


def _taken(
    request: HttpRequest, chosen: Service, start: datetime, reason: Reason, form: DetailsForm, now: datetime
) -> HttpResponse:
    """409, or 404 for what is no time at all: it cannot be had; the nearest ones post the same form."""
    context = {
        "form": form,
        "service": chosen,
        "taken": True,
        "slot": {"start": start} if reason is Reason.TAKEN else None,
        "why": reason.value,
        "nearest": openings.nearest(chosen, start, now=now),
        "back_url": _back_url(chosen, start, request),
    }
    return render(request, "bookings/details.html", context, status=404 if reason is Reason.NOT_A_TIME else 409)


def _not_offered(request: HttpRequest, form: DetailsForm) -> HttpResponse:
    """A service that is unknown, or was withdrawn while somebody typed: she sees what she typed once more."""
    if not form.is_bound:
        raise Http404
    context = {
        "form": form,
        "taken": True,
        "why": "This cannot be booked online any more.",
        "nearest": [],
        "back_url": reverse("bookings:service"),
    }
    return render(request, "bookings/details.html", context, status=404)


def _no_such_time(request: HttpRequest, chosen: Service, reason: Reason) -> HttpResponse:
    """A link to a time that cannot be booked: say why, and lead back to those that can."""
    status = 409 if reason is Reason.TAKEN else 404
    context = {
        "service": chosen,
        "why": reason.value,
        "nearest": [_with_about(one, request) for one in openings.next_free(chosen, count=3, now=timezone.now())],
    }
    return render(request, "bookings/no_such_time.html", context, status=status)


def _about(request: HttpRequest) -> str:
    """The code of the guide they came from; anything else is dropped."""
    code = request.GET.get("about", "")[:ABOUT_LENGTH]
    return code if code.replace("-", "").isalnum() and code.isascii() else ""


def _with_about(free_time: FreeTime, request: HttpRequest) -> SlotLink:
    url = free_time.url + (f"&{urlencode({'about': about})}" if (about := _about(request)) else "")
    return SlotLink(free_time.start, free_time.end, url)


def _window(request: HttpRequest, now: datetime) -> Window:
    """Two weeks from the day asked for, kept between today and the horizon."""
    today = timezone.localdate(now)
    horizon = today + timedelta(days=BookingPolicy.current().horizon_days)
    try:
        asked = parse_date(request.GET.get("from", "")[:10])
    except ValueError:
        asked = None
    first_day = min(max(asked or today, today), horizon)
    return Window(first_day, min(first_day + timedelta(days=DAYS_SHOWN - 1), horizon), today, horizon)


def _paging(request: HttpRequest, chosen: Service, window: Window) -> dict[str, str]:
    page = reverse("bookings:times", args=[chosen.slug])
    earlier = max(window.first_day - timedelta(days=DAYS_SHOWN), window.today)
    later = window.last_day + timedelta(days=1)
    return {
        "earlier_url": f"{page}?{_query(request, earlier)}" if window.first_day > window.today else "",
        "later_url": f"{page}?{_query(request, later)}" if later <= window.horizon else "",
    }


def _back_url(chosen: Service, start: datetime, request: HttpRequest) -> str:
    return f"{reverse('bookings:times', args=[chosen.slug])}?{_query(request, timezone.localdate(start))}"


def _query(request: HttpRequest, first_day: date) -> str:
    """The day a page begins with, and the guide they came from."""
    about = {"about": _about(request)} if _about(request) else {}
    return urlencode({"from": first_day.isoformat(), **about})


def _names(practitioners: list[Any]) -> str:
    return " or ".join(practitioner.display_name for practitioner in practitioners)


def _only_location(free: list[FreeTime]) -> Location | None:
    """The place, when it is the same for all times on offer."""
    places = {one.location_id for one in free}
    return Location.objects.filter(pk=places.pop()).first() if len(places) == 1 else None
