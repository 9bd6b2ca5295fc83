"""How many appointments to come one person may have, counted only where nobody learns anything about somebody else.

A name typed into a form proves nothing, so it is never looked up there: a stranger is counted by what their own browser
booked, somebody known here by their record, and an address at the moment when it is proved.
"""

from datetime import datetime

from django.db.models import Q

from bookings.models import Appointment, BookingPolicy
from bookings.taking import Contact, NotAllowed

BOOKED, HELD = Appointment.Status.BOOKED, Appointment.Status.HELD


def check_visitor(contact: Contact, *, visitor: str, patient_id: object, policy: BookingPolicy, now: datetime) -> None:
    """Raises NotAllowed when this browser, or the person known here, has booked as many as one person may."""
    to_come = Q(status=BOOKED, starts_at__gt=now) | (Q(status=HELD, held_until__gt=now) & ~Q(email=""))
    mine = Appointment.objects.filter(to_come, booked_by=None, course=None)
    if patient_id:
        mine = mine.filter(patient=patient_id)
    else:
        mine = mine.filter(visitor=visitor, email__iexact=contact.email, date_of_birth=contact.date_of_birth)
    _check(mine.count(), policy)


def check_proved(appointment: Appointment, *, now: datetime) -> None:
    """Raises NotAllowed when the person whose address was just proved has as many to come as one person may."""
    others = Appointment.objects.upcoming(now).filter(
        email__iexact=appointment.email, date_of_birth=appointment.date_of_birth, booked_by=None, course=None
    )
    _check(others.exclude(pk=appointment.pk).count(), BookingPolicy.current())


def _check(number: int, policy: BookingPolicy) -> None:
    if number >= policy.most_open_per_person:
        many = "1 appointment" if number == 1 else f"{number} appointments"
        raise NotAllowed(
            f"You have {many} to come, which is as many as can be booked online. Cancel one first, or ring us."
        )
