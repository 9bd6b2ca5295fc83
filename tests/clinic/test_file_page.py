"""The patient's file: what it shows, to whom, at which cost, and that opening it leaves a trace."""

import gzip
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from time_machine import travel

from bookings.models import Course
from clinic.templatetags.people import belongs_to
from patients import notes
from patients.models import AuditEntry, CaseNote, Episode
from tests.factories import (
    START,
    make_alert,
    make_appointment,
    make_condition,
    make_episode,
    make_note,
    make_patient,
    make_practitioner,
    make_user,
)
from tests.patients.axis import note_of
from tests.patients.written import saved_note, signed_note

pytestmark = pytest.mark.django_db
LOCK = 1  # the trace keeps its chain single file on PostgreSQL


def shown(client: Client, patient: Any, query: str = "") -> Any:
    return client.get(f"/admin/patients/{patient.pk}/{query}")


def page(client: Client, patient: Any, query: str = "") -> str:
    return shown(client, patient, query).content.decode()


def sealed(episode: Episode, author: Any, count: int, **given: Any) -> None:
    """Signed notes, one a week back from today."""
    CaseNote.objects.bulk_create(note_of(episode, author, week=-week, pain=week % 11, **given) for week in range(count))


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_file_asks_the_database_the_same_whatever_its_length(
    client: Client, mairi: Any, item_count: int, django_assert_num_queries: Any
) -> None:
    episode = make_episode()
    sealed(episode, mairi, item_count)
    for number in range(item_count):
        make_note(episode=episode, author=mairi, seen_at=START + timedelta(days=number))
        make_alert(patient=episode.patient, text=f"Alert {number}")

    with django_assert_num_queries(37 + (LOCK if connection.vendor == "postgresql" else 0)):
        shown(client, episode.patient)


def test_a_thousand_notes_cost_no_query_more_and_the_page_stays_light(
    client: Client, mairi: Any, django_assert_num_queries: Any
) -> None:
    episode = make_episode(started_on=date(2007, 1, 1))
    sealed(episode, mairi, 1000)

    with django_assert_num_queries(26 + (LOCK if connection.vendor == "postgresql" else 0)):
        answer = shown(client, episode.patient, "?period=all")

    card = answer.context["cards"][0]
    assert (len(card.rows), card.page.paginator.num_pages) == (25, 40)
    assert (len(answer.content) < 160_000, len(gzip.compress(answer.content)) < 32_000) == (True, True)


def test_the_table_turns_its_pages_newest_first(client: Client, mairi: Any) -> None:
    episode = make_episode()
    sealed(episode, mairi, 27)

    rows = shown(client, episode.patient, f"?episode={episode.pk}&page=2").context["cards"][0].rows
    assert [row.at for row in rows] == [START - timedelta(weeks=25), START - timedelta(weeks=26)]


def test_an_odd_address_shows_the_file(client: Client, mairi: Any) -> None:
    patient = make_episode().patient
    odd = ["?page=x", "?page=-1", "?page=999", "?period=x", "?episode=x", "?episode=%00"]

    assert {shown(client, patient, query).status_code for query in odd} == {200}


def test_an_empty_file_says_what_to_do(client: Client, mairi: Any) -> None:
    said = page(client, make_patient(name="Iain <b>Muir</b>", email="", phone=""))

    assert ("No episode yet" in said, "No alerts." in said, "None booked." in said, "<b>Muir" in said) == (
        True,
        True,
        True,
        False,
    )


def test_everything_told_about_a_person_is_in_the_file(client: Client, mairi: Any) -> None:
    known = {
        "known_as": "Shona",
        "pronouns": "she/her",
        "street": "4 Otago Lane",
        "gp": "Dr Anand",
        "emergency_contact": "Calum, husband",
        "communication_needs": "Large print",
    }

    said = page(client, make_patient(**known))
    assert [words for words in known.values() if words not in said] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/admin/patients/2b1f0c1e-0000-4000-8000-000000000000/alerts/", "Patients"),
        ("/admin/register/", "Patients"),
        ("/admin/notes/2b1f0c1e-0000-4000-8000-000000000000/", "Notes"),
        ("/admin/patients/casenote/", ""),
    ],
)
def test_the_bar_says_where_one_is(address: str, name: str) -> None:
    assert [one for one in ("Today", "Patients", "Notes") if belongs_to(address, one)] == ([name] if name else [])


def test_opening_a_file_is_traced_before_it_is_shown(client: Client, mairi: Any) -> None:
    patient = make_patient()
    page(client, patient)

    entry = AuditEntry.objects.get(action="view")
    assert (entry.actor, entry.patient_reference, entry.subject) == (
        "mairi",
        patient.reference,
        f"file of patient {patient.pk}",
    )


def test_whoever_treats_nobody_opens_no_page_of_the_file(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    episode = make_episode()
    of_patient = ["patient_file", "identity", "alerts", "consent_give", "episode_start"]
    keys = dict.fromkeys(of_patient, episode.patient.pk) | {"episode": episode.pk, "episode_close": episode.pk}

    answers = [client.get(reverse(f"admin:{name}", args=[key])) for name, key in keys.items()]
    assert {(answer.status_code, "Ailsa" in answer.content.decode()) for answer in answers} == {(403, False)}
    assert AuditEntry.objects.filter(action="view").count() == 0


def test_whoever_treats_nobody_presses_nothing(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    keys = {"alert_do": make_alert().pk, "episode_reopen": make_episode().pk, "consent_withdraw": make_patient().pk}

    answers = [client.post(reverse(f"admin:{name}", args=[key])) for name, key in keys.items()]
    assert {answer.status_code for answer in answers} == {403}


def test_another_therapists_draft_is_named_and_ones_own_is_offered(client: Client, mairi: Any) -> None:
    episode = make_episode()
    make_note(episode=episode, author=make_practitioner("morag", first_name="Morag", last_name="Bain"))
    theirs = page(client, episode.patient)
    make_note(episode=episode, author=mairi, seen_at=START - timedelta(days=7))
    both = page(client, episode.patient)

    assert ("by Morag Bain" in theirs, "Finish the note" in theirs) == (True, False)
    assert ("2 unsigned notes" in both, "yours" in both, "Finish the note" in both) == (True, True, True)


@pytest.mark.parametrize(
    ("told", "is_offered"),
    [
        ({}, True),
        ({"status": "arrived"}, True),
        ({"status": "did_not_attend"}, False),
        ({"starts_at": START + timedelta(days=1)}, False),
    ],
)
def test_the_note_of_todays_visit_can_be_written_from_the_file(
    client: Client, mairi: Any, told: dict[str, Any], is_offered: bool
) -> None:
    patient = make_episode().patient
    make_appointment(patient=patient, practitioner=mairi, **told)

    with travel(START + timedelta(minutes=5), tick=False):
        client.force_login(mairi)
        said = page(client, patient)

    assert ("Write today’s note" in said) == is_offered


def test_what_became_of_each_note_is_said_in_words(client: Client, mairi: Any) -> None:
    wrong = signed_note(author=mairi)
    notes.add_addendum(note=wrong, author=mairi, kind="in_error", text="Wrong patient.", now=START)
    gone = {"discarded_at": START, "discarded_by": mairi, "discard_reason": "Opened twice."}
    make_note(episode=wrong.episode, author=mairi, **gone)
    make_note(episode=wrong.episode, author=mairi, entered_at=START + timedelta(days=2))

    said = page(client, wrong.episode.patient)
    words = ["Entered in error", "1 addendum", "Discarded draft", "Opened twice.", "Late entry, 28 Nov", "Draft</span>"]
    assert [one for one in words if one not in said] == []


def test_a_missed_appointment_and_the_next_one_stand_on_the_axis(client: Client, mairi: Any) -> None:
    note = signed_note(author=mairi)
    patient = note.episode.patient
    make_appointment(patient=patient, starts_at=START + timedelta(days=7), status="did_not_attend")
    make_appointment(patient=patient, starts_at=START + timedelta(days=30))

    with travel(START + timedelta(days=14), tick=False):
        client.force_login(mairi)
        found = shown(client, patient).context["cards"][0].timeline
    assert ([one.at for one in found.missed], found.coming) == (
        [START + timedelta(days=7)],
        START + timedelta(days=30),
    )


def test_an_appointment_of_a_course_belongs_to_the_episode_of_the_course(client: Client, mairi: Any) -> None:
    ours = make_episode()
    other = make_episode(patient=ours.patient, condition=make_condition(code="other"))
    missed = make_appointment(patient=ours.patient, starts_at=START + timedelta(days=7), status="did_not_attend")
    plan = {"service": missed.service, "practitioner": mairi, "planned_by": mairi, "planned_at": START}
    missed.course = Course.objects.create(patient=ours.patient, episode=other, **plan)
    missed.save()

    with travel(START + timedelta(days=14), tick=False):
        client.force_login(mairi)
        cards = shown(client, ours.patient).context["cards"]
    assert {card.episode.pk: len(card.timeline.missed) for card in cards} == {ours.pk: 0, other.pk: 1}


def test_closed_episodes_wait_beside_the_open_ones(client: Client, mairi: Any) -> None:
    now = make_episode()
    before = make_episode(patient=now.patient, side="left", closed_on=date(2026, 11, 27), closing_words="Runs again")

    context = shown(client, now.patient).context
    assert ([card.episode for card in context["cards"]], context["others"]) == ([now], [before])
    assert "Runs again" in page(client, now.patient, f"?episode={before.pk}")


def test_red_flags_are_said_as_they_were_answered(client: Client, mairi: Any) -> None:
    note = saved_note(author=mairi)
    note.red_flag_answers.filter(red_flag__code="fracture").update(reply="yes", action="Rang the GP")
    notes.sign(note=note, version=note.version, by=mairi, now=START)

    flags = shown(client, note.episode.patient).context["cards"][0].flags
    assert (flags.words, flags.is_open) == ("Fracture: yes; 1 “no”", True)


def test_script_in_a_plan_or_flare_stays_text(client: Client, mairi: Any) -> None:
    episode = make_episode()
    text = "<script>alert(1)</script>"
    CaseNote.objects.bulk_create([note_of(episode, mairi, plan=text, flare=text)])

    said = page(client, episode.patient)
    assert ("<script>alert" in said, "&lt;script&gt;alert" in said) == (False, True)


def test_only_the_last_dozen_of_old_appointments_is_listed(client: Client, mairi: Any) -> None:
    patient = make_patient()
    for number in range(14):
        make_appointment(patient=patient, starts_at=START - timedelta(days=number + 1))

    with travel(START, tick=False):
        client.force_login(mairi)
        context = shown(client, patient).context
    assert (len(context["past"]), context["past_count"]) == (12, 14)
