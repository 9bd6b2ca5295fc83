"""What is wrong with a condition file: where, and in words the therapist can act on."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing to put right in one place of one file."""

    file: str
    line: int
    path: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return ": ".join(part for part in (place, " › ".join(self.path), self.message) if part)


class CatalogueProblems(Exception):
    """The files cannot be used; carries everything found wrong in all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
