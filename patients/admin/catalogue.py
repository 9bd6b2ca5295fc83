"""The catalogue as the therapist reads it, and the mark that she has read a condition and found it right."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from patients.access import may_open_records
from patients.admin.access import ReadOnlyAdmin
from patients.models import (
    Cause,
    Condition,
    Exercise,
    Instrument,
    Mimic,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    Technique,
    TestAccuracy,
    TreatmentStep,
)


@admin.register(Condition)
class ConditionAdmin(ReadOnlyAdmin):
    """Conditions, with what the public guide says and whether a practitioner has reviewed it."""

    list_display = ["title", "version", "content_version", "review", "guide_link", "is_in_use"]
    actions = ["mark_reviewed", "withdraw_review"]
    search_fields = ["title", "other_names"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list needs it for its actions; every field stays read-only."""
        return may_open_records(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Condition._meta.fields if field.name != "id"]

    @admin.display(description="reviewed")
    def review(self, condition: Condition) -> str:
        if condition.is_reviewed and condition.reviewed_on:
            return f"{condition.reviewed_on:%d %b %Y}"
        return "changed since its review" if condition.reviewed_version else "not yet: hidden from the internet"

    @admin.display(description="guide")
    def guide_link(self, condition: Condition) -> str:
        return format_html('<a href="{}">Read it as patients do</a>', reverse("guide", args=[condition.code]))

    @admin.display(description="in use", boolean=True)
    def is_in_use(self, condition: Condition) -> bool:
        return condition.retired_at is None

    @admin.action(description="I have read the guide and it is right: make it public")
    def mark_reviewed(self, request: HttpRequest, queryset: QuerySet[Condition]) -> None:
        for condition in queryset:
            condition.reviewed_by_id = request.user.pk
            condition.reviewed_on = timezone.localdate()
            condition.reviewed_version = condition.version
            condition.save(update_fields=["reviewed_by", "reviewed_on", "reviewed_version"])
            self.message_user(request, f"{condition}: version {condition.version} is public now.", messages.SUCCESS)

    @admin.action(description="Take the guide off the internet until it is read again")
    def withdraw_review(self, request: HttpRequest, queryset: QuerySet[Condition]) -> None:
        queryset.update(reviewed_by=None, reviewed_on=None, reviewed_version=None)
        self.message_user(request, "Hidden from the internet until it is reviewed again.", messages.SUCCESS)


class ItemAdmin(ReadOnlyAdmin):
    """Entries of a condition: read here, changed in the condition's file."""

    list_filter = ["condition", "evidence"]
    list_select_related = ["condition"]
    list_per_page = 100

    def get_list_display(self, request: HttpRequest) -> Any:
        return ["__str__", "code", "condition", "evidence", "is_in_use"]

    @admin.display(description="in use", boolean=True)
    def is_in_use(self, item: Any) -> bool:
        return item.retired_at is None


class AccuracyInline(admin.TabularInline):
    """Published figures of a test; shown to the therapist only."""

    model = TestAccuracy
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_open_records(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ProvocationTest)
class ProvocationTestAdmin(ItemAdmin):
    """Tests with how they are done and what has been published about them."""

    search_fields = ["name", "code"]
    inlines = [AccuracyInline]


@admin.register(SymptomQuestion, Cause, Mimic, RedFlag, TreatmentStep, Technique, Exercise, Instrument, Source)
class EntryAdmin(ItemAdmin):
    """All other entries."""

    search_fields = ["code"]
