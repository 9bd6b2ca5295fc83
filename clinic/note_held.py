"""What was typed, handed back whole when a note cannot be saved just now: signed out, a token gone stale, no database.

The answer holds what the browser sent and nothing else, so it may be given to somebody who is signed out.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.csrf import csrf_failure

View = Callable[..., HttpResponse]
AUTOSAVE = "X-Autosave"
UNSENT = {"csrfmiddlewaretoken"}
PAGES = {"admin:note", "admin:note_addendum"}
SIGNED_OUT, TOKEN, SOMEBODY_ELSE, DOWN = "signed_out", "token", "somebody_else", "down"
STATUS = {SIGNED_OUT: 401, TOKEN: 403, SOMEBODY_ELSE: 403, DOWN: 503}


def is_autosave(request: HttpRequest) -> bool:
    """The page saves by itself and wants an answer it can read, not a page."""
    return request.headers.get(AUTOSAVE) == "1"


def keeping_words(view: View) -> View:
    """Around a page behind the sign-in: what is posted comes back when nobody is signed in or nothing can be stored."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:  # who is signed in is asked of the database as well
            if not admin.site.has_permission(request):
                return held(request, SIGNED_OUT)
            return view(request, *args, **kwargs)
        except DatabaseTrouble:
            return held(request, DOWN)

    return inner


def held(request: HttpRequest, reason: str) -> HttpResponse:
    """Nothing was saved, and nothing is lost: the words as they were sent, ready to be sent again."""
    if is_autosave(request):
        answer = {"reason": reason, "login": f"{reverse('admin:login')}?next={reverse('admin:note_signed_in')}"}
        if reason == TOKEN:
            answer["token"] = get_token(request)
        return JsonResponse(answer, status=STATUS[reason])
    sent = fields(request.POST)
    context = {
        "reason": reason,
        "path": request.path,
        "token": get_token(request),
        "sent": sent,
        "shown": [(name, value) for name, value in sent if value.split()[1:]],
    }
    return HttpResponse(render_to_string("patients/note_held.html", context), status=STATUS[reason])


def fields(data: Any, unsent: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Every field as the browser sent it, without the token and what is named."""
    names = (name for name in data if name not in UNSENT | unsent)
    return [(name, value) for name in names for value in data.getlist(name)]


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form's token did not fit; after a new sign-in in another tab that is all that is wrong with a note."""
    match = request.resolver_match
    if match and match.view_name in PAGES and _is_from_here(request):
        return held(request, TOKEN)
    return csrf_failure(request, reason)


def _is_from_here(request: HttpRequest) -> bool:
    """The browser itself says that a page of ours sent it; a stranger's page cannot make it say so."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
