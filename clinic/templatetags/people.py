"""How people's details are shown."""

import re

from django import template

from bookings import feed_views, phones

register = template.Library()

# Pages that belong to a list of the bar without lying under its address.
BELONG = {
    "Patients": re.compile(r"/admin/(patients/[0-9a-f]{8}-|episodes/|register/)"),
    "Notes": re.compile(r"/admin/notes/"),
}


@register.filter
def phone(stored: str) -> str:
    """A stored number as people dial it: +441414960123 is 0141 496 0123."""
    return phones.national(stored) if stored else ""


@register.filter
def belongs_to(path: str, name: str) -> bool:
    """Whether a page is about one of those that a list of the bar leads to."""
    return bool(name in BELONG and BELONG[name].match(path))


@register.filter
def initials(name: str) -> str:
    """A name for paper that lies about: A. R."""
    return feed_views.initials(name)
