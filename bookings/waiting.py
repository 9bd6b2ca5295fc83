"""The waiting list: who would come sooner, and a freed time offered to one person at a time, in fair order."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from bookings import attendance, availability, notices, openings, taking
from bookings.models import Appointment, BookingPolicy, Notice, WaitingListEntry, WaitingOffer
from bookings.openings import FreeTime, Narrow
from bookings.suiting import Freed, Search, resting, suits
from bookings.taking import NotAllowed

__all__ = ["Freed", "suits"]

Status = Appointment.Status
Answer = WaitingOffer.Answer
TOLD = (
    *("name", "email", "phone", "postcode", "date_of_birth", "reason", "condition_code"),
    *("guardian_name", "guardian_relation", "visit_street", "patient_id"),
)
WISHES = ("weekdays", "mornings", "afternoons", "evenings", "first_day", "last_day", "practitioner_id", "service_id")
MOST_A_DAY = 3  # offers to one person, so that nobody is flooded and nobody keeps the diary full by not answering
PRESSED_TWICE = timedelta(minutes=10)


def join(entry: WaitingListEntry, *, now: datetime) -> WaitingListEntry:
    """Put somebody on the list, and mail them the link to leave it again; pressing twice is joining once."""
    with transaction.atomic():
        if entry.network and (earlier := _the_same(entry, now)):
            return earlier
        entry.joined_at = entry.queued_at = now
        entry.save(force_insert=True)
        notices.queue_about(Notice.Kind.WAITING, now=now, email=entry.email, entry=entry)
    return entry


def withdraw(*, entry: WaitingListEntry, now: datetime) -> WaitingListEntry:
    """Take somebody off the list; what they are being offered goes to the next."""
    with transaction.atomic():
        row = WaitingListEntry.objects.select_for_update().get(pk=entry.pk)
        if row.status == WaitingListEntry.Status.WAITING:
            row.status = WaitingListEntry.Status.WITHDRAWN
            row.save(update_fields=["status"])
        for offer in row.offers.filter(answer=""):
            _close(offer, Answer.DECLINED, now)
    return row


def put_first(*, entry: WaitingListEntry, now: datetime) -> None:
    """The clinic lets somebody go before the others."""
    first = WaitingListEntry.objects.filter(status="waiting").order_by("queued_at").first()
    if first is not None and first.pk != entry.pk:
        WaitingListEntry.objects.filter(pk=entry.pk).update(queued_at=first.queued_at - timedelta(seconds=1))


def offer_freed(freed: Freed, *, now: datetime, by: Any = None) -> list[WaitingOffer]:
    """Offer a time that has just become free, inside the transaction that frees it, so that nobody slips between.

    What the staff free can be taken back for three minutes, so `advance` offers that once the minutes are over.
    """
    if by is not None:
        return []
    first_day, last_day = availability.local_day(freed.start), availability.local_day(freed.end)
    search = Search(
        first_day, last_day, now, lambda free: freed.start <= free.start < freed.end, by=freed.practitioner_id
    )
    whom = Q(practitioner=None) | Q(practitioner=freed.practitioner_id)
    asking = _asking(now).filter(whom, first_day__lte=last_day, last_day__gte=first_day)
    return [made for entry in asking if (made := _offer_first(entry, search, now))]


def advance(*, now: datetime) -> int:
    """Close offers nobody answered and offer what is free to who waits, oldest first; returns how many offers went."""
    for offer in WaitingOffer.objects.filter(answer="", expires_at__lte=now).select_related("appointment"):
        with transaction.atomic():
            _close(offer, Answer.LAPSED, now)
    today, kept_back = availability.local_day(now), resting(now)
    horizon = today + timedelta(days=BookingPolicy.current().horizon_days)
    search = Search(today, horizon, now, lambda free: not any(one.touches(free) for one in kept_back))
    made = 0
    for entry in _asking(now):
        with transaction.atomic():
            made += _offer_first(entry, search, now) is not None
    return made


def offer(*, entry: WaitingListEntry, free: FreeTime, now: datetime) -> WaitingOffer | None:
    """Hold a free time for one person and mail it to them; None when somebody was quicker."""
    until = now + timedelta(minutes=BookingPolicy.current().offer_minutes)
    kept = taking.written(
        {
            "service": free.service,
            "practitioner": free.practitioner,
            "location": free.location,
            "room_id": free.room_id,
            "start": free.start,
            "travel_minutes": free.travel_minutes,
        },
        status=Status.HELD,
        held_until=min(until, free.start),
        booked_at=now,
        name="",
    )
    try:
        taking.take(lambda: taking.save_new(kept, now), again=lambda: taking.renew(kept))
    except taking.SlotTaken:
        return None
    made = WaitingOffer.objects.create(
        entry=entry,
        appointment=kept,
        practitioner=free.practitioner,
        starts_at=free.start,
        made_at=now,
        expires_at=min(until, free.start),
    )
    notices.queue_about(Notice.Kind.OFFER, now=now, email=entry.email, offer=made)
    return made


def offer_start(*, entry: WaitingListEntry, start: datetime, by: int | None, now: datetime) -> WaitingOffer:
    """The clinic offers a time of its choice, whoever is first in the list, with practitioner `by` if that is given.

    Raises NotAllowed while another offer stands or they wait no more, SlotTaken when the time is not free.
    """
    with transaction.atomic():
        row = WaitingListEntry.objects.select_for_update().get(pk=entry.pk)
        freed = [_ended(over, Answer.LAPSED, now) for over in row.offers.filter(answer="", expires_at__lte=now)]
        if row.status != WaitingListEntry.Status.WAITING:
            raise NotAllowed("They are not waiting any more.")
        if row.offers.filter(answer="").exists():
            raise NotAllowed("They are being offered a time already. Wait for the answer first.")
        narrow = Narrow(by or row.practitioner_id, row.postcode)
        free = openings.find(row.service, start, now=now, narrow=narrow)
        made = offer(entry=row, free=free, now=now) if isinstance(free, FreeTime) else None
        if made is None:
            raise taking.SlotTaken("This time is not free any more. Choose another.")
        for stretch in filter(None, freed):
            offer_freed(stretch, now=now)
    return made


def accept(*, offer: WaitingOffer, now: datetime) -> Appointment:
    """Book the offered time, and give back the older appointment in the same transaction.

    Raises NotAllowed when the offer is over, SlotTaken when they have something else at that time.
    """

    def write() -> Appointment:
        entry, held = _standing(offer, now)
        freed = _give_back(entry.appointment, now) if entry.appointment is not None else None
        for name in TOLD:
            setattr(held, name, getattr(entry, name))
        held.status, held.held_until, held.booked_at, held.email_proved_at = Status.BOOKED, None, now, now
        held.save()
        taking.note_change(held, taking.Kind.BOOKED, now=now, words="from the waiting list")
        notices.queue(held, Notice.Kind.CONFIRMATION, now=now)
        notices.queue_reminders(held, now=now)
        _answer(offer, Answer.ACCEPTED, now)
        WaitingListEntry.objects.filter(pk=entry.pk).update(status=WaitingListEntry.Status.BOOKED)
        if freed is not None:
            offer_freed(freed, now=now)
        return held

    return taking.take(write)


def decline(*, offer: WaitingOffer, now: datetime) -> None:
    """No, thank you: the time goes to the next at once, and they stay on the list."""
    with transaction.atomic():
        _standing(offer, now)
        _close(offer, Answer.DECLINED, now)


def _standing(offer: WaitingOffer, now: datetime) -> tuple[WaitingListEntry, Appointment]:
    """Who is offered what, while it can still be answered; locked, the person first as everywhere here."""
    entry = WaitingListEntry.objects.select_for_update().get(pk=offer.entry_id)
    row = WaitingOffer.objects.select_for_update().get(pk=offer.pk)
    held = Appointment.objects.select_for_update(of=("self",)).filter(offers=row, status=Status.HELD).first()
    if row.answer or held is None or row.expires_at <= now:
        raise NotAllowed("This offer is over, so the time went to somebody else.")
    return entry, held


def _give_back(older: Appointment, now: datetime) -> Freed | None:
    """Cancel the appointment that the new one replaces; its mail takes it out of their calendar."""
    row = taking.locked(older)
    if row.status != Status.BOOKED or row.starts_at <= now:
        return None
    freed = Freed.of(row)
    attendance.cancelled(row, now=now, by=None, reason="Exchanged for a time from the waiting list", is_late=False)
    return freed


def _close(offer: WaitingOffer, answer: Answer, now: datetime) -> None:
    """Answer an offer and hand its time on to the next."""
    freed = _ended(offer, answer, now)
    if freed is not None:
        offer_freed(freed, now=now)


def _ended(offer: WaitingOffer, answer: Answer, now: datetime) -> Freed | None:
    """Answer an offer and let its time go; returns what is free now."""
    kept = offer.appointment
    _answer(offer, answer, now)
    if kept is None:
        return None
    Appointment.objects.filter(pk=kept.pk, status=Status.HELD).delete()
    return Freed.of(kept)


def _answer(offer: WaitingOffer, answer: Answer, now: datetime) -> None:
    WaitingOffer.objects.filter(pk=offer.pk, answer="").update(answer=answer, answered_at=now)


def _asking(now: datetime) -> Any:
    """Who waits and is being offered nothing, in fair order."""
    today = availability.local_day(now)
    waiting = WaitingListEntry.objects.waiting(today).exclude(offers__answer="")
    return waiting.select_related("service", "appointment", "practitioner")


def _offer_first(entry: WaitingListEntry, search: Search, now: datetime) -> WaitingOffer | None:
    """Offer the first free time that suits and was not offered to them before, nor a time that overlaps it.

    Somebody whom another transaction is just seeing to is passed over, so that two of them never wait for each other.
    """
    wanted = search.free_for(entry)
    still = WaitingListEntry.objects.select_for_update(skip_locked=True).filter(pk=entry.pk, status="waiting")
    if not wanted or still.first() is None:
        return None
    had = list(entry.offers.all())
    since = now - timedelta(days=1)
    if any(not one.answer for one in had) or sum(one.made_at > since for one in had) >= MOST_A_DAY:
        return None
    length = timedelta(minutes=entry.service.duration_minutes)
    for free in wanted:
        theirs = [one.starts_at for one in had if one.practitioner_id == free.practitioner.pk]
        is_new = all(abs(free.start - start) >= length for start in theirs)
        if is_new and (made := offer(entry=entry, free=free, now=now)):
            search.found.clear()
            return made
    return None


def _the_same(entry: WaitingListEntry, now: datetime) -> WaitingListEntry | None:
    """The place on the list that the very same form got a moment ago."""
    same = {name: getattr(entry, name) for name in (*TOLD, *WISHES, "appointment_id", "network")}
    recent = WaitingListEntry.objects.filter(status="waiting", joined_at__gt=now - PRESSED_TWICE)
    return recent.filter(**same).first()
