"""Who may open records."""

from typing import Any


def may_open_records(user: Any) -> bool:
    """Only staff who treat people open records."""
    return bool(user.is_active and user.is_staff and getattr(user, "is_practitioner", False))
