"""Who may open the record in the admin: practitioners, and nobody deletes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.access import may_open_records


class PractitionerAdmin(admin.ModelAdmin):
    """A screen of the record: for practitioners, without deleting and without the admin's own action log of words."""

    actions: Any = []

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_open_records(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_open_records(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_open_records(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_open_records(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(PractitionerAdmin):
    """A screen that only shows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
