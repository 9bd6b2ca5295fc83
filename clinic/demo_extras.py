"""What a full clinic has besides visits: consents, alerts, addenda, people who wait, intakes, mail that did not go."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from bookings import availability, diary, intake, openings, waiting
from bookings.models import Appointment, Course, Notice, WaitingListEntry
from bookings.openings import FreeTime
from bookings.taking import Contact, DiaryError
from clinic import demo_words
from clinic.demo_clinic import Clinic
from clinic.demo_diary import Story
from clinic.demo_people import MadeUp, address, phone
from patients import alerts, consents
from patients.models import Alert, Consent, ConsentWording, Episode, Patient

YOUNG_AGE = 16
ALERTS = (
    (Alert.Kind.MEDICATION, "Takes a blood thinner (apixaban)"),
    (Alert.Kind.ALLERGY, "Latex: use nitrile gloves"),
    (Alert.Kind.CONTRAINDICATION, "Pregnant, due in spring: no lying face down"),
    (Alert.Kind.RED_FLAG, "Cancer six years ago: night pain is asked about at each visit"),
    (Alert.Kind.OTHER, "Faints at needles; tell before touching the neck"),
)
NEWCOMERS = ("Callum Reid", "Beatriz Sá Nogueira", "Hamish Orr", "Xu Mei", "Rory MacAulay")
WAITING = ("Eilidh Grant", "Tomasz Wójcik", "Sheila Broadfoot", "Imran Hussain")
WHY_BESIDE = "Sisters who share the hour"


def consent_and_alerts(person: MadeUp, patient: Patient, *, by: Any, at: datetime) -> None:
    """What is settled at the first visit."""
    wording = ConsentWording.current()
    is_young = (at.date() - person.born).days < YOUNG_AGE * 365
    giver = f"{person.name.split()[-1]} senior, mother" if is_young else person.name
    source = Consent.Source.ONLINE if person.email and person.number % 2 else Consent.Source.CLINIC
    if wording and person.number % 8 != 5:
        given = consents.keep(
            patient=patient, wording=wording, given_by=giver, given_at=at, source=source, by=by, now=at
        )
        if person.number % 29 == 6:
            consents.withdraw(consent=given, by=by, now=at + timedelta(days=1))
    if person.number % 6 == 1:
        for kind, text in ALERTS[person.number % 5 : person.number % 5 + 1 + person.number % 2]:
            alerts.note(patient=patient, kind=kind, text=text, by=by, now=at)


def add(
    clinic: Clinic,
    found: Sequence[Story],
    patients: Mapping[int, Patient],
    episodes: Mapping[tuple[int, int], Episode],
    *,
    now: datetime,
) -> None:
    """Everything that needs the people to be there already."""
    _course(clinic, found, episodes, now)
    _newcomers(clinic, now)
    _look_alike(clinic, patients, now)
    _waiting(clinic, now)
    _beside(found, now)
    _mail(now)
    _somebody_booking(clinic, now)


def _course(clinic: Clinic, found: Sequence[Story], episodes: Mapping[tuple[int, int], Episode], now: datetime) -> None:
    """Somebody whose next visits were planned together."""
    for story in found:
        coming = [one.pk for one in story.visits if one.starts_at > now and one.status == Appointment.Status.BOOKED]
        if len(coming) >= 3 and (episode := episodes.get(story.key)):
            course = Course.objects.create(
                patient=episode.patient,
                episode=episode,
                service=clinic.follow_up,
                practitioner=story.practitioner,
                rhythm_days=14,
                planned_by=story.practitioner,
                planned_at=now - timedelta(days=6),
            )
            Appointment.objects.filter(pk__in=coming).update(course=course)
            return


def _free(clinic: Clinic, now: datetime, *, day: int = 0) -> FreeTime | None:
    """A free hour, some days ahead."""
    first = availability.local_day(now) + timedelta(days=day)
    found = openings.free_times(clinic.first_visit, first_day=first, last_day=first + timedelta(days=6), now=now)
    return found[len(found) // 3] if found else None


def _contact(name: str, number: int, born: date) -> Contact:
    return Contact(
        name=name,
        email=address(name),
        phone=phone(number),
        postcode="G12 8AA",
        date_of_birth=born,
        reason=demo_words.TOLD[number % 2],
        condition_code=demo_words.HAMSTRING if number % 2 == 0 else "",
    )


def _booked(clinic: Clinic, contact: Contact, free: FreeTime | None, now: datetime) -> Appointment | None:
    if free is None:
        return None
    place = {"location": free.location, "room_id": free.room_id}
    wanted = {"service": clinic.first_visit, "practitioner": free.practitioner, "start": free.start, **place}
    try:
        return diary.book(contact=contact, now=now, **wanted)
    except DiaryError:
        return None


def _newcomers(clinic: Clinic, now: datetime) -> None:
    """People nobody has met, booked online; two have answered the questions."""
    for number, name in enumerate(NEWCOMERS):
        contact = _contact(name, 700 + 2 * number, date(1980 + number, 3, 4 + number))
        booked = _booked(clinic, contact, _free(clinic, now, day=2 * number), now)
        if booked and number in (1, 2):
            _answer(booked, now)


def _answer(booked: Appointment, now: datetime) -> None:
    """Fill in the questions before the first visit and send them."""
    told = {
        "own_words": demo_words.TOLD[0],
        "medication": "Ibuprofen now and then",
        "allergies": "none",
        "gp": "Dr Bell, Riverside Practice",
        "emergency_contact": "Brother, 07700 900555",
        "communication_needs": "",
    }
    sheet = intake.sheet(booked)
    for part in sheet.questions:
        typed = {name: told.get(name) or sheet.values.get(name) or "" for name in part.names}
        for question in part.asked:
            if getattr(question, "kind", "") == "pain":
                typed[question.name] = "6"
        intake.save(appointment=booked, part=part, typed=typed, now=now)
    if sheet.wording:
        intake.agree(appointment=booked, number=sheet.wording.number, name=booked.name, now=now)
    intake.send(appointment=booked, now=now)


def _look_alike(clinic: Clinic, patients: Mapping[int, Patient], now: datetime) -> None:
    """Somebody on the books has booked again under a name spelled otherwise."""
    known = patients.get(20) or next(iter(patients.values()), None)
    if known is not None:
        name = known.name.replace("mm", "m").replace("ai", "aii")
        contact = Contact(name, "", known.phone, known.postcode, known.date_of_birth)
        _booked(clinic, contact, _free(clinic, now, day=1), now)


def _waiting(clinic: Clinic, now: datetime) -> None:
    """Some who would come sooner, and one who is being offered a time."""
    today = availability.local_day(now)
    for number, name in enumerate(WAITING):
        entry = WaitingListEntry(
            service=clinic.first_visit,
            name=name,
            email=address(name),
            phone=phone(800 + number),
            date_of_birth=date(1975 + number, 6, 1),
            first_day=today,
            last_day=today + timedelta(days=40),
            postcode="G11 6AA",
            weekdays="01234" if number % 2 else "135",
            evenings=number != 2,
        )
        waiting.join(entry, now=now - timedelta(days=9 - number))
        free = _free(clinic, now, day=3) if number == 0 else None
        if free:
            waiting.offer_start(entry=entry, start=free.start, by=free.practitioner.pk, now=now)


def _beside(found: Sequence[Story], now: datetime) -> None:
    """Two in one hour, on purpose."""
    coming = [one for story in found for one in story.visits if one.starts_at > now and one.patient_id]
    booked = sorted((one for one in coming if one.status == Appointment.Status.BOOKED), key=lambda one: one.starts_at)
    if not booked:
        return
    first = booked[0]
    Appointment.objects.create(
        service=first.service,
        practitioner=first.practitioner,
        location=first.location,
        starts_at=first.starts_at,
        ends_at=first.ends_at,
        occupied_from=first.occupied_from,
        occupied_until=first.occupied_until,
        sharing_group=first.sharing_group,
        overbook_reason=WHY_BESIDE,
        service_name=first.service_name,
        price_pence=first.price_pence,
        name="Sheena Muir",
        phone=phone(903),
        booked_at=now,
        booked_by=first.practitioner,
        date_of_birth=date(1969, 2, 3),
        postcode="G12 8AA",
    )


def _mail(now: datetime) -> None:
    """What was due has gone; one mail was tried and did not go."""
    Notice.objects.filter(due_at__lte=now, sent_at=None).update(sent_at=now)
    coming = Appointment.objects.upcoming(now).filter(~Q(email="")).order_by("starts_at").first()
    if coming:
        Notice.objects.create(
            appointment=coming,
            kind=Notice.Kind.REMINDER,
            queued_at=now - timedelta(hours=3),
            attempts=3,
            due_at=now + timedelta(days=20),
            last_error="SMTPRecipientsRefused: 452 mailbox full",
            sequence=coming.sequence,
        )


def _somebody_booking(clinic: Clinic, now: datetime) -> None:
    """A time that is being kept while somebody fills in the form."""
    if free := _free(clinic, now):
        place = {"location": free.location, "room_id": free.room_id}
        until = now + timedelta(minutes=10)
        wanted = {"service": clinic.first_visit, "practitioner": free.practitioner, "start": free.start, **place}
        diary.hold(now=now, until=until, visitor="demo", network="demo", **wanted)
