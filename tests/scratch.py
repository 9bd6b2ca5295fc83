"""A scratch database of one's own, migrated for real, for what needs several processes or several migrations."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import django
import psycopg
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "var" / "tests"


@contextmanager
def scratch_database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that use a new, migrated database on the engine under test."""
    if connection.vendor == "sqlite":
        shutil.copy(template(), folder / "scratch.sqlite3")
        yield _environment(f"sqlite:///{folder / 'scratch.sqlite3'}")
        return
    name = f"clinic_scratch_{uuid4().hex[:12]}"
    with _autocommit() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield _migrated(_postgres_url(name))
    finally:
        with _autocommit() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run_python(code: str, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start a process that runs this code against the scratch database."""
    whole = f"import django; django.setup()\n{code}"
    command = [sys.executable, "-c", whole, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(process: subprocess.Popen[str], seconds: int = 240) -> str:
    """What a process printed; it must have ended well, and in time."""
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    assert process.returncode == 0, errors
    return output.strip()


def _environment(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}


@cache
def template() -> Path:
    """A migrated SQLite file to copy, kept from run to run until a migration or a guard changes.

    Whichever process is first makes it, the others wait; it is renamed into place whole.
    """
    ready = TEMPLATES / f"{_fingerprint()}.sqlite3"
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _forget_old_templates()
            _make_template(ready)
    os.utime(ready)
    return ready


def _fingerprint() -> str:
    """Changes with every migration, guard, and version of Django or SQLite."""
    said = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for pattern in ("*/migrations/*.py", "*/constraints.py", "*/guards.py", "*/models/*.py", "*/models.py"):
        for path in sorted(ROOT.glob(pattern)):
            said.update(path.read_bytes())
    return said.hexdigest()[:16]


def _make_template(ready: Path) -> None:
    with tempfile.TemporaryDirectory(dir=TEMPLATES) as folder:
        being_made = Path(folder) / "being-made.sqlite3"
        _migrated(f"sqlite:///{being_made}")
        with closing(sqlite3.connect(being_made)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        being_made.rename(ready)


def _forget_old_templates() -> None:
    """Those that no run has used for a day."""
    for path in TEMPLATES.glob("*.sqlite3"):
        if path.stat().st_mtime < time.time() - 86_400:
            path.unlink(missing_ok=True)


def _migrated(url: str) -> dict[str, str]:
    environment = _environment(url)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return environment


def _postgres_url(name: str) -> str:
    parts = settings.DATABASES["default"]
    password = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    host = f"{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}"
    return f"postgres://{parts['USER']}{password}@{host}/{name}"


@contextmanager
def _autocommit() -> Iterator[object]:
    """Databases are made outside any transaction, on a connection of its own."""

    parts = settings.DATABASES["default"]
    with psycopg.connect(
        host=parts["HOST"] or "127.0.0.1",
        port=parts["PORT"] or 5432,
        user=parts["USER"],
        password=parts["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        yield server.cursor()
