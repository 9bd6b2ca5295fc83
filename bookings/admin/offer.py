"""What the clinic offers, where, and within which limits."""

from typing import Any

from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bookings.admin.forms import PolicyForm, ServiceForm
from bookings.models import BookingPolicy, Location, Room, Service


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    """Services; changing one leaves booked appointments as they were."""

    form = ServiceForm
    list_display = ["name", "duration_minutes", "price_words", "audience", "setting", "is_offered", "position"]
    list_filter = ["is_offered", "setting", "audience"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "description", "is_offered", "position"]}),
        ("How long, and for how much", {"fields": ["duration_minutes", "price_pence"]}),
        (
            "Kept free around it",
            {
                "fields": ["buffer_before_minutes", "buffer_after_minutes"],
                "description": "Nobody else is booked in these minutes: to write the note, air the room, wash up.",
            },
        ),
        ("For whom, where and with whom", {"fields": ["audience", "setting", "how_to_join", "practitioners"]}),
        ("In the diary", {"fields": ["colour"]}),
    ]

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
    fieldsets = [
        (None, {"fields": ["name", "street", "town", "postcode", "is_in_use"]}),
        ("Getting there", {"fields": ["directions", "access_notes"]}),
    ]


@admin.register(BookingPolicy)
class BookingPolicyAdmin(admin.ModelAdmin):
    """The clinic's one booking policy: the list leads straight to its form."""

    form = PolicyForm
    fieldsets = [
        ("When people can book", {"fields": ["notice_hours", "horizon_days", "step_minutes", "most_per_day"]}),
        ("While they book", {"fields": ["hold_minutes", "proves_email", "most_open_per_person"]}),
        ("Cancelling, moving and the waiting list", {"fields": ["cancel_hours", "offer_minutes"]}),
        ("What is mailed", {"fields": ["reminder_days", "sends_after_visit"]}),
        (
            "How far away",
            {
                "fields": ["clinic_reach_km", "home_reach_km", "travel_fixed_minutes", "travel_minutes_per_km"],
                "description": "As the crow flies between postcode districts. Travel time is kept free around home "
                "visits.",
            },
        ),
        ("How long details are kept", {"fields": ["keep_unseen_days"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        BookingPolicy.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:bookings_bookingpolicy_change", args=[1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
