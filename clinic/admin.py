"""Staff of the clinic."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group

from clinic.models import User

admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(UserAdmin):
    """People who sign in, with what patients read about practitioners."""

    list_display = ["username", "display_name", "title", "is_practitioner", "is_active"]
    list_filter = ["is_practitioner", "is_active"]
    filter_horizontal = []
    fieldsets = (
        (None, {"fields": ["username", "password"]}),
        ("Who they are", {"fields": ["first_name", "last_name", "email", "title", "registration_number"]}),
        ("At work", {"fields": ["is_practitioner", "introduction", "is_active", "is_staff", "is_superuser"]}),
        ("When", {"fields": ["last_login", "date_joined"]}),
    )
    readonly_fields = ["last_login", "date_joined"]
