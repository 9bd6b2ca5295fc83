"""The admin as the therapist's workbench: its order, its start page, its own pages."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import slugify

from clinic import desk_pages, exports, file_page, note_page, today
from patients.models import ClinicProfile

GROUPS = (
    ("The clinic", ("ClinicProfile", "Location", "User")),
    ("What can be booked, and when", ("Service", "OpeningHours", "Closure", "BookingPolicy")),
    ("Appointments and mail", ("Appointment", "Notice")),
    ("The record", ("Patient", "CaseNote", "AuditEntry")),
    (
        "The catalogue",
        (
            "Condition",
            "SymptomQuestion",
            "ProvocationTest",
            "Cause",
            "Mimic",
            "RedFlag",
            "TreatmentStep",
            "Technique",
            "Exercise",
            "Instrument",
            "Source",
        ),
    ),
)


class WorkbenchSite(AdminSite):
    """The clinic's own admin site; it opens on Today."""

    index_title = "Today"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        name = ClinicProfile.current().name
        return {**super().each_context(request), "site_header": name, "site_title": name}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return today.today(request)

    def settings(self, request: HttpRequest) -> HttpResponse:
        """Everything the clinic can set up, as Django's own start page lists it."""
        return super().index(request, {"title": "Settings"})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Grouped by what people come for, in the order they need it; what is not on the list comes last."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        groups = [(title, [models.pop(name) for name in names if name in models]) for title, names in GROUPS]
        groups.append(("More", list(models.values())))
        return [_group(title, held) for title, held in groups if held]

    def get_urls(self) -> list[Any]:
        pages = [
            path("settings/", self.settings, name="settings"),
            path("appointments/<uuid:pk>/", desk_pages.appointment_page, name="appointment"),
            path("appointments/<uuid:pk>/do/", desk_pages.appointment_do, name="appointment_do"),
            path("appointments/<uuid:pk>/details/", desk_pages.correct, name="appointment_correct"),
            path("book/", desk_pages.book, name="book"),
            path("patients/<uuid:pk>/", file_page.patient_file, name="patient_file"),
            path("patients/<uuid:pk>/export/", exports.download, name="export"),
            path("episodes/<uuid:pk>/", file_page.episode, name="episode"),
            *note_page.urls,
        ]
        return [*(self._guarded(page) for page in pages), *super().get_urls()]

    def _guarded(self, page: URLPattern) -> URLPattern:
        """The page behind the workbench's sign-in."""
        page.callback = self.admin_view(page.callback)
        return page


def _group(title: str, models: list[Any]) -> dict[str, Any]:
    """One heading of the settings page, as Django's template wants it."""
    label = slugify(title)
    return {"name": title, "app_label": label, "app_url": "", "has_module_perms": True, "models": models}
