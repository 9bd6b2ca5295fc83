"""Answers to choose from, as the therapist types them: a code for each, and what is wrong said line by line."""

import pytest

from patients.catalogue import options


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("at the front\nat the back", "at-the-front | at the front\nat-the-back | at the back"),
        ("front | at the front\r\n\r\n  heel  ", "front | at the front\nheel | heel"),
        ("heel\nheel!", "heel | heel\nheel-2 | heel!"),
        ("踵", "entry | 踵"),
        ("", ""),
    ],
)
def test_answers_to_choose_from_are_kept_with_a_code_each(typed: str, kept: str) -> None:
    assert options.understood(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("front |", "“front |”: write what people see after the |."),
        ("| front", "“| front”: a code is missing before the |. Or write the words alone."),
        ("a | b | c", "“a | b | c”: use | once, between the code and the words."),
        (
            "the front | front",
            "“the front | front”: before the | stands a code of letters, digits and hyphens. Or write the words alone.",
        ),
        ("a | b\na | c", "The code “a” is there twice: give one of the lines another."),
    ],
)
def test_a_line_that_cannot_be_understood_is_explained(typed: str, said: str) -> None:
    with pytest.raises(options.OptionsWrong) as caught:
        options.understood(typed)

    assert caught.value.problems == [said]
