"""What the patient told from home leaves in the export, on paper and as text."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from patients import home_days, reports
from patients.export import home, pdf, record, text
from patients.models import Instrument, Patient
from tests.factories import START, make_episode, make_patient
from tests.patients.at_home import visit
from tests.patients.printed import flat

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    """Somebody who ticked, wrote and reported on one day."""
    note = visit(exercises=(("exercise_1", "3 sets"),), activities={"Running": 3})
    Instrument.objects.update(evidence="seed")
    day, found = START.date(), note.episode
    home_days.mark(episode=found, code="exercise_1", day=day, is_done=True, on_sheet=["exercise_1"], now=START)
    home_days.tell(episode=found, day=day, pain=4, remark="#eval long drive", now=START)
    now, *_, activity = reports.asked(found)
    reports.save(episode=found, figures=[(now, "", Decimal(5)), (activity, "Running", Decimal(7))], now=START)
    return found.patient


WORDS = (
    "Pain 0 to 10, now: 5; Running, Patient-specific function scale: 7;"
    " done: Exercise 1; most pain 4 out of 10; #eval long drive"
)


def test_everything_told_from_home_is_gathered_by_day(patient: Patient) -> None:
    told = home.records(patient)

    assert [(one.title, [(line.name, line.words) for line in one.lines]) for one in told] == [
        ("High hamstring tendinopathy, right", [("26 November 2026", WORDS)])
    ]


def test_it_is_printed_and_counted(patient: Patient) -> None:
    gathered = record.gather(patient, now=START, home=home.records(patient))

    on_paper = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.render(gathered))).pages)
    assert [flat(WORDS) in flat(said) for said in (text.render(gathered), on_paper)] == [True, True]
    assert gathered.contents.endswith("1 day told from home")


def test_nobody_told_anything(django_assert_num_queries: Any) -> None:
    patient = make_patient()
    make_episode(patient=patient)

    with django_assert_num_queries(4):
        assert home.records(patient) == ()
