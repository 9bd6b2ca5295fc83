"""What a stranger sees: home, guides, policies, and the headers on every answer."""

import pytest
from django.test import Client
from django.utils import timezone

from patients.models import ClinicProfile
from tests.factories import make_condition, make_practitioner, make_service, make_user

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


def on_the_internet(settings: object) -> None:
    settings.IS_LOOPBACK = False


def test_home_of_an_empty_clinic_answers(client: Client) -> None:
    answer = client.get("/")

    assert (answer.status_code, "None" in answer.content.decode()) == (200, False)


def test_home_shows_what_is_offered(client: Client) -> None:
    make_service(name="Initial assessment", practitioners=[make_practitioner()])

    assert b"Initial assessment" in client.get("/").content


def test_a_guide_nobody_reviewed_is_hidden_on_the_internet(client: Client, settings: object) -> None:
    condition = make_condition()
    on_the_internet(settings)

    assert client.get(f"/conditions/{condition.code}/").status_code == 404
    assert condition.title not in client.get("/conditions/").content.decode()


def test_a_reviewed_guide_is_public(client: Client, settings: object) -> None:
    condition = make_condition(reviewed_version=1, reviewed_on=timezone.localdate())
    on_the_internet(settings)

    assert client.get(f"/conditions/{condition.code}/").status_code == 200


def test_a_guide_that_changed_since_its_review_is_hidden_again(client: Client, settings: object) -> None:
    condition = make_condition(version=2, reviewed_version=1, reviewed_on=timezone.localdate())
    on_the_internet(settings)

    assert client.get(f"/conditions/{condition.code}/").status_code == 404


def test_on_this_machine_an_unreviewed_guide_says_so(client: Client) -> None:
    condition = make_condition()

    assert b"Not yet reviewed" in client.get(f"/conditions/{condition.code}/").content


def test_a_retired_condition_has_no_guide(client: Client) -> None:
    condition = make_condition(retired_at=timezone.now())

    assert client.get(f"/conditions/{condition.code}/").status_code == 404


@pytest.mark.parametrize("path", ["/privacy/", "/cancellations/", "/complaints/"])
def test_policies_show_hostile_text_as_text(client: Client, path: str) -> None:
    text = "<script>alert(1)</script>\r\n\r\nSecond"
    ClinicProfile.objects.create(pk=1, privacy_policy=text, cancellation_policy=text, complaints_policy=text)

    page = client.get(path).content.decode()

    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)


@pytest.mark.parametrize("path", ["/", "/conditions/", "/admin/login/", "/book/", "/nowhere/"])
def test_every_answer_carries_the_content_security_policy(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/admin/login/", "/book/"])
def test_private_pages_stay_out_of_caches_and_search(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_staff_without_a_right_are_led_back_to_their_work(client: Client) -> None:
    client.force_login(make_user("desk"))

    answer = client.get("/admin/catalogue/")

    words = answer.content.decode()
    assert (answer.status_code, "Back to Today" in words, "Log in as staff" in words) == (403, True, False)


def test_trace_and_other_odd_methods_are_refused(client: Client) -> None:
    assert [client.generic(method, "/").status_code for method in ("TRACE", "PUT", "DELETE", "BREW")] == [405] * 4


def test_only_the_asked_pages_are_read_only(client: Client) -> None:
    assert [client.post(path).status_code for path in ("/", "/conditions/", "/privacy/")] == [405] * 3
