"""Small words of a signed note."""

from datetime import date

from django import template

from patients.note_scores import version_words

register = template.Library()


@register.filter
def day(value: str) -> str:
    """`2026-11-19` as people read it."""
    return f"{date.fromisoformat(value):%-d %b %Y}"


@register.filter
def version(code: str) -> str:
    """The version of a measure without its hyphens: `week average`."""
    return version_words(code)
