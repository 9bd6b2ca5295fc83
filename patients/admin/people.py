"""Patients: find one, open the file, change who and where they are."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from patients import audit, search
from patients.admin.access import PractitionerAdmin
from patients.models import AuditEntry, ClinicProfile, Patient


@admin.register(Patient)
class PatientAdmin(PractitionerAdmin):
    """The list of people, each leading to their file."""

    list_display = [
        "file_link",
        "date_of_birth",
        "phone",
        "email",
        "postcode",
        "open_episodes",
        "last_seen",
        "reference",
    ]
    list_display_links = None
    search_fields = ["name"]
    search_help_text = "Name, reference, phone, email or postcode; for a birthday type 14/05/1981"
    list_per_page = 50
    readonly_fields = ["reference", "registered_at"]
    fieldsets = [
        (None, {"fields": ["name", "known_as", "pronouns", "date_of_birth", "reference", "registered_at"]}),
        ("How to reach them", {"fields": ["email", "phone", "street", "postcode", "communication_needs"]}),
        ("Others", {"fields": ["gp", "emergency_contact"]}),
    ]

    @admin.display(description="name", ordering="name")
    def file_link(self, patient: Patient) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:patient_file", args=[patient.pk]), patient.name)

    @admin.display(description="open episodes", ordering="open_count")
    def open_episodes(self, patient: Any) -> int:
        return int(patient.open_count)

    @admin.display(description="last seen", ordering="seen_last")
    def last_seen(self, patient: Any) -> Any:
        return timezone.localdate(patient.seen_last) if patient.seen_last else "not yet"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Patient]:
        people: QuerySet[Patient] = Patient.objects.annotate(
            open_count=Count("episodes", filter=Q(episodes__closed_on=None), distinct=True),
            seen_last=Max("episodes__case_notes__seen_at"),
        )
        return people

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Patient], search_term: str
    ) -> tuple[QuerySet[Patient], bool]:
        if not search_term.strip():
            return queryset, False
        _trace(request, AuditEntry.Action.SEARCH, "patients")
        found = search.people(search.asked(search_term, today=timezone.localdate()))
        return queryset.filter(pk__in=found.order_by().values("pk")), False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A file is opened on its own page, where look-alikes are shown first."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:register"))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who somebody is is changed on a page of its own, which loses nobody's change."""
        patient = self.get_object(request, object_id)
        if patient is None or not self.has_change_permission(request, patient):
            return super().change_view(request, object_id, *args, **kwargs)
        return HttpResponseRedirect(reverse("admin:identity", args=[patient.pk]))

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:
        obj.registered_at = obj.registered_at or timezone.now()
        super().save_model(request, obj, form, change)
        action = AuditEntry.Action.CHANGE if change else AuditEntry.Action.CREATE
        _trace(request, action, f"patient {obj.pk}", obj, tuple(form.changed_data))

    def response_post_save_change(self, request: HttpRequest, obj: Patient) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:patient_file", args=[obj.pk]))

    response_post_save_add = response_post_save_change


@admin.register(ClinicProfile)
class ClinicProfileAdmin(admin.ModelAdmin):
    """The clinic's one profile: the list leads straight to its form."""

    fieldsets = [
        (None, {"fields": ["name", "tagline", "street", "town", "postcode", "phone", "email", "opening_words"]}),
        ("Registration", {"fields": ["registration", "ico_number"]}),
        ("Told to patients", {"fields": ["what_to_bring", "if_late"]}),
        ("Policies", {"fields": ["privacy_policy", "cancellation_policy", "complaints_policy"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        ClinicProfile.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:patients_clinicprofile_change", args=[1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _trace(
    request: HttpRequest,
    action: AuditEntry.Action,
    subject: str,
    patient: Patient | None = None,
    fields: tuple[str, ...] = (),
) -> None:
    actor = request.user.get_username()
    audit.record(actor=actor, action=action, subject=subject, patient=patient, fields=fields, now=timezone.now())
