"""A course of appointments: planned with its clashes in view before anything is saved, and changed as a whole later."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import course_plans, courses, diary
from bookings.course_plans import Proposal
from bookings.models import Course
from clinic import picks
from clinic.book_page import why_cancelled
from clinic.course_forms import CourseForm, ShiftForm
from patients import audit
from patients.access import may_open_records
from patients.models import AuditEntry, Patient


@require_http_methods(["GET", "POST"])
def course(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what the course should be, look at each of its times, then book all of them or none."""
    patient = get_object_or_404(Patient, pk=pk)
    reads, now = may_open_records(request.user), timezone.now()
    if reads:
        _trace(request, patient, now)
    form = CourseForm(request.POST or None, patient=patient, reads_records=reads)
    proposals: list[Proposal] = []
    problem = ""
    if form.is_valid():
        proposals = course_plans.plan(form.outline(), now=now)
        try:
            if booked := _booked(request, form, proposals, now):
                count = booked.appointments.count()
                messages.success(
                    request, f"Booked all {count}. One mail about them goes in three minutes, if we have an address."
                )
                return HttpResponseRedirect(reverse("admin:course_later", args=[booked.pk]))
        except (diary.DiaryError, picks.NotChosen) as error:
            problem = str(error)
            proposals = course_plans.plan(form.outline(), now=now)
    context = {
        **admin.site.each_context(request),
        "title": f"A course for {patient.name}",
        "patient": patient,
        "reads_records": reads,
        "form": form,
        "problem": problem,
        "rows": picks.rows(proposals, request),
        "clashes": any(one.problem for one in proposals),
        "key": form.key if proposals else "",
    }
    return render(request, "clinic/course.html", context, status=409 if problem else 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def later(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What has become of a course; move or cancel all that is still to come."""
    found = get_object_or_404(Course.objects.select_related("patient", "service", "practitioner", "episode"), pk=pk)
    reads, now = may_open_records(request.user), timezone.now()
    if reads:
        _trace(request, found.patient, now)
    coming = course_plans.coming(found, now=now)
    form = ShiftForm(request.POST if request.POST.get("do") in {"plan", "move"} else None, initial=_initial(coming))
    proposals = _shifted(found, form, coming, now) if form.is_valid() and coming else []
    problem = ""
    try:
        if said := _changed(request, found, form, proposals, now):
            messages.success(request, f"{said} One mail about it goes in three minutes, if we have an address.")
            return HttpResponseRedirect(reverse("admin:course_later", args=[pk]))
    except (diary.DiaryError, picks.NotChosen) as error:
        problem = str(error)
        proposals = _shifted(found, form, coming, now) if proposals else []
    context = {
        **admin.site.each_context(request),
        "title": f"Course of {found.patient.name}",
        "course": found,
        "reads_records": reads,
        "appointments": found.appointments.select_related("practitioner").order_by("starts_at"),
        "coming": coming,
        "form": form,
        "problem": problem,
        "rows": picks.rows(proposals, request),
        "clashes": any(one.problem for one in proposals),
        "key": form.key if proposals else "",
    }
    return render(request, "clinic/course_later.html", context, status=409 if problem else 422 if form.errors else 200)


def _booked(request: HttpRequest, form: CourseForm, proposals: list[Proposal], now: datetime) -> Course | None:
    """The course when it was booked; None while the times are only looked at."""
    if "book" not in request.POST:
        return None
    _unchanged(request, form.key)
    chosen = picks.read(proposals, request)
    outline, about = form.outline(), form.about()
    return courses.book(outline=outline, picks=chosen, patient=form.patient, now=now, by=request.user, **about)


def _changed(request: HttpRequest, found: Course, form: ShiftForm, proposals: list[Proposal], now: datetime) -> str:
    """What was done with all that is still to come, in words; nothing while the times are only looked at."""
    verb = request.POST.get("do", "")
    if verb == "cancel":
        gone = courses.cancel_all(course=found, now=now, by=request.user, **why_cancelled(request))
        return f"Cancelled {len(gone)}."
    if verb != "move" or not proposals:
        return ""
    _unchanged(request, form.key)
    chosen = picks.read(proposals, request)
    why_moved = form.cleaned_data["why"]
    moved = courses.move_all(course=found, picks=chosen, now=now, by=request.user, reason=why_moved)
    return f"Moved {len(moved)}."


def _unchanged(request: HttpRequest, key: str) -> None:
    if request.POST.get("key", "") != key:
        raise picks.NotChosen("You changed the plan, so here are its times anew. Nothing was saved yet.")


def _shifted(found: Course, form: ShiftForm, coming: list[Any], now: datetime) -> list[Proposal]:
    first = timezone.localtime(coming[0].starts_at).date()
    days = (form.cleaned_data["first_day"] - first).days
    return course_plans.plan_move(found, days=days, at=form.cleaned_data["at"], now=now)


def _initial(coming: list[Any]) -> dict[str, Any]:
    if not coming:
        return {}
    local = timezone.localtime(coming[0].starts_at)
    return {"first_day": local.date(), "at": local.time()}


def _trace(request: HttpRequest, patient: Patient, now: datetime) -> None:
    """The problems and steps on this page are of the record, so the reading is traced before they are shown."""
    actor, subject = request.user.get_username(), f"course of patient {patient.pk}"
    audit.record(actor=actor, action=AuditEntry.Action.VIEW, subject=subject, patient=patient, now=now)
