"""Two files of one person made into one: find the other, look at both, see exactly what would move, then do it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import merging as booked
from clinic.book_page import uuid_of
from clinic.file_opening import opened, to_file, trace
from clinic.file_words import LABELS, kinds, shown
from patients import audit, merging, registry, search
from patients.identity import FIELDS
from patients.merging import CannotMerge, Plan
from patients.models import AuditEntry, Patient
from patients.registry import LookAlike, Person

TEMPLATE = "clinic/merge.html"
FOUND = 8
GONE = "gone"  # the value of a choice that takes the word of the file to be emptied


@dataclass(frozen=True)
class Field:
    """One line of the comparison: what each file says, and which is kept."""

    name: str
    label: str
    kept: str
    gone: str
    takes_gone: bool

    @property
    def differs(self) -> bool:
        return self.kept != self.gone

    @property
    def chosen(self) -> str:
        return self.gone if self.takes_gone else self.kept


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing is changed before the last press, and that does exactly what was shown."""
    kept, now = opened(request, pk, "file, for a merge,"), timezone.now()
    key = uuid_of(request.POST.get("with", "") or request.GET.get("with", ""))
    if key is None:
        return _pick(request, kept, now)
    gone = get_object_or_404(Patient.everybody, pk=key)
    trace(request, AuditEntry.Action.VIEW, f"file, for a merge, of patient {gone.pk}", gone)
    try:
        return _compared(request, kept, gone, now)
    except CannotMerge as error:
        return _pick(request, kept, now, problem=str(error), status=409)


def _compared(request: HttpRequest, kept: Patient, gone: Patient, now: datetime) -> HttpResponse:
    plan = merging.plan(kept=kept, gone=gone)
    do, status, problem = request.POST.get("do", ""), 200, ""
    if do == "merge":
        try:
            return _merged(request, plan, now)
        except merging.ChangedMeanwhile as error:
            do, status, problem = "look", 409, str(error)
        except IntegrityError as error:
            if booked.OVERLAP not in str(error):
                raise
            do, status = "", 409
    clashes = booked.clashes(kept.pk, gone.pk)
    context = {
        **_frame(request, kept),
        "other": gone,
        "step": "sure" if do == "look" and not clashes else "choose",
        "fields": _fields(request, plan),
        "kinds": kinds(plan.moving),
        "clashes": clashes,
        "key": plan.key,
        "problem": problem,
    }
    return render(request, TEMPLATE, context, status=status)


def _merged(request: HttpRequest, plan: Plan, now: datetime) -> HttpResponse:
    taken = [one.name for one in _fields(request, plan) if one.takes_gone]
    as_seen = request.POST.get("key", "")
    merging.merge(kept=plan.kept, gone=plan.gone, taken=taken, as_seen=as_seen, by=request.user, now=now)
    messages.success(
        request,
        f"Merged: everything of {plan.gone.reference} is in this file now. It can be taken apart for 30 days, from"
        " Merge with another file.",
    )
    return to_file(plan.kept.pk)


def _pick(request: HttpRequest, kept: Patient, now: datetime, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The other file: who looks like this person, or whoever is found by name, phone or birthday."""
    wanted = search.asked(request.GET.get("q", ""), today=timezone.localdate(now))
    found = list(search.people(wanted).exclude(pk=kept.pk)[:FOUND])
    actor = request.user.get_username()
    audit.record(actor=actor, action=AuditEntry.Action.SEARCH, subject="people like a patient", now=now)
    context = {
        **_frame(request, kept),
        "step": "pick",
        "wanted": wanted,
        "found": found,
        "alike": _alike(kept),
        "merges": [(one, one.undone_until > now) for one in merging.merges_of(kept)],
        "problem": problem,
    }
    return render(request, TEMPLATE, context, status=status)


def _alike(kept: Patient) -> list[LookAlike]:
    person = Person(**{name: getattr(kept, name) for name in FIELDS})
    return registry.suggestions(person, but=kept)


def _fields(request: HttpRequest, plan: Plan) -> list[Field]:
    """What was chosen stays chosen; at first the kept file's word, and the other's where it has none."""
    return [_field(request, plan, name) for name in FIELDS]


def _field(request: HttpRequest, plan: Plan, name: str) -> Field:
    kept, gone = shown(plan.kept, name), shown(plan.gone, name)
    posted = request.POST.get(f"field-{name}", "")
    takes_gone = posted == GONE if posted else not kept and bool(gone)
    return Field(name, LABELS[name], kept, gone, takes_gone)


def _frame(request: HttpRequest, kept: Patient) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": f"Merge another file with {kept.name}", "patient": kept}
