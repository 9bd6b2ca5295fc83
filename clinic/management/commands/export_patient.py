"""Write one patient's whole record to files."""

import getpass
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic import exports
from patients.export.pdf import CannotPrint
from patients.models import Patient


class Command(BaseCommand):
    """`manage.py export_patient K7QM-3XWD --format pdf --output exports/`."""

    help = "Writes the whole record of one patient as PDF, plain text, or both; the export is traced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="the patient's reference, e.g. K7QM-3XWD")
        parser.add_argument("--format", choices=[*exports.FORMATS, "all"], default="all")
        parser.add_argument("--output", type=Path, default=Path("."), help="folder to write to")
        parser.add_argument("--by", default="", help="who asks for it; the name of the system's user by default")

    def handle(self, *args: Any, reference: str, output: Path, by: str, **options: Any) -> None:
        patient = Patient.objects.filter(reference=reference.strip().upper()).first()
        if patient is None:
            raise CommandError(f"There is no patient with the reference {reference}.")
        forms = list(exports.FORMATS) if options["format"] == "all" else [options["format"]]
        for form in forms:
            try:
                done = exports.export(
                    patient=patient, form=form, actor=by or f"command by {getpass.getuser()}", now=timezone.now()
                )
                path = _write_whole(output, done.file_name, done.body)
            except CannotPrint as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                raise CommandError(f"Nothing was written to {output}: {error.strerror}.") from error
            self.stdout.write(f"{path} ({len(done.body):,} bytes)")


def _write_whole(folder: Path, name: str, body: bytes) -> Path:
    """Write to a neighbour first, then rename, so that half a file is never taken for a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(folder / name)
    except OSError:
        Path(partial).unlink(missing_ok=True)
        raise
    return folder / name
