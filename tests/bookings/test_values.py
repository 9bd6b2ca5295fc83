"""Postcodes, phone numbers and days off."""

from datetime import date

import pytest

from bookings import area, closures, holidays, phones
from bookings.models import Closure


@pytest.mark.parametrize("typed", ["g116aa", "G11 6AA", " g11-6aa ", "G116AA", "g 1 1 6 a a"])
def test_one_postcode_however_it_is_typed(typed: str) -> None:
    assert area.normalise(typed) == "G11 6AA"


@pytest.mark.parametrize("typed", ["", "G11", "6AA", "GG11 6AAA", "12345", "Ｇ11 6AA", "G11 6AA x" * 50])
def test_what_is_no_postcode(typed: str) -> None:
    assert area.normalise(typed) is None


def test_g84_is_far_although_it_begins_with_g() -> None:
    near, far = area.distance_m("G1 1AA", "G11 6AA"), area.distance_m("G1 1AA", "G84 8AA")

    assert near is not None
    assert far is not None
    assert (near < 5_000, 30_000 < far < 40_000) == (True, True)


def test_a_district_far_from_glasgow_has_no_distance() -> None:
    assert area.distance_m("G1 1AA", "SW1A 1AA") is None


@pytest.mark.parametrize("typed", ["07700 900123", "+44 7700 900123", "0044 7700 900 123", "(07700) 900-123"])
def test_one_number_however_it_is_typed(typed: str) -> None:
    assert phones.normalise(typed) == "+447700900123"


@pytest.mark.parametrize("typed", ["", "12", "hello", "0141 496", "0999 496 0123", "0" * 40, "+1"])
def test_what_is_no_phone_number(typed: str) -> None:
    assert phones.normalise(typed) is None


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("+441414960123", "0141 496 0123"), ("+353861234567", "+353 86 123 4567"), ("odd", "odd")],
)
def test_numbers_are_shown_as_people_dial_them(stored: str, shown: str) -> None:
    assert phones.national(stored) == shown


def test_glasgow_keeps_its_own_days_of_2026() -> None:
    kept = [(day.date.isoformat(), day.name) for day in holidays.proposed(2026) if day.kept_by_default]

    assert kept == [
        ("2026-01-01", "New Year's Day"),
        ("2026-01-02", "2 January"),
        ("2026-04-06", "Easter Monday"),
        ("2026-05-04", "May Day"),
        ("2026-05-25", "Spring holiday"),
        ("2026-07-20", "Glasgow Fair Monday"),
        ("2026-09-28", "September Weekend Monday"),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-26", "Boxing Day"),
    ]


def test_scotland_adds_bank_holidays_for_the_clinic_to_tick() -> None:
    added = [(day.date.isoformat(), day.name) for day in holidays.proposed(2026) if not day.kept_by_default]

    assert added == [
        ("2026-04-03", "Good Friday"),
        ("2026-06-15", "World Cup bank holiday"),
        ("2026-08-03", "Summer bank holiday"),
        ("2026-11-30", "St Andrew's Day"),
        ("2026-12-28", "Boxing Day (substitute)"),
    ]


def test_a_new_year_at_the_weekend_moves_both_days() -> None:
    moved = {day.name: day.date for day in holidays.proposed(2028) if "substitute" in day.name}

    assert moved == {"New Year's Day (substitute)": date(2028, 1, 3), "2 January (substitute)": date(2028, 1, 4)}


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28)), (2038, date(2038, 4, 25))],
)
def test_easter(year: int, day: date) -> None:
    assert holidays.easter(year) == day


@pytest.mark.django_db
def test_proposing_twice_adds_nothing_and_keeps_what_was_unticked() -> None:
    first = closures.propose(2026)
    Closure.objects.filter(reason="May Day").update(is_kept=False)

    again = closures.propose(2026)

    assert (first, again, Closure.objects.get(reason="May Day").is_kept) == (14, 0, False)
