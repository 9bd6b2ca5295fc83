"""A condition written out again: whatever a file said comes back, word for word."""

from pathlib import Path
from typing import Any

import pytest

from patients.catalogue import reading, writing
from patients.catalogue.loader import FOLDER, load
from patients.models import Condition
from tests.factories import START
from tests.patients.condition_files import RIGHT, written

pytestmark = pytest.mark.django_db


def test_what_a_file_says_is_written_out_again_word_for_word(tmp_path: Path) -> None:
    path = written(tmp_path)
    load([path], now=START)

    again = written(tmp_path, writing.text_of(Condition.objects.get()), "again.yaml")

    assert reading.read(again).entry == reading.read(path).entry


def test_the_clinics_own_conditions_survive_being_written_out(tmp_path: Path) -> None:
    path = FOLDER / "gluteal-tendinopathy.yaml"
    load([path], now=START)

    again = written(tmp_path, writing.text_of(Condition.objects.get()), "again.yaml")

    assert reading.read(again).entry == reading.read(path).entry


@pytest.mark.parametrize(
    "words", ["no", "2026", "a: b # c", "*star &and !bang", "| pipe", "<b>", "ё — “x”\nsecond", "a\u2028b"]
)
def test_words_that_look_like_something_else_stay_words(tmp_path: Path, words: str) -> None:
    load([written(tmp_path)], now=START)
    Condition.objects.update(summary=words)

    again: Any = written(tmp_path, writing.text_of(Condition.objects.get()), "again.yaml")

    assert reading.read(again).entry.summary == words


def test_what_is_retired_is_not_in_the_file(tmp_path: Path) -> None:
    load([written(tmp_path)], now=START)
    Condition.objects.get().causes.update(retired_at=START)

    assert "causes: []" in writing.text_of(Condition.objects.get()).splitlines()
    assert "causes:" in RIGHT
