"""The made-up diary: who comes when, from a year back to six weeks ahead, within the clinic's opening hours."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bookings import availability, taking
from bookings.models import Appointment, AppointmentChange
from bookings.opened import Opened, Stretch
from clinic import demo_words
from clinic.demo_clinic import STARTS, Clinic
from clinic.demo_people import MadeUp, dice

Status = Appointment.Status
Change = AppointmentChange.Kind
BACK, AHEAD = timedelta(days=364), timedelta(days=42)
LOOKED_AHEAD = 12
NEW = 32  # days since a problem began
WITH_BUFFER = timedelta(minutes=75)
CONDITIONS = (
    *(demo_words.HAMSTRING, demo_words.GLUTEAL, demo_words.HAMSTRING, demo_words.ACHILLES, demo_words.HAMSTRING),
    *(demo_words.GLUTEAL, demo_words.HAMSTRING, demo_words.ACHILLES, demo_words.HAMSTRING),
)
SIDES = ("right", "left", "right", "left", "both")
WHY_CANCELLED = ("Feeling ill", "Work", "Child is off school", "Train strike", "")


@dataclass
class Story:
    """One problem of one person, and the times they come for it."""

    person: MadeUp
    turn: int
    condition: str
    side: str
    practitioner: Any
    visits: list[Appointment] = field(default_factory=list)
    is_closed: bool = False

    @property
    def key(self) -> tuple[int, int]:
        return self.person.number, self.turn

    @property
    def attended(self) -> list[Appointment]:
        return [one for one in self.visits if one.status == Status.ATTENDED]


class Times:
    """Times that are still free in the made-up diary."""

    def __init__(self, clinic: Clinic, *, today: date) -> None:
        self.clinic, self.first, self.last = clinic, today - BACK - timedelta(days=14), today + AHEAD
        opened = Opened.within(self.first, self.last)
        self.taken: dict[tuple[int, date], set[datetime]] = defaultdict(set)
        self.of_person: dict[int, set[datetime]] = defaultdict(set)
        self.open: dict[tuple[int, date], list[Stretch]] = defaultdict(list)
        for key in clinic.rooms:
            for start, end in opened.stretches(key, first_day=self.first, last_day=self.last):
                self.open[key, availability.local_day(start)].append((start, end))

    def take(self, practitioner: Any, wanted: date, rolls: Any, also: set[datetime]) -> datetime | None:
        """A time on the day or soon after it; the person's own other times are avoided."""
        for later in range(LOOKED_AHEAD):
            starts = list(self._free_on(practitioner, wanted + timedelta(days=later)))
            starts = [one for one in starts if all(abs(one - other) >= WITH_BUFFER for other in also)]
            if starts:
                start: datetime = starts[rolls.randrange(len(starts))]
                self.taken[practitioner.pk, availability.local_day(start)].add(start)
                return start
        return None

    def _free_on(self, practitioner: Any, day: date) -> Iterator[datetime]:
        for spans in STARTS.values():
            for hour, minute in spans:
                start = availability.local_moment(day, time(hour, minute))
                end = start + timedelta(minutes=60)
                fits = any(opens <= start and end <= closes for opens, closes in self.open[practitioner.pk, day])
                near = self.taken[practitioner.pk, day]
                if fits and all(abs(start - other) >= WITH_BUFFER for other in near):
                    yield start


def stories(people: list[MadeUp], clinic: Clinic, *, now: datetime) -> list[Story]:
    """Everybody's problems with all their times, the same for the same day."""
    today = availability.local_day(now)
    times = Times(clinic, today=today)
    both = [(person, turn) for person in people for turn in range(2 if person.number % 9 == 4 else 1)]
    made = [_story(person, turn, clinic, times, now) for person, turn in both]
    return [story for story in made if story.visits]


def _story(person: MadeUp, turn: int, clinic: Clinic, times: Times, now: datetime) -> Story:
    rolls = dice("story", person.number, turn)
    condition = CONDITIONS[(person.number + 5 * turn) % len(CONDITIONS)]
    who = clinic.jonas if person.number % 3 == 2 else clinic.mairi
    story = Story(person, turn, condition, SIDES[(person.number + turn) % len(SIDES)], who)
    today = availability.local_day(now)
    first, count = _span(person.number, turn, rolls)
    story.is_closed = first > 200
    wanted, own = today - timedelta(days=first), times.of_person[person.number]
    for number in range(count):
        start = times.take(who, wanted, rolls, own)
        if start is None or availability.local_day(start) > today + AHEAD:
            break
        own.add(start)
        story.visits.append(_appointment(story, number, start, clinic, rolls, now))
        wanted = availability.local_day(start) + timedelta(days=_rhythm(number, is_new=first <= NEW))
    return story


def _span(number: int, turn: int, rolls: Any) -> tuple[int, int]:
    """How many days ago it began, and how many visits it takes: some long over, some long under way, most recent."""
    if turn or number % 5 == 0:
        return rolls.randint(230, 355), rolls.randint(3, 7)
    if number % 5 in (1, 2):
        return rolls.randint(45, 120), rolls.randint(6, 10)
    return rolls.randint(-3, NEW), rolls.randint(9, 13)


def _rhythm(number: int, *, is_new: bool) -> int:
    """Days to the next visit: those who began lately come oftener, so the weeks around today are full."""
    if is_new:
        return 5 if number < 5 else 8
    return 7 if number < 3 else 12 if number < 7 else 18


def _appointment(story: Story, number: int, start: datetime, clinic: Clinic, rolls: Any, now: datetime) -> Appointment:
    """One time, with how it went when it is past."""
    person, service = story.person, clinic.service(number)
    wanted: taking.Wanted = {
        "service": service,
        "practitioner": story.practitioner,
        "location": clinic.location,
        "room": clinic.rooms[story.practitioner.pk],
        "start": start,
    }
    booked_at = min(
        start - timedelta(days=rolls.randint(2, 9), minutes=rolls.randint(0, 600)), now - timedelta(hours=1)
    )
    row = taking.written(
        wanted,
        name=person.name,
        email=person.email,
        phone=person.phone,
        postcode=person.postcode,
        date_of_birth=person.born,
        booked_at=booked_at,
        status=Status.BOOKED,
        condition_code=story.condition if number == 0 else "",
        booked_by=clinic.desk if number % 4 == 2 else None,
    )
    _how_it_went(row, number, rolls, now)
    return row


def _how_it_went(row: Appointment, number: int, rolls: Any, now: datetime) -> None:
    chance = rolls.random()
    if number and chance < 0.06:  # the first visit always takes place, or there would be no story
        _cancel(row, rolls, now)
    elif row.ends_at > now:
        row.status = Status.ARRIVED if row.starts_at <= now else Status.BOOKED
    elif number and chance < 0.11:
        row.status = Status.DID_NOT_ATTEND
    else:
        row.status = Status.ATTENDED


def _cancel(row: Appointment, rolls: Any, now: datetime) -> None:
    row.is_late_cancel = rolls.random() < 0.5
    before = timedelta(hours=rolls.randint(2, 20)) if row.is_late_cancel else timedelta(hours=rolls.randint(30, 70))
    row.status, row.cancelled_at = Status.CANCELLED, min(row.starts_at - before, now)
    row.cancel_reason = rolls.choice(WHY_CANCELLED)


def changes(rows: list[Appointment], desk: Any) -> Iterator[AppointmentChange]:
    """The history that the verbs would have written."""
    for row in rows:
        yield AppointmentChange(appointment=row, kind=Change.BOOKED, at=row.booked_at, by=row.booked_by)
        if row.status == Status.CANCELLED:
            yield AppointmentChange(
                appointment=row,
                kind=Change.CANCELLED,
                at=row.cancelled_at or row.booked_at,
                reason=row.cancel_reason,
                words="late" if row.is_late_cancel else "",
            )
        elif row.status != Status.BOOKED:
            words = f"{Status.BOOKED.label} to {row.get_status_display()}"
            yield AppointmentChange(appointment=row, kind=Change.STATUS, at=row.starts_at, by=desk, words=words)
