"""The last booking page: your details, with the time that is kept meanwhile. Nothing typed is ever lost."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings import caps, desk, diary, limits, links, reach, visitors
from bookings.asked import Asked
from bookings.choosing import Choice, no_such_time
from bookings.forms import GUARDIAN_AGE, DetailsForm, ReasonForm, YoungReasonForm, age_on
from bookings.hold_views import again_after
from bookings.models import Appointment, Service, Setting
from bookings.openings import FreeTime
from bookings.slots import Reason
from bookings.taking import Contact, PersonTaken


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Give your details and book; a time that is gone shows the nearest ones and loses nothing typed."""
    is_sent = request.method == "POST"
    choice = Choice.of(request, slug, Asked.of(request.GET), timezone.now())
    if choice is None:
        return _not_offered(request)
    if not choice.is_open:
        return _not_offered(request) if is_sent else HttpResponseRedirect(reverse("bookings:ask_for_link"))
    form = _form(request, choice)
    if form.is_valid():
        return _book(request, choice, form)
    if isinstance(choice.found, Reason) and is_sent:
        return _taken(request, choice, form)
    if choice.lacks_postcode:
        return HttpResponseRedirect(choice.back_url)
    if isinstance(choice.found, Reason):
        return no_such_time(request, choice, choice.found.value, status=choice.status)
    if is_sent or choice.kept:
        return _show(request, choice, form, status=422 if is_sent else 200)
    return render(request, "bookings/keep.html", {**_chosen(choice), "was_kept_until": choice.kept_until})


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """One more step: the address has to be proved by the link in the mail."""
    waiting = visitors.unproved_by(visitors.visitor_of(request), timezone.now())
    return render(request, "bookings/sent.html", {"appointment": waiting})


def _form(request: HttpRequest, choice: Choice) -> ReasonForm:
    """All that has to be asked: of somebody known here, only what brings them."""
    asked, is_sent = choice.asked, request.method == "POST"
    more: dict[str, Any] = {"now": choice.now, "is_home_visit": choice.service.setting == Setting.HOME}
    if is_sent and isinstance(choice.found, FreeTime):
        more["too_far"] = reach.too_far(choice.service, choice.found.location, policy=choice.policy, phone=_phone)
    if is_sent and choice.found is Reason.OUT_OF_REACH and choice.postcode:
        more["too_far"] = lambda postcode: reach.no_home_visit(_phone())
    initial = {"about": asked.about, "postcode": asked.postcode}
    return _kind(choice)(request.POST if is_sent else None, initial=initial, **more)


def _phone() -> str:
    return desk.letterhead().phone


def _kind(choice: Choice) -> type[ReasonForm]:
    if choice.person is None:
        return DetailsForm
    born = choice.person.contact.date_of_birth
    is_young = born is not None and age_on(timezone.localdate(choice.now), born) < GUARDIAN_AGE
    return YoungReasonForm if is_young else ReasonForm


def _book(request: HttpRequest, choice: Choice, form: ReasonForm) -> HttpResponse:
    form_key = str(form.cleaned_data["form_key"] or "") or None
    if isinstance(choice.found, Reason):  # perhaps by this very form, sent twice
        earlier = diary.same_form(form_key)
        return _onward(earlier, choice) if earlier else _taken(request, choice, form)
    contact, patient_id = _contact(choice, form), choice.person.patient_id if choice.person else None
    try:
        limits.count(limits.BOOKING, request, now=choice.now)
        caps.check_visitor(
            contact, visitor=choice.visitor.mark, patient_id=patient_id, policy=choice.policy, now=choice.now
        )
        return _onward(_take(request, choice, choice.found, contact, form_key), choice)
    except limits.TooMany as error:
        return again_after(error.wait, _show(request, choice, form, status=429, problem=str(error)))
    except diary.NotAllowed as error:
        return _show(request, choice, form, status=409, problem=str(error))
    except PersonTaken:
        return _taken(request, choice, form, said="You have another appointment at this time.")
    except diary.SlotTaken:
        return _taken(request, choice, form)


def _take(request: HttpRequest, choice: Choice, found: FreeTime, contact: Contact, form_key: str | None) -> Appointment:
    if choice.held and not choice.kept:
        diary.let_go(held=choice.held)  # they book another time than the one they had chosen first
    return diary.book(
        service=choice.service,
        practitioner=found.practitioner,
        location=found.location,
        room_id=found.room_id,
        travel_minutes=found.travel_minutes,
        start=found.start,
        contact=contact,
        patient_id=choice.person.patient_id if choice.person else None,
        held=choice.kept,
        visitor=choice.visitor.mark,
        network=limits.network_of(request),
        form_key=form_key,
        needs_proof=choice.policy.proves_email and choice.person is None,
        now=choice.now,
    )


def _contact(choice: Choice, form: ReasonForm) -> Contact:
    """What they typed; of somebody known here, who they are comes from the record."""
    known = vars(choice.person.contact) if choice.person else {}
    return Contact(**{**known, **form.told()})


def _onward(booked: Appointment, choice: Choice) -> HttpResponse:
    if booked.status == Appointment.Status.HELD:
        response = HttpResponseRedirect(reverse("bookings:sent", args=[choice.service.slug]))
    else:
        response = HttpResponseRedirect(reverse("bookings:done", args=[links.token(booked)]))
    visitors.remember(response, choice.visitor)
    return response


def _chosen(choice: Choice) -> dict[str, Any]:
    """The time and what it is for, as every page about it shows them."""
    found = choice.found if isinstance(choice.found, FreeTime) else None
    return {
        "service": choice.service,
        "slot": found,
        "asked": choice.asked.pairs,
        "asked_query": choice.asked.query(),
        "back_url": choice.back_url,
        "practitioner_name": found.practitioner.display_name if found else "",
        "location": found.location if found else None,
        "person": choice.person.contact if choice.person else None,
    }


def _show(
    request: HttpRequest,
    choice: Choice,
    form: ReasonForm,
    *,
    status: int,
    problem: str = "",
) -> HttpResponse:
    others = _others() if form.is_bound and form.has_error("postcode", "too_far") else []
    context = {**_chosen(choice), "form": form, "problem": problem, "others": others, **_countdown(choice)}
    return render(request, "bookings/details.html", context, status=status)


def _countdown(choice: Choice) -> dict[str, Any]:
    """Until when the time is kept, and a line for each minute that is left."""
    until = choice.kept.held_until if choice.kept else None
    if until is None:
        return {"was_kept_until": choice.kept_until, "kept_words": _words(choice.kept_until)}
    seconds = int((until - choice.now).total_seconds())
    left = {"seconds_left": seconds, "minutes_left": range(-(-seconds // 60), 0, -1)}
    return {"kept_until": until, "kept_words": _words(until), **left}


def _words(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _taken(request: HttpRequest, choice: Choice, form: ReasonForm, *, said: str = "") -> HttpResponse:
    """409, or 404 for what is no time at all: it cannot be had; the nearest ones post the same form."""
    reason = choice.found if isinstance(choice.found, Reason) else Reason.TAKEN
    context = {
        **_chosen(choice),
        "form": form,
        "taken": True,
        "slot": {"start": choice.start} if reason is Reason.TAKEN and not said else None,
        "why": said or reason.value,
        "was_kept_until": choice.kept_until,
        "nearest": choice.nearest(),
    }
    return render(request, "bookings/details.html", context, status=404 if reason is Reason.NOT_A_TIME else 409)


def _not_offered(request: HttpRequest) -> HttpResponse:
    """A service that is unknown, was withdrawn while somebody typed, or needs a personal link: what was typed stays."""
    if request.method != "POST":
        raise Http404
    context = {
        "form": DetailsForm(request.POST, now=timezone.now()),
        "taken": True,
        "why": "This cannot be booked online any more.",
        "nearest": [],
        "back_url": reverse("bookings:service"),
    }
    return render(request, "bookings/details.html", context, status=404)


def _others() -> Any:
    """What can be had from anywhere."""
    return Service.objects.bookable().open_to(is_known=False).filter(setting=Setting.ONLINE)
