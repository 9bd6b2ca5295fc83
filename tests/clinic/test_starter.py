"""The starter clinic is laid out once and can be booked at once."""

from datetime import date
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

from bookings.models import Closure, Location, OpeningHours, Room, Service
from clinic import starter
from patients.models import ClinicProfile, ConsentWording

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def counted() -> list[int]:
    models = (ClinicProfile, Location, Room, Service, OpeningHours, get_user_model())
    return [model.objects.count() for model in models]


def run() -> str:
    out = StringIO()
    call_command("setup_clinic", stdout=out)
    return out.getvalue()


def test_a_first_run_makes_a_whole_clinic() -> None:
    starter.lay_out(today=TODAY)

    assert counted() == [1, 1, 1, 2, 10, 1]


def test_both_services_can_be_booked_online() -> None:
    starter.lay_out(today=TODAY)

    offered = Service.objects.bookable().values_list("slug", "duration_minutes", "price_pence", "buffer_after_minutes")
    assert list(offered) == [("initial-assessment", 60, 5800, 15), ("follow-up", 45, 4600, 15)]


def test_what_people_agree_to_is_there_as_a_draft() -> None:
    starter.lay_out(today=TODAY)

    wording = ConsentWording.objects.get()
    assert (wording.number, wording.text.startswith(starter.DRAFT)) == (1, True)


def test_the_printed_password_opens_the_workbench() -> None:
    login = starter.lay_out(today=TODAY)

    assert login is not None
    user = authenticate(username=login.username, password=login.password)
    assert user is not None
    assert (user.is_staff, user.is_superuser, user.is_practitioner) == (True, True, True)


def test_no_two_clinics_get_the_same_password() -> None:
    first = starter.make_login()
    get_user_model().objects.all().delete()

    assert starter.make_login().password != first.password


def test_the_password_is_printed_on_the_first_run_alone() -> None:
    first, second = run(), run()

    assert ("password" in first, second) == (True, "")


def test_what_was_changed_or_deleted_stays_so() -> None:
    run()
    Service.objects.filter(slug="follow-up").delete()
    ClinicProfile.objects.update(name="Ailsa's Clinic")
    before = counted()

    run()

    assert (counted(), ClinicProfile.current().name) == (before, "Ailsa's Clinic")


def test_where_there_is_staff_already_no_login_is_made() -> None:
    ailsa = get_user_model().objects.create_user("ailsa", password="x", is_practitioner=True)

    login = starter.lay_out(today=TODAY)

    assert (login, OpeningHours.objects.filter(practitioner=ailsa).count()) == (None, 10)


def test_closures_of_two_years_are_filled_in_once() -> None:
    run()
    before = list(Closure.objects.values_list("first_day", "reason"))

    run()

    assert len({day.year for day, _ in before}) == 2
    assert list(Closure.objects.values_list("first_day", "reason")) == before


def test_a_day_the_clinic_unticked_stays_unticked() -> None:
    run()
    Closure.objects.filter(reason="Glasgow Fair Monday").update(is_kept=False)

    run()

    assert set(Closure.objects.filter(reason="Glasgow Fair Monday").values_list("is_kept", flat=True)) == {False}
