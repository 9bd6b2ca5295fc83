"""The versions of a condition: each change makes the next, and the text of every one can be read again."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, QuerySet

from patients.catalogue import writing
from patients.catalogue.kinds import KINDS
from patients.catalogue.reading import ConditionFile
from patients.models import CatalogueVersion, Condition


def keep(
    condition: Condition,
    *,
    what: str,
    now: datetime,
    by: Any = None,
    file: ConditionFile | None = None,
    is_edited: bool = True,
) -> CatalogueVersion:
    """Keep what the condition says now as the version it has; beside it the file, where a file says otherwise."""
    text = file.text if file and not is_edited else writing.text_of(condition)
    return CatalogueVersion.objects.create(
        condition=condition,
        number=condition.version,
        content_version=condition.content_version,
        sha256=file.sha256 if file else "",
        text=text,
        file_text=file.text if file and file.text != text else "",
        what=what[:200],
        made_by=by,
        loaded_at=now,
    )


def has_edits(condition: Condition) -> bool:
    """Something of it was changed in the admin, so that no file says all that it says."""
    if condition.edited_at or condition.own_order:
        return True
    rows = (kind.model._default_manager.filter(condition=condition).exclude(edited_at=None) for kind in KINDS)
    return Condition.objects.filter(reduce(or_, map(Exists, rows)), pk=condition.pk).exists()


def last_file(condition: Condition) -> CatalogueVersion | None:
    """The version that came from the file that was loaded last."""
    return from_files(condition).first()


def from_files(condition: Condition) -> QuerySet[CatalogueVersion]:
    """Versions that came from a file, the newest first."""
    return condition.versions.exclude(sha256="").order_by("-number")


def file_words(version: CatalogueVersion) -> str:
    """The text of the file that made a version."""
    return version.file_text or version.text
