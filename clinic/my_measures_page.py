"""How it is going, in figures the patient gives: from the link of a follow-up, from the sheet, or on a tablet here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import desk, limits, links
from bookings.manage_views import by_token, opens
from bookings.models import Appointment
from clinic.my_sheet_forms import MeasuresForm
from clinic.my_sheet_page import busy, by_link
from patients import reports
from patients.models import Episode, ExerciseSheet

TABLET = "clinic.tablet"
TABLET_MINUTES = 30


@dataclass(frozen=True)
class Way:
    """Which door somebody came through: where it leads back to, and what it may show."""

    episode: Episode
    page_url: str
    back_url: str = ""
    back_words: str = ""
    appointment_key: UUID | None = None
    is_tablet: bool = False


def tablet_token(episode: Episode, *, now: datetime) -> str:
    """Opens the questions once, for half an hour, on whatever it was made on."""
    return signing.dumps({"episode": str(episode.pk), "at": now.timestamp()}, salt=TABLET)


def opened_tablet(given: str, *, now: datetime) -> Way:
    """What a tablet's token opens. Raises LinkGone."""
    try:
        said = signing.loads(given, salt=TABLET)
    except signing.BadSignature as error:
        raise links.LinkGone from error
    episode = Episode.objects.select_related("patient", "condition").filter(pk=said["episode"]).first()
    made_at = datetime.fromtimestamp(said["at"], tz=now.tzinfo)
    is_told = episode and episode.patient_reports.filter(reported_at__gte=made_at).exists()
    is_late = (now - made_at).total_seconds() > TABLET_MINUTES * 60
    if episode is None or (is_late and not is_told):
        raise links.LinkGone
    if is_told:
        raise AlreadyTold
    return Way(episode, reverse("my_measures_tablet", args=[given]), is_tablet=True)


class AlreadyTold(Exception):
    """The tablet's questions were answered; it shows nothing of them to whoever holds it next."""


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def before_visit(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """From the link in the mail of a follow-up."""
    back_url = reverse("bookings:appointment", args=[token])
    episode = desk.asked_about(found, now=timezone.now())
    if episode is None:
        return HttpResponseRedirect(back_url)
    page_url = reverse("my_measures_before", args=[token])
    return _measures(request, Way(episode, page_url, back_url, "Your appointment", appointment_key=found.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def from_sheet(request: HttpRequest, token: str, found: ExerciseSheet) -> HttpResponse:
    """From the exercise sheet."""
    page_url, back_url = (reverse(name, args=[token]) for name in ("my_measures", "my_sheet"))
    return _measures(request, Way(found.episode, page_url, back_url, "Your exercises"))


@require_http_methods(["GET", "HEAD", "POST"])
def on_tablet(request: HttpRequest, token: str) -> HttpResponse:
    """On a tablet handed over in the clinic, where nobody is signed in any more."""
    try:
        return _by_tablet(request, token)
    except AlreadyTold:
        return render(request, "clinic/my_measures_done.html", {"way": None})


@opens(opened_tablet)
def _by_tablet(request: HttpRequest, token: str, found: Way) -> HttpResponse:
    return _measures(request, found)


def _measures(request: HttpRequest, way: Way) -> HttpResponse:
    now, asked = timezone.now(), reports.asked(way.episode)
    if not way.is_tablet:  # handing one over is traced as the therapist's
        reports.trace_reading(way.episode, now=now)
    if request.method != "POST":
        if "told" in request.GET and not way.is_tablet:
            return render(request, "clinic/my_measures_done.html", {"way": way})
        values = {} if way.is_tablet else reports.told_on(way.episode, timezone.localdate(now))
        return _show(request, way, MeasuresForm(asked=asked, values=values))
    form = MeasuresForm(request.POST, asked=asked)
    try:
        limits.count(limits.MEASURES, request, now=now)
    except limits.TooMany as error:
        return busy(request, error, way.page_url)
    if not form.is_valid():
        return _show(request, way, form)
    reports.save(
        episode=way.episode,
        figures=form.figures(),
        now=now,
        appointment_key=way.appointment_key,
        is_whole=not way.is_tablet,
    )
    return HttpResponseRedirect(f"{way.page_url}?told=yes")


def _show(request: HttpRequest, way: Way, form: MeasuresForm) -> HttpResponse:
    context: dict[str, Any] = {"way": way, "form": form, "is_again": any(form.initial.values())}
    return render(request, "clinic/my_measures.html", context, status=422 if form.errors else 200)
