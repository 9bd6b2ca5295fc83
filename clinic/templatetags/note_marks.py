"""What the note's page marks on its scales."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def pain_last_time(row: Any) -> str:
    """The score a test had last time, as the scale names its points."""
    score = row.again_values.get(row.fields["pain"].html_name, "")
    return f"{score} out of 10" if score else ""
