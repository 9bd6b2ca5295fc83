"""The diary's models, one subject a file."""

from bookings.models.appointments import Appointment
from bookings.models.changes import AppointmentChange
from bookings.models.courses import Course
from bookings.models.hours import Closure, ExtraOpening, OpeningHours
from bookings.models.intake import Intake, IntakeAnswer
from bookings.models.links import CalendarFeed, PersonalLink
from bookings.models.notices import Notice
from bookings.models.offer import Location, Room, Service, Setting
from bookings.models.policy import BookingPolicy
from bookings.models.tallies import Tally
from bookings.models.waiting import WaitingListEntry, WaitingOffer

__all__ = [
    "Appointment",
    "AppointmentChange",
    "BookingPolicy",
    "CalendarFeed",
    "Closure",
    "Course",
    "ExtraOpening",
    "Intake",
    "IntakeAnswer",
    "Location",
    "Notice",
    "OpeningHours",
    "PersonalLink",
    "Room",
    "Service",
    "Setting",
    "Tally",
    "WaitingListEntry",
    "WaitingOffer",
]
