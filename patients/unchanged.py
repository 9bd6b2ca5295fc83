"""What signing says about a note in the light of the notes before it: new, changed, or unchanged since which day.

Plain comparison of what was recorded; no judgement of better or worse.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils import timezone

from patients import seal
from patients.contents import Content, note_content
from patients.models import CaseNote

Key = tuple[str, ...]
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
TEXTS = ("load_plan", "avoid")
FACTS: dict[str, Callable[[Content], Any]] = {
    "symptoms": lambda one: (one["number"], sorted(one["codes"]), one["text"]),
    "suspected_causes": lambda one: (one["role"]["code"], one["weight"]["code"]),
    "treatment_steps": lambda one: one["state"]["code"],
    "home_exercises": lambda one: (one["dose"], one["load_rule"]["code"]),
}
WAS: dict[str, Callable[[Content], str]] = {
    "symptoms": lambda one: one["answer"],
    "suspected_causes": lambda one: f"{one['weight']['words']}, {one['role']['words']}",
    "treatment_steps": lambda one: one["state"]["words"],
    "home_exercises": lambda one: one["dose"],
}
DROPPED = {"suspected_causes": "label", "home_exercises": "name"}


def marked(note: CaseNote) -> Content:
    """The content of a note with its marks; reads no further back than it must."""
    seals = CaseNote.objects.before(note).values_list("seal", flat=True)
    return mark(note_content(note), (seal.opened(one) for one in seals.iterator(chunk_size=4)))


def mark(content: Content, earlier: Iterable[Content]) -> Content:
    """The same content with what changed since the newest of the earlier ones, newest first."""
    before = iter(earlier)
    last = next(before, None)
    if last is None:
        return content
    found = _found(last)
    same = {key: one for key, one in _found(content).items() if key in found and _is_same(key, one, found[key])}
    since = _since(same, chain([last], before))
    return {
        **content,
        **{kind: [_marked(kind, one, found, since) for one in content[kind]] for kind in FACTS},
        "compared_with": _day(last),
        "texts_since": {name: since[(name,)] for name in TEXTS if (name,) in since and content[name].strip()},
        "no_longer": list(_no_longer(content, last)),
    }


def _marked(kind: str, one: Content, found: dict[Key, Any], since: dict[Key, str]) -> Content:
    key, is_figure = _key(kind, one), one.get("number") is not None
    if key not in found:
        return one if is_figure else {**one, "change": NEW}
    if key not in since:
        return {**one, "change": CHANGED, "was": WAS[kind](found[key])}
    if is_figure:
        return one  # a figure is asked anew each time: the same one again is no carried state
    return {**one, "change": UNCHANGED, "unchanged_since": since[key]}


def _since(same: dict[Key, Any], earlier: Iterator[Content]) -> dict[Key, str]:
    """The day of the first note in an unbroken row that says the same."""
    since: dict[Key, str] = {}
    open_keys = set(same)
    for content in earlier:
        found = _found(content)
        for key in sorted(open_keys):
            if key not in found or not _is_same(key, same[key], found[key]):
                open_keys.discard(key)
                continue
            since[key] = _day(content)
            if told := _told(key, found[key], content):
                since[key] = told
                open_keys.discard(key)
        if not open_keys:
            break
    return since


def _told(key: Key, one: Any, content: Content) -> str:
    """The day that a note said itself when it was sealed, if it said one."""
    if len(key) == 1:
        day: str = content.get("texts_since", {}).get(key[0], "")
        return day
    if one.get("change") in (NEW, CHANGED):
        return _day(content)
    return str(one.get("unchanged_since", ""))


def _no_longer(content: Content, last: Content) -> Iterator[Content]:
    """Causes and exercises of last time that this note does not name."""
    for kind, words in DROPPED.items():
        here = {one["code"] for one in content[kind]}
        for one in last[kind]:
            if one["code"] not in here:
                yield {"kind": kind, "code": one["code"], "words": one[words]}


def _found(content: Content) -> dict[Key, Any]:
    found: dict[Key, Any] = {_key(kind, one): one for kind in FACTS for one in content[kind]}
    return found | {(name,): content[name] for name in TEXTS}


def _key(kind: str, one: Content) -> Key:
    return (kind, one["code"], one["side"]["code"]) if "side" in one else (kind, one["code"])


def _is_same(key: Key, now: Any, then: Any) -> bool:
    """An exercise that was given without a pain rule was given under the usual one."""
    if len(key) == 1:
        return bool(now == then)
    if key[0] == "home_exercises" and not then["load_rule"]["code"]:
        return bool(now["dose"] == then["dose"])
    return bool(FACTS[key[0]](now) == FACTS[key[0]](then))


def _day(content: Content) -> str:
    return timezone.localdate(datetime.fromisoformat(content["seen_at"])).isoformat()
