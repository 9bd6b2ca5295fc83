"""People who have been here: a personal link that gives nothing away, and a follow-up booked with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from bookings import links
from bookings.models import Appointment, BookingPolicy, Notice, PersonalLink, Service
from patients.models import Patient
from tests.bookings.online import FREE, NOW, details, hold, shown, words
from tests.factories import make_appointment, make_patient, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

ASKED = {
    "email": "ailsa@example.org",
    "date_of_birth_day": "14",
    "date_of_birth_month": "5",
    "date_of_birth_year": "1984",
}


@pytest.fixture
def follow_up(clinic: Service) -> Service:
    return make_service(
        name="Follow-up", slug="follow-up", audience="returning", practitioners=[clinic.practitioners.get()]
    )


def ask(client: Client, **changes: str) -> Any:
    return client.post("/returning/", {**ASKED, "shown": shown(), **changes})


def link_for(patient: Patient) -> str:
    link = PersonalLink.objects.create(
        email=patient.email,
        date_of_birth=patient.date_of_birth,
        patient=patient,
        requested_at=NOW,
        expires_at=NOW + timedelta(hours=24),
    )
    return links.token(link, links.PERSONAL)


def come_back(client: Client, patient: Patient | None = None, slug: str = "follow-up") -> Any:
    """Open the page of the link and choose a service there."""
    return client.post(f"/returning/{link_for(patient or make_patient())}/", {"service": slug})


def reason(client: Client, slug: str = "follow-up", **more: str) -> Any:
    return client.post(f"/book/{slug}/details/?start={FREE}", {"shown": shown(), "reason": "As agreed", **more})


def test_the_answer_is_the_same_whether_somebody_is_known_or_not(client: Client) -> None:
    make_patient()

    known, unknown = ask(client), ask(client, email="nobody@example.org")

    assert known.headers["Location"] == unknown.headers["Location"] == "/returning/?sent=yes"
    assert "If we know you, a link is on its way" in words(client.get("/returning/?sent=yes"))


def test_the_same_work_is_done_whether_somebody_is_known_or_not(client: Client, django_assert_num_queries: Any) -> None:
    make_patient()
    ask(client)

    with django_assert_num_queries(5):
        ask(client)
    with django_assert_num_queries(5):
        ask(client, email="nobody@example.org")

    rows = PersonalLink.objects.values_list("patient", flat=True)
    assert (list(rows), Notice.objects.filter(kind="link").count()) == ([None] * 3, 3)


def test_a_link_nobody_was_found_for_opens_nothing(client: Client) -> None:
    ask(client)

    answer = client.get(f"/returning/{links.token(PersonalLink.objects.get(), links.PERSONAL)}/")

    assert (answer.status_code, "Ask for a new link" in words(answer)) == (404, True)


def test_asking_is_limited_and_loses_nothing(client: Client) -> None:
    answers = [ask(client) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert ("ailsa@example.org" in words(answers[-1]), "Retry-After" in answers[-1].headers) == (True, True)


@pytest.mark.parametrize("changes", [{"email": "x"}, {"email": "\x00"}, {"website": "spam"}, {"shown": "x"}])
def test_a_machine_or_a_mistake_asks_for_nothing(client: Client, changes: dict[str, str]) -> None:
    answer = ask(client, **changes)

    assert (answer.status_code, "What you typed is still here" in words(answer)) == (422, True)
    assert not PersonalLink.objects.exists()


def test_a_stranger_is_led_to_the_personal_link(client: Client, follow_up: Service) -> None:
    answers = [client.get("/book/follow-up/"), hold(client, slug="follow-up")]
    answers.append(client.get(f"/book/follow-up/details/?start={FREE}"))

    assert [answer.headers["Location"] for answer in answers] == ["/returning/"] * 3
    assert 'href="/returning/"' in words(client.get("/book/"))


def test_a_stranger_cannot_book_what_is_for_returning_people(client: Client, follow_up: Service) -> None:
    answer = details(client, slug="follow-up")

    assert (answer.status_code, "Seònaid" in words(answer), Appointment.objects.count()) == (404, True, 0)


def test_opening_the_link_changes_nothing(client: Client, follow_up: Service) -> None:
    page = client.get(f"/returning/{link_for(make_patient())}/")

    assert (page.status_code, page.cookies.get("visitor"), "Follow-up" in words(page)) == (200, None, True)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "no-store, private"


def test_a_returning_person_books_with_a_word_of_why(client: Client, follow_up: Service) -> None:
    patient = make_patient()
    assert come_back(client, patient).headers["Location"] == "/book/follow-up/"

    hold(client, slug="follow-up")
    answer = reason(client)

    booked = Appointment.objects.get()
    told = (booked.patient, booked.name, booked.email, booked.date_of_birth, booked.reason)
    assert (answer.status_code, booked.status) == (302, "booked")
    assert told == (patient, "Ailsa Reid", "ailsa@example.org", date(1984, 5, 14), "As agreed")


def test_what_is_typed_beside_never_changes_the_record(client: Client, follow_up: Service) -> None:
    patient = make_patient()
    before = Patient.objects.values().get()
    come_back(client, patient)

    reason(client, name="Mallory", email="mallory@example.org", phone="1", date_of_birth_year="1900")

    assert Patient.objects.values().get() == before
    assert (Appointment.objects.get().name, Appointment.objects.get().email) == ("Ailsa Reid", "ailsa@example.org")


def test_a_public_form_makes_no_patient_and_ties_to_none(client: Client, clinic: Service) -> None:
    make_patient(name="Seònaid NicIllEathain", email="seonaid@example.org", date_of_birth=date(1981, 9, 3))

    details(client)

    assert (Appointment.objects.get().patient, Patient.objects.count()) == (None, 1)


def test_known_people_see_their_services_and_strangers_theirs(client: Client, follow_up: Service) -> None:
    make_service(name="First assessment", slug="first", audience="new", practitioners=follow_up.practitioners.all())
    come_back(client)

    seen = [one.slug for one in client.get("/book/").context["services"]]
    client.post("/returning/forget/")

    assert seen == ["initial", "follow-up"]
    assert (client.get("/book/").context["is_known"], client.get("/book/follow-up/").status_code) == (False, 302)


def test_what_is_for_new_people_is_booked_for_somebody_else(client: Client, clinic: Service) -> None:
    Service.objects.update(audience="new")
    make_service(slug="follow-up", audience="returning", practitioners=clinic.practitioners.all())
    come_back(client)

    details(client)

    assert (Appointment.objects.get().patient, Appointment.objects.get().name) == (None, "Seònaid NicIllEathain")


def test_a_link_is_dead_after_its_day(client: Client, follow_up: Service) -> None:
    come_back(client)
    with travel(NOW + timedelta(hours=25), tick=False):
        assert client.get("/book/follow-up/").headers["Location"] == "/returning/"


def test_somebody_under_16_who_is_known_says_who_comes_along(client: Client, follow_up: Service) -> None:
    come_back(client, make_patient(date_of_birth=date(2013, 1, 1)))

    alone, together = reason(client), reason(client, guardian_name="Eilidh Reid", guardian_relation="mother")

    assert (alone.status_code, together.status_code) == (422, 302)
    assert Appointment.objects.get().guardian_name == "Eilidh Reid"


def test_a_returning_person_is_told_of_their_own_clash(client: Client, follow_up: Service) -> None:
    patient = make_patient()
    make_appointment(patient=patient)
    come_back(client, patient)

    answer = reason(client)

    assert (answer.status_code, "They have another appointment" in words(answer)) == (409, False)
    assert "You have another appointment at this time." in words(answer)


@pytest.mark.parametrize("token", ["x", "A" * 54, "%00", "é", "a" * 5000])
def test_junk_is_no_link(client: Client, token: str) -> None:
    assert client.get(f"/returning/{token}/").status_code == 404


def test_the_cap_counts_what_somebody_known_has_to_come(client: Client, follow_up: Service) -> None:
    BookingPolicy.objects.update(most_open_per_person=1)
    patient = make_patient()
    make_appointment(patient=patient, starts_at=NOW + timedelta(days=20))
    come_back(client, patient)

    answer = reason(client)

    assert (answer.status_code, "1 appointment to come" in words(answer), "As agreed" in words(answer)) == (
        409,
        True,
        True,
    )


def test_the_cap_counts_what_one_browser_booked_for_a_person(client: Client, clinic: Service) -> None:
    BookingPolicy.objects.update(most_open_per_person=2)
    times = ("2026-11-26T09:00Z", "2026-12-03T09:00Z", "2026-12-10T09:00Z")

    answers = [details(client, start=start).status_code for start in times]

    assert answers == [302, 302, 409]


def test_the_cap_tells_a_stranger_nothing_about_anybody(clinic: Service) -> None:
    BookingPolicy.objects.update(most_open_per_person=1)
    details(Client(), start="2026-12-03T09:00Z")

    somebody, nobody = details(Client()), details(Client(), email="new@example.org", start="2026-12-10T09:00Z")

    assert (somebody.status_code, nobody.status_code) == (302, 302)


def test_booking_is_limited_a_network_and_loses_nothing(client: Client, clinic: Service) -> None:
    BookingPolicy.objects.update(most_open_per_person=1)
    answers = [details(client, start=f"2026-11-26T{9 + 2 * (number > 0):02d}:00Z") for number in range(13)]

    assert [answer.status_code for answer in answers] == [302] + [409] * 11 + [429]
    assert ("Sore when I sit" in words(answers[-1]), "Retry-After" in answers[-1].headers) == (True, True)


def test_a_machine_books_nothing(client: Client, clinic: Service) -> None:
    answers = [details(client, website="spam"), details(client, shown="forged"), details(client, shown=None)]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert not Appointment.objects.exists()


def test_a_form_sent_too_fast_goes_through_at_the_second_press(client: Client, clinic: Service) -> None:
    first = details(client, shown=None)
    stamp = first.context["form"].data["shown"]

    assert (first.status_code, details(client, shown=stamp).status_code) == (422, 302)
