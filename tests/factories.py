"""Rows for tests: plain functions with good defaults; anything may be given by name."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from bookings.models import Appointment, BookingPolicy, Closure, Location, OpeningHours, Room, Service
from clinic.models import User
from patients.models import (
    Alert,
    CaseNote,
    CatalogueVersion,
    Cause,
    Condition,
    Episode,
    Exercise,
    Instrument,
    LoadRule,
    Mimic,
    Patient,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    Technique,
    TreatmentStep,
)

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
_numbers = count(1)


def make_user(username: str = "", **given: Any) -> User:
    """Somebody who can sign in with the password `secret`."""
    given = {"first_name": "Mairi", "last_name": "Campbell", "is_staff": True, **given}
    user = User(username=username or f"user{next(_numbers)}", **given)
    user.set_password("secret")
    user.save()
    return user


def make_practitioner(username: str = "", **given: Any) -> User:
    """A therapist, owner of the clinic."""
    given = {"is_practitioner": True, "is_superuser": True, "title": "Sports therapist", **given}
    return make_user(username, **{"registration_number": "SMA 1234", **given})


def make_location(**given: Any) -> Location:
    return Location.objects.create(
        **{"name": "The clinic", "street": "7 Mill Lade Lane", "postcode": "G12 8AA", **given}
    )


def make_room(**given: Any) -> Room:
    if "location" not in given:
        given["location"] = make_location()
    return Room.objects.create(**{"name": "Room 1", **given})


def make_service(*, practitioners: Any = (), **given: Any) -> Service:
    number = next(_numbers)
    service = Service.objects.create(
        **{
            "name": "Initial assessment",
            "slug": f"service-{number}",
            "duration_minutes": 60,
            "buffer_after_minutes": 15,
            "price_pence": 5800,
            "position": number,
            **given,
        }
    )
    service.practitioners.set(practitioners)
    return service


def make_hours(*, practitioner: User, location: Location | None = None, **given: Any) -> OpeningHours:
    """Thursdays nine to five unless told otherwise."""
    return OpeningHours.objects.create(
        practitioner=practitioner,
        location=location or make_location(),
        **{"weekday": 3, "opens": time(9), "closes": time(17), "valid_from": date(2026, 1, 1), **given},
    )


def make_closure(**given: Any) -> Closure:
    given = {"first_day": date(2026, 11, 30), "reason": "St Andrew's Day", **given}
    return Closure.objects.create(**{"last_day": given["first_day"], **given})


def make_policy(**given: Any) -> BookingPolicy:
    return BookingPolicy.objects.create(pk=1, **given)


def make_appointment(*, starts_at: datetime = START, minutes: int = 60, **given: Any) -> Appointment:
    """A booked hour of a new practitioner; buffers as given by `before` and `after` minutes."""
    practitioner = given.pop("practitioner", None) or make_practitioner()
    service = given.pop("service", None) or make_service(practitioners=[practitioner])
    location = given.pop("location", None) or make_location()
    ends_at = given.pop("ends_at", None) or starts_at + timedelta(minutes=minutes)
    before, after = timedelta(minutes=given.pop("before", 0)), timedelta(minutes=given.pop("after", 0))
    values = {
        "service_name": service.name,
        "price_pence": service.price_pence,
        "name": "Ailsa Reid",
        "email": "ailsa@example.org",
        "phone": "+447700900123",
        "postcode": "G11 6AA",
        "date_of_birth": date(1984, 5, 14),
        "booked_at": starts_at - timedelta(days=2),
        "occupied_from": starts_at - before,
        "occupied_until": ends_at + after,
    }
    return Appointment.objects.create(
        service=service,
        practitioner=practitioner,
        location=location,
        starts_at=starts_at,
        ends_at=ends_at,
        **{**values, **given},
    )


def make_patient(*, alerts: str = "", **given: Any) -> Patient:
    """Each line of `alerts` is one that is in force."""
    patient = Patient.objects.create(
        **{
            "name": "Ailsa Reid",
            "date_of_birth": date(1984, 5, 14),
            "email": "ailsa@example.org",
            "phone": "+447700900123",
            "postcode": "G11 6AA",
            "registered_at": START,
            **given,
        }
    )
    for line in alerts.splitlines():
        make_alert(patient=patient, text=line)
    return patient


def make_alert(*, patient: Patient | None = None, **given: Any) -> Alert:
    given = {"kind": "other", "text": "Takes warfarin", "noted_on": START.date(), **given}
    return Alert.objects.create(patient=patient or make_patient(), **given)


def make_condition(*, code: str = "high-hamstring", **given: Any) -> Condition:
    """A small condition with every kind of question, three tests, two causes, three steps and two red flags."""
    values = {"title": "High hamstring tendinopathy", "summary": "A sore tendon at the sitting bone.", **given}
    condition = Condition.objects.create(code=code, **values)
    CatalogueVersion.objects.create(
        condition=condition, number=condition.version, content_version="1", sha256="0" * 64, text="", loaded_at=START
    )
    Source.objects.create(condition=condition, code="SEED", label="The clinic", evidence="seed")
    _add_questions(condition)
    _add_tests_and_causes(condition)
    _add_steps(condition)
    _add_measures(condition)
    return condition


def make_episode(*, patient: Patient | None = None, condition: Condition | None = None, **given: Any) -> Episode:
    return Episode.objects.create(
        patient=patient or make_patient(),
        condition=condition or Condition.objects.first() or make_condition(),
        **{"side": "right", "started_on": date(2026, 11, 26), **given},
    )


def make_note(*, episode: Episode | None = None, author: User | None = None, **given: Any) -> CaseNote:
    """A draft with nothing on it yet."""
    return CaseNote.objects.create(
        episode=episode or make_episode(),
        author=author or make_practitioner(),
        **{"kind": "initial", "seen_at": START, "entered_at": START, "changed_at": START, **given},
    )


def _add_questions(condition: Condition) -> None:
    kinds = SymptomQuestion.Kind
    rows = [
        ("pain_worst", kinds.PAIN, "Most pain in the last 24 hours", {"minimum": 0, "maximum": 10, "is_charted": True}),
        ("sitting_minutes", kinds.NUMBER, "How long can you sit?", {"unit": "minutes", "minimum": 0, "maximum": 240}),
        (
            "main_site",
            kinds.CHOICE,
            "Where is the worst spot?",
            {"options": "sitting-bone | sitting bone\ngroin | groin"},
        ),
        (
            "character",
            kinds.MULTICHOICE,
            "What does it feel like?",
            {"options": "sharp | sharp\nache | like toothache"},
        ),
        ("standing_painful", kinds.YES_NO_UNSURE, "Does plain standing hurt?", {}),
        ("load_change", kinds.TEXT, "What changed in the month before?", {}),
        ("onset_date", kinds.DATE, "Roughly when did it start?", {}),
    ]
    SymptomQuestion.objects.bulk_create(
        SymptomQuestion(
            condition=condition,
            code=code,
            position=position,
            group="severity",
            kind=kind,
            ask=ask,
            sources="SEED",
            **more,
        )
        for position, (code, kind, ask, more) in enumerate(rows)
    )


def _add_tests_and_causes(condition: Condition) -> None:
    ProvocationTest.objects.bulk_create(
        ProvocationTest(
            condition=condition,
            code=name.lower().replace("-", "_").replace(" ", "_"),
            position=position,
            name=name,
            how="Load it.",
            positive_when="Familiar pain.",
            public_words="We load it gently.",
        )
        for position, name in enumerate(("Single-leg bridge", "Puranen-Orava", "Bent-knee stretch"))
    )
    causes = (("reactive_overuse", "onset"), ("sitting_exposure", "maintaining"))
    Cause.objects.bulk_create(
        Cause(condition=condition, code=code, position=position, label=code.replace("_", " ").capitalize(), role=role)
        for position, (code, role) in enumerate(causes)
    )
    Mimic.objects.create(condition=condition, code="deep_gluteal", label="Deep gluteal syndrome", clue="Mid buttock")
    RedFlag.objects.bulk_create(
        RedFlag(
            condition=condition,
            code=code,
            position=position,
            label=label,
            ask="New numbness?\nNew weakness?",
            level="emergency",
            action="A&E now.",
            public_words="New numbness",
        )
        for position, (code, label) in enumerate((("cauda_equina", "Cauda equina syndrome"), ("fracture", "Fracture")))
    )


def _add_measures(condition: Condition) -> None:
    rows = [
        ("nprs", "Pain 0 to 10", {"maximum": 10, "better": "lower", "versions": "now worst"}),
        ("psfs", "Patient-specific function scale", {"maximum": 10, "better": "higher"}),
        ("visa_h", "VISA-H", {"maximum": 100, "better": "higher", "entry": "total only"}),
    ]
    Instrument.objects.bulk_create(
        Instrument(condition=condition, code=code, position=position, name=name, minimum=0, **more)
        for position, (code, name, more) in enumerate(rows)
    )
    LoadRule.objects.create(
        condition=condition, code="pain_rule", label="Pain rule", text="Up to 3.", fine_up_to=3, acceptable_up_to=5
    )


def _add_steps(condition: Condition) -> None:
    titles = list(enumerate(("Calm the load", "Settle the pain", "Build it up"), start=1))
    steps = TreatmentStep.objects.bulk_create(
        TreatmentStep(
            condition=condition, code=f"step_{number}", position=number, number=number, title=title, goal=f"{title}."
        )
        for number, title in titles
    )
    techniques = Technique.objects.bulk_create(
        Technique(condition=condition, code=f"technique_{number}", position=number, label=f"Technique {number}")
        for number, _ in titles
    )
    exercises = Exercise.objects.bulk_create(
        Exercise(
            condition=condition,
            code=f"exercise_{number}",
            position=number,
            name=f"Exercise {number}",
            how="Slowly.",
            dose="3 sets of 10",
        )
        for number, _ in titles
    )
    for technique, exercise, step in zip(techniques, exercises, steps, strict=True):
        technique.steps.add(step)
        exercise.steps.add(step)
