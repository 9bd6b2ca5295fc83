"""The public booking pages for choosing: what for, then day and time."""

from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import visitors
from bookings.asked import ANYBODY, Asked, spelled_name
from bookings.days import Window, by_day
from bookings.forms import PostcodeForm
from bookings.models import BookingPolicy, Location, Service, Setting
from bookings.offered import Offered, offered_or_404
from bookings.openings import FreeTime, Timetable


class Way(NamedTuple):
    """Something to choose by following a link."""

    name: str
    url: str
    is_chosen: bool


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """Choose what for; what is for returning people needs a personal link first."""
    person = visitors.known_person(visitors.visitor_of(request), now=timezone.now())
    services = Service.objects.bookable()
    context = {
        "services": services.open_to(is_known=True) if person else services,
        "is_known": person is not None,
        "condition_code": Asked.of(request.GET).about,
    }
    return render(request, "bookings/service.html", context)


@require_safe
def times(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose day and time: two weeks a page, as far as the booking horizon."""
    offer, now, asked = offered_or_404(slug), timezone.now(), Asked.of(request.GET)
    if not offer.is_for(is_known=False) and visitors.known_person(visitors.visitor_of(request), now=now) is None:
        return HttpResponseRedirect(reverse("bookings:ask_for_link"))
    if offer.service.setting == Setting.HOME and not asked.postcode:
        return _ask_postcode(request, offer, asked)
    policy = BookingPolicy.current()
    window = Window.asked_for(request.GET.get("from", ""), horizon_days=policy.horizon_days, now=now)
    table = Timetable(
        offer.service,
        first_day=window.today,
        last_day=window.horizon,
        now=now,
        narrow=asked.narrow(offer.practitioners),
        practitioners=offer.practitioners,
        policy=policy,
    )
    if not table.is_in_reach:
        return _out_of_reach(request, offer, asked)
    return render(request, "bookings/times.html", _times(offer, asked, window, table))


def times_url(chosen: Service, asked: Asked, day: date | None = None) -> str:
    """The page with the times, beginning with a day."""
    page = reverse("bookings:times", args=[chosen.slug])
    return _with_query(page, asked.query(**_from(day) if day else {}))


def _times(offer: Offered, asked: Asked, window: Window, table: Timetable) -> dict[str, Any]:
    free = table.free()
    first_day, last_day = window.first_day, window.last_day
    shown = [one for one in free if window.holds(one.start)]
    reasons = table.closed_reasons(first_day, last_day)
    return {
        **_choice(offer, asked),
        "practitioner_name": " or ".join(one.display_name for one in table.practitioners),
        "location": _only_location(free),
        "days": by_day(shown, first_day=first_day, last_day=last_day, reasons=reasons),
        "first_free": free[0] if free else None,
        "window_words": window.words,
        "whom": _whom(offer, asked),
        **_paging(offer.service, asked, window),
    }


def _choice(offer: Offered, asked: Asked) -> dict[str, Any]:
    """What stands beside every page on which a time is chosen."""
    about_only = asked.query(postcode=None, **ANYBODY)
    return {
        "service": offer.service,
        "practitioner_name": offer.names,
        "asked": asked.pairs,
        "asked_query": asked.query(),
        "service_url": _with_query(reverse("bookings:service"), about_only),
    }


def _ask_postcode(request: HttpRequest, offer: Offered, asked: Asked) -> HttpResponse:
    """Home visits: first where to, because that decides the times."""
    form = PostcodeForm(request.GET if "postcode" in request.GET else None)
    context = {**_choice(offer, asked), "form": form}
    return render(request, "bookings/times_home.html", context, status=422 if form.errors else 200)


def _out_of_reach(request: HttpRequest, offer: Offered, asked: Asked) -> HttpResponse:
    """Too far for a home visit: other ways, the postcode once more, and the phone."""
    others = Service.objects.bookable().open_to(is_known=False).exclude(setting=Setting.HOME)
    form = PostcodeForm(initial={"postcode": asked.postcode})
    context = {**_choice(offer, asked), "form": form, "out_of_reach": asked.postcode, "others": others}
    return render(request, "bookings/times_home.html", context)


def _whom(offer: Offered, asked: Asked) -> list[Way]:
    """Anybody first, then each practitioner, where there is a choice."""
    if len(offer.practitioners) < 2:
        return []
    page, chosen = reverse("bookings:times", args=[offer.service.slug]), asked.chosen(offer.practitioners)
    ways = [Way("Whoever is free", _with_query(page, asked.query(**ANYBODY)), chosen is None)]
    for one in offer.practitioners:
        query = asked.query(**{"with": spelled_name(one)})
        ways.append(Way(one.display_name, _with_query(page, query), one == chosen))
    return ways


def _paging(chosen: Service, asked: Asked, window: Window) -> dict[str, str]:
    return {
        "earlier_url": times_url(chosen, asked, window.earlier) if window.earlier else "",
        "later_url": times_url(chosen, asked, window.later) if window.later else "",
    }


def _from(day: date) -> dict[str, str]:
    return {"from": day.isoformat()}


def _with_query(page: str, query: str) -> str:
    return f"{page}?{query}" if query else page


def _only_location(free: list[FreeTime]) -> Location | None:
    """The place, when it is the same for all times on offer."""
    places = {one.location.pk: one.location for one in free}
    return next(iter(places.values())) if len(places) == 1 else None
