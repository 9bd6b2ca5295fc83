"""Load the condition files into the catalogue, or say everything that is wrong with them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patients.catalogue import loader
from patients.catalogue.problems import CatalogueProblems


class Command(BaseCommand):
    """Every file is checked first; one mistake in any of them and nothing is loaded."""

    help = "Load condition files (all in the project's folder unless some are named)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a condition file or a folder of them")
        parser.add_argument("--check", action="store_true", help="only say whether the files are right")

    def handle(self, *, paths: list[Path], check: bool, **options: Any) -> None:
        try:
            lines = self._check(paths) if check else self._load(paths)
        except CatalogueProblems as error:
            count = len(error.problems)
            found = "One problem found" if count == 1 else f"{count} problems found"
            raise CommandError(f"{error}\n{found}; nothing was loaded.") from error
        for line in lines:
            self.stdout.write(line)

    def _check(self, paths: list[Path]) -> list[str]:
        return [f"{file.name}: right, {file.entry.title} {file.entry.content_version}" for file in loader.check(paths)]

    def _load(self, paths: list[Path]) -> list[str]:
        return [_line(report) for report in loader.load(paths, now=timezone.now())]


def _line(report: loader.Report) -> str:
    if report.outcome is loader.Outcome.UNCHANGED:
        return f"{report.file}: unchanged, version {report.version}"
    numbers = [
        f"{number} {what}"
        for what, number in (
            ("added", report.added),
            ("changed", report.changed),
            ("retired", report.retired),
            ("returned", report.returned),
        )
        if number
    ]
    return f"{report.file}: {report.outcome}, version {report.version}, {', '.join(numbers) or 'no entry changed'}"
