"""The look's own rules: nothing inline, colours from the tokens, error pages that stand without a database."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR)
PAGES = sorted((ROOT / "templates").rglob("*.html"))
TEMPLATES = [page for page in PAGES if page.parent.name != "mail"]  # a mail brings its own style
STYLES = sorted((ROOT / "clinic/static/clinic").glob("*.css"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)|\b(?:rgb|hsl|oklch)a?\(")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_template_has_nothing_inline_and_is_short(template: Path) -> None:
    text = template.read_text()

    assert INLINE.findall(text) == []
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("sheet", STYLES, ids=name)
def test_style_sheet_is_short_and_shouts_nowhere(sheet: Path) -> None:
    text = sheet.read_text()

    assert "!important" not in text
    assert len(text.splitlines()) <= 200


@pytest.mark.parametrize("sheet", [one for one in STYLES if one.name != "tokens.css"], ids=name)
def test_style_sheet_takes_its_colours_from_the_tokens(sheet: Path) -> None:
    assert RAW_COLOUR.findall(sheet.read_text()) == []


@pytest.mark.parametrize("sheet", STYLES, ids=name)
def test_every_token_that_is_used_exists(sheet: Path) -> None:
    known = {token for one in STYLES for token in re.findall(r"(--[a-z-]+(?:\d+)?):", one.read_text())}

    assert set(re.findall(r"var\((--[a-z-]+(?:\d+)?)", sheet.read_text())) - known == set()


@pytest.mark.parametrize("page", ["400.html", "500.html", "503.html"])
def test_error_page_stands_without_context_and_without_a_database(page: str) -> None:
    html = render_to_string(page)

    assert "<h1>" in html
    assert 'href="tel:999"' in html
