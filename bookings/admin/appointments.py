"""The list of appointments, and the outbox."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince

from bookings import phones
from bookings.availability import local_day, local_moment
from bookings.models import Appointment, Notice


class StateFilter(admin.SimpleListFilter):
    """By what became of them; times that are merely kept are nobody's appointment."""

    title = "state"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, words.capitalize()) for value, words in Appointment.Status.choices if value != "held"]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        chosen = {value for value, _ in self.lookup_choices}
        return queryset.filter(status=self.value()) if self.value() in chosen else queryset


class WhenFilter(admin.SimpleListFilter):
    """By when they are; bounds on the start, so that an index serves however many are stored."""

    title = "when"
    parameter_name = "when"
    DAYS: Mapping[str, tuple[int, int]] = {"today": (0, 1), "coming": (0, 31), "past": (-30, 0), "year": (-365, 0)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("today", "Today"),
            ("coming", "The next month"),
            ("past", "The last month"),
            ("year", "The last year"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        if self.value() not in self.DAYS:
            return queryset
        today = local_day(timezone.now())
        first, last = (
            local_moment(today + timedelta(days=number), time.min) for number in self.DAYS[self.value() or ""]
        )
        return queryset.filter(starts_at__gte=first, starts_at__lt=last)


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):
    """Every appointment; each line leads to its page at the desk, and nothing is ever deleted."""

    list_display = ["when", "name", "service_name", "practitioner", "state", "phone_words", "reference"]
    list_display_links = None
    list_filter = [WhenFilter, StateFilter, "is_late_cancel", "practitioner", "service"]
    list_select_related = ["practitioner"]
    search_fields = ["name", "reference", "email", "phone"]
    search_help_text = "Name, reference, email or phone"
    raw_id_fields = ["patient", "case_note", "course"]
    ordering = ["-starts_at"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        return Appointment.objects.for_people()

    @admin.display(description="phone")
    def phone_words(self, appointment: Appointment) -> str:
        return phones.national(appointment.phone) if appointment.phone else ""

    @admin.display(description="when", ordering="starts_at")
    def when(self, appointment: Appointment) -> str:
        words = f"{timezone.localtime(appointment.starts_at):%a %d %b %Y, %H:%M}"
        return format_html('<a href="{}">{}</a>', reverse("admin:appointment", args=[appointment.pk]), words)

    @admin.display(description="state", ordering="status")
    def state(self, appointment: Appointment) -> str:
        """The state with what is out of the ordinary about it."""
        late = ", late" if appointment.is_late_cancel else ""
        beside = ", beside another" if appointment.overbook_reason and appointment.is_live else ""
        return f"{appointment.get_status_display()}{late}{beside}"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:book"))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's own page would show everybody what brings the patient; the desk's does not."""
        return HttpResponseRedirect(reverse("admin:appointment", args=[object_id]))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """The outbox: what was sent, what waits, what went wrong."""

    list_display = ["due_at", "kind", "recipient", "attempts", "sent_at", "dropped_at", "last_error"]
    list_display_links = None
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter), ("dropped_at", admin.EmptyFieldListFilter)]
    list_select_related = ["appointment", "course__patient", "offer__entry", "entry", "personal_link"]
    search_fields = ["appointment__name", "appointment__email", "appointment__reference", "entry__email"]
    search_help_text = "Name, email or reference"
    ordering = ["-due_at"]
    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        now = timezone.now()
        oldest = Notice.objects.due_since(now)
        words = f"The oldest mail that is due has waited for {timesince(oldest, now)}." if oldest else "No mail is due."
        return super().changelist_view(request, {"subtitle": words, **(extra_context or {})})

    @admin.display(description="to")
    def recipient(self, notice: Notice) -> str:
        name, address = notice.recipient
        return f"{name} <{address}>" if name else address

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
