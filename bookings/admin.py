"""What the clinic offers and when, and the list of appointments."""

from typing import Any

from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from bookings import phones
from bookings.models import Appointment, BookingPolicy, Closure, Location, Notice, OpeningHours, Room, Service


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    """Services; changing one leaves booked appointments as they were."""

    list_display = ["name", "duration_minutes", "price_words", "buffer_after_minutes", "is_offered", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Practitioners as tick boxes: there are few, and all can be seen at once."""
        return super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)

    @admin.display(description="price", ordering="price_pence")
    def price_words(self, service: Service) -> str:
        return service.price_words


class RoomInline(admin.TabularInline):
    """Rooms of a location."""

    model = Room
    extra = 1


@admin.register(Location)
class LocationAdmin(admin.ModelAdmin):
    """Places where people are treated."""

    list_display = ["name", "street", "postcode", "is_in_use"]
    search_fields = ["name", "street", "postcode"]
    inlines = [RoomInline]


@admin.register(OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin):
    """Weekly hours by the clock on the wall in Glasgow."""

    list_display = ["practitioner", "weekday", "opens", "closes", "location", "valid_from", "valid_until"]
    list_display_links = ["weekday"]
    list_filter = ["practitioner", "weekday"]
    list_select_related = ["practitioner", "location"]
    search_fields = ["practitioner__first_name", "practitioner__last_name"]


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):
    """Days off; untick `we keep it` to stay open."""

    list_display = ["first_day", "last_day", "reason", "whose", "hours", "is_kept"]
    list_editable = ["is_kept"]
    list_filter = ["is_kept", "practitioner"]
    list_select_related = ["practitioner"]
    search_fields = ["reason"]
    date_hierarchy = "first_day"

    @admin.display(description="for", ordering="practitioner")
    def whose(self, closure: Closure) -> str:
        return closure.practitioner.display_name if closure.practitioner else "everybody"

    @admin.display(description="time")
    def hours(self, closure: Closure) -> str:
        if closure.from_time and closure.until_time:
            return f"{closure.from_time:%H:%M} to {closure.until_time:%H:%M}"
        return "all day"


@admin.register(BookingPolicy)
class BookingPolicyAdmin(admin.ModelAdmin):
    """The clinic's one booking policy: the list leads straight to its form."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        BookingPolicy.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:bookings_bookingpolicy_change", args=[1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):
    """Every appointment; each line leads to its page at the desk, and nothing is ever deleted."""

    list_display = ["when", "name", "service_name", "practitioner", "status", "phone_words", "reference"]
    list_display_links = None
    list_filter = ["status", "practitioner", "service"]
    list_select_related = ["practitioner"]
    search_fields = ["name", "reference", "email", "phone"]
    search_help_text = "Name, reference, email or phone"
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description="phone")
    def phone_words(self, appointment: Appointment) -> str:
        return phones.national(appointment.phone) if appointment.phone else ""

    @admin.display(description="when", ordering="starts_at")
    def when(self, appointment: Appointment) -> str:
        words = f"{timezone.localtime(appointment.starts_at):%a %d %b %Y, %H:%M}"
        return format_html('<a href="{}">{}</a>', reverse("admin:appointment", args=[appointment.pk]), words)

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
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter)]
    list_select_related = ["appointment"]
    search_fields = ["appointment__name", "appointment__email", "appointment__reference"]
    ordering = ["-due_at"]

    @admin.display(description="to")
    def recipient(self, notice: Notice) -> str:
        return f"{notice.appointment.name} <{notice.appointment.email}>"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
