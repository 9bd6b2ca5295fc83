"""Whether a row of the page differs from last time: new, changed or stopped, as plain comparison."""

from typing import Any

from patients.last_visit import LastVisit

NEW, CHANGED, STOPPED = "new", "changed", "stopped"
COMPARED = {
    "symptom": ("answer",),
    "figure": ("answer",),
    "test": ("outcome", "familiar", "pain"),
    "cause": ("weight", "role"),
    "step": ("state",),
    "technique": ("tick", "region"),
    "exercise": ("tick", "dose", "rule"),
    "flag": ("reply",),
    "mimic": ("tick",),
    "score": ("value", "label"),
}
CARRIED = ("symptom", "cause", "step", "exercise")


def change(kind: str, fields: dict[str, Any], last: LastVisit, *, usual: str = "") -> str:
    """How the row differs; the first of the compared fields says whether there is anything at all."""
    if last.note is None:
        return ""
    compared = [fields[part] for part in COMPARED[kind] if part in fields]
    now, then = _plain(compared[0].value()), _plain(last.values.get(compared[0].name))
    if not now or not then:
        return NEW if now else STOPPED if then and kind in CARRIED else ""
    return "" if all(_is_same(bound, last, usual) for bound in compared) else CHANGED


def _is_same(bound: Any, last: LastVisit, usual: str) -> bool:
    """The same, or not said today; an exercise given without a pain rule was given under the usual one."""
    now, then = _said(bound, usual), _plain(last.values.get(bound.name))
    return now in ("", then) or (not then and bound.name.endswith("-rule"))


def _said(bound: Any, usual: str) -> Any:
    value = _plain(bound.value())
    return value or (usual if bound.name.endswith("-dose") else "")


def _plain(value: Any) -> Any:
    """A value as a browser would send it."""
    if value in (None, False, "", []):
        return ""
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    return "on" if value is True else str(value).replace("\r\n", "\n").strip()
