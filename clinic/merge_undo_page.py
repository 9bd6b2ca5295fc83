"""A merge taken apart: what goes back is shown first."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.file_opening import must_read_records, to_file, trace
from clinic.file_words import LABELS, kinds
from patients import unmerging
from patients.models import AuditEntry, Merge
from patients.unmerging import CannotTakeApart, TakingApart


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two files again, each with what was its own; or why that cannot be any more."""
    must_read_records(request)
    made = get_object_or_404(Merge.objects.select_related("kept", "gone", "merged_by"), pk=pk)
    for patient in (made.kept, made.gone):
        trace(request, AuditEntry.Action.VIEW, f"merge {made.pk}", patient)
    now, problem = timezone.now(), ""
    plan: TakingApart | None = None
    try:
        if request.method == "POST":
            unmerging.undo(made=made, by=request.user, now=now)
            messages.success(request, f"Taken apart: {made.gone.reference} is a file of its own again.")
            return to_file(made.gone.pk)
        plan = unmerging.plan(made, now=now)
    except CannotTakeApart as error:
        problem = str(error)
    context = {
        **admin.site.each_context(request),
        "title": f"Take apart {made.kept.name}",
        "merge": made,
        "kinds": kinds(plan.moving) if plan else [],
        "following": kinds(plan.following) if plan else [],
        "restored": [LABELS[name] for name in plan.restored] if plan else [],
        "edited": [LABELS[name] for name in plan.edited] if plan else [],
        "problem": problem,
    }
    return render(request, "clinic/merge_undo.html", context, status=409 if problem else 200)
