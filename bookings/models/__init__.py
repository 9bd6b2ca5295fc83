"""The diary's models, one subject a file."""

from bookings.models.appointments import Appointment
from bookings.models.hours import Closure, OpeningHours
from bookings.models.notices import Notice
from bookings.models.offer import BookingPolicy, Location, Room, Service

__all__ = ["Appointment", "BookingPolicy", "Closure", "Location", "Notice", "OpeningHours", "Room", "Service"]
