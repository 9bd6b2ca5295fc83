"""Episodes: started from the file, closed with words, opened again; nothing of an ending is lost."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from patients.models import AuditEntry, Episode
from tests.factories import START, make_condition, make_episode, make_note, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Any:
    with travel(START, tick=False):
        yield


def start(client: Client, patient: Any, about: Any, **typed: str) -> Any:
    sent = {"condition": about.pk, "side": "left", "onset": "hills", "started_on": "2026-11-20", **typed}
    return client.post(f"/admin/patients/{patient.pk}/episodes/", sent)


def close(client: Client, episode: Episode, **typed: str) -> Any:
    sent = {"closed_on": "2026-11-26", "closing_words": "Runs again", **typed}
    return client.post(f"/admin/episodes/{episode.pk}/close/", sent)


def test_an_episode_is_started_from_the_file_and_traced(client: Client, mairi: Any) -> None:
    patient, condition = make_patient(), make_condition()
    answer = start(client, patient, condition)

    found = Episode.objects.get()
    assert answer.headers["Location"] == f"/admin/patients/{patient.pk}/#e-{found.pk}"
    assert (found.side, found.onset, found.started_on, found.is_open) == ("left", "hills", date(2026, 11, 20), True)
    assert AuditEntry.objects.get(action="create").subject == f"episode {found.pk}"


def test_a_second_press_or_a_like_episode_asks_whether_it_is_another(client: Client, mairi: Any) -> None:
    patient, condition = make_patient(), make_condition()
    start(client, patient, condition)

    asked = start(client, patient, condition)
    assert (asked.status_code, Episode.objects.count()) == (409, 1)
    assert 'type="checkbox" name="is_another"' in asked.content.decode()
    assert (start(client, patient, condition, is_another="on").status_code, Episode.objects.count()) == (303, 2)


def test_the_other_side_or_a_closed_one_is_no_question(client: Client, mairi: Any) -> None:
    patient, condition = make_patient(), make_condition()
    start(client, patient, condition)
    start(client, patient, condition, side="right")
    Episode.objects.filter(side="left").update(closed_on=date(2026, 11, 26))

    assert start(client, patient, condition).status_code == 303


def test_what_cannot_be_is_not_started(client: Client, mairi: Any) -> None:
    patient, condition = make_patient(), make_condition()
    wrong = [{"condition": ""}, {"started_on": "2026-11-27"}, {"started_on": "x"}, {"side": "up"}]

    assert {start(client, patient, condition, **typed).status_code for typed in wrong} == {422}
    assert Episode.objects.count() == 0


def test_a_retired_condition_is_not_offered(client: Client, mairi: Any) -> None:
    assert start(client, make_patient(), make_condition(retired_at=START)).status_code == 422


def test_an_episode_is_closed_with_words(client: Client, mairi: Any) -> None:
    episode = make_episode(started_on=date(2026, 11, 1))
    make_note(episode=episode, author=mairi)
    warned = client.get(f"/admin/episodes/{episode.pk}/close/").content.decode()
    close(client, episode)

    episode.refresh_from_db()
    assert (episode.closed_on, episode.closing_words) == (date(2026, 11, 26), "Runs again")
    assert AuditEntry.objects.get(action="change").fields == "closed_on closing_words"
    assert "not signed yet" in warned


def test_no_words_or_an_impossible_day_close_nothing(client: Client, mairi: Any) -> None:
    episode = make_episode(started_on=date(2026, 11, 1))
    wrong = [{"closing_words": " "}, {"closed_on": "2026-11-27"}, {"closed_on": "2026-10-31"}]

    refused = [list(close(client, episode, **typed).context["form"].errors) for typed in wrong]
    episode.refresh_from_db()
    assert (refused, episode.is_open) == ([list(typed) for typed in wrong], True)


def test_a_stale_page_does_not_write_over_an_ending(client: Client, mairi: Any) -> None:
    episode = make_episode()
    close(client, episode)
    answer = close(client, episode, closing_words="Another story")

    episode.refresh_from_db()
    assert (answer.status_code, episode.closing_words) == (409, "Runs again")


def test_an_episode_opened_again_keeps_the_words_of_its_old_ending(client: Client, mairi: Any) -> None:
    episode = make_episode(closed_on=date(2026, 11, 26), closing_words="Runs again")
    for _ in range(2):
        client.post(f"/admin/episodes/{episode.pk}/reopen/")

    episode.refresh_from_db()
    assert (episode.is_open, episode.closing_words) == (True, "Runs again")
    assert AuditEntry.objects.filter(action="change").count() == 1
    assert "How it had ended before" in client.get(f"/admin/patients/{episode.patient_id}/").content.decode()


def test_a_look_opens_nothing_again(client: Client, mairi: Any) -> None:
    episode = make_episode(closed_on=date(2026, 11, 26))

    assert client.get(f"/admin/episodes/{episode.pk}/reopen/").status_code == 405


def test_an_episode_never_starts_after_it_was_closed(client: Client, mairi: Any) -> None:
    episode = make_episode(started_on=date(2026, 11, 1), closed_on=date(2026, 11, 10))
    typed = {"side": "left", "onset": "", "working_hypothesis": "", "started_on": "2026-11-11"}

    assert client.post(f"/admin/episodes/{episode.pk}/", typed).status_code == 422
