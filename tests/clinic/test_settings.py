"""Settings refuse nonsense aloud, before anything is served."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

KEY = "k" * 40
GOOD = {"SECRET_KEY": KEY, "AUDIT_KEY": KEY, "BASE_URL": "http://localhost:8000", "DATABASE_URL": "sqlite://:memory:"}
NOISE = {
    *("ALLOWED_HOSTS", "BEHIND_TLS_PROXY", "DEBUG", "DEMO", "DEMO_DATABASE_URL", "EMAIL_URL", "MAIL_FOLDER"),
    *("MAIL_FROM", "SSL_REDIRECT"),
}


def load_settings(show: str = "'fine'", **changed: str) -> subprocess.CompletedProcess[str]:
    """Import the real settings in a process of their own, with this environment."""
    plain = {name: value for name, value in os.environ.items() if name not in NOISE}
    command = [sys.executable, "-c", f"from clinic import settings; print({show})"]
    return subprocess.run(
        command, env={**plain, **GOOD, **changed}, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60
    )


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def test_sensible_settings_load() -> None:
    result = load_settings()

    assert (result.returncode, result.stdout, result.stderr) == (0, "fine\n", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@localhost/clinic"),
        ("DATABASE_URL", "clinic.sqlite3"),
        ("BASE_URL", "http://example.org"),
        ("BASE_URL", "clinic.example"),
        ("BASE_URL", "https://clinic.example/somewhere"),
        ("BASE_URL", "https://clinic.example:notaport"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("AUDIT_KEY", "short"),
        ("DEBUG", "maybe"),
        ("SSL_REDIRECT", "perhaps"),
        ("BEHIND_TLS_PROXY", "2"),
        ("EMAIL_URL", "carrier-pigeon://loft"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    https = {"BASE_URL": "https://clinic.example"} if name != "BASE_URL" else {}

    result = load_settings(**https, **{name: value})

    assert result.returncode == 1
    assert last_line(result.stderr).startswith(f"django.core.exceptions.ImproperlyConfigured: {name} ")


@pytest.mark.parametrize("name", ["DEBUG", "DEMO"])
def test_what_is_for_one_machine_is_refused_where_strangers_can_see_it(name: str) -> None:
    result = load_settings(BASE_URL="https://clinic.example", **{name: "on"})

    assert last_line(result.stderr).endswith(f"{name} may be on only while BASE_URL is localhost.")


def test_the_demonstration_shares_neither_database_nor_mail_nor_cookies_with_the_clinic() -> None:
    shown = "settings.DATABASES['default']['NAME'][-17:], settings.EMAIL_FILE_PATH[-13:], settings.SESSION_COOKIE_NAME"
    theirs = {"DATABASE_URL": "sqlite:////clinic.sqlite3", "EMAIL_URL": "smtp+tls://a:b@mail.example:587"}

    result = load_settings(f"{shown}, settings.ALLOWED_HOSTS[0]", DEMO="on", ALLOWED_HOSTS="clinic.example", **theirs)

    assert result.stdout == "/var/demo.sqlite3 var/demo-mail demo-sessionid localhost\n"


def test_cookies_and_transport_follow_the_address() -> None:
    shown = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS"

    local = load_settings(shown).stdout
    public = load_settings(shown, BASE_URL="https://clinic.example").stdout

    assert (local, public) == ("sessionid False 0\n", "__Host-sessionid True 31536000\n")
