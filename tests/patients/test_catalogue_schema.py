"""A condition file says exactly what is wrong with it, where, and all of it at once."""

from pathlib import Path

import pytest

from patients.catalogue.loader import FOLDER, check
from patients.catalogue.problems import CatalogueProblems
from patients.catalogue.reading import read
from tests.patients.condition_files import spoilt, written

EVIDENCE = "verified, secondary, seed, memory"
KINDS = "choice, multichoice, pain, number, yes_no_unsure, text, date"
NOT_A_CODE = "must be a code: letters, digits, hyphens and underscores"
NO_ANCHORS = "anchors and aliases (& and *) are not allowed; quote a text that begins so"
TITLE = "title: Sore knee"

MISTAKES = [
    ("sensitivity: 0.76", "sensitivity: 76", "line 29: tests › squat › sensitivity: must be between 0 and 1"),
    ("sensitivity: 0.76", "sensitivity: .nan", "line 29: tests › squat › sensitivity: must be a number"),
    (
        "sensitivity_low: 0.61",
        "sensitivity_low: 0.8",
        "line 29: tests › squat › sensitivity: must lie between its low and its high value",
    ),
    (
        "fine_up_to: 3",
        "fine_up_to: 4",
        "line 89: load_rules › cautious › fine_up_to: must not be more than acceptable_up_to (3)",
    ),
    (
        "verified\ncauses:",
        "memory\ncauses:",
        "line 33: tests › squat › evidence: a figure must be verified or secondary",
    ),
    ("    name: Squat\n", "", "line 20: tests › squat › name: is missing"),
    ("goal: Less pain.", "goal:", "line 55: steps › calm › goal: must not be empty"),
    (TITLE, f"{TITLE}\ntitle: Knee", "line 5: title: is there twice"),
    (TITLE, f"{TITLE}\nnickname: Knee", "line 5: nickname: is not a known key"),
    (TITLE, "title: 2026", "line 4: title: must be text (in quotes if it looks like a number, yes, no or a date)"),
    (TITLE, 'title: " "', "line 4: title: must not be empty"),
    (TITLE, f"title: {'x' * 121}", "line 4: title: ensure this value has at most 120 characters (it has 121)"),
    (TITLE, 'title: "a\\0b"', "line 4: title: has a control character (NUL, tab, …)"),
    (TITLE, 'title: "\\ud800"', "line 4: title: has a control character (NUL, tab, …)"),
    (TITLE, "title: a\0b", "line 4: has a control character (NUL, tab, …)"),
    (TITLE, "title: &a Sore", f"line 4: {NO_ANCHORS}"),
    (TITLE, "title: *a", f"line 4: {NO_ANCHORS}"),
    (
        TITLE,
        "title: !!python/name:os.system x",
        "line 4: tags (!) are not allowed; quote a text that begins so",
    ),
    (TITLE, "title: [a", "line 5: not valid YAML: expected ',' or ']', but got ':'"),
    (TITLE, f"title: {'[' * 50}", "line 4: is nested too deeply"),
    ("worse_with:\n  - stairs", "worse_with: stairs", "line 6: worse_with: must be a list"),
    ("schema_version: 1", "schema_version: 2", "line 1: schema_version: must be 1"),
    ("code: squat", "code: deep squat", f"line 20: tests › deep squat › code: {NOT_A_CODE}"),
    (
        "evidence: seed",
        "evidence: hearsay",
        f"line 17: symptom_questions › main_site › evidence: must be one of {EVIDENCE}",
    ),
    ("kind: choice", "kind: guess", f"line 11: symptom_questions › main_site › kind: must be one of {KINDS}"),
    ("back: at", "front: at", "line 16: symptom_questions › main_site › options: “front” is there twice"),
    (
        "kind: choice",
        "kind: text",
        "line 15: symptom_questions › main_site › options: a question of the kind text has no options",
    ),
    ("sources: [BOOK]", "sources: []", "line 26: tests › squat › sources: must not be empty"),
    ("    sources: [BOOK]\n", "", "line 20: tests › squat › sources: is missing"),
    ("sources: [BOOK]", "sources: [NOOK]", "line 26: tests › squat › sources: “NOOK” is not among the sources"),
    ("source: BOOK", "source: NOOK", "line 32: tests › squat › source: “NOOK” is not among the sources"),
    ("steps: [1, 2]", "steps: [1, 9]", "line 67: techniques › massage › steps: “9” is not among the steps"),
    ("steps: [1]", "steps: [9]", "line 74: exercises › hold › steps: “9” is not among the steps"),
    ("harder: lift", "harder: jump", "line 75: exercises › hold › harder: “jump” is not among the exercises"),
    ("easier: hold", "easier: lift", "line 82: exercises › lift › easier: is the exercise itself"),
    ("code: build", "code: calm", "line 58: steps › calm: this code is there twice"),
    ("is_default: true", "is_default: 1", "line 91: load_rules › cautious › is_default: must be true or false"),
    (
        "minimum: 0\n    maximum: 10",
        "minimum: 11\n    maximum: 10",
        "line 97: instruments › nprs › minimum: must not be more than maximum (10)",
    ),
    ("https://example.org", "javascript:alert", "line 109: sources › BOOK › url: must be a web address"),
]


def told(text: str | bytes, folder: Path) -> list[str]:
    """What the reader of a file with this text is told."""
    with pytest.raises(CatalogueProblems) as caught:
        read(written(folder, text))
    return [str(problem) for problem in caught.value.problems]


def test_a_right_file_is_read_as_it_stands(tmp_path: Path) -> None:
    entry = read(written(tmp_path)).entry

    assert (entry.code, entry.symptom_questions[0].options) == ("sore-knee", "front | at the front\nback | at the back")


@pytest.mark.parametrize(("right", "wrong", "words"), MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_place(right: str, wrong: str, words: str, tmp_path: Path) -> None:
    assert told(spoilt(right, wrong), tmp_path) == [f"sore-knee.yaml, {words}"]


def test_all_mistakes_of_a_file_are_told_together(tmp_path: Path) -> None:
    text = spoilt("sensitivity: 0.76", "sensitivity: 76").replace("goal: Less pain.", "gaol: Less pain.")

    assert told(text, tmp_path) == [
        "sore-knee.yaml, line 29: tests › squat › sensitivity: must be between 0 and 1",
        "sore-knee.yaml, line 52: steps › calm › goal: is missing",
        "sore-knee.yaml, line 55: steps › calm › gaol: is not a known key",
    ]


def test_text_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    assert told(b"title: a\nsummary: \xff\n", tmp_path) == ["sore-knee.yaml, line 2: is not UTF-8 text"]


def test_an_empty_file_is_no_condition(tmp_path: Path) -> None:
    assert told("", tmp_path) == ["sore-knee.yaml, line 1: must be a list of `key: value` lines"]


def test_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    written(tmp_path, spoilt("number: 1", "number: -1"), "a.yaml")
    written(tmp_path, spoilt("level: emergency", "level: soon"), "b.yaml")

    with pytest.raises(CatalogueProblems) as caught:
        check([tmp_path])

    assert {problem.file for problem in caught.value.problems} == {"a.yaml", "b.yaml"}


def test_two_files_cannot_share_a_condition(tmp_path: Path) -> None:
    written(tmp_path, name="a.yaml")
    written(tmp_path, name="b.yaml")

    with pytest.raises(CatalogueProblems, match=r"^b\.yaml: code: “sore-knee” is also the code in a\.yaml$"):
        check([tmp_path])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblems, match=r"^no\.yaml: cannot be read: No such file or directory$"):
        check([tmp_path / "no.yaml"])


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_conditions_of_the_clinic_are_right(path: Path) -> None:
    assert read(path).entry.code == path.stem


def test_there_are_conditions_to_load() -> None:
    assert "high-hamstring-tendinopathy" in {file.entry.code for file in check()}
