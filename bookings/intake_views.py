"""The pages with the questions before a first visit: one part a screen, kept part by part. GET changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings import intake
from bookings.forms import GUARDIAN_AGE
from bookings.intake_forms import AgreementForm, PartForm
from bookings.intake_parts import ANSWER, CHECK, CONSENT, Part, Sheet
from bookings.manage_views import by_token
from bookings.models import Appointment
from bookings.ticket import asks_beforehand

NOT_ASKED = {"csrfmiddlewaretoken", "do", "number"}


@dataclass(frozen=True)
class Step:
    """Where somebody is: which part of how many, and what stands before and after it."""

    token: str
    appointment: Appointment
    sheet: Sheet
    part: Part
    now: datetime

    @property
    def number(self) -> int:
        return self.sheet.parts.index(self.part) + 1

    @property
    def is_agreed(self) -> bool:
        return self.sheet.agreement.at is not None

    def url(self, number: int) -> str:
        """The address of a part; before the first and after the last one stands the overview."""
        if not 1 <= number <= len(self.sheet.parts):
            return reverse("bookings:intake", args=[self.token])
        return reverse("bookings:intake_part", args=[self.token, self.sheet.parts[number - 1].slug])

    def after(self, do: str) -> str:
        """Where a button leads."""
        if do in ("agree", "take_back"):
            return self.url(self.number) if do == "take_back" else self.url(self.number + 1)
        return self.url({"back": self.number - 1, "later": 0}.get(do, self.number + 1))


@require_safe
@by_token
def overview(request: HttpRequest, token: str, found: Appointment) -> HttpResponse:
    """What there is to answer and what is answered, after the signs that should not wait."""
    now = timezone.now()
    if not asks_beforehand(found, now):
        return HttpResponseRedirect(reverse("bookings:appointment", args=[token]))
    sheet = intake.sheet(found)
    rows = [
        {
            "title": part.title,
            "url": reverse("bookings:intake_part", args=[token, part.slug]),
            "is_answered": sheet.is_answered(part),
        }
        for part in sheet.parts
    ]
    first = next((row for row in rows if not row["is_answered"]), rows[-1])
    context = {
        "sheet": sheet,
        "rows": rows,
        "first": first,
        "appointment": found,
        "appointment_url": reverse("bookings:appointment", args=[token]),
    }
    return render(request, "bookings/intake.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def part(request: HttpRequest, token: str, found: Appointment, slug: str) -> HttpResponse:
    """One part: shown on GET, kept on POST whichever button was pressed, so that going back loses nothing."""
    now, sheet = timezone.now(), intake.sheet(found)
    shown = next((one for one in sheet.parts if one.slug == slug), None)
    is_sent = request.method == "POST"
    if not asks_beforehand(found, now):
        return _over(request, token, found) if is_sent else _to_appointment(token)
    if shown is None or (is_sent and _is_another(request, shown)):
        if is_sent:
            return _over(request, token, found, has_changed=True)
        raise Http404("There is no such part.")
    step = Step(token, found, sheet, shown, now)
    answer = {CONSENT: _agreement, CHECK: _check}.get(slug, _questions)
    try:
        return answer(request, step)
    except intake.IntakeClosed:
        return _over(request, token, found)


def _questions(request: HttpRequest, step: Step) -> HttpResponse:
    form = PartForm(request.POST if request.method == "POST" else None, part=step.part, values=step.sheet.values)
    if form.is_valid():
        intake.save(appointment=step.appointment, part=step.part, typed=form.cleaned_data, now=step.now)
        return HttpResponseRedirect(step.after(request.POST.get("do", "")))
    return _show(request, "intake_part", step, form)


def _agreement(request: HttpRequest, step: Step) -> HttpResponse:
    do, wording = request.POST.get("do", ""), step.sheet.wording
    if step.is_agreed or wording is None:
        return _agreed(request, step, do)
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        agreement=step.sheet.agreement,
        wording=wording,
        is_young=_is_young(step.appointment),
        is_agreeing=do == "agree" or "agrees" in request.POST,
    )
    if form.is_valid():
        try:
            _keep_agreement(step, form)
        except intake.WordingChanged:
            form.add_error(None, "The text has changed since you opened it. Read it once more, then agree.")
        else:
            return HttpResponseRedirect(step.after(do))
    return _show(request, "intake_agreement", step, form)


def _keep_agreement(step: Step, form: AgreementForm) -> None:
    name, who = form.cleaned_data["name"], step.appointment
    if form.is_agreeing:
        intake.agree(appointment=who, number=form.cleaned_data["number"], name=name, now=step.now)
    elif name != step.sheet.agreement.name:
        intake.note_name(appointment=who, name=name, now=step.now)


def _agreed(request: HttpRequest, step: Step, do: str) -> HttpResponse:
    if request.method != "POST":
        return _show(request, "intake_agreed", step, None)
    if do == "take_back":
        intake.take_back(appointment=step.appointment, now=step.now)
    return HttpResponseRedirect(step.after(do))


def _check(request: HttpRequest, step: Step) -> HttpResponse:
    if request.method != "POST":
        return _show(request, "intake_check", step, None)
    do = request.POST.get("do", "")
    if do == "send":
        intake.send(appointment=step.appointment, now=step.now)
    return HttpResponseRedirect(step.after(do))


def _show(request: HttpRequest, name: str, step: Step, form: forms.Form | None) -> HttpResponse:
    sheet = step.sheet
    told = [
        {"part": part, "lines": list(sheet.lines(part)), "url": step.url(number)}
        for number, part in enumerate(sheet.parts, start=1)
        if part.slug != CHECK
    ]
    context = {
        "step": step,
        "sheet": sheet,
        "part": step.part,
        "form": form,
        "of": len(sheet.parts),
        "told": told if step.part.slug == CHECK else [],
        "appointment": step.appointment,
        "overview_url": step.url(0),
    }
    return render(request, f"bookings/{name}.html", context, status=422 if form and form.errors else 200)


def _over(request: HttpRequest, token: str, found: Appointment, *, has_changed: bool = False) -> HttpResponse:
    """409: it cannot be kept now; what was typed stands on the page, to be copied or said in person."""
    typed: list[Any] = [value for name in request.POST if name not in NOT_ASKED for value in request.POST.getlist(name)]
    context = {
        "typed": [words for words in typed if words.strip()],
        "has_changed": has_changed,
        "page_url": reverse("bookings:intake" if has_changed else "bookings:appointment", args=[token]),
        "appointment": found,
    }
    return render(request, "bookings/intake_over.html", context, status=409)


def _is_another(request: HttpRequest, shown: Part) -> bool:
    """The catalogue was changed meanwhile: answers came that this part does not ask for."""
    sent = {name for name in request.POST if name.startswith(ANSWER)}
    return bool(sent - set(shown.names))


def _to_appointment(token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("bookings:appointment", args=[token]))


def _is_young(found: Appointment) -> bool:
    age = found.age_on_the_day()
    return age is not None and age < GUARDIAN_AGE
