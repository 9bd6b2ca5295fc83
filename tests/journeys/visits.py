"""A patient with a signed first visit and an appointment now, and a therapist at the keyboard who counts every key."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from bookings.models import Appointment
from clinic.models import User
from patients import notes
from patients.models import (
    CaseNote,
    Condition,
    Episode,
    HomeExercise,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    Treatment,
    TreatmentStepState,
)
from tests.factories import make_appointment, make_patient, make_practitioner

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CONDITION = "high-hamstring-tendinopathy"
SAVED = '.signing__saved[data-state="saved"]'


@dataclass
class Visit:
    """Who treats whom, for what, and when."""

    therapist: User
    episode: Episode
    appointment: Appointment

    @property
    def note(self) -> CaseNote:
        """The newest note of the episode."""
        return self.episode.case_notes.latest("entered_at")


@dataclass
class Keys:
    """Presses keys and counts them; a chord counts as one press of its last key."""

    page: Page
    pressed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed.append(key)
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.pressed.extend(words)
        self.page.keyboard.type(words)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def make_visit(*, is_first: bool = False) -> Visit:
    """Somebody who has arrived; unless it is the first visit, with a signed note of a fortnight before."""
    therapist = make_practitioner(username="mairi")
    now = timezone.now()
    patient = make_patient(name="Seònaid MacLeod", date_of_birth=date(1983, 9, 3))
    condition = Condition.objects.get(code=CONDITION)
    episode = Episode.objects.create(
        patient=patient, condition=condition, side="" if is_first else "right", started_on=now.date()
    )
    if not is_first:
        sign_first_visit(episode, therapist)
    appointment = make_appointment(
        starts_at=now - timedelta(minutes=2), practitioner=therapist, patient=patient, status="arrived"
    )
    return Visit(therapist, episode, appointment)


def sign_first_visit(episode: Episode, therapist: User) -> None:
    """A whole first visit of two weeks ago."""
    then = timezone.now() - timedelta(days=14)
    note = notes.start(episode=episode, author=therapist, seen_at=then, now=then)
    words = {"history": "Cannot sit through a film.", "consent": "given", "plan": "Cut hills.", "avoid": "Hills."}
    written = notes.Written(note=words, episode={"side": "right"}, findings=list(_findings(episode.condition)))
    saved = notes.save_draft(note=note, version=note.version, written=written, by=therapist, now=then)
    notes.sign(note=saved, version=saved.version, by=therapist, now=then)


def _findings(condition: Condition) -> Any:
    for question in condition.symptomquestions.in_use().filter(is_required=True):
        figure = {"number": 6} if question.kind in ("pain", "number") else {}
        chosen = {"codes": question.choices[0][0]} if question.choices else {}
        yield Symptom(question=question, **(figure or chosen or {"text": "Since May"}))
    given = condition.symptomquestions.get(code="sitting_tolerance_min")
    if not given.is_required:
        yield Symptom(question=given, number=25)
    for number, test in enumerate(condition.provocationtests.in_use()[:3]):
        yield ProvocationResult(test=test, side="right", outcome="positive", familiar_pain="yes", pain_score=6 - number)
    yield SuspectedCause(cause=condition.causes.in_use()[0], role="onset", weight="main")
    yield TreatmentStepState(step=condition.treatmentsteps.in_use()[0], state="active")
    yield Treatment(technique=condition.techniques.in_use()[0], region="muscle belly")
    yield HomeExercise(exercise=condition.exercises.in_use()[0], dose="4 sets of 20 seconds")
    for flag in condition.redflags.in_use():
        yield RedFlagAnswer(red_flag=flag, reply="no")


def make_session(user: User) -> str:
    """The key of a new session of this user."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def sign_in(context: BrowserContext, session: str, address: str) -> None:
    """Give a browser the session, as signing in does."""
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address, "httpOnly": True}
    context.add_cookies([cookie])  # type: ignore[list-item]


def signed_in(new_context: Callable[..., BrowserContext], visit: Visit, address: str, **given: Any) -> Page:
    """A browser at the desk where the therapist is signed in."""
    context = new_context(**{"viewport": DESK, **given})
    sign_in(context, make_session(visit.therapist), address)
    return context.new_page()


def open_note(page: Page, visit: Visit, address: str) -> None:
    """The draft of this visit in the browser, by its address."""
    now = timezone.now()
    note = notes.start(episode=visit.episode, author=visit.therapist, seen_at=now, now=now)
    page.goto(f"{address}/admin/notes/{note.pk}/")
    page.wait_for_function("document.activeElement !== document.body")
