"""For people who have been here: ask for a personal link, and book with it. GET changes nothing."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings import limits, links, returning, visitors
from bookings.forms import KnownForm
from bookings.hold_views import again_after
from bookings.models import Service


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Ask for a personal link; the answer is the same whether anybody is known or not."""
    now = timezone.now()
    form = KnownForm(request.POST if request.method == "POST" else None, now=now)
    if not form.is_valid():
        context = {"form": form, "is_sent": "sent" in request.GET and not form.is_bound}
        return render(request, "bookings/returning.html", context, status=422 if form.errors else 200)
    try:
        limits.count(limits.ASKING_FOR_A_LINK, request, now=now)
    except limits.TooMany as error:
        context = {"form": form, "problem": str(error)}
        return again_after(error.wait, render(request, "bookings/returning.html", context, status=429))
    returning.ask(email=form.cleaned_data["email"], date_of_birth=form.cleaned_data["date_of_birth"], now=now)
    return HttpResponseRedirect(f"{reverse('bookings:ask_for_link')}?sent=yes")


@require_http_methods(["GET", "HEAD", "POST"])
def known(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody known here can book; choosing one remembers the link for this browser."""
    try:
        links.opened_personal(token, now=timezone.now())
    except links.LinkGone:
        return _private(render(request, "bookings/known_gone.html", status=404))
    services = Service.objects.bookable().open_to(is_known=True)
    slug = request.POST.get("service", "")[:60]
    chosen = next((one for one in services if one.slug == slug), None)
    if chosen is None:
        return _private(render(request, "bookings/known.html", {"services": services}))
    response = HttpResponseRedirect(reverse("bookings:times", args=[chosen.slug]))
    visitors.remember(response, visitors.with_link(visitors.visitor_of(request), token))
    return _private(response)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Somebody else books in this browser: the personal link is forgotten here."""
    response = HttpResponseRedirect(reverse("bookings:service"))
    visitors.remember(response, visitors.with_link(visitors.visitor_of(request), ""))
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
