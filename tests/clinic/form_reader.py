"""What a browser would send from a form, read from the page as it was served."""

from html.parser import HTMLParser
from typing import Any

LINE_TYPES = {"text", "hidden", "date", "time", "number"}


class FormReader(HTMLParser):
    """Fields of the form that holds a button named `do`: filled, ticked, chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self._kept: dict[str, list[str]] = {}
        self._area = self._select = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self._kept = {}
        elif tag == "input":
            self._input(given)
        elif tag == "textarea":
            self._area, self._words = given["name"], []
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and ("selected" in given or self._select not in self._kept):
            self._kept[self._select] = [given["value"]]
        elif tag == "button" and given.get("name") == "do":
            self.fields = self._kept

    def handle_data(self, data: str) -> None:
        if self._area:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            typed = "".join(self._words).removeprefix("\n")
            self._kept.setdefault(self._area, []).append(typed.replace("\n", "\r\n"))
            self._area = ""

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if name and (kind in LINE_TYPES or (kind in {"radio", "checkbox"} and "checked" in given)):
            untyped = "" if kind in LINE_TYPES else "on"
            self._kept.setdefault(name, []).append(given.get("value", untyped))


def read(answer: Any) -> FormReader:
    """The form on an answer."""
    reader = FormReader()
    reader.feed(answer.content.decode())
    return reader
