"""Verbs of the diary: keep a time, book, move, cancel, take back. One change, one transaction.

The database refuses a time that is taken; these say it kindly, write down who did it, and queue the mail.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Q

from bookings import caps, notices, taking, waiting
from bookings.attendance import cancelled
from bookings.models import Appointment, AppointmentChange, Notice
from bookings.models.appointments import new_link_salt
from bookings.taking import Contact, DiaryError, NotAllowed, SlotTaken, Wanted

__all__ = ["Contact", "DiaryError", "NotAllowed", "SlotTaken", "TooManyHolds", "Wanted"]

Status = Appointment.Status
Change = AppointmentChange.Kind

HOLDS_PER_NETWORK = 6  # a household or an office may be behind one address
PROOF_TIME = timedelta(hours=2)


class TooManyHolds(DiaryError):
    """More times are being kept for one network than people fill in forms at once."""


def hold(*, now: datetime, until: datetime, **wanted: Unpack[Wanted]) -> Appointment:
    """Keep a time for a visitor who fills in the form; what the same visitor kept before is let go.

    Raises SlotTaken when somebody was quicker, TooManyHolds when one network keeps too many.
    """
    kept = taking.written(wanted, status=Status.HELD, held_until=until, booked_at=now, name="")
    holds = Appointment.objects.filter(status=Status.HELD, email="")

    def write() -> Appointment:
        near = Q(visitor=kept.visitor, offers=None) | Q(network=kept.network, held_until__gt=now)
        found = dict(holds.filter(near).values_list("pk", "visitor"))
        own = [key for key, visitor in found.items() if kept.visitor and visitor == kept.visitor]
        if own:
            holds.filter(pk__in=own).delete()
        if kept.network and len(found) - len(own) >= HOLDS_PER_NETWORK:
            raise TooManyHolds("Too many times are being kept from your network just now. Try again in ten minutes.")
        return taking.save_new(kept, now)

    return taking.take(write, again=lambda: taking.renew(kept))


def let_go(*, held: Appointment) -> None:
    """Give back a time that was kept while somebody filled in the form."""
    Appointment.objects.filter(pk=held.pk, status=Status.HELD, email="", offers=None).delete()


def book(
    *,
    contact: Contact,
    now: datetime,
    held: Appointment | None = None,
    form_key: str | None = None,
    needs_proof: bool = False,
    overbook_reason: str = "",
    is_quiet: bool = False,
    **wanted: Unpack[Wanted],
) -> Appointment:
    """Take a time with price and length as they are now, and queue the mails; `is_quiet` leaves those to a course.

    The same `form_key` again gives the same appointment. With `needs_proof` the time is only kept until the address is
    proved. `overbook_reason` lets the staff book beside others. Raises SlotTaken when somebody was quicker.
    """
    row = taking.written(wanted, **asdict(contact), booked_at=now, form_key=_digest(form_key))
    row.overbook_reason = overbook_reason if row.booked_by else ""
    if needs_proof:
        row.status, row.held_until = Status.HELD, now + PROOF_TIME

    def write() -> Appointment:
        if earlier := _of_form(row.form_key):
            return earlier
        _share(row, now, row.overbook_reason)
        _fill(held, row) or taking.save_new(row, now)
        if row.status == Status.BOOKED:  # what waits for its proof may still be deleted
            change = Change.OVERBOOKED if row.overbook_reason else Change.BOOKED
            taking.note_change(row, change, now=now, by=row.booked_by, reason=row.overbook_reason)
        _mail_booked(row, now, is_quiet=is_quiet)
        return row

    return taking.take(write, again=lambda: taking.renew(row))


def prove(*, appointment: Appointment, now: datetime) -> Appointment:
    """The address was proved, so the time is booked for good. Raises NotAllowed when it is kept no longer."""
    with transaction.atomic():
        row = taking.locked(appointment)
        if row.status == Status.BOOKED:
            return row
        if row.status != Status.HELD or row.held_until is None or row.held_until <= now:
            raise NotAllowed("The time was kept for two hours and has been given back. Please choose another.")
        caps.check_proved(row, now=now)
        row.status, row.held_until, row.email_proved_at = Status.BOOKED, None, now
        row.save(update_fields=["status", "held_until", "email_proved_at"])
        taking.note_change(row, Change.BOOKED, now=now)
        _mail_booked(row, now)
    return row


def move(
    *,
    appointment: Appointment,
    now: datetime,
    by: Any = None,
    reason: str = "",
    overbook_reason: str = "",
    is_quiet: bool = False,
    **to: Unpack[Wanted],
) -> Appointment:
    """Another time, person or place, in one transaction: who loses the race keeps what they had.

    `overbook_reason` puts it beside others, for the staff; `is_quiet` leaves mail and freed time to a course. To where
    it is already, nothing happens. Raises SlotTaken when somebody was quicker, NotAllowed when it cannot be moved.
    """

    def write() -> Appointment:
        row = taking.locked(appointment)
        if row.status != Status.BOOKED:
            raise NotAllowed(f"This appointment is {row.get_status_display()}, so it cannot be moved.")
        if by is None and now > taking.cancel_until(row):
            raise NotAllowed("It is too late to move this appointment here. Please ring us.")
        before = taking.snapshot(row, *taking.TIMES, *taking.PLACE)
        old, freed = taking.when_words(row.starts_at), waiting.Freed.of(row)
        taking.moved(row, to)
        if taking.is_where_it_was(row, before):
            return taking.locked(appointment)
        taking.release(row, now)
        _share(row, now, overbook_reason if by else "")
        row.sequence += 1
        row.save(update_fields=[*taking.TIMES, *taking.PLACE, "sequence"])
        said = {"words": f"{old} to {taking.when_words(row.starts_at)}", "reason": reason or row.overbook_reason}
        taking.note_change(row, Change.MOVED, now=now, by=by, before=before, **said)
        notices.queue_reminders(row, now=now)
        if not is_quiet:
            notices.queue(row, Notice.Kind.CHANGE, now=now, due_at=notices.due(now, by))
            waiting.offer_freed(freed, now=now, by=by)
        return row

    return taking.take(write)


def cancel(
    *,
    appointment: Appointment,
    now: datetime,
    by: Any = None,
    reason: str = "",
    by_clinic: bool = False,
    is_quiet: bool = False,
) -> Appointment:
    """Give the time back, offer it to who waits, and queue the mail. Raises NotAllowed when there is nothing to cancel.

    After the cut-off it counts as late, unless it is the clinic that cannot come. `is_quiet` leaves mail to a course.
    """
    with transaction.atomic():
        row = taking.locked(appointment)
        if by is None and now >= row.starts_at:
            raise NotAllowed("This appointment has begun, so it cannot be cancelled here. Please ring us.")
        freed = waiting.Freed.of(row)
        is_late = now > taking.cancel_until(row) and not by_clinic
        cancelled(row, now=now, by=by, reason=reason, is_late=is_late, is_quiet=is_quiet)
        waiting.offer_freed(freed, now=now, by=by)
    return row


def undo(*, change: AppointmentChange, now: datetime, by: Any) -> Appointment:
    """Take back what the staff just did, before any mail about it went.

    Raises NotAllowed when the mail's delay is over or something else happened since, SlotTaken when the time is gone.
    """

    def write() -> Appointment:
        row = taking.locked(change.appointment)
        last = row.changes.standing().exclude(kind=Change.UNDONE).last()
        if last is None or last.pk != change.pk or change.by is None or now > change.at + notices.UNDO:
            raise NotAllowed("This can be taken back for three minutes, as long as nothing else was changed since.")
        notices.drop_unsent(row, since=change.at, now=now)
        if change.kind in (Change.BOOKED, Change.OVERBOOKED):
            row.status, row.cancelled_at = Status.CANCELLED, now
            names = ["status", "cancelled_at"]
        else:
            names = taking.put_back(row, change.before)
            taking.release(row, now)
        row.sequence += 1
        row.save(update_fields=[*names, "sequence"])
        notices.carry_on(row, now=now)
        change.undone_at = now
        change.save(update_fields=["undone_at"])
        taking.note_change(row, Change.UNDONE, now=now, by=by, words=change.get_kind_display())
        return row

    return taking.take(write)


def undoable(appointment: Appointment, now: datetime) -> AppointmentChange | None:
    """The change of the staff that can still be taken back."""
    last = appointment.changes.standing().exclude(kind=Change.UNDONE).last()
    kinds = (Change.BOOKED, Change.OVERBOOKED, Change.MOVED, Change.CANCELLED)
    return last if last and last.by_id and last.kind in kinds and now <= last.at + notices.UNDO else None


def correct(*, appointment: Appointment, contact: Mapping[str, Any], now: datetime, by: Any = None) -> Appointment:
    """Put right what was told about the person; a file that was opened already keeps its own details."""
    with transaction.atomic():
        row = taking.locked(appointment)
        changed = [name for name, value in contact.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, contact[name])
        row.save(update_fields=changed)
        if changed:
            words = ", ".join(str(row._meta.get_field(name).verbose_name) for name in changed)  # type: ignore[union-attr]
            taking.note_change(row, Change.CORRECTED, now=now, by=by, words=words)
    return row


def renew_link(*, appointment: Appointment, now: datetime, by: Any) -> Appointment:
    """Make every link sent before useless, and mail a new one. Raises NotAllowed for an appointment that is over."""
    with transaction.atomic():
        row = taking.locked(appointment)
        if not row.is_live:
            raise NotAllowed(f"This appointment is {row.get_status_display()}, so its link leads nowhere anyway.")
        row.link_salt = new_link_salt()
        row.save(update_fields=["link_salt"])
        taking.note_change(row, Change.LINK, now=now, by=by)
        notices.queue(row, Notice.Kind.CONFIRMATION, now=now)
    return row


def same_form(form_key: str | None) -> Appointment | None:
    """The appointment that this very form has booked already."""
    return _of_form(_digest(form_key))


def _fill(held: Appointment | None, row: Appointment) -> bool:
    """Write the appointment over the time that was kept for this visitor, if it still is; False when it is gone."""
    if held is None:
        return False
    holds = Appointment.objects.select_for_update().filter(status=Status.HELD, email="", visitor=row.visitor)
    kept = holds.filter(pk=held.pk).first()
    if kept is None or kept.starts_at != row.starts_at or kept.service_id != row.service_id:
        return False
    row.pk, row.reference, row.link_salt = kept.pk, kept.reference, kept.link_salt
    row.sharing_group = kept.sharing_group  # the staff may have put somebody beside the kept time
    row.save(force_update=True)
    return True


def _share(row: Appointment, now: datetime, reason: str) -> None:
    """With a reason, put the appointment into the sharing group of those it overlaps; inside it overlaps are allowed.

    Those that stood alone join the fullest group. Raises NotAllowed when two groups that overlap already would have to
    become one: the database looks at each row by itself and would refuse the first of them.
    """
    if not reason:
        return
    live = Appointment.objects.holding_time(now).exclude(pk=row.pk)
    owners = Q(practitioner=row.practitioner_id) | Q(room__isnull=False, room=row.room_id)
    beside = live.touching(row.occupied_from, row.occupied_until).filter(owners).select_for_update()
    groups = set(beside.values_list("sharing_group", flat=True))
    sizes = Counter(live.filter(sharing_group__in=groups).values_list("sharing_group", flat=True)).most_common()
    row.overbook_reason = reason if sizes else ""
    if not sizes:
        return
    (row.sharing_group, _), *others = sizes
    if any(number > 1 for _, number in others):
        raise NotAllowed("People are booked side by side twice in this time already. Move some of them first.")
    live.filter(sharing_group__in=[group for group, _ in others]).update(sharing_group=row.sharing_group)


def _mail_booked(row: Appointment, now: datetime, *, is_quiet: bool = False) -> None:
    if row.status == Status.HELD:
        notices.queue(row, Notice.Kind.PROOF, now=now)
        return
    if not is_quiet:
        notices.queue(row, Notice.Kind.CONFIRMATION, now=now, due_at=notices.due(now, row.booked_by))
    notices.queue_reminders(row, now=now)


def _of_form(digest: str | None) -> Appointment | None:
    return Appointment.objects.filter(form_key=digest).first() if digest else None


def _digest(form_key: str | None) -> str | None:
    """What is kept of a form's key: whoever shows the key itself is led to the appointment, so it is not stored."""
    return hashlib.sha256(form_key.encode()).hexdigest() if form_key else None
