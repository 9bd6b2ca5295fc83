"""One page for the machine that watches the clinic: can it answer, and do its guards stand."""

import logging

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from patients import guards

log = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers with every guard in place, else 503 without saying why to strangers."""
    try:
        missing = guards.missing(connection)
    except DatabaseError:
        log.exception("The database does not answer.")
        return _answer("unavailable", 503)
    if missing:
        log.error("The database lacks the guards %s; run manage.py migrate.", ", ".join(missing))
        return _answer("unavailable", 503)
    return _answer("ok", 200)


def _answer(word: str, status: int) -> HttpResponse:
    headers = {"Retry-After": "30"} if status == 503 else {}
    return HttpResponse(f'{{"status": "{word}"}}\n', content_type="text/plain", status=status, headers=headers)
