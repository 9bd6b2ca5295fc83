"""The clinic's screens for what is offered, when, and what came of it; one subject a file."""

from bookings.admin import appointments, hours, offer

__all__ = ["appointments", "hours", "offer"]
