"""The health page tells a watcher whether the clinic can serve, and a stranger nothing else."""

import pytest
from django.db import connection
from django.test import Client

from patients import guards


@pytest.mark.django_db
def test_a_sound_clinic_is_ok(client: Client) -> None:
    response = client.get("/healthz/")

    assert (response.status_code, response.content) == (200, b'{"status": "ok"}\n')
    assert response["Content-Type"].startswith("text/plain")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_a_missing_guard_makes_it_unavailable(client: Client) -> None:
    guards.remove(connection)
    try:
        response = client.get("/healthz/")
    finally:
        guards.install(connection)

    assert (response.status_code, response.content) == (503, b'{"status": "unavailable"}\n')
    assert response["Retry-After"] == "30"


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post("/healthz/").status_code == 405
