"""The two renderings of a record, to be read by tests."""

import re
from io import BytesIO

from pypdf import PdfReader

from patients.export import pdf, record, text
from patients.models import Patient
from tests.factories import START


def gathered(patient: Patient) -> record.PatientRecord:
    return record.gather(patient, now=START)


def printed(patient: Patient) -> str:
    return text.render(gathered(patient))


def reader(patient: Patient) -> PdfReader:
    return PdfReader(BytesIO(pdf.render(gathered(patient))))


def pages(patient: Patient) -> list[str]:
    return [page.extract_text() for page in reader(patient).pages]


def flat(words: str) -> str:
    """Without the line breaks that paper needs."""
    return re.sub(r"\s+", " ", words)
