"""The next appointment of somebody: the nearest free times to when they usually come, booked by one more key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import diary, taking
from bookings.forms import read_start
from bookings.models import Appointment, Service
from bookings.openings import FreeTime
from clinic import next_visit
from clinic.book_page import uuid_of, whole
from clinic.next_visit import Person
from clinic.returns import own_url
from patients import audit
from patients.access import may_open_records
from patients.models import AuditEntry, CaseNote, Patient

WEEKS = (1, 2, 3, 4, 6, 8, 12)


@dataclass(frozen=True)
class Asked:
    """For whom, how far on, what for, with whom, and where to go back to."""

    about: dict[str, str]
    person: Person
    visits: list[Appointment]
    back: str
    practitioner: Any
    services: list[Service]
    service: Service | None
    weeks: int

    def url(self, **changes: Any) -> str:
        chosen = {"weeks": self.weeks or "", "service": self.service.pk if self.service else "", "next": self.back}
        who = {"with": self.practitioner.pk if self.practitioner else ""}
        asked = {**self.about, **chosen, **who, **changes}
        return f"{reverse('admin:next_visit')}?{urlencode({name: value for name, value in asked.items() if value})}"

    def week_links(self, chosen: int) -> list[tuple[str, str, bool]]:
        return [(f"{count} week{'s' if count > 1 else ''}", self.url(weeks=count), count == chosen) for count in WEEKS]

    @property
    def service_links(self) -> list[tuple[str, str, bool]]:
        return [(one.name, self.url(service=one.pk), one == self.service) for one in self.services]


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The nearest free times, the first one under the finger; 409 with others when somebody was quicker."""
    now, problem = timezone.now(), ""
    asked = _asked(request, now)
    if request.method == "POST":
        try:
            booked = _booked(request, asked, now)
        except diary.DiaryError as error:
            problem = f"{error} Nothing was booked; the times below are free."
        else:
            return HttpResponseRedirect(_done(request, asked, booked))
    habit = next_visit.habit(asked.visits, now=now, days=7 * asked.weeks or None)
    context = {
        **admin.site.each_context(request),
        "title": f"Next appointment, {asked.person.contact.name}",
        "asked": asked,
        "habit": habit,
        "coming": [one for one in asked.visits if one.starts_at > now][::-1],
        "last": next((one for one in asked.visits if one.starts_at <= now), None),
        "week_links": asked.week_links(habit.days // 7),
        "free": _free(asked, habit, now),
        "problem": problem,
        "key": uuid4(),
    }
    return render(request, "clinic/next_visit.html", context, status=409 if problem else 200)


def _asked(request: HttpRequest, now: datetime) -> Asked:
    given = request.GET
    about, person, visits, home = _whose(request, now)
    who = next_visit.practitioner_of(visits, request.user, whole(given.get("with", "")))
    services = next_visit.services_of(who)
    weeks = whole(given.get("weeks", ""))
    return Asked(
        about=about,
        person=person,
        visits=visits,
        back=own_url(given.get("next", ""), home),
        practitioner=who,
        services=services,
        service=next_visit.service_of(services, visits, whole(given.get("service", ""))),
        weeks=weeks if weeks in range(1, 53) else 0,
    )


def _whose(request: HttpRequest, now: datetime) -> tuple[dict[str, str], Person, list[Appointment], str]:
    """By an appointment for everybody at the desk; by a file or a note for those who may open it, and traced."""
    name, key = _first_key(request)
    if name == "appointment":
        row = get_object_or_404(
            Appointment.objects.for_people().select_related("service", "practitioner", "location"), pk=key
        )
        person = Person.of_appointment(row)
        return {name: str(key)}, person, person.visits() or [row], ""
    if not may_open_records(request.user):
        raise PermissionDenied
    if name == "note":
        note = get_object_or_404(CaseNote.objects.select_related("episode__patient"), pk=key)
        patient, home = note.episode.patient, reverse("admin:note", args=[note.pk])
    else:
        patient, home = get_object_or_404(Patient, pk=key), ""
    subject = f"next appointment of patient {patient.pk}"
    actor, action = request.user.get_username(), AuditEntry.Action.VIEW
    audit.record(actor=actor, action=action, subject=subject, patient=patient, now=now)
    person = Person.of_patient(patient)
    return {name: str(key)}, person, person.visits(), home


def _first_key(request: HttpRequest) -> tuple[str, Any]:
    for name in ("appointment", "note", "patient"):
        if key := uuid_of(request.GET.get(name, "")):
            return name, key
    raise Http404("For whom?")


def _free(asked: Asked, habit: next_visit.Habit, now: datetime) -> list[FreeTime]:
    if asked.service is None or asked.practitioner is None:
        return []
    day, minute = habit.target(now)
    judge = next_visit.judge_of(asked.service, asked.practitioner, asked.person, day, now)
    return next_visit.near(judge.free(asked.service), day, minute)


def _booked(request: HttpRequest, asked: Asked, now: datetime) -> Appointment:
    """Book the time that was pressed, judged again. Raises DiaryError."""
    start = read_start(request.POST.get("start", ""))
    if start is None or asked.service is None or asked.practitioner is None:
        raise diary.NotAllowed("Choose one of the times.")
    key = clean_key(request.POST.get("key", ""))
    if earlier := diary.same_form(key):
        return earlier
    day = timezone.localdate(start)
    judge = next_visit.judge_of(asked.service, asked.practitioner, asked.person, day, now)
    found = judge.find(asked.service, start)
    if not isinstance(found, FreeTime):
        raise diary.SlotTaken(found.value)
    return diary.book(
        contact=asked.person.contact,
        now=now,
        form_key=key,
        service=asked.service,
        patient_id=asked.person.patient_id,
        booked_by=request.user,
        **next_visit.place_of(found),
    )


def _done(request: HttpRequest, asked: Asked, booked: Appointment) -> str:
    when = taking.when_words(booked.starts_at)
    mail = " A mail says so in three minutes; until then it can be undone." if booked.email else ""
    messages.success(request, f"Booked: {booked.name}, {when}.{mail}")
    return asked.back or reverse("admin:appointment", args=[booked.pk])


def clean_key(text: str) -> str | None:
    """The key of a form, which makes a second press of the same button harmless."""
    key = uuid_of(text)
    return f"next-{key}" if key else None


urls = [path("next/", page, name="next_visit")]
