"""The catalogue among the lists of the settings: every entry can be looked for, and opens on its condition's page."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patients.access import may_open_records
from patients.admin.access import ReadOnlyAdmin
from patients.catalogue.kinds import BY_MODEL
from patients.models import (
    Cause,
    Condition,
    Exercise,
    Instrument,
    LoadRule,
    Mimic,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    Technique,
    TreatmentStep,
)


@admin.register(Condition)
class ConditionAdmin(ReadOnlyAdmin):
    """Conditions have pages of their own; the addresses of the admin lead there."""

    search_fields = ["title", "other_names"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_open_records(request.user)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        _practitioner(request)
        return HttpResponseRedirect(reverse("admin:catalogue"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        _practitioner(request)
        return HttpResponseRedirect(reverse("admin:condition_new"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        _practitioner(request)
        found = get_object_or_404(Condition, pk=object_id if object_id.isdecimal() else 0)
        return HttpResponseRedirect(reverse("admin:condition", args=[found.code]))


@admin.register(
    SymptomQuestion,
    ProvocationTest,
    Cause,
    Mimic,
    RedFlag,
    TreatmentStep,
    Technique,
    Exercise,
    Instrument,
    LoadRule,
    Source,
)
class EntryAdmin(ReadOnlyAdmin):
    """Entries of all conditions in one list, to look for; each is changed on its own page."""

    list_filter = ["condition", "evidence"]
    list_select_related = ["condition"]
    list_per_page = 100

    def get_list_display(self, request: HttpRequest) -> Any:
        return ["__str__", "code", "condition", "evidence", "is_in_use"]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return [BY_MODEL[self.model].title_field, "code"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        _practitioner(request)
        rows = self.model._default_manager.select_related("condition")
        found = get_object_or_404(rows, pk=object_id if object_id.isdecimal() else 0)
        slug = BY_MODEL[self.model].name.replace("_", "-")
        return HttpResponseRedirect(reverse("admin:catalogue_entry", args=[found.condition.code, slug, found.pk]))

    @admin.display(description="in use", boolean=True)
    def is_in_use(self, item: Any) -> bool:
        return item.retired_at is None


def _practitioner(request: HttpRequest) -> None:
    if not may_open_records(request.user):
        raise PermissionDenied
