"""How people's details are shown."""

from django import template

from bookings import feed_views, phones

register = template.Library()


@register.filter
def phone(stored: str) -> str:
    """A stored number as people dial it: +441414960123 is 0141 496 0123."""
    return phones.national(stored) if stored else ""


@register.filter
def initials(name: str) -> str:
    """A name for paper that lies about: A. R."""
    return feed_views.initials(name)
