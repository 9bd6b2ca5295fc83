"""What was typed stays as it was typed: through the draft, the page in a browser, the seal and the export."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from patients import note_values, seal
from patients.models import CaseNote, ProvocationTest, RedFlag, SymptomQuestion
from tests.clinic.form_reader import read
from tests.clinic.typed import NOW, TYPED, page, send, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_eleven")]
AREAS = ["history", "advice", "plan", "working_hypothesis", "flag-fracture-action"]
LINES = [
    "onset",
    "symptom-load_change",
    "symptom-onset_date",
    "test-single_leg_bridge-right-measure",
    "test-single_leg_bridge-right-text",
    "cause-reactive_overuse-text",
    "step-step_1-text",
    "technique-technique_1-text",
    "exercise-exercise_1-text",
    "test-single_leg_bridge-left-text",
]
LITERAL = [
    "alpha+beta",
    "dose%20A",
    "a & b < c &amp; \"d\" 'e'",
    "tab\there",
    "  spaces around  ",
    "🏃 漢字 \u202eoverride\u202c",
    "line\u2028separator",
    "فاطمہ \u200fاختر",
    "</textarea><script>alert(1)</script>",
    "{{ 7 }} {% now %} #eval $x$",
]
TYPED_LINES = dict(zip(LINES, LITERAL, strict=True))
PRINTABLE = [text for text in LITERAL if text.isascii() and "\t" not in text]


def stored(note: CaseNote) -> dict[str, Any]:
    """Everything on a note but its version."""
    content = seal.note_content(CaseNote.objects.with_findings().get(pk=note.pk))
    return {name: value for name, value in content.items() if name not in ("position", "signed_at")}


def test_a_page_saved_untouched_changes_nothing(client: Client, note: CaseNote) -> None:
    areas = dict.fromkeys(AREAS, "\n\n " + "\n\n".join(LITERAL) + " \n")
    send(client, note, **{"flag-fracture-reply": "yes"}, **TYPED_LINES, **areas)
    before = stored(note)

    answer = client.post(page(note), {**read(client.get(page(note))).fields, "do": "save"})

    note.refresh_from_db()
    assert (answer.status_code, note.version, stored(note)) == (302, 2, before)
    kept = note_values.of_note(CaseNote.objects.with_findings().get(pk=note.pk))
    assert {name: kept[name] for name in (*AREAS, *LINES)} == {**areas, **TYPED_LINES}


def test_what_was_typed_is_in_both_exports_as_typed(client: Client, note: CaseNote) -> None:
    send(client, note, do="sign", plan="\n".join(PRINTABLE))
    url = f"/admin/patients/{note.episode.patient_id}/export/"

    plain = client.post(url, {"format": "text"}).content.decode()
    paper = PdfReader(BytesIO(client.post(url, {"format": "pdf"}).content))

    printed = "\n".join(sheet.extract_text() for sheet in paper.pages)
    assert "\nPlan\n  " + "\n  ".join(PRINTABLE) + "\n" in plain
    assert [text for text in PRINTABLE if text.strip() not in printed] == []


def test_a_box_unticked_is_taken_off_the_note(client: Client, note: CaseNote) -> None:
    send(client, note)
    sent = read(client.get(page(note))).fields
    for name in ("technique-technique_1", "exercise-exercise_1", "symptom-character"):
        del sent[name]

    client.post(page(note), {**sent, "do": "save"})

    left = (note.treatments.count(), note.home_exercises.count(), note.symptoms.count())
    assert left == (0, 0, 6)


def test_the_text_i_typed_wins_whole_when_i_keep_it(client: Client, note: CaseNote) -> None:
    send(client, note, plan="theirs", **{"exercise-exercise_2": "on", "symptom-character": ["ache"]})
    mine = dict.fromkeys(AREAS, "\n\n mine \n")
    stale = client.post(page(note), {**TYPED, **mine, "version": 1, "flag-fracture-reply": "yes"})

    client.post(page(note), {**read(stale).fields, "do": "save"})

    note.refresh_from_db()
    exercises = list(note.home_exercises.values_list("exercise__code", flat=True))
    assert (stale.status_code, note.plan, note.history) == (409, "\n\n mine \n", "\n\n mine \n")
    assert (exercises, note.symptoms.get(question__code="character").codes) == (["exercise_1"], "sharp ache")


def test_a_version_beyond_all_counting_is_a_stale_one(client: Client, note: CaseNote) -> None:
    assert send(client, note, version=str(10**30)).status_code == 409


def test_no_two_things_on_the_page_share_an_anchor(client: Client, note: CaseNote) -> None:
    ids = read(client.get(page(note))).ids

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symptom-pain_worst", "11"),
        ("symptom-sitting_minutes", "long"),
        ("symptom-main_site", "elsewhere"),
        ("symptom-character", "elsewhere"),
        ("test-puranen_orava-left-outcome", "maybe"),
        ("cause-sitting_exposure-role", "both"),
        ("step-step_3-text", "no state"),
        ("flag-fracture-action", "\x00"),
        ("seen_on", "2026-02-30"),
        ("side", "up"),
    ],
)
def test_every_error_leads_to_its_field(client: Client, note: CaseNote, field: str, value: str) -> None:
    answer = send(client, note, **{field: value})

    target = f"id_{field.replace('_3-text', '_3-state')}"
    assert (answer.status_code, f'href="#{target}"' in words(answer), target in read(answer).ids) == (422, True, True)


def test_everything_missing_leads_to_its_place(client: Client, note: CaseNote) -> None:
    SymptomQuestion.objects.update(is_required=True)
    later = {"seen_at": "23:00", "side": "", "consent": "", "flag-fracture-reply": "yes", "flag-fracture-action": " "}
    blank = {name: [] for name in TYPED if name.startswith(("symptom-", "step-", "flag-cauda"))}
    send(client, note, **later, **blank, **{"test-single_leg_bridge-right-familiar": ""})

    answer = client.get(page(note))
    anchors = [item.anchor for item in answer.context["missing"]]

    assert len(anchors) == len(set(anchors)) == 14
    assert set(anchors) - set(read(answer).ids) == set()


def test_what_a_retired_entry_recorded_can_still_be_saved(client: Client, note: CaseNote) -> None:
    send(client, note)
    for entries in (SymptomQuestion, ProvocationTest, RedFlag):
        entries.objects.update(retired_at=NOW)
    before = stored(note)

    client.post(page(note), {**read(client.get(page(note))).fields, "do": "save"})

    assert stored(note) == before


def test_strangers_are_sent_to_sign_in(note: CaseNote) -> None:
    answer = Client().get(page(note))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={page(note)}")
