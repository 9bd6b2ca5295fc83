"""The admin as the therapist's workbench: its order, its start page, its own pages."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify

from clinic import (
    book_page,
    condition_page,
    course_page,
    desk_pages,
    diary_page,
    emptied_files,
    exports,
    file_urls,
    find_urls,
    hours_pages,
    move_page,
    next_visit_page,
    note_history_page,
    note_page,
    sheet_page,
    today,
    waiting_page,
)

GROUPS = (
    ("The clinic", ("ClinicProfile", "ConsentWording", "Location", "User")),
    (
        "What can be booked, and when",
        ("Service", "OpeningHours", "ExtraOpening", "DaysOff", "Closure", "BookingPolicy"),
    ),
    ("Appointments and mail", ("Appointment", "WaitingList", "CalendarAddress", "Notice")),
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
            "LoadRule",
            "Source",
        ),
    ),
)
PAGES = {  # lists of our own beside Django's: key in the groups, name, address
    "DaysOff": ("Days off of a year", "admin:days_off"),
    "WaitingList": ("Waiting list", "admin:waiting_list"),
    "CalendarAddress": ("Your calendar address", "admin:calendar_feed"),
}


class WorkbenchSite(AdminSite):
    """The clinic's own admin site; it opens on Today."""

    index_title = "Today"
    enable_nav_sidebar = False

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
        models |= {key: _page(key) for key in PAGES if _may_open(request.user, key)}
        groups = [(title, [models.pop(name) for name in names if name in models]) for title, names in GROUPS]
        groups.append(("More", list(models.values())))
        return [_group(title, held) for title, held in groups if held]

    def get_urls(self) -> list[Any]:
        pages = [
            path("settings/", self.settings, name="settings"),
            path("appointments/<uuid:pk>/", desk_pages.appointment_page, name="appointment"),
            path("appointments/<uuid:pk>/do/", desk_pages.appointment_do, name="appointment_do"),
            path("appointments/<uuid:pk>/details/", desk_pages.correct, name="appointment_correct"),
            path("appointments/<uuid:pk>/move/", move_page.move, name="appointment_move"),
            path("book/", book_page.book, name="book"),
            *condition_page.urls,
            *diary_page.urls,
            *next_visit_page.urls,
            path("waiting/", waiting_page.waiting_list, name="waiting_list"),
            path("waiting/add/", waiting_page.add, name="waiting_add"),
            path("patients/<uuid:pk>/course/", course_page.course, name="course"),
            path("courses/<uuid:pk>/", course_page.later, name="course_later"),
            path("days-off/", hours_pages.days_off, name="days_off"),
            path("closures/<int:pk>/", hours_pages.closure_plan, name="closure_plan"),
            path("calendar-address/", hours_pages.calendar_feed, name="calendar_feed"),
            path("patients/<uuid:pk>/export/", exports.download, name="export"),
            *file_urls.urls(),
            *find_urls.urls(),
            *sheet_page.urls(),
            *note_history_page.urls(),
        ]
        return [*(self._guarded(page) for page in pages), *note_page.urls(self.admin_view), *super().get_urls()]

    def _guarded(self, page: URLPattern) -> URLPattern:
        """The page behind the workbench's sign-in."""
        view = page.callback
        if str(page.pattern).startswith(emptied_files.UNDER_A_FILE):
            view = emptied_files.followed(view)
        page.callback = self.admin_view(view)
        return page


def _group(title: str, models: list[Any]) -> dict[str, Any]:
    """One heading of the settings page, as Django's template wants it."""
    label = slugify(title)
    return {"name": title, "app_label": label, "app_url": "", "has_module_perms": True, "models": models}


def _page(key: str) -> dict[str, Any]:
    """One of our own pages among the lists."""
    name, url = PAGES[key]
    return {"name": name, "object_name": key, "admin_url": reverse(url), "add_url": None, "perms": {}}


def _may_open(user: Any, key: str) -> bool:
    if key == "DaysOff":
        return bool(user.has_perm("bookings.view_closure"))
    return bool(key != "CalendarAddress" or getattr(user, "is_practitioner", False))
