"""Every kind of mail: two readable parts, links from the configured address, and nothing that names a complaint."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from bookings import ics, letters
from bookings.models import Appointment, Course, Notice, PersonalLink, Service, WaitingListEntry, WaitingOffer
from tests.bookings.online import received
from tests.factories import make_appointment, make_patient, make_service

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LETTERHEAD = letters.Letterhead("Kelvin Clinic", "0141 496 0123", "hello@example.org", "Shorts", "Ring us")
SECRET = {"reason": "CANARY-REASON", "condition_code": "canary-condition"}
LINKS = re.compile(r"https?://[^\s\"<]+")
Kind = Notice.Kind


def service() -> Service:
    return Service.objects.filter(name="CANARY-SERVICE").first() or make_service(name="CANARY-SERVICE")


def appointment(**given: Any) -> Appointment:
    return make_appointment(**{"service": service(), **SECRET, **given})


def entry(**given: Any) -> WaitingListEntry:
    days = {"first_day": date(2026, 11, 20), "last_day": date(2026, 12, 20), "joined_at": NOW, "queued_at": NOW}
    who = {"name": "Ailsa Reid", "email": "ailsa@example.org", **SECRET}
    return WaitingListEntry.objects.create(service=service(), **{**days, **who, **given})


def offer() -> WaitingOffer:
    held = appointment(status="held", held_until=NOW + timedelta(hours=2), name="", email="")
    times = {"starts_at": held.starts_at, "made_at": NOW, "expires_at": NOW + timedelta(hours=2)}
    return WaitingOffer.objects.create(entry=entry(), appointment=held, practitioner=held.practitioner, **times)


def course() -> Course:
    mairi = appointment().practitioner
    people = {"patient": make_patient(alerts="CANARY-ALERT"), "practitioner": mairi, "planned_by": mairi}
    planned = Course.objects.create(service=service(), planned_at=NOW, **people)
    for days in (1, 8):
        start = NOW + timedelta(days=days)
        appointment(starts_at=start, practitioner=mairi, course=planned, patient=planned.patient)
    return planned


def link() -> PersonalLink:
    about = {"email": "ailsa@example.org", "date_of_birth": date(1984, 5, 14), "patient": make_patient()}
    return PersonalLink.objects.create(requested_at=NOW, expires_at=NOW + timedelta(days=1), **about)


SUBJECTS: dict[str, Callable[[], dict[str, Any]]] = {
    Kind.COURSE: lambda: {"course": course()},
    Kind.OFFER: lambda: {"offer": offer()},
    Kind.WAITING: lambda: {"entry": entry()},
    Kind.LINK: lambda: {"personal_link": link()},
    Kind.PROOF: lambda: {"appointment": appointment(status="held", held_until=NOW + timedelta(hours=2))},
    Kind.CANCELLATION: lambda: {"appointment": appointment(status="cancelled", cancelled_at=NOW)},
}


def mail(kind: str, *, letterhead: letters.Letterhead = LETTERHEAD, **given: Any) -> EmailMultiAlternatives:
    make = SUBJECTS.get(kind, lambda: {"appointment": appointment(**given)})
    notice = Notice.objects.create(kind=kind, queued_at=NOW, due_at=NOW, **make())
    return letters.compose(notice, letterhead=letterhead, now=NOW)


def parts(message: EmailMultiAlternatives) -> tuple[str, str]:
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    return message.body, str(html)


@pytest.mark.parametrize("kind", Kind.values)
def test_every_mail_has_a_plain_and_a_formatted_part_for_one_person(kind: str) -> None:
    message = received(mail(kind))

    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert (message["To"], message["Cc"], message["Bcc"]) == ("ailsa@example.org", None, None)
    assert kinds[:2] == ["text/plain", "text/html"]
    assert set(kinds[2:]) <= {"text/calendar"}


@pytest.mark.parametrize("kind", Kind.values)
def test_no_mail_names_a_complaint_a_condition_or_the_kind_of_appointment(kind: str) -> None:
    message = mail(kind)

    text, html = parts(message)
    files = [part.get_payload(decode=True).decode() for part in received(message).iter_attachments()]
    whole = [message.subject, text, html, *files, *message.extra_headers.values()]
    assert [part for part in whole if "canary" in part.lower()] == []


@pytest.mark.parametrize("kind", Kind.values)
def test_every_link_leads_to_the_configured_address_and_both_parts_have_the_same(kind: str, settings: Any) -> None:
    settings.BASE_URL = "https://clinic.example"

    text, html = parts(mail(kind))

    assert {one[:23] for one in LINKS.findall(text + html)} <= {"https://clinic.example/"}
    assert set(LINKS.findall(text)) == set(LINKS.findall(html))
    assert LINKS.findall(text)


@pytest.mark.parametrize("kind", Kind.values)
def test_nothing_of_a_template_is_left_in_a_mail(kind: str) -> None:
    text, html = parts(mail(kind))

    assert [sign for sign in ("{{", "{%", "{#", "None", "\n\n\n", "&#x27;") if sign in text] == []
    assert [sign for sign in ("{{", "{%", "{#", "None") if sign in html] == []
    assert "Kelvin Clinic" in text


def test_line_breaks_in_names_make_no_header_and_no_line() -> None:
    evil = "Ailsa\r\nBcc: evil@example.org\r\n\r\nHello"
    message = received(
        mail(Kind.CONFIRMATION, name=evil, letterhead=letters.Letterhead("Kelvin\r\nBcc: x@example.org"))
    )

    assert (message["Bcc"], message["To"], message["From"].addresses[0].addr_spec) == (
        None,
        "ailsa@example.org",
        "clinic@localhost",
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Seònaid NicIllEathain", "Seònaid NicIllEathain"),
        ("J. R. O'Neil", "J. R. O'Neil"),
        ("Win at https://evil.example now", ""),
        ("www evil.example", ""),
        ("ring@evil.example", ""),
        ("A" * 81, ""),
        ("two\r\nlines\u202e", "two lines"),
    ],
)
def test_nobody_writes_mails_to_others_through_the_name(typed: str, shown: str) -> None:
    assert letters.tame(typed) == shown


def test_the_guardian_is_greeted_and_the_young_person_hears_of_their_own_rights() -> None:
    given = {"name": "Isla Reid", "guardian_name": "Ailsa Reid", "guardian_relation": "mother"}

    text, html = parts(mail(Kind.CONFIRMATION, date_of_birth=date(2013, 1, 1), **given))

    assert text.startswith("Hello Ailsa Reid,")
    assert "For Isla Reid" in text
    assert all("from the age of 12 you decide about your own data" in part.lower() for part in (text, html))


@pytest.mark.parametrize("born", [date(1984, 5, 14), date(2010, 11, 26), date(2014, 11, 27), date(2026, 1, 1), None])
def test_nobody_else_is_told_about_the_rights_of_the_young(born: date | None) -> None:
    text, html = parts(mail(Kind.CONFIRMATION, date_of_birth=born))

    assert "From the age of 12" not in text.replace("from", "From") + html


def test_an_online_appointment_says_how_to_join_instead_of_what_to_bring() -> None:
    online = make_service(setting="online", how_to_join="Open https://meet.example/kelvin")

    text, html = parts(mail(Kind.REMINDER, service=online, setting="online"))

    assert ("Open https://meet.example/kelvin" in text, "Shorts" in text) == (True, False)
    assert 'href="https://meet.example/kelvin"' in html
    assert "\n  Online\n" in text


def test_a_home_visit_is_at_their_address_unless_that_holds_a_link() -> None:
    home = {"setting": "home", "visit_street": "3 Otago Street"}
    odd = {"setting": "home", "visit_street": "Pay at evil.example/now"}

    good, bad = (parts(mail(Kind.CONFIRMATION, **given))[0] for given in (home, odd))

    assert ("At your home: 3 Otago Street, G11 6AA" in good, "evil" in bad, "At your home" in bad) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize("kind", [Kind.CONFIRMATION, Kind.CHANGE, Kind.CANCELLATION])
def test_a_change_of_the_diary_brings_a_calendar_file(kind: str) -> None:
    (attached,) = received(mail(kind)).iter_attachments()

    method = "CANCEL" if kind == Kind.CANCELLATION else "REQUEST"
    assert (attached.get_content_type(), attached.get_param("method")) == ("text/calendar", method)
    assert ics.PRODUCT in attached.get_payload(decode=True).decode()


def test_moving_is_free_until_a_day_before_and_after_that_nothing_is_promised() -> None:
    early, late = (parts(mail(Kind.CONFIRMATION, starts_at=NOW + timedelta(hours=hours)))[0] for hours in (25, 23))

    assert ("costs nothing until Friday 20 November, 13:00" in early, "costs nothing" in late) == (True, False)
