"""The documents say what is true: every rule with its test, every setting, no dead link."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
RULES = (ROOT / "docs" / "rules.md").read_text()
ROW = re.compile(r"^\| `(?P<name>\w+)` \|.*\| `(?P<file>tests/[\w/]+\.py)::(?P<test>\w+)` \|$", re.MULTILINE)

BOOKING = (ROOT / "docs" / "booking.md").read_text()
PROMISE = re.compile(r"^\| (?P<said>[^`|]+) \| `(?P<file>tests/[\w/]+\.py)::(?P<test>\w+)` \|$", re.MULTILINE)


def constraint_names() -> set[str]:
    ours = (model for label in ("patients", "bookings", "clinic") for model in apps.get_app_config(label).get_models())
    return {constraint.name for model in ours for constraint in model._meta.constraints}


@cache
def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_constraint_is_a_rule_in_the_list_and_the_other_way_round() -> None:
    listed = [row["name"] for row in ROW.finditer(RULES)]

    assert sorted(listed) == sorted(constraint_names())


def test_every_rule_names_a_test_that_exists() -> None:
    lost = [row["name"] for row in ROW.finditer(RULES) if row["test"] not in functions_in(ROOT / row["file"])]

    assert lost == []


def test_every_promise_of_booking_names_a_test_that_exists() -> None:
    rows = PROMISE.finditer(BOOKING)

    assert [row["said"] for row in rows if row["test"] not in functions_in(ROOT / row["file"])] == []


def test_every_line_of_the_table_of_promises_is_read() -> None:
    assert len(list(PROMISE.finditer(BOOKING))) == BOOKING.count("| `tests/")


def test_every_setting_is_described_and_in_the_example() -> None:
    calls = re.findall(
        r"""(?:env\.\w+|_secret|_flag)\(\s*"([A-Z_]+)\"""", (ROOT / "clinic" / "settings.py").read_text()
    )
    described = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    exemplified = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(set(calls)) == sorted(described) == sorted(exemplified)


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()) if "://" not in link]

    assert [link for link in targets if link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-e2e"])
def test_every_package_asked_for_is_in_the_locked_list(name: str) -> None:
    asked = re.findall(r"^([A-Za-z][\w-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    locked = re.findall(r"^([a-z][\w-]*)(?:\[\w+\])?==", (ROOT / f"{name}.txt").read_text(), re.MULTILINE)

    assert sorted({one.lower() for one in asked} - set(locked)) == []


def test_every_document_can_be_found_from_the_map() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    others = [str(path.relative_to(ROOT / "docs")) for path in documents()[1:] if path.name != "index.md"]

    assert [name for name in others if f"({name})" not in index] == []
