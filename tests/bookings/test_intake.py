"""The questions before a first visit: part by part, nothing lost, nothing scored, nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings import diary, links
from bookings.models import Appointment, Intake, IntakeAnswer, Service
from patients.models import Condition, RedFlagAnswer, Symptom, SymptomQuestion
from tests.bookings.intake_answers import ANSWERS, STORY, answer, answer_all, first_appointment, page
from tests.bookings.online import NOW, words
from tests.factories import make_appointment, make_patient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HOSTILE = [
    "  spaces  around ",
    "tab\there",
    "<script>alert(1)</script>",
    "🏃 emoji",
    "line\u2028separator",
    "two\nlines",
    "right \u202eto left",
    "{{ x }}{% y %}",
]


@pytest.fixture
def booked() -> Appointment:
    return first_appointment()


def stored() -> dict[str, str]:
    return dict(IntakeAnswer.objects.values_list("question__code", "value"))


def test_a_first_appointment_leads_to_its_questions(client: Client, booked: Appointment) -> None:
    shown = words(client.get(f"/appointment/{links.token(booked)}/"))

    assert page(booked) in shown
    assert client.get(page(booked)).status_code == 200


def test_looking_at_every_part_stores_nothing(client: Client, booked: Appointment) -> None:
    parts = ["", "story", "questions-1", "about-you", "contacts", "agreement", "check"]

    assert [client.get(page(booked, part)).status_code for part in parts] == [200] * 7
    assert not Intake.objects.exists()


def test_each_part_is_kept_by_itself(client: Client, booked: Appointment) -> None:
    answer(client, booked, "questions-1", ANSWERS)
    answer(client, booked, "story", {"own_words": STORY})

    assert Intake.objects.get().own_words == STORY
    assert stored() == {
        "pain_worst": "7",
        "sitting_minutes": "20",
        "main_site": "sitting-bone",
        "character": "sharp ache",
        "standing_painful": "unsure",
        "load_change": "More hills",
        "onset_date": "in May",
    }


@pytest.mark.parametrize(("do", "part"), [("next", "about-you/"), ("back", "story/"), ("later", "")])
def test_every_button_keeps_what_was_typed(client: Client, booked: Appointment, do: str, part: str) -> None:
    sent = answer(client, booked, "questions-1", {"answer-load_change": "Hills"}, do=do)

    assert (sent.url, stored()) == (f"{page(booked)}{part}", {"load_change": "Hills"})


def test_an_answer_can_be_taken_back(client: Client, booked: Appointment) -> None:
    answer(client, booked, "questions-1", ANSWERS)

    answer(client, booked, "questions-1", {**ANSWERS, "answer-pain_worst": "", "answer-character": []})

    assert set(ANSWERS) - {f"answer-{code}" for code in stored()} == {"answer-pain_worst", "answer-character"}


def test_what_was_answered_is_shown_again(client: Client, booked: Appointment) -> None:
    answer_all(client, booked, at=NOW)

    shown = words(client.get(page(booked, "check")))
    said = ["7 out of 10", "20 minutes", "sitting bone", "sharp, like toothache", "not sure", "latex", "Dr Bell"]
    assert [one in shown for one in said] == [True] * 7


def test_where_somebody_is_said_in_words(client: Client, booked: Appointment) -> None:
    assert "<span>2 of 6</span>" in client.get(page(booked, "questions-1")).content.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_words_stay_as_they_were_typed(client: Client, booked: Appointment, text: str) -> None:
    answer(client, booked, "story", {"own_words": text})
    answer(client, booked, "questions-1", {"answer-load_change": text})

    assert (Intake.objects.get().own_words, stored()["load_change"]) == (text, text)
    assert b"<script>alert" not in client.get(page(booked, "check")).content


@pytest.mark.parametrize(
    ("part", "name", "typed"),
    [
        ("story", "own_words", "long " * 2000),
        ("story", "own_words", "nul\0here"),
        ("contacts", "gp", "x" * 10_000),
        ("questions-1", "answer-load_change", "y" * 301),
        ("questions-1", "answer-sitting_minutes", "9" * 5000),
        ("questions-1", "answer-sitting_minutes", "twenty"),
    ],
)
def test_what_cannot_be_kept_stays_on_the_page(
    client: Client, booked: Appointment, part: str, name: str, typed: str
) -> None:
    sent = answer(client, booked, part, {name: typed})

    assert (sent.status_code, sent.context["form"][name].value(), len(sent.context["form"].errors)) == (422, typed, 1)
    assert not Intake.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [(" 20 ", "20"), (" ", None)])
def test_spaces_around_a_number_or_alone_are_no_mistake(
    client: Client, booked: Appointment, typed: str, kept: str | None
) -> None:
    sent = answer(client, booked, "questions-1", {"answer-sitting_minutes": typed})

    assert (sent.status_code, stored().get("sitting_minutes")) == (302, kept)


@pytest.mark.parametrize("value", ["11", "-1", "knee", "nul\0"])
def test_an_answer_that_is_not_offered_is_refused(client: Client, booked: Appointment, value: str) -> None:
    assert answer(client, booked, "questions-1", {"answer-pain_worst": value}).status_code == 422
    assert stored() == {}


def test_red_flags_are_read_and_never_answered(client: Client, booked: Appointment) -> None:
    shown = words(client.get(page(booked)))
    answer(client, booked, "questions-1", {"flag-cauda_equina-reply": "yes", "flag-cauda_equina": "yes"})

    assert ("New numbness" in shown, "Ring 999" in shown, "flag-" in shown) == (True, True, False)
    assert (stored(), RedFlagAnswer.objects.count(), Symptom.objects.count()) == ({}, 0, 0)


def test_nothing_is_scored_or_sorted(client: Client, booked: Appointment) -> None:
    answer_all(client, booked, at=NOW)

    numbers = {field.name for field in Intake._meta.fields if field.get_internal_type().endswith("IntegerField")}
    assert numbers == set()


def test_questions_for_the_therapist_are_not_asked(client: Client, booked: Appointment) -> None:
    SymptomQuestion.objects.filter(code="main_site").update(asked_of="therapist")

    assert "Where is the worst spot?" not in words(client.get(page(booked, "questions-1")))
    assert "How long can you sit?" in words(client.get(page(booked, "questions-1")))


def test_a_condition_that_waits_for_its_review_asks_nothing_on_the_internet(
    client: Client, booked: Appointment, settings: Any
) -> None:
    settings.IS_LOOPBACK = False
    asked_before = client.get(page(booked, "questions-1"), secure=True).status_code
    Condition.objects.update(reviewed_version=None)

    assert (asked_before, client.get(page(booked, "questions-1"), secure=True).status_code) == (200, 404)
    assert "New numbness" not in words(client.get(page(booked), secure=True))


def test_what_nobody_checked_waits_for_the_review(client: Client, booked: Appointment) -> None:
    Condition.objects.update(reviewed_version=None)
    SymptomQuestion.objects.exclude(code="pain_worst").update(evidence="verified")

    shown = words(client.get(page(booked, "questions-1")))
    assert ("Most pain" in shown, "How long can you sit?" in shown) == (False, True)


def test_without_a_condition_the_general_parts_are_asked(client: Client, booked: Appointment) -> None:
    Appointment.objects.update(condition_code="gone")

    assert client.get(page(booked, "questions-1")).status_code == 404
    assert "<span>2 of 5</span>" in client.get(page(booked, "about-you")).content.decode()


def test_the_token_of_another_appointment_opens_only_its_own(client: Client, booked: Appointment) -> None:
    answer_all(client, booked, at=NOW)
    other = make_appointment(starts_at=booked.starts_at + timedelta(days=7), email="b@example.org")

    assert "latex" not in words(client.get(page(other, "check")))
    assert "latex" in words(client.get(page(booked, "check")))


@pytest.mark.parametrize("token", ["x", "A" * 54, "é" * 54, "0" * 5000])
def test_a_stranger_opens_nothing(client: Client, booked: Appointment, token: str) -> None:
    addresses = [f"/appointment/{token}/before-your-visit/{part}" for part in ("", "story/", "check/")]

    assert [client.get(one).status_code for one in addresses] == [404] * 3
    assert client.post(addresses[1], {"own_words": "x"}).status_code == 404


def test_the_pages_are_kept_nowhere_and_name_no_condition(client: Client, booked: Appointment) -> None:
    answer = client.get(page(booked, "questions-1"))

    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "hamstring" not in answer.request["PATH_INFO"]


@pytest.mark.parametrize("change", ["begun", "cancelled"])
def test_once_it_is_over_nothing_is_kept_and_nothing_typed_is_lost(
    client: Client, booked: Appointment, change: str
) -> None:
    if change == "begun":
        Appointment.objects.update(starts_at=NOW, occupied_from=NOW)
    else:
        diary.cancel(appointment=booked, now=NOW)

    sent = answer(client, booked, "story", {"own_words": "Typed words"})
    assert (sent.status_code, "Typed words" in words(sent), Intake.objects.exists()) == (409, True, False)
    assert client.get(page(booked)).status_code == 302


def test_a_follow_up_asks_nothing(client: Client, booked: Appointment) -> None:
    Service.objects.update(audience="returning")
    Appointment.objects.update(patient=make_patient())

    assert client.get(page(booked)).url == f"/appointment/{links.token(booked)}/"


def test_answers_to_questions_that_were_withdrawn_are_shown_again(client: Client, booked: Appointment) -> None:
    sent = answer(client, booked, "questions-1", {"answer-gone": "Typed words", "answer-load_change": "Hills"})

    assert (sent.status_code, "Typed words" in words(sent), "Hills" in words(sent)) == (409, True, True)


def test_nothing_is_sent_before_it_is_sent(client: Client, booked: Appointment) -> None:
    answer(client, booked, "story", {"own_words": STORY})
    before = Intake.objects.get().sent_at

    answer(client, booked, "check", {}, do="send")

    assert (before, Intake.objects.get().sent_at) == (None, NOW)


def test_what_was_sent_can_still_be_changed(client: Client, booked: Appointment) -> None:
    answer_all(client, booked, at=NOW - timedelta(hours=1))
    IntakeAnswer.objects.update(accepted_at=NOW)

    answer(client, booked, "questions-1", {**ANSWERS, "answer-pain_worst": "8"})

    changed = IntakeAnswer.objects.get(accepted_at=None)
    assert (changed.question.code, changed.value) == ("pain_worst", "8")


def test_moving_the_appointment_keeps_its_answers(client: Client, booked: Appointment) -> None:
    answer(client, booked, "story", {"own_words": STORY})
    Appointment.objects.update(starts_at=booked.starts_at + timedelta(minutes=15))

    assert client.get(page(booked, "story")).context["form"]["own_words"].value() == STORY
