"""The demonstration: made by the clinic's own verbs, and never in a database that holds anybody else."""

import os
import re
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client, TestCase, override_settings
from time_machine import travel

from bookings import phones
from bookings.models import Appointment, Intake, Notice, WaitingOffer
from clinic import demo, demo_database, demo_people
from clinic.models import User
from clinic.security.guards import require_own_people
from patients import audit
from patients.models import Addendum, AuditEntry, CaseNote, OutcomeScore, Patient, Symptom
from tests.factories import make_patient

PEOPLE = demo.PEOPLE if os.environ.get("RACES") == "full" else 2
NOW = datetime(2026, 11, 25, 11, 20, tzinfo=UTC)
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MADE_UP_NUMBER = re.compile(r"\+44(7700900\d{3}|1414960\d{3})")


@override_settings(DEMO=True, PASSWORD_HASHERS=QUICK)
class MadeOnce(TestCase):
    """A few people, made once for all these tests, which only look."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_catalogue", stdout=StringIO())
        cls.counts = demo.make(people=PEOPLE, now=NOW, tell=lambda counts, share: None)

    def test_everybody_can_be_reached_by_nobody(self) -> None:
        appointments, patients = Appointment.objects.for_people(), Patient.objects.all()
        told = [pair for rows in (appointments, patients) for pair in rows.values_list("phone", "email")]

        assert [phone for phone, _ in told if phone and not MADE_UP_NUMBER.fullmatch(phone)] == []
        assert [mail for _, mail in told if mail and not mail.endswith("@example.org")] == []

    def test_notes_are_signed_in_the_order_of_time_and_the_trail_is_whole(self) -> None:
        signed = AuditEntry.objects.filter(action=AuditEntry.Action.SIGN)
        moments = list(signed.order_by("position").values_list("at", flat=True))

        assert (moments, audit.first_fault()) == (sorted(moments), None)
        assert CaseNote.objects.signed().count() == self.counts["notes"] > PEOPLE

    def test_there_is_something_of_everything(self) -> None:
        kinds = set(Addendum.objects.values_list("kind", flat=True))
        statuses = set(Appointment.objects.values_list("status", flat=True))

        assert statuses >= {"booked", "attended", "held"}
        assert kinds >= {"addition", "in_error"}
        assert all(rows.exists() for rows in (Intake.objects, WaitingOffer.objects, OutcomeScore.objects))
        assert Notice.objects.failing().count() == 1

    def test_figures_have_gaps(self) -> None:
        charted = Symptom.objects.filter(question__code="pain_worst", number__isnull=False).count()

        assert 0 < charted < CaseNote.objects.count()

    def test_every_page_says_that_its_people_are_made_up(self) -> None:
        client = Client()
        client.force_login(User.objects.get(username="mairi"))

        with travel(NOW, tick=False):
            shown = [client.get(page).content.decode() for page in ("/", "/admin/")]
            shown.append(Client().get("/admin/login/").content.decode())

        assert ["Made-up people." in page for page in shown] == [True] * 3

    def test_the_desk_signs_in_and_sees_no_clinical_word(self) -> None:
        client = Client()
        client.force_login(User.objects.get(username="desk"))

        with travel(NOW, tick=False):
            shown = client.get("/admin/").content.decode()

        assert ("tendinopathy" in shown, "Made-up people." in shown) == (False, True)

    def test_made_a_second_time_it_is_left_as_it_is(self) -> None:
        before, said = AuditEntry.objects.count(), StringIO()

        call_command("demo", stdout=said)

        assert ("is there already" in said.getvalue(), AuditEntry.objects.count()) == (True, before)


def test_the_same_people_are_made_up_every_time() -> None:
    once, again = (demo_people.people(68, today=NOW.date()) for _ in range(2))

    assert once == again
    assert len({person.name for person in once}) == 68


def test_numbers_are_from_the_ranges_kept_for_drama() -> None:
    numbers = [demo_people.phone(number) for number in range(2000)]

    assert [one for one in numbers if not MADE_UP_NUMBER.fullmatch(one)] == []
    assert phones.national("+447700900004") == "07700 900004"


@pytest.mark.django_db
def test_a_database_with_anybody_else_in_it_is_refused(settings: Any) -> None:
    settings.DEMO = True
    make_patient()

    with pytest.raises(CommandError, match="not made by make demo"):
        call_command("demo", "--again", stdout=StringIO())

    assert Counter(Patient.objects.values_list("name", flat=True)) == {"Ailsa Reid": 1}


@pytest.mark.django_db
def test_without_the_setting_nobody_is_made_up() -> None:
    with pytest.raises(CommandError, match="DEMO=on"):
        call_command("demo", stdout=StringIO())

    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_only_a_demonstration_is_ever_emptied() -> None:
    make_patient()

    with pytest.raises(demo_database.NotTheDemo):
        demo_database.empty()


@pytest.mark.django_db
@pytest.mark.parametrize(("is_on", "is_marked"), [(False, True), (True, False)])
def test_no_process_serves_made_up_people_as_the_clinic_or_the_clinic_as_made_up(
    settings: Any, is_on: bool, is_marked: bool
) -> None:
    settings.DEMO = is_on
    if is_marked:
        demo_database.mark(NOW)

    with pytest.raises(ImproperlyConfigured, match="make demo"):
        require_own_people()


@pytest.mark.django_db
def test_the_clinic_itself_carries_no_such_banner(client: Client) -> None:
    assert "Made-up people" not in client.get("/").content.decode()
