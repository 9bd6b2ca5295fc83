"""Headers that every answer carries: content security policy, caching, permissions."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]
PUBLIC_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
PRIVATE = (
    "/admin/",
    "/appointment/",
    "/book/",
    "/returning/",
    "/waiting/",
    "/offer/",
    "/calendar/",
    "/exercises/",
    "/how-it-is/",
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def policy() -> str:
    """The content security policy as one header value."""
    return "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())


class SecurityHeadersMiddleware:
    """Adds the headers Django does not, refuses odd methods, and keeps private pages out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in PUBLIC_METHODS:
            response: HttpResponse = HttpResponseNotAllowed(PUBLIC_METHODS)
        else:
            response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if is_private(request.path):
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def is_private(path: str) -> bool:
    """Pages that hold anything about a person: the workbench, and everything behind a link of somebody's own."""
    return path.startswith(PRIVATE)
