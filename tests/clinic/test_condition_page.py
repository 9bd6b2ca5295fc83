"""The catalogue as pages: who may open them, what a press does, what odd input is answered with."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from patients.models import (
    AuditEntry,
    CatalogueVersion,
    Cause,
    Condition,
    RedFlag,
    Source,
    SymptomQuestion,
    TestAccuracy,
)
from tests.clinic.typed import words
from tests.factories import make_condition, make_practitioner, make_user

pytestmark = pytest.mark.django_db

HOME = "/admin/catalogue/high-hamstring/"
SCRIPT = "<script>alert(1)</script>"
CAUSE = {"label": "New shoes", "role": "onset", "evidence": "seed", "sources": ["SEED"], "seen": "1"}


@pytest.fixture
def condition(mairi: Any) -> Condition:
    return make_condition()


def do(client: Client, what: str, **more: Any) -> Any:
    return client.post(f"{HOME}do/", {"do": what, **more}, follow=True)


def addresses(condition: Condition) -> list[str]:
    pk = Cause.objects.filter(condition=condition).first().pk
    pages = ["", "about/", "copy/", "versions/", "versions/1/", "add/causes/", f"causes/{pk}/"]
    return ["/admin/catalogue/", "/admin/catalogue/new/", *(f"{HOME}{page}" for page in pages)]


def test_a_practitioner_opens_every_page(client: Client, condition: Condition) -> None:
    assert [client.get(one).status_code for one in addresses(condition)] == [200] * 9


def test_the_reception_opens_none_and_changes_nothing(client: Client, condition: Condition) -> None:
    client.force_login(make_user(is_superuser=True))
    pages = addresses(condition)

    assert [client.get(one).status_code for one in pages] == [403] * 9
    assert [client.post(one, CAUSE).status_code for one in (pages[1], pages[3], *pages[7:], f"{HOME}do/")] == [403] * 5
    assert (Condition.objects.get().version, AuditEntry.objects.exclude(action="log_in").count()) == (1, 0)


def test_a_stranger_is_sent_to_sign_in(client: Client, condition: Condition) -> None:
    client.logout()

    assert {client.get(one).headers["Location"].split("?")[0] for one in addresses(condition)} == {"/admin/login/"}


def test_the_addresses_of_the_admin_lead_here(client: Client, condition: Condition) -> None:
    cause = condition.causes.first()
    asked = ("condition/", "condition/add/", f"condition/{condition.pk}/change/", f"cause/{cause.pk}/change/")

    led = [client.get(f"/admin/patients/{one}").headers["Location"] for one in asked]

    assert led == ["/admin/catalogue/", "/admin/catalogue/new/", HOME, f"{HOME}causes/{cause.pk}/"]


def test_an_entry_is_added_and_can_be_followed_by_another(client: Client, condition: Condition) -> None:
    one = client.post(f"{HOME}add/causes/", CAUSE)
    two = client.post(f"{HOME}add/causes/", {**CAUSE, "label": "Old shoes", "another": "on"})

    assert (one.headers["Location"], two.headers["Location"]) == (f"{HOME}#l-causes", f"{HOME}add/causes/")
    assert list(condition.causes.values_list("label", flat=True))[2:] == ["New shoes", "Old shoes"]


def test_words_are_changed_and_the_page_leads_back_to_them(client: Client, condition: Condition) -> None:
    cause = condition.causes.first()

    answer = client.post(f"{HOME}causes/{cause.pk}/", {**CAUSE, "ask": " Which?\r\n\r\nSince when? "})

    cause.refresh_from_db()
    assert answer.headers["Location"] == f"{HOME}#e-causes-{cause.pk}"
    assert (cause.label, cause.ask, cause.code) == ("New shoes", "Which?\nSince when?", "reactive_overuse")


def test_a_stale_page_gets_both_texts_and_may_save_once_more(client: Client, condition: Condition) -> None:
    page = f"{HOME}causes/{condition.causes.first().pk}/"
    client.post(page, {**CAUSE, "label": "Words of the other window"})

    refused = client.post(page, {**CAUSE, "label": "My own words"})
    seen = refused.context["form"]["seen"].value()
    taken = client.post(page, {**CAUSE, "label": "My own words", "seen": seen})

    shown = words(refused)
    assert (refused.status_code, "Words of the other window" in shown, 'value="My own words"' in shown) == (
        409,
        True,
        True,
    )
    assert (taken.status_code, condition.causes.first().label) == (302, "My own words")


def test_the_words_about_the_condition_are_guarded_in_the_same_way(client: Client, condition: Condition) -> None:
    told = {"title": "Sore hamstring", "summary": "First", "seen": "1"}
    client.post(f"{HOME}about/", told)

    refused = client.post(f"{HOME}about/", {**told, "summary": "Second"})

    condition.refresh_from_db()
    assert (refused.status_code, condition.summary, condition.has_side) == (409, "First", False)


def test_retiring_bringing_back_and_moving_is_one_press(client: Client, condition: Condition) -> None:
    cause = condition.causes.first()

    for verb in ("retire", "return", "down"):
        do(client, f"{verb} causes {cause.pk}")

    cause.refresh_from_db()
    assert (cause.retired_at, list(condition.causes.all())[1], Condition.objects.get().version) == (None, cause, 4)


@pytest.mark.parametrize(
    "what", ["retire", "return", "withdraw", "review", "file", "nonsense", "", "retire causes", "retire nothing 1"]
)
def test_a_press_that_makes_no_sense_breaks_nothing(client: Client, condition: Condition, what: str) -> None:
    assert do(client, what).status_code in {200, 404}


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, "-1", "²"])
def test_an_entry_that_is_not_there_is_not_found(client: Client, condition: Condition, key: str) -> None:
    assert do(client, f"retire causes {key}").status_code == 404


def test_an_entry_of_another_condition_is_not_touched_from_here(client: Client, condition: Condition) -> None:
    other = make_condition(code="other", title="Other").causes.first()

    answers = [do(client, f"retire causes {other.pk}"), client.get(f"{HOME}causes/{other.pk}/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Cause.objects.in_use().count() == 4


def test_a_condition_is_approved_hidden_and_retired_by_a_press_each(client: Client, condition: Condition) -> None:
    states = []
    for what in ("review", "withdraw", "retire", "return"):
        do(client, what, seen="1")
        condition.refresh_from_db()
        states.append((condition.reviewed_version, condition.retired_at is None))

    assert states == [(1, True), (None, True), (None, False), (None, True)]
    assert AuditEntry.objects.filter(subject__startswith="catalogue high-hamstring").count() == 4


def test_what_is_lacking_is_said_until_it_is_there(client: Client, condition: Condition) -> None:
    answer = client.post(
        "/admin/catalogue/new/", {"title": "Heel pain", "summary": "Sore.", "has_side": "on"}, follow=True
    )
    copied = client.post(
        "/admin/catalogue/heel-pain/copy/?from=high-hamstring", {"entry": entries(condition)}, follow=True
    )

    assert [lack.kind for lack in answer.context["shown"].lacks if lack.is_needed] == ["steps", "red_flags"]
    assert [lack.kind for lack in copied.context["shown"].lacks if lack.is_needed] == ["steps"]


def entries(condition: Condition) -> list[str]:
    return [f"red_flags {flag.pk}" for flag in condition.redflags.all()]


def test_hostile_words_are_shown_as_words(client: Client, condition: Condition) -> None:
    client.post(f"{HOME}add/causes/", {**CAUSE, "label": SCRIPT, "public_words": SCRIPT, "hints": SCRIPT})
    client.post(f"{HOME}about/", {"title": SCRIPT, "summary": SCRIPT, "do_now": SCRIPT, "seen": "1"})
    pk = Cause.objects.get(label=SCRIPT).pk

    pages = ("/admin/catalogue/", HOME, f"{HOME}causes/{pk}/", f"{HOME}versions/", f"{HOME}versions/3/")
    shown = [client.get(one).content.decode() for one in pages]
    guide = client.get("/conditions/high-hamstring/").content.decode()

    assert ["<script>alert" in page for page in (*shown, guide)] == [False] * 6
    assert "&lt;script&gt;alert" in guide


def test_any_version_can_be_read_again_and_saved_as_a_file(client: Client, condition: Condition) -> None:
    client.post(f"{HOME}add/causes/", CAUSE)
    client.post(f"{HOME}add/causes/", {**CAUSE, "label": "Old shoes"})

    second = client.get(f"{HOME}versions/2/?as=file")

    assert unquote(second.headers["Content-Disposition"]) == "attachment; filename=high-hamstring-version-2.yaml"
    assert [one in second.content.decode() for one in ("New shoes", "Old shoes")] == [True, False]
    assert list(client.get(f"{HOME}versions/").context["versions"]) == list(CatalogueVersion.objects.all())


def many(condition: Condition, count: int) -> None:
    """So many entries of each list that a page could ask about one by one."""
    for model in (Cause, RedFlag, SymptomQuestion, Source):
        model.objects.filter(condition=condition).update(retired_at=None)
    for number in range(count):
        for one in (condition.causes, condition.techniques, condition.exercises, condition.provocationtests):
            row = one.first()
            steps = list(row.steps.all()) if hasattr(row, "steps") else []
            row.pk, row.code, row._state.adding = None, f"more-{number}", True
            row.save()
            if steps:
                row.steps.set(steps)
    TestAccuracy.objects.create(test=condition.provocationtests.first(), measure="all", source="SEED", evidence="seed")


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        (HOME, 18),
        (f"{HOME}copy/?from=other", 17),
        (f"{HOME}versions/", 5),
        (f"{HOME}add/symptom-questions/", 6),
        (f"{HOME}add/exercises/", 8),
        ("/admin/catalogue/", 4),
    ],
)
def test_every_page_costs_the_same_however_long_the_lists(
    client: Client, condition: Condition, address: str, queries: int, item_count: int, django_assert_num_queries: Any
) -> None:
    many(condition, item_count)
    if "other" in address:
        many(make_condition(code="other", title="Other"), item_count)

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("item_count", [1, 3])
def test_changing_an_exercise_costs_the_same_however_many_there_are(
    client: Client, condition: Condition, item_count: int, django_assert_num_queries: Any
) -> None:
    many(condition, item_count)
    page = f"{HOME}exercises/{condition.exercises.first().pk}/"

    with django_assert_num_queries(11):
        assert client.get(page).status_code == 200


def test_five_hundred_entries_are_shown_on_one_page(
    client: Client, condition: Condition, django_assert_num_queries: Any
) -> None:
    Cause.objects.bulk_create(
        Cause(condition=condition, code=f"c{number}", label=f"Cause {number}", role="onset") for number in range(500)
    )

    with django_assert_num_queries(18):
        answer = client.get(HOME)

    assert len(answer.context["shown"].lists[2].rows) == 502


def test_two_practitioners_share_one_catalogue(client: Client, condition: Condition) -> None:
    client.force_login(make_practitioner(username="iain", first_name="Iain"))

    client.post(f"{HOME}add/causes/", CAUSE)

    assert list(CatalogueVersion.objects.values_list("made_by__username", flat=True)) == ["iain", None]
