"""Forms of the catalogue: a new condition, what is said of it as a whole, one entry."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic import condition_words as words
from clinic.condition_forms import AboutForm, CatalogueForm, EntryForm, NewConditionForm
from patients.access import may_open_records
from patients.catalogue import borrowing, editing
from patients.catalogue.kinds import BY_NAME, Kind
from patients.models import Condition, ProvocationTest, TestAccuracy

MAY = ["GET", "POST"]


@require_http_methods(MAY)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a whole new condition."""
    _practitioner(request)
    form = NewConditionForm(request.POST or None)
    if form.is_valid():
        like = form.cleaned_data["like"]
        made = borrowing.begin(values=form.told(), like=like, by=request.user, now=timezone.now())
        messages.success(request, f"{made.title} is begun. Add its entries below; they can be used at once.")
        return HttpResponseRedirect(reverse("admin:condition", args=[made.code]))
    lead = "The first words are enough to begin. Symptoms, tests, causes, steps and exercises follow on its page."
    return _form(request, form, "New condition", lead=lead, back=reverse("admin:catalogue"))


@require_http_methods(MAY)
def about(request: HttpRequest, code: str) -> HttpResponse:
    """What is said of a condition as a whole."""
    _practitioner(request)
    condition = get_object_or_404(Condition, code=code)
    form = AboutForm(request.POST or None, condition=condition)
    back = reverse("admin:condition", args=[code])
    if form.is_valid():
        told = form.told()
        who: dict[str, Any] = {"by": request.user, "now": timezone.now()}
        try:
            if any(getattr(condition, name) != value for name, value in told.items()):
                editing.change_about(condition=condition, values=told, seen=form.cleaned_data["seen"], **who)
            return HttpResponseRedirect(back)
        except editing.StaleEntry as error:
            return _stale(request, form, condition, error, title=f"About {condition.title}", back=back)
    return _form(request, form, f"About {condition.title}", back=back)


@require_http_methods(MAY)
def add(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A new entry at the end of its list; one after another if that is wished."""
    _practitioner(request)
    condition, of = get_object_or_404(Condition, code=code), _kind(kind)
    form = EntryForm(request.POST or None, condition=condition, of=of)
    if form.is_valid():
        made = editing.add(condition=condition, kind=of, values=form.told(), by=request.user, now=timezone.now())
        messages.success(request, f"{made} is added.")
        again = reverse("admin:catalogue_add", args=[code, kind])
        return HttpResponseRedirect(again if "another" in request.POST else f"{_page(condition)}#l-{of.name}")
    return _form(
        request, form, f"Add a {of.one}", lead=of.about, back=_page(condition), condition=condition, is_new=True
    )


@require_http_methods(MAY)
def entry(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """The words of one entry."""
    _practitioner(request)
    condition, of = get_object_or_404(Condition, code=code), _kind(kind)
    found = get_object_or_404(of.model._default_manager.select_related("condition"), condition=condition, pk=pk)
    form = EntryForm(request.POST or None, condition=condition, of=of, entry=found)
    back = f"{_page(condition)}#e-{of.name}-{pk}"
    more: dict[str, Any] = {
        "title": f"Change a {of.one}",
        "back": back,
        "condition": condition,
        "entry": found,
        "of": of,
    }
    if of.model is ProvocationTest:
        more["figures"] = TestAccuracy.objects.filter(test=pk)
    if form.is_valid():
        seen, now = form.cleaned_data["seen"], timezone.now()
        try:
            editing.change(entry=found, values=form.told(), seen=seen, by=request.user, now=now)
            return HttpResponseRedirect(back)
        except editing.StaleEntry as error:
            return _stale(request, form, found, error, **more)
        except editing.CatalogueError as error:
            form.add_error(None, str(error))
    return _form(request, form, **more)


def _practitioner(request: HttpRequest) -> None:
    if not may_open_records(request.user):
        raise PermissionDenied


def _kind(slug: str) -> Kind:
    name = slug.replace("-", "_")
    if name not in BY_NAME:
        raise Http404
    return BY_NAME[name]


def _page(condition: Condition) -> str:
    return reverse("admin:condition", args=[condition.code])


def _form(request: HttpRequest, form: CatalogueForm, title: str, *, status: int = 0, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, "form": form, **more}
    return render(request, "clinic/condition_form.html", context, status=status or (422 if form.errors else 200))


def _stale(request: HttpRequest, form: CatalogueForm, row: Any, error: Exception, **more: Any) -> HttpResponse:
    """Both texts: what was typed stays in the form, what stands now is shown beside it."""
    row.refresh_from_db()
    told = form.told()
    stands = [
        (words.label(form.kind, name), getattr(row, name))
        for name, value in told.items()
        if name != "steps" and getattr(row, name) != value
    ]
    form.see(row.changed_in)
    return _form(request, form, status=409, stale=str(error), stands=stands, **more)
