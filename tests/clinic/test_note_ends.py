"""A note that should not be there: discarded as a draft, or marked as in error and copied to where it belongs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bookings.models import Appointment
from patients.models import Addendum, AuditEntry, CaseNote, Episode
from tests.clinic.typed import page, send, words
from tests.factories import START, make_appointment, make_episode, make_patient, make_practitioner, make_user
from tests.patients.written import saved_note, signed_note

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_eleven")]


def appointment_of(note: CaseNote) -> Appointment:
    return make_appointment(patient=note.episode.patient, case_note=note, status="attended", practitioner=note.author)


@pytest.fixture
def draft(client: Client) -> CaseNote:
    """A draft with an appointment, its author signed in."""
    note = saved_note()
    client.force_login(note.author)
    return note


@pytest.fixture
def wrong(client: Client) -> CaseNote:
    """A signed note on the wrong file, its author signed in."""
    note = signed_note()
    client.force_login(note.author)
    return note


def test_a_draft_on_the_wrong_patient_is_discarded_and_its_appointment_freed(client: Client, draft: CaseNote) -> None:
    appointment = appointment_of(draft)

    answer = client.post(f"{page(draft)}discard/", {"reason": "Wrong patient.", "is_other_person": "on"})

    draft.refresh_from_db()
    appointment.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/appointments/{appointment.pk}/")
    assert (draft.discard_reason, appointment.case_note, appointment.patient) == ("Wrong patient.", None, None)


def test_without_a_reason_nothing_is_discarded(client: Client, draft: CaseNote) -> None:
    answer = client.post(f"{page(draft)}discard/", {"reason": "  "})

    draft.refresh_from_db()
    assert (answer.status_code, draft.is_discarded, "Say why." in words(answer)) == (422, False, True)


def test_a_discarded_draft_can_be_read_and_not_written(client: Client, draft: CaseNote) -> None:
    client.post(f"{page(draft)}discard/", {"reason": "Wrong patient."})

    shown, sent = client.get(page(draft)), send(client, draft, plan="More")

    draft.refresh_from_db()
    assert ("Wrong patient." in words(shown), sent.status_code, draft.plan) == (True, 409, "Cut hills.")
    assert client.get(f"/admin/patients/{draft.episode.patient_id}/").status_code == 200


@pytest.mark.parametrize("door", ["discard/", "in-error/", "versions/"])
def test_only_those_who_may_open_records_open_these_pages(client: Client, draft: CaseNote, door: str) -> None:
    client.force_login(make_user(is_superuser=True))

    assert client.get(f"{page(draft)}{door}").status_code == 403


def test_another_practitioner_discards_nobodys_draft(client: Client, draft: CaseNote) -> None:
    client.force_login(make_practitioner())

    answer = client.post(f"{page(draft)}discard/", {"reason": "Not mine."})

    draft.refresh_from_db()
    assert (answer.status_code, draft.is_discarded) == (409, False)


def test_whoever_looks_for_the_right_person_is_not_asked_for_the_reason_yet(client: Client, mairi: Any) -> None:
    wrong = signed_note(author=mairi)
    client.force_login(mairi)

    found = client.post(f"{page(wrong)}in-error/", {"reason": "", "search": "nobody", "do": "search"})

    assert (found.status_code, "Say why." in found.content.decode()) == (200, False)


def test_the_words_go_to_the_right_file_as_a_draft(client: Client, wrong: CaseNote) -> None:
    appointment = appointment_of(wrong)
    right = make_episode(patient=make_patient(name="Eilidh Gunn", email="", phone="", date_of_birth="1990-01-02"))

    found = client.post(f"{page(wrong)}in-error/", {"reason": "Wrong file.", "search": "gunn", "do": "search"})
    sent = {"reason": "Wrong file.", "search": "gunn", "target": f"episode:{right.pk}", "do": "mark"}
    answer = client.post(f"{page(wrong)}in-error/", sent)

    copy, held = wrong.copies.get(), Appointment.objects.get(pk=appointment.pk)
    assert ("Eilidh Gunn" in words(found), "Wrong file." in words(found)) == (True, True)
    assert (answer.status_code, answer.headers["Location"]) == (302, page(copy))
    assert (held.case_note, held.patient) == (copy, right.patient)
    assert "Eilidh" not in words(client.get(page(wrong)))


def test_a_person_without_this_problem_gets_a_new_episode(client: Client, wrong: CaseNote) -> None:
    patient = make_patient(name="Eilidh Gunn")
    sent = {"reason": "Wrong file.", "search": "gunn", "target": f"patient:{patient.pk}", "do": "mark"}

    client.post(f"{page(wrong)}in-error/", sent)

    episode = Episode.objects.get(patient=patient)
    assert (episode.condition, episode.case_notes.get().history) == (wrong.episode.condition, "Cannot sit.")


def test_a_copy_that_would_double_book_somebody_frees_the_appointment_instead(client: Client, wrong: CaseNote) -> None:
    appointment = appointment_of(wrong)
    right = make_episode(patient=make_patient(name="Eilidh Gunn"))
    make_appointment(patient=right.patient)
    sent = {"reason": "Wrong file.", "search": "gunn", "target": f"episode:{right.pk}", "do": "mark"}

    answer = client.post(f"{page(wrong)}in-error/", sent, follow=True)

    appointment.refresh_from_db()
    assert (appointment.case_note, "another one at that time" in words(answer)) == (None, True)


def test_a_note_in_error_says_so_and_is_marked_once(client: Client, wrong: CaseNote) -> None:
    sent = {"reason": "Wrong file.", "target": "", "do": "mark"}
    client.post(f"{page(wrong)}in-error/", sent)

    again = client.post(f"{page(wrong)}in-error/", {**sent, "reason": "Other words."})

    assert (again.status_code, Addendum.objects.count()) == (409, 1)
    assert "This note does not count." in words(client.get(page(wrong)))
    assert "entered in error" in words(client.get("/admin/patients/casenote/"))


def test_reading_the_versions_is_traced_and_shows_what_changed(client: Client, draft: CaseNote) -> None:
    send(client, draft, plan="Cut hills and <b>stairs</b>.")

    shown = client.get(f"{page(draft)}versions/")

    assert AuditEntry.objects.filter(action="view", subject=f"note {draft.pk}").exists()
    plan = next(one for one in shown.context["differences"] if one.label == "Plan")
    added = [piece.words for piece in plan.pieces if piece.is_added]
    assert ("".join(added), "<b>stairs" in shown.content.decode()) == (" and <b>stairs</b>", False)


def test_a_correction_stands_beside_the_text_it_resembles(client: Client, wrong: CaseNote) -> None:
    client.post(f"{page(wrong)}addendum/", {"kind": "correction", "text": "Cannot sit at all."})

    shown = client.get(f"{page(wrong)}versions/")

    against: Any = shown.context["corrections"][0].against
    assert (against.label, [piece.words for piece in against.pieces if piece.is_added]) == (
        "In the patient's words",
        [" at all"],
    )


def fields(answer: Any) -> dict[str, Any]:
    """What the page would send as it stands."""
    return {one.html_name: one.value() or "" for one in answer.context["form"]}


def test_the_episodes_own_page_overwrites_nothing_that_a_note_wrote_meanwhile(client: Client, draft: CaseNote) -> None:
    url = f"/admin/episodes/{draft.episode_id}/"
    sent = fields(client.get(url))
    Episode.objects.update(working_hypothesis="From the note", onset="In May")

    left_alone = client.post(url, {**sent, "side": "left"})
    conflict = client.post(url, {**sent, "side": "left", "working_hypothesis": "From the file"})
    kept = (conflict.status_code, Episode.objects.get().working_hypothesis, "From the file" in words(conflict))
    again = client.post(url, fields(conflict))

    assert (left_alone.status_code, kept, again.status_code) == (303, (409, "From the note", True), 303)
    assert Episode.objects.values_list("side", "onset", "working_hypothesis").get() == (
        "left",
        "In May",
        "From the file",
    )


def test_a_note_with_nothing_kept_says_so(client: Client) -> None:
    note = saved_note()
    CaseNote.objects.filter(pk=note.pk).update(changed_at=START)
    client.force_login(note.author)

    assert "nothing to compare it with" in words(client.get(f"{page(note)}versions/"))


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_versions_cost_the_same_however_many(
    client: Client, draft: CaseNote, item_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(item_count):
        draft.refresh_from_db()
        send(client, draft, plan=f"Plan {number}")
    lock = 1 if connection.vendor == "postgresql" else 0  # the trace keeps its chain single file

    with django_assert_num_queries(29 + lock):
        client.get(f"{page(draft)}versions/")
