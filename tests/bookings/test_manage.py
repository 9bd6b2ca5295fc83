"""The page of an appointment and its cancelling, with the link in the mail."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils.html import strip_tags
from time_machine import travel

from bookings import diary, links
from bookings.models import Appointment, Course, Notice, Service, WaitingListEntry, WaitingOffer
from tests.bookings.online import words
from tests.factories import make_appointment, make_patient, make_practitioner, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
CLOSE = TEN - timedelta(hours=3)
EARLIER = TEN - timedelta(days=3)


def page(appointment: Appointment, name: str = "") -> str:
    return f"/appointment/{links.token(appointment)}/{name}"


def cancel(client: Client, appointment: Appointment, **typed: str) -> Any:
    return client.post(page(appointment, "cancel/"), {"reason": "", **typed})


def states(*appointments: Appointment) -> list[str]:
    return [Appointment.objects.get(pk=one.pk).status for one in appointments]


@pytest.fixture
def course() -> list[Appointment]:
    """Three Thursdays at ten of one person."""
    mairi, patient = make_practitioner(username="mairi"), make_patient()
    service = make_service(practitioners=[mairi], audience="returning")
    row = Course.objects.create(
        patient=patient, service=service, practitioner=mairi, planned_by=mairi, planned_at=EARLIER
    )
    given = {"service": service, "practitioner": mairi, "patient": patient, "course": row}
    return [make_appointment(starts_at=TEN + timedelta(days=7 * week), **given) for week in range(3)]


def test_the_page_says_when_where_and_what_can_be_done(client: Client) -> None:
    mine = make_appointment()

    shown = words(client.get(page(mine)))

    said = ["Thursday 26 November", "10:00 to 11:00", "7 Mill Lade Lane", "£58", "until Wednesday 25 November, 10:00"]
    leads_to = [page(mine, name) for name in ("move/", "cancel/", "sooner/", "appointment.ics")]
    assert [one for one in said if one not in strip_tags(shown)] + [one for one in leads_to if one not in shown] == []


def test_a_home_visit_says_where_we_come_to(client: Client) -> None:
    mine = make_appointment(setting="home", visit_street="4 Byres Road")

    shown = words(client.get(page(mine)))

    assert ("At your home: 4 Byres Road, G11 6AA" in shown, "7 Mill Lade Lane" in shown) == (True, False)


def test_an_online_appointment_says_how_to_join(client: Client) -> None:
    mairi = make_practitioner()
    service = make_service(practitioners=[mairi], setting="online", how_to_join="Open the room we mail you.")

    shown = words(client.get(page(make_appointment(service=service, practitioner=mairi, setting="online"))))

    assert ("Open the room we mail you." in shown, "7 Mill Lade Lane" in shown) == (True, False)


@pytest.mark.parametrize(("born", "is_told"), [(date(2013, 1, 1), True), (date(1984, 1, 1), False), (None, False)])
def test_a_young_person_is_told_whose_data_it_is(client: Client, born: date | None, is_told: bool) -> None:
    mine = make_appointment(date_of_birth=born, guardian_name="Una Reid")

    shown = words(client.get(page(mine)))

    assert ("what we write down about you is yours" in shown, "Una Reid comes along." in shown) == (is_told, True)


def test_the_rest_of_a_course_is_listed(client: Client, course: list[Appointment]) -> None:
    shown = words(client.get(page(course[0])))

    assert [page(one) in shown for one in course[1:]] == [True, True]


def test_somebody_elses_appointment_is_not_listed(client: Client, course: list[Appointment]) -> None:
    other = make_appointment()

    assert page(other) not in words(client.get(page(course[0])))


def test_a_late_cancellation_needs_a_reason_and_is_recorded(client: Client) -> None:
    mine = make_appointment()

    with travel(CLOSE, tick=False):
        first, second = cancel(client, mine), cancel(client, mine, reason="A fever")

    row = Appointment.objects.get(pk=mine.pk)
    assert (first.status_code, second.status_code) == (422, 302)
    assert (row.status, row.is_late_cancel, row.cancel_reason) == ("cancelled", True, "A fever")
    assert [(one.words, one.reason, one.by) for one in row.changes.all()] == [("late", "A fever", None)]


def test_in_good_time_no_reason_is_needed(client: Client) -> None:
    mine = make_appointment()

    cancel(client, mine)

    row = Appointment.objects.get(pk=mine.pk)
    assert (row.status, row.is_late_cancel, row.cancel_reason) == ("cancelled", False, "")


def test_a_page_opened_in_time_and_sent_late_is_late(client: Client) -> None:
    mine = make_appointment()

    with travel(TEN - timedelta(hours=24) + timedelta(seconds=1), tick=False):
        answer = cancel(client, mine)

    assert (answer.status_code, states(mine)) == (422, ["booked"])


def test_a_second_press_changes_and_mails_nothing(client: Client) -> None:
    mine = make_appointment()

    cancel(client, mine)
    answer = cancel(client, mine, reason="Once more")

    row = Appointment.objects.get(pk=mine.pk)
    assert (answer.headers["Location"], row.sequence, row.cancel_reason) == (page(mine), 1, "")
    assert Notice.objects.filter(kind="cancellation").count() == 1


def test_one_of_a_course_is_cancelled_alone(client: Client, course: list[Appointment]) -> None:
    cancel(client, course[1], which="this")

    assert states(*course) == ["booked", "cancelled", "booked"]


def test_a_whole_course_is_cancelled_with_one_mail(client: Client, course: list[Appointment]) -> None:
    cancel(client, course[1], which="all")

    assert states(*course) == ["cancelled"] * 3
    assert list(Notice.objects.values_list("kind", flat=True)) == ["course"]


def test_all_or_nothing_of_a_course_when_something_fails(
    client: Client, course: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.courses._mail", lambda *given: 1 / 0)
    client.raise_request_exception = False

    answer = cancel(client, course[0], which="all")

    assert (answer.status_code, states(*course)) == (500, ["booked"] * 3)


def test_all_of_a_course_with_one_that_is_close_needs_a_reason(client: Client, course: list[Appointment]) -> None:
    with travel(CLOSE, tick=False):
        first = cancel(client, course[2], which="all")
        cancel(client, course[2], which="all", reason="Moving away")

    late = [Appointment.objects.get(pk=one.pk).is_late_cancel for one in course]
    assert (first.status_code, states(*course), late) == (422, ["cancelled"] * 3, [True, False, False])


@pytest.mark.parametrize("which", ["", "everything", "\x00", "all'--"])
def test_a_choice_that_is_none_cancels_nothing(client: Client, course: list[Appointment], which: str) -> None:
    assert (cancel(client, course[0], which=which).status_code, states(*course)) == (422, ["booked"] * 3)


def test_all_of_no_course_is_only_this_one(client: Client) -> None:
    mine, other = make_appointment(), make_appointment()

    cancel(client, mine, which="all")

    assert states(mine, other) == ["cancelled", "booked"]


def test_no_page_of_a_link_changes_a_row_when_it_is_read(client: Client, clinic: Service) -> None:
    mine = make_appointment(service=clinic, practitioner=clinic.practitioners.get())
    entry = WaitingListEntry.objects.create(
        service=clinic,
        appointment=mine,
        name="Ailsa",
        email="a@example.org",
        joined_at=EARLIER,
        queued_at=EARLIER,
        first_day=date(2026, 11, 20),
        last_day=date(2026, 11, 26),
    )
    offer = WaitingOffer.objects.create(
        entry=entry, practitioner=mine.practitioner, starts_at=TEN, made_at=EARLIER, expires_at=TEN
    )
    pages = [page(mine, name) for name in ("", "booked/", "move/", "cancel/", "sooner/", "appointment.ics")]
    pages += [f"/waiting/{links.token(entry, links.WAITING)}/", f"/offer/{links.token(offer, links.OFFER)}/"]
    before = everything()

    answers = [client.get(one).status_code for one in (*pages, "/book/initial/waiting/")]
    answers += [client.head(one).status_code for one in pages]

    assert (everything() == before, {*answers} <= {200, 302}) == (True, True)


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("name", ["", "booked/", "move/", "cancel/", "sooner/", "appointment.ics"])
def test_other_methods_are_refused_unseen(client: Client, method: str, name: str) -> None:
    assert getattr(client, method)(page(make_appointment(), name)).status_code in (403, 405)


def test_a_time_that_is_merely_kept_has_no_page(client: Client) -> None:
    kept = make_appointment(status="held", held_until=TEN)

    assert client.get(page(kept)).status_code == 404


def test_a_renewed_link_shuts_the_old_one_and_is_written_down(client: Client) -> None:
    mine = make_appointment()
    old = page(mine)

    renewed = diary.renew_link(appointment=mine, now=EARLIER, by=mine.practitioner)

    assert (client.get(old).status_code, client.get(page(renewed)).status_code) == (404, 200)
    assert [(one.kind, one.by) for one in mine.changes.all()] == [("link", mine.practitioner)]
