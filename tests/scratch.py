"""A scratch database of one's own, migrated for real, for what needs several processes or several migrations."""

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

import psycopg
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)


@contextmanager
def scratch_database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that use a new, migrated database on the engine under test."""
    if connection.vendor == "sqlite":
        shutil.copy(_template(), folder / "scratch.sqlite3")
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


def template_folder() -> Path:
    """Where the processes of one run share it: named by the process that began the run, which also takes it away."""
    first = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"clinic-tests-{first}"


@cache
def _template() -> Path:
    """A migrated SQLite file to copy, made once in a run: whichever process is first makes it, the others wait."""
    folder = template_folder()
    ready = folder / "ready.sqlite3"
    try:
        folder.mkdir()
    except FileExistsError:
        _wait_for(ready)
        return ready
    being_made = folder / "being-made.sqlite3"
    _migrated(f"sqlite:///{being_made}")
    with closing(sqlite3.connect(being_made)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return being_made.rename(ready)


def _wait_for(path: Path, seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"nobody made {path.name} in {seconds} s"
        time.sleep(0.05)


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
