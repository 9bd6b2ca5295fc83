"""The exercise sheet on the therapist's side: see it as the patient does, make and stop its link, print, hand over."""

from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings import links
from clinic import my_measures_page, my_sheet_page
from patients import audit, home_days, sheets
from patients.access import may_open_records
from patients.export.pdf import CannotPrint
from patients.models import AuditEntry, Episode, ExerciseSheet

SUBJECT = "From your clinic"
BODY = (
    "Hello,\n\nhere is your page to open at home:\n{url}\n\n"
    "Whoever has this link can open it, so please keep it to yourself."
)
SAID = {
    "make": "The link is made. Copy it, or send it by mail.",
    "again": "A new link is made. The one before opens nothing any more.",
    "stop": "The link is stopped. It opens nothing any more.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet as the patient sees it, beside its link and what was done at home."""
    episode = _opened(request, pk, AuditEntry.Action.VIEW)
    if request.method == "POST":
        return _do(request, episode)
    now = timezone.now()
    link = ExerciseSheet.objects.filter(episode=episode).first()
    is_open = bool(link and sheets.is_open(link, now=now))
    url = address(link) if link and is_open else ""
    context = {
        **admin.site.each_context(request),
        "title": f"Exercise sheet, {episode.patient.name}",
        "episode": episode,
        "patient": episode.patient,
        "sheet": sheets.gather(episode),
        "link": link,
        "link_url": url,
        "link_ends_at": sheets.link_ends_at(link) if link else None,
        "mail_url": _mail_url(episode.patient.email, url) if url else "",
        "done": home_days.done(episode, today=timezone.localdate(now)),
    }
    return render(request, "clinic/sheet.html", context)


@require_POST
def sheet_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet as a PDF, to hand over on paper."""
    episode = _opened(request, pk, AuditEntry.Action.EXPORT)
    sheet = sheets.gather(episode)
    try:
        if sheet:
            return my_sheet_page.printed(sheet, now=timezone.now())
    except CannotPrint as error:
        messages.error(request, str(error))
    return _back(episode)


@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give this device to the patient: the therapist is signed out first, so that nothing else can be opened on it."""
    episode = _opened(request, pk, AuditEntry.Action.VIEW)
    token = my_measures_page.tablet_token(episode, now=timezone.now())
    logout(request)
    return HttpResponseRedirect(reverse("my_measures_tablet", args=[token]))


def address(link: ExerciseSheet) -> str:
    """The whole private address, from the configured base, never from a request."""
    return f"{settings.BASE_URL}{reverse('my_sheet', args=[links.token(link, links.SHEET)])}"


def _do(request: HttpRequest, episode: Episode) -> HttpResponse:
    do, now = request.POST.get("do", ""), timezone.now()
    if do == "make":
        is_again = ExerciseSheet.objects.filter(episode=episode).exists()
        sheets.make_link(episode=episode, by=request.user, now=now)
        messages.success(request, SAID["again" if is_again else "make"])
    elif do == "stop":
        sheets.stop_link(episode=episode, by=request.user, now=now)
        messages.success(request, SAID["stop"])
    return _back(episode)


def _back(episode: Episode) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:sheet", args=[episode.pk]))


def _mail_url(email: str, url: str) -> str:
    """A mail to be sent from the therapist's own program; no clinical word is in it."""
    said = urlencode({"subject": SUBJECT, "body": BODY.format(url=url)}, quote_via=quote)
    return f"mailto:{quote(email, safe='@')}?{said}" if email else ""


def _opened(request: HttpRequest, pk: UUID, action: AuditEntry.Action) -> Episode:
    if not may_open_records(request.user):
        raise PermissionDenied
    episode = get_object_or_404(Episode.objects.select_related("patient", "condition"), pk=pk)
    audit.record(
        actor=request.user.get_username(),
        action=action,
        subject=f"exercise sheet of episode {episode.pk}",
        patient=episode.patient,
        now=timezone.now(),
    )
    return episode


def urls() -> list[URLPattern]:
    """Where these pages live in the workbench."""
    return [
        path("episodes/<uuid:pk>/sheet/", sheet_page, name="sheet"),
        path("episodes/<uuid:pk>/sheet/pdf/", sheet_pdf, name="sheet_pdf"),
        path("episodes/<uuid:pk>/hand-over/", hand_over, name="hand_over"),
    ]
