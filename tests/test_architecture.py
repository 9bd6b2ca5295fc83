"""The shape of the code: who may import whom, how long things may be, and nothing inline."""

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("patients", "bookings", "clinic")
BELOW = {"patients": (), "bookings": ("patients",), "clinic": ("bookings", "patients")}
PUBLIC = (
    *("views", "manage_views", "forms", "availability", "openings", "diary", "attendance", "taking", "waiting"),
    *("courses", "course_plans"),
    *("manage_forms", "move_views", "moving", "suiting", "ticket", "waiting_forms", "waiting_views"),
    *("area", "links", "ics", "letters", "notices"),
)
RECORD_SIDE = ("desk", "intake", "admin", "export", "constraints", "management")  # commands ask whether guards stand
OUTSIDE = {".git", ".venv", "var", "node_modules", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache"}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|home|root|opt|Users)/\w|/tmp/\w|(?i:https?://[\w.-]*pypi\.)")
FORBIDDEN_NAMES = ("helpers.py", "utils.py", "misc.py", "common.py")


@cache
def ours() -> list[Path]:
    """Every file of ours, migrations left out."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = {*folders} - {*OUTSIDE, "migrations"}
        found += [Path(folder, name) for name in names]
    return sorted(found)


def files(*suffixes: str, under: Path = ROOT) -> list[Path]:
    return [path for path in ours() if path.suffix in suffixes and under in path.parents]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_files() -> list[Path]:
    return [path for package in PACKAGES for path in files(".py", under=ROOT / package)]


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run; what stands under TYPE_CHECKING is for the type checker only."""
    for child in ast.iter_child_nodes(tree):
        if not is_type_checking(child):
            yield child
            yield from nodes(child)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def faults(paths: Iterable[Path], look: Callable[[Path], Any]) -> dict[str, Any]:
    """What a look finds wrong, by file."""
    return {named(path): found for path in paths if (found := look(path))}


@cache
def imported(path: Path) -> set[str]:
    """The dotted names a file imports, `from a import b` as both a and a.b."""
    names: set[str] = set()
    package = path.relative_to(ROOT).parts[:-1]
    for node in nodes(parsed(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            names.update({module, *(f"{module}.{alias.name}" for alias in node.names)})
    return names


def reaches(path: Path, packages: tuple[str, ...]) -> list[str]:
    return sorted(name for name in imported(path) if name.split(".")[0] in packages)


def sees_the_record(path: Path) -> bool:
    """One of the few modules of bookings that may, as one file or as a package of that name."""
    return path.relative_to(ROOT / "bookings").with_suffix("").parts[0] in RECORD_SIDE


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_down(package: str) -> None:
    above = tuple(other for other in PACKAGES if other != package and other not in BELOW[package])

    assert faults(files(".py", under=ROOT / package), lambda path: reaches(path, above)) == {}


def test_booking_pages_never_see_the_record() -> None:
    public = [path for path in files(".py", under=ROOT / "bookings") if not sees_the_record(path)]

    assert faults(public, lambda path: reaches(path, ("patients",))) == {}


@pytest.mark.parametrize("name", PUBLIC)
def test_the_wall_stands_around_every_booking_page(name: str) -> None:
    assert ROOT / "bookings" / f"{name}.py" in package_files()


def hidden_imports(path: Path) -> list[str]:
    functions = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef)]
    if path.name == "apps.py":  # Django's one place for imports that need the models
        functions = [function for function in functions if function.name != "ready"]
    return [
        f"{function.name}, line {node.lineno}"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_nothing_is_imported_inside_a_function() -> None:
    assert faults(package_files(), hidden_imports) == {}


def long_functions(path: Path) -> dict[str, int]:
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return {name: length for name, length in lengths.items() if length > 40}


def test_functions_fit_on_a_screen() -> None:
    assert faults(package_files(), long_functions) == {}


LIMITS = {".py": 300, ".html": 120, ".css": 200, ".js": 200}


@pytest.mark.parametrize("suffix", LIMITS)
def test_files_are_short(suffix: str) -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in files(suffix)}

    assert {name: length for name, length in lengths.items() if length > LIMITS[suffix]} == {}


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE
)


PAGES = [
    path for path in files(".html", under=ROOT / "templates") if path.parent.name != "mail"
]  # a mail has no stylesheet


def test_nothing_is_inline() -> None:
    assert faults(PAGES, lambda path: INLINE.findall(path.read_text())) == {}


FETCHING = re.compile(
    r"""(?:src|srcset)\s*=\s*["']\s*(?:https?:)?//|url\(\s*["']?(?:https?:)?//"""
    r"""|@import\s+["'](?:https?:)?//|<link[^>]+href=["'](?:https?:)?//"""
)


def test_pages_fetch_nothing_from_elsewhere() -> None:
    assert faults(files(".html", ".css", ".js", ".svg"), lambda path: FETCHING.findall(path.read_text())) == {}


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    assert [named(path) for path in package_files() if path.name in FORBIDDEN_NAMES] == []


def test_nothing_speaks_of_one_machine() -> None:
    texts = files(".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".sh", ".example")
    told = [path for path in texts if path != Path(__file__).resolve()]

    assert (
        faults([*told, ROOT / "Makefile", ROOT / ".ci/run"], lambda path: MACHINE_PATHS.findall(path.read_text())) == {}
    )
