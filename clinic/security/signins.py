"""Every sign-in, sign-out and failed try is written to the trace."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone

from patients import audit
from patients.models import AuditEntry

NAME_SHOWN = 60  # somebody may type a password into the name's field: keep what is needed, no more


def connect() -> None:
    """Listen to Django's own signals."""
    user_logged_in.connect(_signed_in, dispatch_uid="signins.in")
    user_logged_out.connect(_signed_out, dispatch_uid="signins.out")
    user_login_failed.connect(_failed, dispatch_uid="signins.failed")


def _signed_in(user: Any, **_: Any) -> None:
    _record(user.get_username(), AuditEntry.Action.LOG_IN)


def _signed_out(user: Any, **_: Any) -> None:
    if user is not None:
        _record(user.get_username(), AuditEntry.Action.LOG_OUT)


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    _record(str(credentials.get("username", ""))[:NAME_SHOWN], AuditEntry.Action.FAIL)


def _record(actor: str, action: AuditEntry.Action) -> None:
    audit.record(actor=actor, action=action, subject="workbench", now=timezone.now())
