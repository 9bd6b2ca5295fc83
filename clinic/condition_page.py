"""The catalogue in the therapist's hands: all conditions, one condition with its lists, what is done to them."""

from typing import Any
from urllib.parse import quote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Max, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import condition_entry_page, condition_rows
from patients.access import may_open_records
from patients.catalogue import borrowing, editing, versions
from patients.catalogue.kinds import BY_NAME, KINDS, Kind
from patients.models import CatalogueVersion, Condition
from patients.models.catalogue import CatalogueItem

VERSIONS_SHOWN = 100


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every condition, with what it waits for."""
    _practitioner(request)
    usable = Condition.objects.usable().filter(pk=OuterRef("pk"))
    rows = Condition.objects.annotate(is_usable=Exists(usable), changed_at=Max("versions__loaded_at"))
    conditions = list(rows.select_related("reviewed_by"))
    context = {
        **admin.site.each_context(request),
        "title": "Catalogue",
        "conditions": [one for one in conditions if one.retired_at is None],
        "retired": [one for one in conditions if one.retired_at is not None],
        "kinds": KINDS,
    }
    return render(request, "clinic/catalogue.html", context)


@require_safe
def condition(request: HttpRequest, code: str) -> HttpResponse:
    """One condition on one page: its lists, what is lacking, what patients see."""
    _practitioner(request)
    found = _condition(code)
    context = {
        **admin.site.each_context(request),
        "title": found.title,
        "condition": found,
        "shown": condition_rows.shown(found),
        "file": versions.from_files(found).only("number", "loaded_at", "condition").first(),
    }
    return render(request, "clinic/condition.html", context)


@require_POST
def do(request: HttpRequest, code: str) -> HttpResponse:
    """One press on the page of a condition; what cannot be done is said."""
    _practitioner(request)
    found = _condition(code)
    verb, _, about = request.POST.get("do", "").partition(" ")
    anchor = ""
    try:
        if about:
            kind, entry = _entry(found, about)
            anchor = f"#e-{kind.name}-{entry.pk}"
            _do_to_entry(request, verb, entry)
        else:
            _do_to_condition(request, verb, found)
    except editing.CatalogueError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(f"{reverse('admin:condition', args=[found.code])}{anchor}")


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Take entries over from another condition, so that nobody types twelve red flags again."""
    _practitioner(request)
    found = _condition(code)
    other = Condition.objects.filter(code=request.GET.get("from", "")).exclude(pk=found.pk).first()
    if request.method == "POST" and other:
        _copy(request, found, other)
        return HttpResponseRedirect(reverse("admin:condition", args=[found.code]))
    context = {
        **admin.site.each_context(request),
        "title": f"Copy to {found.title}",
        "condition": found,
        "other": other,
        "others": Condition.objects.exclude(pk=found.pk),
        "lists": _to_copy(found, other) if other else [],
    }
    return render(request, "clinic/condition_copy.html", context)


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a condition, newest first."""
    _practitioner(request)
    found = _condition(code)
    rows = found.versions.defer("text", "file_text", "public_text").select_related("made_by")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 10:
        rows = rows.filter(number__lt=int(before))
    shown = list(rows[: VERSIONS_SHOWN + 1])
    context = {
        **admin.site.each_context(request),
        "title": f"Versions of {found.title}",
        "condition": found,
        "versions": shown[:VERSIONS_SHOWN],
        "before": shown[VERSIONS_SHOWN - 1].number if len(shown) > VERSIONS_SHOWN else None,
    }
    return render(request, "clinic/condition_versions.html", context)


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a condition said in one version; as a condition file when it is asked for."""
    _practitioner(request)
    found = _condition(code)
    kept = get_object_or_404(CatalogueVersion.objects.select_related("made_by"), condition=found, number=number)
    if request.GET.get("as") == "file":
        name = quote(f"{found.code}-version-{number}.yaml")
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return HttpResponse(kept.text, content_type="application/yaml; charset=utf-8", headers=headers)
    title = f"{found.title}, version {number}"
    context = {**admin.site.each_context(request), "title": title, "condition": found, "version": kept}
    return render(request, "clinic/condition_version.html", context)


def _practitioner(request: HttpRequest) -> None:
    if not may_open_records(request.user):
        raise PermissionDenied


def _condition(code: str) -> Condition:
    return get_object_or_404(Condition.objects.select_related("reviewed_by"), code=code)


def _entry(found: Condition, about: str) -> tuple[Kind, CatalogueItem]:
    """The entry that a button names by its list and key."""
    name, _, key = about.partition(" ")
    if name not in BY_NAME or not key.isdecimal() or len(key) > 18:
        raise Http404
    rows = BY_NAME[name].model._default_manager.select_related("condition")
    return BY_NAME[name], get_object_or_404(rows, condition=found, pk=int(key))


def _do_to_entry(request: HttpRequest, verb: str, entry: CatalogueItem) -> None:
    who: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    if verb == "retire" and entry.retired_at is None:
        editing.retire(entry=entry, **who)
        messages.success(request, f"{entry} is retired. Notes that hold it keep it.")
    elif verb == "return" and entry.retired_at is not None:
        editing.bring_back(entry=entry, **who)
        messages.success(request, f"{entry} is in use again.")
    elif verb in {"up", "down"} and entry.retired_at is None:
        editing.move(entry=entry, up=verb == "up", **who)
    elif verb == "file":
        borrowing.take_file_words(entry=entry, **who)
        messages.success(request, f"{entry}: its file’s words are back.")
    else:
        messages.info(request, f"{entry} is so already.")


def _do_to_condition(request: HttpRequest, verb: str, found: Condition) -> None:
    who: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    if verb == "review":
        seen = request.POST.get("seen", "")
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        editing.review(condition=found, seen=number, today=timezone.localdate(), **who)
        messages.success(request, f"Approved: patients read version {found.version} from now on.")
    elif verb == "withdraw":
        editing.withdraw_review(condition=found, **who)
        messages.success(request, "Patients see nothing of it until you approve it again.")
    elif verb == "retire":
        editing.retire_condition(condition=found, **who)
        messages.success(request, "Retired: no new visit can be about it. Open episodes go on, notes stay.")
    elif verb == "return":
        editing.bring_back_condition(condition=found, **who)
        messages.success(request, "In use again.")
    elif verb == "file":
        borrowing.take_file_words_about(condition=found, **who)
        messages.success(request, "Its texts and the order of its lists are as in its file again.")
    else:
        messages.error(request, "That is not something the catalogue can do.")


def _to_copy(to: Condition, other: Condition) -> list[tuple[Kind, list[Any]]]:
    """What the other condition has and this one has not."""
    lists = []
    for kind in KINDS:
        there = kind.model._default_manager.filter(condition=to).values("code")
        rows = kind.model._default_manager.filter(condition=other, retired_at=None).exclude(code__in=there)
        lists.append((kind, list(rows)))
    return [(kind, rows) for kind, rows in lists if rows]


def _copy(request: HttpRequest, to: Condition, other: Condition) -> None:
    chosen = set(request.POST.getlist("entry"))
    lists = _to_copy(to, other)
    entries = [row for kind, rows in lists for row in rows if f"{kind.name} {row.pk}" in chosen]
    done = borrowing.copy(entries=entries, to=to, by=request.user, now=timezone.now())
    without = f" {done.without_step} left out: their treatment step is not here, or is already." * bool(
        done.without_step
    )
    one_or_more = "entry" if done.taken == 1 else "entries"
    level = messages.SUCCESS if done.taken else messages.WARNING
    messages.add_message(request, level, f"{done.taken} {one_or_more} copied from {other.title}.{without}")


urls = [
    path("catalogue/", catalogue, name="catalogue"),
    path("catalogue/new/", condition_entry_page.new, name="condition_new"),
    path("catalogue/<slug:code>/", condition, name="condition"),
    path("catalogue/<slug:code>/do/", do, name="condition_do"),
    path("catalogue/<slug:code>/copy/", copy, name="condition_copy"),
    path("catalogue/<slug:code>/about/", condition_entry_page.about, name="condition_about"),
    path("catalogue/<slug:code>/versions/", history, name="condition_versions"),
    path("catalogue/<slug:code>/versions/<int:number>/", version, name="condition_version"),
    path("catalogue/<slug:code>/add/<slug:kind>/", condition_entry_page.add, name="catalogue_add"),
    path("catalogue/<slug:code>/<slug:kind>/<int:pk>/", condition_entry_page.entry, name="catalogue_entry"),
]
