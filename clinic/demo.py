"""The demonstration: a clinic of made-up people, a year of its work, the same each time for the same day.

Notes go through their real verbs in the order in which they were written; appointments of the past are rows, as no verb
books into the past. No guard of the database is taken off.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from bookings import availability
from bookings.models import Appointment, AppointmentChange
from clinic import demo_clinic, demo_database, demo_diary, demo_extras, demo_notes, demo_people, demo_record, demo_words
from clinic.demo_clinic import Clinic
from clinic.demo_diary import Story
from clinic.demo_notes import Course
from clinic.demo_people import MadeUp
from patients import notes, registry
from patients.models import Condition, Episode, Patient

PEOPLE = 66
LATE_SHARE = 0.06
WRITTEN_AFTER = timedelta(minutes=4)
TWIN_OF = 10
Tell = Callable[[Counter[str], float], None]


@dataclass
class Demo:
    """What was made so far."""

    clinic: Clinic
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)
    patients: dict[int, Patient] = field(default_factory=dict)
    episodes: dict[tuple[int, int], Episode] = field(default_factory=dict)
    left_open: dict[Any, str] = field(default_factory=dict)
    known: demo_notes.Known = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that happened at one moment."""

    at: datetime
    happens: Callable[[], None]


def make(*, people: int, now: datetime, tell: Tell) -> Counter[str]:
    """Fill an empty database; `tell` hears how far it is."""
    today = availability.local_day(now)
    with transaction.atomic():
        demo_database.mark(now - timedelta(days=400))
        demo = Demo(demo_clinic.lay_out(today=today, now=now - timedelta(days=399)), now)
    found = demo_diary.stories([*demo_people.people(people, today=today), *_twins(people, today)], demo.clinic, now=now)
    demo.left_open = _left_open(found, now)
    events = sorted((event for story in found for event in _events(story, demo)), key=lambda event: event.at)
    begins = events[0].at if events else now
    for _, week in groupby(events, key=lambda event: (event.at - begins).days // 7):
        with transaction.atomic():
            for event in week:
                event.happens()
        tell(demo.counts, min(1.0, (event.at - begins) / max(now - begins, timedelta(1))))
    with transaction.atomic():
        demo_extras.add(demo.clinic, found, demo.patients, demo.episodes, now=now)
        demo_record.add(demo.clinic, now=now)
        demo_database.mark(now, demo_database.WHOLE)
    demo.counts["appointments"] = Appointment.objects.for_people().count()
    return demo.counts


def _twins(people: int, today: Any) -> list[MadeUp]:
    """One person who was registered twice, so that there is something to merge."""
    if people <= TWIN_OF:
        return []
    known = demo_people.people(people, today=today)[TWIN_OF]
    return [replace(known, number=1000, name="Fatimah Akhtar", known_as="", email="")]


def _left_open(found: Sequence[Story], now: datetime) -> dict[Any, str]:
    """The newest visits of each practitioner: one not begun, one begun; and one begun days ago."""
    left: dict[Any, str] = {}
    seen = sorted((one for story in found for one in story.attended), key=lambda one: one.starts_at, reverse=True)
    for key in {one.practitioner_id for one in seen}:
        own = [one for one in seen if one.practitioner_id == key]
        old = [one for one in own if one.starts_at < now - timedelta(days=2)]
        left |= {one.pk: state for one, state in zip(own, ("not begun", "draft"), strict=False)}
        left |= {one.pk: "draft" for one in old[:1]}
    return left


def _events(story: Story, demo: Demo) -> Iterator[Event]:
    first = story.visits[0]
    if first.status != Appointment.Status.ATTENDED:
        yield Event(demo.now, lambda: _book(story, demo, demo.patients.get(story.person.number)))
        return
    yield Event(first.starts_at, lambda: _begin(story, demo))
    course = Course(story)
    for number, visit in enumerate(story.attended):
        state = demo.left_open.get(visit.pk, "signed")
        if state != "not begun":
            yield Event(_written_at(visit, story, number, demo.now), _note(story, course, number, visit, state, demo))
    if story.is_closed and story.visits[-1].ends_at < demo.now:
        yield Event(story.visits[-1].ends_at + timedelta(hours=20), lambda: _close(story, demo))


def _begin(story: Story, demo: Demo) -> None:
    """They come for the first time: a file, an episode, and everything that was booked for it."""
    person, first = story.person, story.visits[0]
    patient = demo.patients.get(person.number)
    if patient is None:
        patient = demo.patients[person.number] = _registered(person, story, demo)
    condition = Condition.objects.get(code=story.condition)
    demo.episodes[story.key] = Episode.objects.create(
        patient=patient, condition=condition, started_on=availability.local_day(first.starts_at)
    )
    _book(story, demo, patient)


def _registered(person: MadeUp, story: Story, demo: Demo) -> Patient:
    at, by = story.visits[0].starts_at, story.practitioner
    told = registry.Person(person.name, person.born, person.email, person.phone, person.postcode)
    patient = registry.register(person=told, by=by, now=at)
    Patient.objects.filter(pk=patient.pk).update(
        known_as=person.known_as,
        pronouns=person.pronouns,
        street=person.street,
        gp=person.gp,
        emergency_contact=person.emergency_contact,
        communication_needs=person.needs,
    )
    demo_extras.consent_and_alerts(person, patient, by=by, at=at)
    demo.counts["people"] += 1
    return patient


def _book(story: Story, demo: Demo, patient: Patient | None) -> None:
    rows = story.visits if patient else story.visits[:1]
    for row in rows:
        row.patient = patient
    Appointment.objects.bulk_create(rows)
    AppointmentChange.objects.bulk_create(demo_diary.changes(rows, demo.clinic.desk))
    demo.counts["appointments"] += len(rows)


def _written_at(visit: Appointment, story: Story, number: int, now: datetime) -> datetime:
    """Right after the visit, or on the next morning."""
    late = demo_people.dice("late", *story.key, number).random() < LATE_SHARE
    next_day = availability.local_day(visit.starts_at) + timedelta(days=1)
    at = availability.local_moment(next_day, time(8, 40)) if late else visit.ends_at + WRITTEN_AFTER
    return min(at, now)


def _note(story: Story, course: Course, number: int, visit: Appointment, state: str, demo: Demo) -> Callable[[], None]:
    def write() -> None:
        episode = Episode.objects.select_related("patient", "condition").get(pk=demo.episodes[story.key].pk)
        at = _written_at(visit, story, number, demo.now)
        note = notes.start(episode=episode, author=story.practitioner, seen_at=visit.starts_at, now=at)
        Appointment.objects.filter(pk=visit.pk).update(case_note=note)
        is_late = availability.local_day(at) > availability.local_day(visit.starts_at)
        texts = {"history": demo_words.LATE_WORDS} if is_late and number else {}
        note = demo_notes.write(note, course, number, now=at, texts=texts, known=demo.known)
        demo.counts["drafts" if state == "draft" else "notes"] += 1
        if state == "signed":
            notes.sign(note=note, version=note.version, by=note.author, now=at)

    return write


def _close(story: Story, demo: Demo) -> None:
    words = demo_words.CLOSING[story.person.number % len(demo_words.CLOSING)]
    day = availability.local_day(story.visits[-1].ends_at)
    Episode.objects.filter(pk=demo.episodes[story.key].pk).update(closed_on=day, closing_words=words)
