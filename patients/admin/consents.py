"""What people agree to: a new text is a new version, and those before it stay to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from patients import consents
from patients.access import may_open_records
from patients.admin.access import ReadOnlyAdmin
from patients.models import ConsentWording


@admin.register(ConsentWording)
class ConsentWordingAdmin(ReadOnlyAdmin):
    """Wordings, newest first; add one to replace the present one for whoever is asked from now on."""

    list_display = ["__str__", "written_at", "begins"]
    fields = ["text"]
    search_fields = ["text"]
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_open_records(request.user)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The present text, to be changed."""
        present = ConsentWording.current()
        return {"text": present.text} if present else {}

    def save_model(self, request: HttpRequest, obj: ConsentWording, form: Any, change: bool) -> None:
        written = consents.write_wording(text=obj.text.replace("\r\n", "\n"), now=timezone.now())
        obj.pk, obj.number, obj.written_at = written.pk, written.number, written.written_at

    @admin.display(description="text")
    def begins(self, wording: ConsentWording) -> str:
        return f"{wording.text[:80]}…" if len(wording.text) > 80 else wording.text
