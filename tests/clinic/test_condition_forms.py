"""The forms of the catalogue: odd input is explained and kept, and nothing of another condition is offered."""

from typing import Any

import pytest
from django.test import Client

from patients.models import Condition, Source, TestAccuracy
from tests.clinic.typed import words
from tests.factories import make_condition

pytestmark = pytest.mark.django_db

HOME = "/admin/catalogue/high-hamstring/"
CAUSE = {"label": "New shoes", "role": "onset", "evidence": "seed", "sources": ["SEED"], "seen": "1"}
QUESTION = {
    "ask": "Where?",
    "kind": "choice",
    "options": "heel\narch",
    "group": "where",
    "asked_of": "patient",
    "evidence": "seed",
    "sources": ["SEED"],
    "seen": "1",
}


@pytest.fixture
def condition(mairi: Any) -> Condition:
    return make_condition()


@pytest.mark.parametrize(
    ("kind", "changes", "field", "said"),
    [
        ("symptom-questions", {"options": "the heel | heel"}, "options", "before the | stands a code"),
        ("symptom-questions", {"options": ""}, "options", "needs options"),
        ("symptom-questions", {"kind": "text"}, "options", "has no options"),
        ("symptom-questions", {"kind": "number", "options": ""}, "minimum", "a minimum and a maximum"),
        ("symptom-questions", {"ask": "x" * 201}, "ask", "200"),
        ("causes", {"evidence": "verified", "sources": []}, "sources", "Tick the source"),
        ("causes", {"sources": ["ANOTHER"]}, "sources", "ANOTHER"),
        ("causes", {"label": ""}, "label", "required"),
        ("causes", {"fact": "bell \x07"}, "fact", "no page can show"),
        ("load-rules", {"text": "T", "fine_up_to": "7", "acceptable_up_to": "3"}, "fine_up_to", "more than"),
        ("load-rules", {"text": "T", "fine_up_to": "3", "acceptable_up_to": "11"}, "acceptable_up_to", "0 and 10"),
        ("instruments", {"name": "N", "minimum": "0", "maximum": "1e9", "better": "lower"}, "maximum", "digits"),
        ("exercises", {"name": "N", "how": "H", "steps": []}, "steps", "Tick at least one step"),
        ("steps", {"number": "1", "title": "T", "goal": "G"}, "number", "is step 1 already"),
        ("steps", {"number": "99999999999", "title": "T", "goal": "G"}, "number", "less than or equal"),
        ("sources", {"url": "not an address"}, "url", "valid URL"),
    ],
)
def test_odd_input_is_explained_and_kept(
    client: Client, condition: Condition, kind: str, changes: dict[str, Any], field: str, said: str
) -> None:
    typed = QUESTION if kind == "symptom-questions" else CAUSE

    answer = client.post(f"{HOME}add/{kind}/", {**typed, **changes})

    assert (answer.status_code, Condition.objects.get().version) == (422, 1)
    assert said in " ".join(answer.context["form"].errors[field])


def test_no_form_offers_what_belongs_to_another_condition(client: Client, condition: Condition) -> None:
    other = make_condition(code="other", title="Other")
    Source.objects.filter(condition=other).update(label="CANARY")
    other.exercises.update(name="CANARY")
    other.treatmentsteps.update(title="CANARY")

    shown = words(client.get(f"{HOME}add/exercises/"))

    assert ("CANARY" in shown, "Calm the load" in shown, "Exercise 1" in shown) == (False, True, True)


@pytest.mark.parametrize("title", ["High hamstring tendinopathy", "HIGH HAMSTRING TENDINOPATHY "])
def test_a_title_that_is_there_already_is_refused(client: Client, condition: Condition, title: str) -> None:
    answer = client.post("/admin/catalogue/new/", {"title": title, "summary": "S"})

    assert (answer.status_code, Condition.objects.count()) == (422, 1)


def test_published_accuracy_is_shown_beside_its_test_and_survives_a_change(
    client: Client, condition: Condition
) -> None:
    test = condition.provocationtests.first()
    TestAccuracy.objects.create(test=test, measure="all", sensitivity="0.76", source="SEED", evidence="verified")
    page = f"{HOME}tests/{test.pk}/"
    shown = words(client.get(page))

    told = {"name": "Bridge", "how": "H", "positive_when": "P", "evidence": "seed", "sources": ["SEED"], "seen": "1"}
    client.post(page, told)

    assert ("sensitivity 0.76" in shown, condition.provocationtests.get(name="Bridge").accuracies.count()) == (True, 1)
