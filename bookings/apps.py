"""Appointments: what is offered, when, and who has taken it."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Appointments"
