"""What was told before the visit, beside the draft: taken over by a press, never over what the therapist wrote."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import Appointment, Intake, IntakeAnswer
from patients import notes
from patients.models import AuditEntry, CaseNote, Consent, RedFlagAnswer, SymptomQuestion
from tests.bookings.intake_answers import STORY, answer_all, first_appointment
from tests.clinic.typed import NOW, TYPED, page, words
from tests.factories import START, make_episode, make_note, make_patient, make_practitioner, make_user
from tests.patients.written import written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_eleven")]
BARE: dict[str, Any] = {
    **{name: None for name in TYPED if name.startswith("symptom-")},
    "history": "",
}


@pytest.fixture
def told(client: Client) -> CaseNote:
    """A draft of the therapist who is signed in, for somebody who answered everything before."""
    appointment = first_appointment(patient=make_patient())
    answer_all(Client(), appointment, at=START - timedelta(hours=1))
    author = make_practitioner(username="mairi")
    client.force_login(author)
    note = make_note(author=author, episode=make_episode(patient=appointment.patient))
    Appointment.objects.update(case_note=note, status="attended")
    return note


def press(client: Client, note: CaseNote, do: str, **changes: Any) -> Any:
    """Press a button on a draft where nothing of it is filled in yet."""
    typed = {**TYPED, **BARE, "version": note.version, "do": do, **changes}
    return client.post(page(note), {name: value for name, value in typed.items() if value is not None}, follow=True)


def of(code: str) -> str:
    return f"take-{IntakeAnswer.objects.get(question__code=code).pk}"


def recorded(note: CaseNote) -> dict[str, str]:
    return {one.question.code: one.answer for one in note.symptoms.select_related("question")}


def accepted() -> set[str]:
    return set(IntakeAnswer.objects.exclude(accepted_at=None).values_list("question__code", flat=True))


def test_each_answer_stands_beside_its_question(client: Client, told: CaseNote) -> None:
    shown = words(client.get(page(told)))

    said = ["7 out of 10", "20 minutes", "sitting bone", "sharp, like toothache", "not sure", "More hills", "in May"]
    assert [f'<q class="item__said">{one}</q>' in shown for one in said] == [True] * 7
    assert (STORY in shown, "latex" in shown, "Dr Bell" in shown) == (True, True, True)


def test_one_press_takes_one_answer_over(client: Client, told: CaseNote) -> None:
    press(client, told, of("pain_worst"))

    assert (recorded(told), accepted()) == ({"pain_worst": "7 out of 10"}, {"pain_worst"})


def test_one_press_takes_everything_over(client: Client, told: CaseNote) -> None:
    press(client, told, "take-all")

    told.refresh_from_db()
    assert (told.history, len(accepted()), Intake.objects.get().taken_at) == (STORY, 7, NOW)
    assert recorded(told) == {
        "pain_worst": "7 out of 10",
        "sitting_minutes": "20 minutes",
        "main_site": "sitting bone",
        "character": "sharp, like toothache",
        "standing_painful": "not sure",
        "load_change": "More hills",
        "onset_date": "in May",
    }


def test_a_second_press_changes_nothing(client: Client, told: CaseNote) -> None:
    one = of("pain_worst")
    press(client, told, one)
    first = IntakeAnswer.objects.get(question__code="pain_worst").accepted_at
    told.refresh_from_db()

    press(client, told, one, **{"symptom-pain_worst": "7"})

    again = IntakeAnswer.objects.get(question__code="pain_worst").accepted_at
    assert (recorded(told), again) == ({"pain_worst": "7 out of 10"}, first)


def test_what_the_therapist_wrote_stays_and_is_named(client: Client, told: CaseNote) -> None:
    answer = press(client, told, "take-all", **{"symptom-pain_worst": "3", "history": "Mine."})

    told.refresh_from_db()
    said = [str(message) for message in answer.context["messages"]]
    assert (recorded(told)["pain_worst"], told.history, "pain_worst" in accepted()) == ("3 out of 10", "Mine.", False)
    assert ["Most pain in the last 24 hours; In the patient's words" in one for one in said] == [True]


def test_what_was_typed_beside_it_is_saved_too(client: Client, told: CaseNote) -> None:
    press(client, told, of("pain_worst"), plan="Typed just now.")

    told.refresh_from_db()
    assert told.plan == "Typed just now."


def test_a_stale_page_takes_nothing_over(client: Client, told: CaseNote) -> None:
    notes.save_draft(note=told, version=1, written=notes.Written(note={"plan": "Elsewhere"}), by=told.author, now=NOW)

    assert press(client, told, "take-all").status_code == 409
    assert (recorded(told), accepted(), Consent.objects.exists()) == ({}, set(), False)


def test_a_page_that_cannot_be_saved_takes_nothing_over(client: Client, told: CaseNote) -> None:
    answer = press(client, told, "take-all", seen_at="25:99")

    assert (answer.status_code, accepted(), Consent.objects.exists()) == (422, set(), False)
    assert answer.context["form"]["symptom-pain_worst"].value() == "7"


def test_a_signed_note_takes_nothing_over(client: Client, told: CaseNote) -> None:
    condition = told.episode.condition
    saved = notes.save_draft(note=told, version=1, written=written(condition), by=told.author, now=NOW)
    signed = notes.sign(note=saved, version=saved.version, by=told.author, now=NOW)

    assert press(client, signed, "take-all").status_code == 409
    assert (accepted(), Consent.objects.exists()) == (set(), False)


def test_somebody_else_takes_nothing_over(client: Client, told: CaseNote) -> None:
    client.force_login(make_practitioner())

    press(client, told, "take-all")

    assert (recorded(told), accepted(), Consent.objects.exists()) == ({}, set(), False)


def test_an_option_that_is_gone_is_named_and_breaks_nothing(client: Client, told: CaseNote) -> None:
    SymptomQuestion.objects.filter(code="main_site").update(options="groin | groin")

    answer = press(client, told, "take-all")
    assert (answer.status_code, "main_site" in recorded(told), len(accepted())) == (200, False, 6)


def test_no_red_flag_is_ever_taken_over(client: Client, told: CaseNote) -> None:
    press(client, told, "take-all", **{"flag-cauda_equina-reply": "", "flag-fracture-reply": ""})

    assert not RedFlagAnswer.objects.exists()


def test_the_consent_is_kept_once_with_its_wording(client: Client, told: CaseNote) -> None:
    press(client, told, "take-consent")
    told.refresh_from_db()
    press(client, told, "take-all")

    kept = Consent.objects.get()
    assert (kept.wording.number, kept.given_by, kept.source) == (1, "Ailsa Reid", "online")
    assert kept.given_at == START - timedelta(hours=1)


def test_the_file_is_filled_where_it_is_empty(client: Client, told: CaseNote) -> None:
    patient = told.episode.patient
    type(patient).objects.update(gp="Dr Known")

    answer = press(client, told, "take-file")

    patient.refresh_from_db()
    assert (patient.gp, patient.emergency_contact) == ("Dr Known", "Iain 07700 900456")
    assert "Your GP and practice" in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize("text", ["  two  spaces ", "<b>& 🏃 a\u2028b {{ x }} tab\there"])
def test_literal_text_comes_over_byte_for_byte(client: Client, told: CaseNote, text: str) -> None:
    IntakeAnswer.objects.filter(question__code="load_change").update(value=text)
    Intake.objects.update(own_words=text)

    press(client, told, "take-all")

    told.refresh_from_db()
    assert (told.history, told.symptoms.get(question__code="load_change").text) == (text, text)


def test_a_press_of_nothing_there_is_saves_the_draft(client: Client, told: CaseNote) -> None:
    answers = []
    for do in ("take-", "take-0", "take-x", "take-99999999999999999999", "take-\0"):
        answers.append(press(client, told, do).status_code)
        told.refresh_from_db()

    assert (answers, accepted()) == ([200] * 5, set())


def test_what_was_not_sent_is_not_shown(client: Client, told: CaseNote) -> None:
    Intake.objects.update(sent_at=None)

    assert "latex" not in words(client.get(page(told)))
    assert "latex" not in words(client.get(f"/admin/appointments/{Appointment.objects.get().pk}/"))


def test_reading_it_leaves_a_trace(client: Client, told: CaseNote) -> None:
    client.get(f"/admin/appointments/{Appointment.objects.get().pk}/")
    client.get(page(told))

    subject = f"intake {Intake.objects.get().pk}"
    assert list(AuditEntry.objects.filter(subject=subject).values_list("actor", "action")) == [("mairi", "view")] * 2


def test_the_desk_sees_that_it_came_and_not_a_word_of_it(client: Client, told: CaseNote) -> None:
    client.force_login(make_user(is_superuser=True))

    pages = [
        words(client.get(address)) for address in (f"/admin/appointments/{Appointment.objects.get().pk}/", "/admin/")
    ]
    assert ["Intake received" in shown for shown in pages] == [True, True]
    assert [[one in shown for one in ("latex", "Dr Bell", "Sore", "7 out of 10")] for shown in pages] == [
        [False] * 4
    ] * 2
    assert not AuditEntry.objects.filter(subject__startswith="intake").exists()


def test_what_a_discarded_draft_had_taken_over_waits_for_the_right_one(client: Client, told: CaseNote) -> None:
    press(client, told, "take-all")
    taken = accepted()

    client.post(f"{page(told)}discard/", {"reason": "Wrong problem."})

    assert (len(taken) > 0, accepted(), Intake.objects.get().taken_at) == (True, set(), None)
