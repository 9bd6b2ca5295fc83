"""Which characters the shipped fonts can print; what they cannot is named by its code point, never dropped."""

from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
from fontTools.ttLib import TTFont

PACKAGES = (fontpkg_noto_sans, fontpkg_noto_sans_arabic)
LAYOUT = {"\n", "\t"}
REFUSED = {"\ufeff", "\ufffe"}  # archives forbid them in a text, though fonts list them; so they do private use
DIRECTION_OVERRIDES = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def folders() -> list[Path]:
    """Where the fonts lie."""
    return [Path(str(package.ROOT)) / "files" for package in PACKAGES]


@cache
def covered() -> frozenset[str]:
    """Every character that one of the fonts has a glyph for."""
    characters: set[str] = set()
    for folder in folders():
        for file in sorted(folder.glob("*.ttf")):
            with TTFont(file, lazy=True) as font:
                characters |= {chr(code) for code in font.getBestCmap()}
    return frozenset(sign for sign in characters - DIRECTION_OVERRIDES - REFUSED if category(sign) not in ("Cc", "Co"))


def printable(value: Any) -> Any:
    """The same data with each character that cannot be printed named, like [U+1F600]; texts inside, too."""
    if isinstance(value, str):
        return "".join(sign if sign in LAYOUT or sign in covered() else f"[U+{ord(sign):04X}]" for sign in value)
    if isinstance(value, dict):
        return {key: printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [printable(part) for part in value]
    return value
