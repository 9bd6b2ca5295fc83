"""The waiting list for patients: join, see, leave, and answer an offer. GET changes nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from bookings import desk, diary, limits, links, openings, reach, taking, visitors, waiting
from bookings.asked import Asked
from bookings.desk import KnownPerson
from bookings.forms import GUARDIAN_AGE, age_on
from bookings.hold_views import again_after
from bookings.manage_views import by_token, opens
from bookings.models import Appointment, BookingPolicy, Location, Service, Setting, WaitingListEntry, WaitingOffer
from bookings.offered import Offered, offered
from bookings.ticket import is_open, waiting_for
from bookings.views import times_url
from bookings.waiting_forms import JoinForm, KnownJoinForm, SoonerForm, YoungJoinForm, wish_words

GONE = "This cannot be booked online any more."
OWN_CLASH = (
    "You have another appointment with us at that time. Cancel it by the link in its email, then press Take this time."
)
Joining = JoinForm | KnownJoinForm | YoungJoinForm
by_waiting_token = opens(links.opened_waiting)
by_offer_token = opens(links.opened_offer)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what would suit and who you are; nothing typed is ever lost."""
    offer, now = offered(slug), timezone.now()
    if offer is None:
        return _not_offered(request, now)
    asked = Asked.of(request.GET)
    known = visitors.known_person(visitors.visitor_of(request), now=now)
    if not offer.is_for(is_known=known is not None):
        return HttpResponseRedirect(reverse("bookings:ask_for_link"))
    person = known if offer.is_for_record(is_known=known is not None) else None
    form = _join_form(request, offer, asked, person, now)
    context = {"service": offer.service, "back_url": times_url(offer.service, asked), "person": person, "form": form}
    if not form.is_valid():
        return render(request, "bookings/waiting_join.html", context, status=422 if form.errors else 200)
    told = vars(person.contact) if person else {}
    patient_id = person.patient_id if person else None
    entry = WaitingListEntry(
        service=offer.service,
        patient_id=patient_id,
        **{**told, **form.told(), **form.wishes()},
    )
    return _joined(request, entry, context, now)


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def sooner(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """From an appointment: say what would suit better; the appointment stays until another time is taken."""
    now, page = timezone.now(), reverse("bookings:appointment", args=[token])
    if not is_open(found, now) or not found.email:
        return HttpResponseRedirect(page)
    if entry := waiting_for(found):
        return HttpResponseRedirect(_page_of(entry))
    form = SoonerForm(
        request.POST if request.method == "POST" else None,
        practitioners=openings.practitioners_of(found.service),
        latest=timezone.localdate(found.starts_at),
        now=now,
    )
    context = {"service": found.service, "back_url": page, "current": found, "form": form}
    if not form.is_valid():
        return render(request, "bookings/waiting_join.html", context, status=422 if form.errors else 200)
    told = {name: getattr(found, name) for name in waiting.TOLD}
    entry = WaitingListEntry(service=found.service, appointment=found, **told, **form.wishes())
    return _joined(request, entry, context, now)


@require_http_methods(["GET", "HEAD", "POST"])
@by_waiting_token
def place(request: HttpRequest, token: str, entry: WaitingListEntry) -> HttpResponse:
    """What somebody waits for; leaving is one press."""
    now = timezone.now()
    if request.method == "POST":
        waiting.withdraw(entry=entry, now=now)
        return HttpResponseRedirect(reverse("bookings:waiting", args=[token]))
    offer = entry.offers.standing(now).first()
    context = {
        "entry": entry,
        "is_waiting": entry.status == "waiting" and entry.last_day >= timezone.localdate(now),
        "wishes": wish_words(entry),
        "offer": offer,
        "times_url": _times_url(entry),
    }
    return render(request, "bookings/waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_offer_token
def offer(request: HttpRequest, token: str, found: WaitingOffer) -> HttpResponse:
    """Take the time or let it go; when it is over, say so kindly."""
    now = timezone.now()
    if request.method != "POST":
        return _offer_page(request, found, now)
    try:
        if request.POST.get("do") == "accept":
            booked = waiting.accept(offer=found, now=now)
            return HttpResponseRedirect(reverse("bookings:done", args=[links.token(booked)]))
        if request.POST.get("do") == "decline":
            waiting.decline(offer=found, now=now)
            return HttpResponseRedirect(reverse("bookings:offer", args=[token]))
    except diary.NotAllowed:
        return _offer_page(request, links.opened_offer(token, now=now), now, status=409)
    except taking.SlotTaken:
        return _offer_page(request, found, now, status=409, problem=OWN_CLASH)
    return _offer_page(request, found, now, status=422, problem="Press one of the two buttons.")


def _offer_page(
    request: HttpRequest, found: WaitingOffer, now: datetime, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    entry, taken = found.entry, found.answer == WaitingOffer.Answer.ACCEPTED
    stands = not found.answer and found.expires_at > now and found.appointment is not None
    older = entry.appointment
    context = {
        "offer": found,
        "entry": entry,
        "stands": stands,
        "problem": problem,
        "older": older if older and is_open(older, now) else None,
        "booked_url": reverse("bookings:appointment", args=[links.token(found.appointment)])
        if taken and found.appointment
        else "",
        "waiting_url": _page_of(entry),
        "is_waiting": entry.status == "waiting",
        "times_url": _times_url(entry),
    }
    return render(request, "bookings/offer.html", context, status=status)


def _joined(request: HttpRequest, entry: WaitingListEntry, context: dict[str, Any], now: datetime) -> HttpResponse:
    try:
        limits.count(limits.JOINING, request, now=now)
    except limits.TooMany as error:
        context = {**context, "problem": str(error)}
        return again_after(error.wait, render(request, "bookings/waiting_join.html", context, status=429))
    entry.network = limits.network_of(request)
    return HttpResponseRedirect(_page_of(waiting.join(entry, now=now)))


def _join_form(
    request: HttpRequest, offer: Offered, asked: Asked, person: KnownPerson | None, now: datetime
) -> Joining:
    is_sent = request.method == "POST"
    more: dict[str, Any] = {"now": now, "is_home_visit": offer.service.setting == Setting.HOME}
    if is_sent:
        more["too_far"] = _too_far(offer.service)
    initial = {"about": asked.about, "postcode": asked.postcode, "practitioner": asked.whom}
    data = request.POST if is_sent else None
    return _kind(person, now)(data, initial=initial, practitioners=offer.practitioners, **more)


def _kind(person: KnownPerson | None, now: datetime) -> type[JoinForm] | type[KnownJoinForm] | type[YoungJoinForm]:
    if person is None:
        return JoinForm
    born = person.contact.date_of_birth
    is_young = born is not None and age_on(timezone.localdate(now), born) < GUARDIAN_AGE
    return YoungJoinForm if is_young else KnownJoinForm


def _too_far(service: Service) -> Callable[[str], str]:
    """What to say about a postcode that is out of reach of every place."""
    policy, places = BookingPolicy.current(), Location.objects.filter(is_in_use=True)
    judges = [reach.too_far(service, one, policy=policy, phone=_phone) for one in places]

    def words(postcode: str) -> str:
        said = [judge(postcode) for judge in judges]
        return said[0] if said and all(said) else ""

    return words


def _phone() -> str:
    return desk.letterhead().phone


def _not_offered(request: HttpRequest, now: datetime) -> HttpResponse:
    """A service that is unknown, or was withdrawn while somebody typed: what was typed stays on the page."""
    if request.method != "POST":
        raise Http404(GONE)
    context = {"form": JoinForm(request.POST, now=now), "problem": GONE, "back_url": reverse("bookings:service")}
    return render(request, "bookings/waiting_join.html", context, status=404)


def _page_of(entry: WaitingListEntry) -> str:
    return reverse("bookings:waiting", args=[links.token(entry, links.WAITING)])


def _times_url(entry: WaitingListEntry) -> str:
    """The free times there are, or what else is offered."""
    if not entry.service.is_offered:
        return reverse("bookings:service")
    query = f"?{urlencode({'postcode': entry.postcode})}" if entry.service.setting == Setting.HOME else ""
    return f"{reverse('bookings:times', args=[entry.service.slug])}{query}"
