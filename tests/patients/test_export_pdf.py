"""The PDF: any name in any script, nothing taken for markup, no letter lost, the same bytes every time."""

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from patients import notes
from patients.export import glyphs, pdf
from patients.models import RedFlagAnswer, SymptomQuestion
from tests.factories import START, make_condition, make_episode, make_note, make_patient
from tests.patients.printed import flat, gathered, pages, printed, reader
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db

NARROW_COLUMN = 164  # points: 58 mm
RIGHT_EDGE = 595 - 62  # points: the width of A4 without its margin
LITERAL = [
    '#eval("1")',
    "$x^2$ *bold* _it_ @ref <label> \\u{41}",
    "= heading\n- list\n+ list\n/ term: x",
    '#read("/etc/passwd") #image("x.png")',
    "<b>html</b> &amp; {{ 7 }} {% now %}",
    "`raw` // comment /* comment */ ~",
]


def test_an_urdu_name_survives_letter_by_letter() -> None:
    patient = make_patient(name="فاطمہ اختر")

    letters = set("".join(pages(patient)))

    assert "فاطمہ اختر" in printed(patient)
    assert set("فاطمہاختر") - letters == set()


@pytest.mark.parametrize("sign", ["🏃", "漢", "\u202e", "\x07", "\r", "\ue000", "\ufeff"])
def test_what_no_font_has_is_named_by_its_code_point(sign: str) -> None:
    patient = make_patient(name=f"Ailsa {sign} Reid")

    shown = flat(pages(patient)[0])

    assert f"[U+{ord(sign):04X}]" in shown
    assert "have no glyph in the fonts used" in shown


def test_every_character_said_to_be_printable_is_printed() -> None:
    signs = " ".join(f"x{sign}" for sign in sorted(glyphs.covered()))

    assert len(PdfReader(BytesIO(pdf.render(gathered(make_note(plan=signs).episode.patient)))).pages) > 1


def test_half_a_character_is_named_too() -> None:
    assert glyphs.printable(["a\ud83db"]) == ["a[U+D83D]b"]


@pytest.mark.parametrize("hostile", LITERAL)
def test_markup_of_any_kind_is_printed_as_typed(hostile: str) -> None:
    note = make_note(plan=hostile, history=hostile)

    said = flat(" ".join(pages(note.episode.patient)))

    assert said.count(flat(hostile)) == 2


def test_every_page_has_its_number_and_the_reference() -> None:
    note = make_note(history="\n".join(f"Line {number}" for number in range(600)))
    reference = note.episode.patient.reference

    shown = [flat(page) for page in pages(note.episode.patient)]

    assert len(shown) > 5
    assert [f"page {number} of {len(shown)}" in page for number, page in enumerate(shown, start=1)] == [True] * len(
        shown
    )
    assert [f"Reference {reference}" in page for page in shown] == [True] * len(shown)


def test_a_word_longer_than_the_page_loses_no_letter() -> None:
    note = make_note(plan="q" * 7_000)

    assert "".join(pages(note.episode.patient)).count("q") == 7_000
    assert max(len(line) for line in printed(note.episode.patient).splitlines()) <= 80


def test_no_letter_leaves_the_page() -> None:
    wide = "W" * 35
    note = signed_note(episode=make_episode(patient=make_patient(name=wide, alerts=wide * 2), onset=wide * 3))
    draft = make_note(episode=note.episode, author=note.author, plan="W" * 4_000)
    notes.add_addendum(note=note, author=note.author, kind="addition", text="W\n" * 200, now=START)

    seen = [place for page in reader(draft.episode.patient).pages for place in _places(page)]

    assert len(seen) > 4_000
    assert (max(left for left, _ in seen) < RIGHT_EDGE, min(bottom for _, bottom in seen) > 30) == (True, True)


def test_a_long_name_stays_in_its_column() -> None:
    make_condition()
    SymptomQuestion.objects.update(ask="Щ" * 30)
    first = reader(signed_note().episode.patient)

    wide = [left for page in first.pages for left, _, words in _pieces(page) if "Щ" in words]

    assert (len(wide) >= 90, max(wide) < 62 + NARROW_COLUMN) == (True, True)


def test_a_remark_of_many_lines_goes_on_overleaf() -> None:
    note = signed_note()
    notes.add_addendum(note=note, author=note.author, kind="addition", text="ж\n" * 300, now=START)
    draft = saved_note(episode=note.episode, author=note.author)
    RedFlagAnswer.objects.filter(note=draft, red_flag__code="fracture").update(action="щ\n" * 300)

    heights = [bottom for page in reader(note.episode.patient).pages for _, bottom in _places(page)]
    said = "".join(pages(note.episode.patient))

    assert (said.count("ж"), said.count("щ"), min(heights) > 30) == (300, 300, True)


def test_the_same_record_gives_the_same_bytes() -> None:
    one = gathered(signed_note().episode.patient)

    assert pdf.render(one) == pdf.render(one)


def test_the_pdf_is_tagged_for_readers_and_archives() -> None:
    body = pdf.render(gathered(signed_note().episode.patient))
    catalog = PdfReader(BytesIO(body)).trailer["/Root"]

    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == "en-GB"
    assert (b"pdfuaid:part" in body, b"pdfaid:part" in body) == (True, True)


def test_all_fonts_are_inside() -> None:
    reader = PdfReader(BytesIO(pdf.render(gathered(make_patient(name="Ailsa فاطمہ")))))
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in _fonts(page)}

    assert all("+" in name for name in fonts)
    assert {"NotoSans", "NotoSansArabic"} <= {re.sub(r"[^A-Za-z].*", "", name.split("+")[1]) for name in fonts}


def _places(page: Any) -> list[tuple[float, float]]:
    return [(left, bottom) for left, bottom, _ in _pieces(page)]


def _pieces(page: Any) -> list[tuple[float, float, str]]:
    """Where each piece of text begins, and how low it stands; in a word that was broken each letter is a piece."""
    found: list[tuple[float, float, str]] = []

    def see(words: str, within: list[float], at: list[float], font: Any, size: float) -> None:
        if words.strip():
            found.append((within[0] * at[4] + within[4], within[3] * at[5] + within[5], words))

    page.extract_text(visitor_text=see)
    return found


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_line_breaks_and_tabs_are_printable() -> None:
    assert glyphs.printable({"a": ["x\ny\tz", ("é", 1)]}) == {"a": ["x\ny\tz", ["é", 1]]}
