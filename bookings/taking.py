"""Writing an appointment so that the database decides whether its time is free, and what went before stays known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID, uuid4

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from bookings.models import Appointment, AppointmentChange, BookingPolicy, Course, Location, Room, Service
from bookings.models.appointments import new_reference

Kind = AppointmentChange.Kind
OVERLAP, DEADLOCK, REFERENCE = "_overlap", "deadlock", "reference"  # what the engines say in their errors
OWN_OVERLAP = "appointment_no_patient_overlap"
TIMES = ("starts_at", "ends_at", "occupied_from", "occupied_until")
PLACE = ("practitioner", "location", "room", "setting", "travel_minutes", "sharing_group", "overbook_reason")
STATE = ("status", "cancelled_at", "cancel_reason", "is_late_cancel")


class DiaryError(Exception):
    """A verb of the diary was refused; the text says why."""


class SlotTaken(DiaryError):
    """Somebody was quicker."""


class PersonTaken(SlotTaken):
    """The person is booked elsewhere at that time, which no overbooking gets around."""


class NotAllowed(DiaryError):
    """The appointment cannot go from where it is to where it was asked to."""


@dataclass(frozen=True)
class Contact:
    """Who comes, as they said it when they booked."""

    name: str
    email: str = ""
    phone: str = ""
    postcode: str = ""
    date_of_birth: date | None = None
    reason: str = ""
    condition_code: str = ""
    guardian_name: str = ""
    guardian_relation: str = ""
    visit_street: str = ""


class Wanted(TypedDict, total=False):
    """A time with somebody somewhere, and for whom; what is left out stays as the model has it."""

    service: Service
    practitioner: Any
    location: Location
    room: Room | None
    room_id: int | None
    start: datetime
    travel_minutes: int
    patient_id: UUID | None
    course: Course | None
    booked_by: Any
    visitor: str
    network: str


def written(wanted: Wanted, **more: Any) -> Appointment:
    """An appointment that is not saved yet, with length, price and place as the service has them now."""
    values: dict[str, Any] = {**wanted, **more}
    service, start = values["service"], values.pop("start")
    times = times_of(service, start, values.get("travel_minutes", 0))
    snapshot = {"service_name": service.name, "price_pence": service.price_pence, "setting": service.setting}
    return Appointment(**snapshot, **times, **values)


def times_of(service: Service, start: datetime, travel_minutes: int = 0) -> dict[str, datetime]:
    """Start and end, and what is kept free around them."""
    end = start + timedelta(minutes=service.duration_minutes)
    return {
        "starts_at": start,
        "ends_at": end,
        "occupied_from": start - timedelta(minutes=service.buffer_before_minutes + travel_minutes),
        "occupied_until": end + timedelta(minutes=service.buffer_after_minutes + travel_minutes),
    }


def take(write: Callable[[], Appointment], *, again: Callable[[], None] = lambda: None) -> Appointment:
    """Run one write in its transaction, once more after a deadlock. Raises SlotTaken when the time is not free."""
    for is_last_try in (False, True):
        try:
            with transaction.atomic():
                return write()
        except (IntegrityError, OperationalError) as error:
            _judge(error, is_last_try=is_last_try)
            again()
    raise AssertionError("unreachable")


def save_new(wanted: Appointment, now: datetime) -> Appointment:
    """Insert it after clearing away what is kept no longer; to be run inside `take`."""
    release(wanted, now)
    wanted.save(force_insert=True)
    return wanted


def release(wanted: Appointment, now: datetime) -> None:
    """Delete times kept for somebody who let them run out, where they are in the way: a constraint sees no clock."""
    owners = Q(practitioner=wanted.practitioner_id) | Q(room__isnull=False, room=wanted.room_id)
    if wanted.patient_id:
        owners |= Q(patient=wanted.patient_id)
    lapsed = Appointment.objects.expired(now).touching(wanted.occupied_from, wanted.occupied_until).filter(owners)
    drop(list(lapsed.values_list("pk", flat=True)), now)


def drop(keys: list[UUID], now: datetime) -> None:
    """Delete kept times by their keys, unless they were booked meanwhile; to be run inside a transaction."""
    if not keys:
        return
    lapsed = Appointment.objects.select_for_update().expired(now).filter(pk__in=keys).order_by("pk")
    still = list(lapsed.values_list("pk", flat=True))  # locked, so that nobody books one before it is deleted
    AppointmentChange.objects.filter(appointment__in=still).delete()
    Appointment.objects.filter(pk__in=still).delete()


def locked(appointment: Appointment) -> Appointment:
    """The row as it is now, kept from others until the transaction ends. Raises NotAllowed when it is gone."""
    found = Appointment.objects.select_for_update().filter(pk=appointment.pk).first()
    if found is None:
        raise NotAllowed("This time was kept for a while only, and is not any more.")
    return found


def renew(wanted: Appointment) -> None:
    """Another reference, in case the last one was drawn twice."""
    wanted.reference = new_reference()


def moved(appointment: Appointment, to: Wanted) -> None:
    """Give it another time, person or place, not saved yet; what it costs and how long it takes stay as booked."""
    further = timedelta(minutes=to.get("travel_minutes", appointment.travel_minutes) - appointment.travel_minutes)
    for name in ("practitioner", "location", "travel_minutes"):
        if name in to:
            setattr(appointment, name, to[name])
    if "room_id" in to or "room" in to:
        room = to.get("room")
        appointment.room_id = room.pk if room else to.get("room_id")
    length = appointment.ends_at - appointment.starts_at
    before, after = appointment.starts_at - appointment.occupied_from, appointment.occupied_until - appointment.ends_at
    start = to.get("start", appointment.starts_at)
    appointment.starts_at, appointment.ends_at = start, start + length
    appointment.occupied_from = start - before - further
    appointment.occupied_until = start + length + after + further
    unshared(appointment)


def is_where_it_was(appointment: Appointment, before: Mapping[str, Any]) -> bool:
    """Whether it has the time, person and place of a snapshot."""
    names = (*TIMES, "practitioner", "location", "room")
    return all(snapshot(appointment, name)[name] == before[name] for name in names)


def unshared(appointment: Appointment) -> None:
    """Its own sharing group again: nobody else may be booked beside it."""
    appointment.sharing_group, appointment.overbook_reason = uuid4(), ""


def note_change(
    appointment: Appointment,
    kind: AppointmentChange.Kind,
    *,
    now: datetime,
    by: Any = None,
    words: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
) -> AppointmentChange:
    """Write down who changed what, when and why, with the values from before."""
    return AppointmentChange.objects.create(
        appointment=appointment,
        kind=kind,
        at=now,
        by=by if getattr(by, "pk", None) else None,
        words=words[:300],
        reason=reason[:300],
        before=dict(before or {}),
    )


def snapshot(appointment: Appointment, *names: str) -> dict[str, Any]:
    """Values of some fields as JSON can keep them."""
    raw = {name: getattr(appointment, appointment._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]
    return {name: str(value) if isinstance(value, datetime | UUID) else value for name, value in raw.items()}


def put_back(appointment: Appointment, before: Mapping[str, Any]) -> list[str]:
    """Set fields to the values of a snapshot; returns their names."""
    for name, value in before.items():
        field = appointment._meta.get_field(name)
        setattr(appointment, field.attname, field.to_python(value))  # type: ignore[union-attr]
    return list(before)


def cancel_until(appointment: Appointment) -> datetime:
    """Until when cancelling or moving costs nothing."""
    return appointment.starts_at - timedelta(hours=BookingPolicy.current().cancel_hours)


def when_words(moment: datetime) -> str:
    """A moment as people say it: Thursday 26 November 2026, 10:00."""
    return f"{timezone.localtime(moment):%A %-d %B %Y, %H:%M}"


def _judge(error: Exception, *, is_last_try: bool) -> None:
    """Say that the time is taken, pass on what nobody foresaw, or let it be tried again."""
    if OWN_OVERLAP in str(error):
        raise PersonTaken("They have another appointment at this time.") from error
    if OVERLAP in str(error) or (is_last_try and DEADLOCK in str(error)):
        raise SlotTaken("Somebody else has this time.") from error
    if is_last_try or not (DEADLOCK in str(error) or REFERENCE in str(error)):
        raise error
