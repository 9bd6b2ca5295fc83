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
        files = loader.check(paths)
        kept = loader.kept(files)
        return [
            line
            for file in files
            for line in (
                f"{file.name}: right, {file.entry.title} {file.entry.content_version}",
                *_indented(kept[file.name]),
            )
        ]

    def _load(self, paths: list[Path]) -> list[str]:
        reports = loader.load(paths, now=timezone.now())
        return [line for report in reports for line in (_line(report), *_indented(report.kept))]


def _indented(kept: tuple[str, ...]) -> list[str]:
    """What was left as the therapist made it, under the line of its file."""
    return [f"  {line}" for line in kept]


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
