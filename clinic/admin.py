"""Staff of the clinic."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from clinic.models import User


@admin.register(User)
class StaffAdmin(UserAdmin):
    """People who sign in, with what patients read about practitioners."""

    list_display = ["username", "display_name", "title", "is_practitioner", "is_active"]
    list_filter = ["is_practitioner", "is_active"]
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        ("At work", {"fields": ["title", "registration_number", "is_practitioner", "introduction"]}),
    )
