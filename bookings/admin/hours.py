"""When people can be booked: weekly hours, openings of one day, closures."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from bookings import closures
from bookings.admin.forms import ClosureForm, ExtraOpeningForm, HoursForm
from bookings.models import Closure, ExtraOpening, Location, OpeningHours


@admin.register(OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin):
    """Weekly hours by the clock on the wall in Glasgow."""

    form = HoursForm
    list_display = ["practitioner", "weekday", "opens", "closes", "location", "room", "valid_from", "valid_until"]
    list_display_links = ["weekday"]
    list_filter = ["practitioner", "weekday"]
    list_select_related = ["practitioner", "location", "room__location"]
    search_fields = ["practitioner__first_name", "practitioner__last_name"]
    fieldsets = [
        ("Who and where", {"fields": ["practitioner", "location", "room"]}),
        (
            "Every week",
            {
                "fields": ["weekday", "opens", "closes"],
                "description": "By the clock on the wall. A break in the middle of the day is two of these, for "
                "instance 9:00 to 12:30 and 13:30 to 17:30.",
            },
        ),
        (
            "From when until when",
            {
                "fields": ["valid_from", "valid_until"],
                "description": "For new hours, end these on the day before and add others from that day on.",
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OpeningHours]:
        return OpeningHours.objects.weekly()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**likely(request), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: OpeningHours, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if other := form.overlapping().first():
            words = "Saved. It overlaps other hours of the same person: {}. If one of them is a slip, change it."
            messages.warning(request, words.format(other))


@admin.register(ExtraOpening)
class ExtraOpeningAdmin(admin.ModelAdmin):
    """Openings on one date, on top of the weekly hours."""

    form = ExtraOpeningForm
    list_display = ["valid_from", "opens", "closes", "practitioner", "location", "reason"]
    list_filter = ["practitioner"]
    list_select_related = ["practitioner", "location"]
    search_fields = ["reason", "practitioner__first_name", "practitioner__last_name"]
    date_hierarchy = "valid_from"
    ordering = ["-valid_from", "opens"]
    fieldsets = [
        (
            None,
            {
                "fields": ["valid_from", "opens", "closes"],
                "description": "People can be booked then, even on a day when the clinic is closed.",
            },
        ),
        ("Who and where", {"fields": ["practitioner", "location", "room", "reason"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExtraOpening]:
        return super().get_queryset(request).filter(is_extra=True)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**likely(request), **super().get_changeform_initial_data(request)}


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):
    """Days off and breaks; whoever is booked meanwhile is listed, and told nothing until somebody says so."""

    form = ClosureForm
    list_display = ["first_day", "last_day", "reason", "whose", "hours", "is_kept"]
    list_filter = ["is_kept", "practitioner"]
    list_select_related = ["practitioner"]
    search_fields = ["reason"]
    date_hierarchy = "first_day"
    readonly_fields = ["who_must_be_moved"]
    fieldsets = [
        ("Which days", {"fields": ["first_day", "last_day"]}),
        (
            "Part of the day only",
            {
                "fields": ["from_time", "until_time"],
                "description": "On each of the days. For a break every week, use two opening hours instead.",
            },
        ),
        ("Who and why", {"fields": ["practitioner", "reason", "source", "is_kept", "who_must_be_moved"]}),
    ]

    @admin.display(description="for", ordering="practitioner")
    def whose(self, closure: Closure) -> str:
        return closure.practitioner.display_name if closure.practitioner else "everybody"

    @admin.display(description="time")
    def hours(self, closure: Closure) -> str:
        if closure.from_time and closure.until_time:
            return f"{closure.from_time:%H:%M} to {closure.until_time:%H:%M}"
        return "all day"

    @admin.display(description="who must be moved")
    def who_must_be_moved(self, closure: Closure) -> str:
        if closure.pk is None:
            return "Whoever is booked meanwhile is listed once you save. Nobody is told until you say so."
        count = _count(closure)
        if not count:
            return "Nobody is booked meanwhile."
        url = reverse("admin:closure_plan", args=[closure.pk])
        return format_html('<a href="{}">{} booked meanwhile</a>', url, count)

    def response_add(self, request: HttpRequest, obj: Closure, post_url_continue: Any = None) -> HttpResponse:
        return _to_the_plan(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Closure) -> HttpResponse:
        return _to_the_plan(request, obj) or super().response_change(request, obj)


def likely(request: HttpRequest) -> dict[str, Any]:
    """Values that are right most of the time: today, oneself, the only place."""
    places = list(Location.objects.filter(is_in_use=True)[:2])
    who = {"practitioner": request.user.pk} if getattr(request.user, "is_practitioner", False) else {}
    return {"valid_from": timezone.localdate(), **who, **({"location": places[0].pk} if len(places) == 1 else {})}


def _count(closure: Closure) -> int:
    return len(closures.in_the_way([closure], now=timezone.now()).get(closure.pk, []))


def _to_the_plan(request: HttpRequest, closure: Closure) -> HttpResponse | None:
    """The list of who must be moved, when there is anybody."""
    if not _count(closure):
        return None
    messages.warning(request, "Saved. People are booked meanwhile: nobody was cancelled, and nobody was told.")
    return HttpResponseRedirect(reverse("admin:closure_plan", args=[closure.pk]))
