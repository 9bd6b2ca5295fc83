"""The rows of a day: each appointment with what it needs next, the likeliest one, and what lies between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from bookings.desk import A_LITTLE_EARLY
from bookings.models import Appointment
from clinic.days import Day
from patients.models import CaseNote, Episode

Status = Appointment.Status
LEFT_OPEN = timedelta(minutes=30)  # a note is still that of now for so long after the end
KEYS = 9


@dataclass(frozen=True)
class Next:
    """What an appointment needs next: a link to follow or a verb to post."""

    words: str
    url: str = ""
    verb: str = ""
    said: str = ""

    @property
    def is_plain(self) -> bool:
        """Nothing that waits for the reader: it is drawn as a mere link."""
        return self.verb == "arrive" or self.words in ("Read note", "Open")


@dataclass(frozen=True)
class Row:
    """One line of the day."""

    appointment: Appointment
    next: Next
    others: tuple[Next, ...] = ()
    note: CaseNote | None = None
    episode: Episode | None = None
    number: int = 0
    at_once: int = 1
    may_be_known: bool = False
    is_mine: bool = True
    is_now: bool = False

    kind = "visit"

    @property
    def at(self) -> datetime:
        return self.appointment.starts_at

    @property
    def is_first(self) -> bool:
        """Nobody has treated this person here before, as far as is known."""
        return not (self.appointment.was_here or self.may_be_known)  # type: ignore[attr-defined]

    @property
    def missed_last(self) -> bool:
        return bool(self.appointment.last_status == Status.DID_NOT_ATTEND)  # type: ignore[attr-defined]

    @property
    def is_expected(self) -> bool:
        """Somebody who has not come yet."""
        return bool(self.appointment.status == Status.BOOKED)

    @property
    def is_unsigned(self) -> bool:
        """Somebody who comes or came, and nothing is signed yet."""
        return self.appointment.is_live and not (self.appointment.case_note and self.appointment.case_note.signed_at)


@dataclass(frozen=True)
class Asker:
    """Who looks at the day, and when."""

    user: Any
    now: datetime
    reads: bool
    matches: frozenset[Any] = frozenset()
    episodes: dict[Any, list[Episode]] = field(default_factory=dict)

    @property
    def owns_a_diary(self) -> bool:
        return bool(getattr(self.user, "is_practitioner", False))


def of_the_day(day: Day) -> QuerySet[Appointment]:
    """Every appointment of the day with what its row says, in one query."""
    earlier = Appointment.objects.filter(patient=OuterRef("patient"), starts_at__lt=OuterRef("starts_at"))
    ended = earlier.filter(status__in=(Status.ATTENDED, Status.DID_NOT_ATTEND)).order_by("-starts_at")
    return (
        Appointment.objects.for_people()
        .starting_within(day.starts_at, day.ends_at)
        .select_related("service", "practitioner", "room", "location", "patient")
        .select_related("intake", "case_note__episode__condition", "case_note__author")
        .annotate(
            was_here=Exists(earlier.filter(status=Status.ATTENDED)),
            last_status=Subquery(ended.values("status")[:1], output_field=CharField()),
        )
        .order_by("starts_at", "id")
    )


def open_episodes(appointments: Sequence[Appointment]) -> dict[Any, list[Episode]]:
    """What each person of the day is treated for now, in one query."""
    people = {one.patient_id for one in appointments if one.patient_id and not one.case_note_id}
    found: dict[Any, list[Episode]] = {}
    for episode in Episode.objects.open().filter(patient__in=people).select_related("condition"):
        found.setdefault(episode.patient_id, []).append(episode)
    return found


def rows(appointments: Sequence[Appointment], asker: Asker) -> list[Row]:
    """All but the cancelled ones, numbered, the likeliest marked."""
    shown = [one for one in appointments if one.status != Status.CANCELLED]
    made = [replace(_row(one, asker), at_once=_at_once(one, shown)) for one in shown]
    likeliest = _likeliest(made, asker)
    return [
        replace(row, is_now=row is likeliest, number=number if number <= KEYS else 0)
        for number, row in enumerate(made, start=1)
    ]


def _row(appointment: Appointment, asker: Asker) -> Row:
    is_known = appointment.pk in asker.matches
    step, *others = _steps(appointment, asker, is_known) or [Next("Open", _page(appointment))]
    note = appointment.case_note if asker.reads else None
    return Row(
        appointment,
        step,
        tuple(others),
        note=note,
        episode=(note.episode if note else _only(asker.episodes.get(appointment.patient_id))) if asker.reads else None,
        may_be_known=is_known,
        is_mine=not asker.owns_a_diary or appointment.practitioner_id == asker.user.pk,
    )


def _steps(appointment: Appointment, asker: Asker, is_known: bool) -> list[Next]:
    """What can be done with an appointment now, the likeliest first."""
    note, status = appointment.case_note, appointment.status
    if note is not None and asker.reads:
        return _note_steps(appointment, note, asker)
    write = [Next("Write note", verb="note")] if asker.reads else []
    if status == Status.BOOKED:
        return _booked_steps(appointment, asker, write, is_known)
    if status == Status.DID_NOT_ATTEND:
        return [Next("Undo", verb="back", said="Did not attend")]
    said = "Arrived" if status == Status.ARRIVED else "Attended"
    stays = note is not None and status == Status.ATTENDED
    undo = [] if stays else [Next("Undo", verb="back")]
    return [*([replace(one, said=said) for one in write] or [Next("Open", _page(appointment), said=said)]), *undo]


def _booked_steps(appointment: Appointment, asker: Asker, write: list[Next], is_known: bool) -> list[Next]:
    arrive, missed = Next("Mark arrived", verb="arrive"), Next("Did not attend", verb="missed")
    today, its_day = timezone.localdate(asker.now), timezone.localdate(appointment.starts_at)
    if its_day > today:
        return []
    if appointment.starts_at - A_LITTLE_EARLY > asker.now:
        match = [Next("Match", f"{_page(appointment)}#next")] if is_known and asker.reads else []
        return [*match, arrive]
    come = [arrive] if its_day == today else []
    return [*write, *come, *([missed] if appointment.starts_at <= asker.now else [])]


def _note_steps(appointment: Appointment, note: CaseNote, asker: Asker) -> list[Next]:
    url = reverse("admin:note", args=[note.pk])
    if note.signed_at:
        return [Next("Read note", url, said=f"Signed {_when(note.signed_at, appointment)}")]
    if note.author_id != asker.user.pk:
        return [Next("Read draft", url, said=f"Draft of {note.author.display_name}")]
    if appointment.status not in (Status.BOOKED, Status.ARRIVED):
        return [Next("Finish and sign", url, said="Draft")]
    if appointment.starts_at - A_LITTLE_EARLY > asker.now:
        arrive = [Next("Mark arrived", verb="arrive")] if appointment.status == Status.BOOKED else []
        return [Next("Open draft", url, said="Prepared"), *arrive]
    is_missed = appointment.status == Status.BOOKED and appointment.starts_at <= asker.now
    return [
        Next("Finish and sign", verb="note", said="Prepared"),
        *([Next("Did not attend", verb="missed")] if is_missed else []),
    ]


def _likeliest(made: Sequence[Row], asker: Asker) -> Row | None:
    """The row somebody at the screen most probably wants: who is here, who is being treated, who comes next."""
    now = asker.now
    today = [row for row in made if timezone.localdate(row.at) == timezone.localdate(now)]
    waits = [row for row in today if row.is_mine and (row.is_unsigned if asker.reads else row.is_expected)]
    here = [row for row in waits if row.appointment.status == Status.ARRIVED]
    under_way = [row for row in waits if row.at <= now < row.appointment.ends_at]
    just_over = [row for row in waits if row.appointment.ends_at <= now < row.appointment.ends_at + LEFT_OPEN]
    coming = [row for row in waits if row.at > now]
    return next(iter([*here, *under_way, *just_over, *coming]), None)


def _at_once(appointment: Appointment, others: Sequence[Appointment]) -> int:
    """How many are booked in this time on purpose, this one included."""
    start, end, group = appointment.occupied_from, appointment.occupied_until, appointment.sharing_group
    return sum(
        one.is_live and one.sharing_group == group and one.occupied_from < end and one.occupied_until > start
        for one in others
    )


def _page(appointment: Appointment) -> str:
    return reverse("admin:appointment", args=[appointment.pk])


def _only(episodes: list[Episode] | None) -> Episode | None:
    return episodes[0] if episodes and len(episodes) == 1 else None


def _when(moment: datetime, appointment: Appointment) -> str:
    """The time, with its day when that is not the day of the appointment."""
    local, day = timezone.localtime(moment), timezone.localdate(appointment.starts_at)
    return f"{local:%H:%M}" if local.date() == day else f"{local:%-d %b %H:%M}"
