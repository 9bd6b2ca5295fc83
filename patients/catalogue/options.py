"""Answers to choose from, as the therapist types them: one a line, `code | Words` or the words alone."""

from patients.catalogue import codes
from patients.catalogue.values import CODE
from patients.models.catalogue import lines


class OptionsWrong(Exception):
    """Lines that cannot be used; `problems` says which, and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def understood(typed: str) -> str:
    """The lines as they are kept, each with a code; one that has none gets it from its words. Raises OptionsWrong."""
    pairs = [_pair(line) for line in lines(typed)]
    given = [code for code, _ in pairs if code]
    problems = [
        problem
        for line, (code, words) in zip(lines(typed), pairs, strict=True)
        for problem in _wrong(line, code, words)
    ]
    problems += [f"The code “{code}” is there twice: give one of the lines another." for code in _doubles(given)]
    if problems:
        raise OptionsWrong(problems)
    taken = set(given)
    kept = []
    for code, words in pairs:
        code = code or codes.free(codes.made_from(words), taken)
        taken.add(code)
        kept.append(f"{code} | {words}")
    return "\n".join(kept)


def _pair(line: str) -> tuple[str, str]:
    code, bar, words = line.partition("|")
    return (code.strip(), words.strip()) if bar else ("", line)


def _wrong(line: str, code: str, words: str) -> list[str]:
    if not words:
        return [f"“{line}”: write what people see after the |."]
    if "|" in words:
        return [f"“{line}”: use | once, between the code and the words."]
    if code and not CODE.fullmatch(code):
        return [f"“{line}”: before the | stands a code of letters, digits and hyphens. Or write the words alone."]
    if "|" in line and not code:
        return [f"“{line}”: a code is missing before the |. Or write the words alone."]
    return []


def _doubles(given: list[str]) -> list[str]:
    return sorted({code for code in given if given.count(code) > 1})
