"""Notes and the audit trail, as lists that only show; a note itself opens on its own page."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from patients.admin.access import ReadOnlyAdmin
from patients.models import Addendum, AuditEntry, CaseNote


class SignedFilter(admin.SimpleListFilter):
    """Drafts, signed notes, or those that were entered in error."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("draft", "Drafts, not signed"), ("signed", "Signed"), ("error", "Entered in error")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CaseNote]) -> QuerySet[CaseNote]:
        states = {
            "draft": Q(signed_at=None),
            "signed": Q(signed_at__isnull=False),
            "error": Exists(Addendum.objects.filter(note=OuterRef("pk"), kind=Addendum.Kind.IN_ERROR)),
        }
        wanted = states.get(self.value() or "")
        return queryset.filter(wanted) if wanted else queryset


@admin.register(CaseNote)
class CaseNoteAdmin(ReadOnlyAdmin):
    """All notes, newest visit first; each line leads to the note."""

    list_display = ["note_link", "patient_name", "episode_words", "kind", "author", "state"]
    list_display_links = None
    list_filter = [SignedFilter, "author"]
    list_select_related = ["episode__patient", "episode__condition", "author"]
    search_fields = ["episode__patient__name", "episode__patient__reference"]
    search_help_text = "Patient's name or reference"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseNote]:
        """All but discarded drafts, each with what says that it was entered in error."""
        notes: QuerySet[CaseNote] = super().get_queryset(request)
        return notes.filter(discarded_at=None).prefetch_related("addenda")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A note is read on its own page, where reading is traced."""
        try:
            return HttpResponseRedirect(reverse("admin:note", args=[UUID(object_id)]))
        except ValueError as error:
            raise Http404 from error

    @admin.display(description="seen", ordering="seen_at")
    def note_link(self, note: CaseNote) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:note", args=[note.pk]), _local(note.seen_at))

    @admin.display(description="patient", ordering="episode__patient__name")
    def patient_name(self, note: CaseNote) -> str:
        return note.episode.patient.name

    @admin.display(description="episode")
    def episode_words(self, note: CaseNote) -> str:
        return str(note.episode)

    @admin.display(description="state", ordering="signed_at")
    def state(self, note: CaseNote) -> str:
        if note.is_in_error:
            return "entered in error"
        return f"signed {_local(note.signed_at)}" if note.signed_at else f"draft {note.version}"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who saw or did what, newest first."""

    list_display = ["at", "actor", "action", "patient_reference", "subject", "fields"]
    list_display_links = None
    list_filter = ["action", "actor"]
    search_fields = ["patient_reference", "actor", "subject"]
    search_help_text = "Patient reference, who, or what"
    ordering = ["-position"]
    list_per_page = 100
    show_full_result_count = False


def _local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%a %d %b %Y, %H:%M}"
