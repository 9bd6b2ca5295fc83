"""The single marks of a chart as SVG: presentation attributes for paper, classes for the screen."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from patients.timeline import Standing, Visit


def day(at: datetime) -> str:
    """A local day as the titles of marks say it."""
    return f"{timezone.localtime(at):%-d %b %Y}"


def tag(name: str, css: str, *, title: str = "", **attributes: Any) -> SafeString:
    """One element; its title is what a pointer resting on it is told."""
    given = format_html_join("", ' {}="{}"', attributes.items())
    if not title:
        return format_html('<{0} class="{1}"{2}/>', name, css, given)
    return format_html('<{0} class="{1}"{2}><title>{3}</title></{0}>', name, css, given, title)


def line(path: str, css: str, **attributes: Any) -> SafeString:
    """A path that encloses nothing."""
    return tag("path", css, d=path, fill="none", stroke="currentColor", **attributes)


def text(words: str, x: float, y: float, css: str, *, anchor: str = "") -> SafeString:
    """Words at a place; nothing for no words."""
    if not words:
        return SafeString("")
    given = {"text-anchor": anchor} if anchor else {}
    attributes = format_html_join("", ' {}="{}"', given.items())
    return format_html('<text class="{}" x="{}" y="{}"{}>{}</text>', css, f"{x:g}", f"{y:g}", attributes, words)


def note(x: float, y: float, visit: Visit) -> SafeString:
    """A signed note is ticked, a draft half full, one in error crossed out; a late one carries a bar on its head."""
    said = f"{day(visit.at)}: {visit.title}, {_words(visit)}"
    css = "chart__note chart__note--signed" if visit.standing is Standing.SIGNED else "chart__note"
    box = {"x": f"{x - 9:g}", "y": f"{y - 9:g}", "width": 18, "height": 18, "rx": 3}
    parts = [tag("rect", css, **box, fill="none", stroke="currentColor", title=said), _inside(x, y, visit.standing)]
    if visit.is_late and visit.is_charted:
        parts.append(line(f"M{x - 9:g} {y - 14:g}h18", "chart__late", **{"stroke-width": 2}))
    return format_html_join("", "{}", ((part,) for part in parts))


def missed(x: float, y: float, said: str) -> SafeString:
    """A cross: nobody came."""
    return tag(
        "path",
        "chart__missed",
        d=f"M{x - 6:g} {y - 6:g}l12 12m0 -12l-12 12",
        fill="none",
        stroke="currentColor",
        title=said,
    )


def coming(x: float, y: float, said: str) -> SafeString:
    """A broken ring: the next appointment."""
    dashes = {"stroke-dasharray": "3 2.5"}
    return tag(
        "circle", "chart__coming", cx=x, cy=f"{y:g}", r=8, fill="none", stroke="currentColor", **dashes, title=said
    )


def _inside(x: float, y: float, standing: Standing) -> SafeString:
    if standing is Standing.SIGNED:
        return line(f"M{x - 4.5:g} {y + 0.5:g}l3 3 5.5 -6.5", "chart__tick")
    if standing is Standing.DRAFT:
        half = f"M{x - 9:g} {y:g}h18v6a3 3 0 0 1 -3 3h-12a3 3 0 0 1 -3 -3z"
        return tag("path", "chart__half", d=half, fill="currentColor")
    return line(f"M{x - 9:g} {y + 9:g}l18 -18", "chart__struck")


def _words(visit: Visit) -> str:
    late = ", entered on a later day" if visit.is_late else ""
    names = {
        Standing.SIGNED: "signed",
        Standing.DRAFT: "draft",
        Standing.IN_ERROR: "entered in error, not charted",
        Standing.DISCARDED: "discarded",
    }
    return f"{names[visit.standing]}{late}"
