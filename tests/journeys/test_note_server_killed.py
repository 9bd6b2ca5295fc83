"""The server is killed in mid-note and started again: what it had acknowledged is there, and the rest saves itself."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.visits import SAVED, sign_in
from tests.scratch import ROOT, finished, run_python, scratch_database
from tests.test_http_races import free_port, wait_until_open

LAY_OUT = """
from io import StringIO
from django.core.management import call_command
from django.utils import timezone
from patients import notes
from tests.journeys.visits import make_session, make_visit
call_command("load_catalogue", stdout=StringIO())
call_command("setup_clinic", stdout=StringIO())
visit, now = make_visit(), timezone.now()
note = notes.start(episode=visit.episode, author=visit.therapist, seen_at=now, now=now)
print(note.pk, make_session(visit.therapist))
"""
STORED = """
import sys
from patients.models import CaseNote
print(CaseNote.objects.get(pk=sys.argv[1]).plan)
"""


@contextmanager
def server(environment: dict[str, str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The web process as it runs on one's own machine."""
    own = {**environment, "BASE_URL": f"http://localhost:{port}", "DJANGO_SETTINGS_MODULE": "clinic.settings"}
    command = [sys.executable, "-m", "clinic.web", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("a") as out, subprocess.Popen(command, cwd=ROOT, env=own, stdout=out, stderr=out) as process:
        try:
            wait_until_open(port, process)
            yield process
        finally:
            process.terminate()


def type_plan(page: Page, words: str) -> None:
    page.locator('[name="plan"]').focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_after_a_kill_the_newest_acknowledged_words_are_there_and_the_rest_follows(
    tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    port = free_port()
    address = f"http://localhost:{port}"
    with scratch_database(tmp_path) as environment:
        note, session = finished(run_python(LAY_OUT, environment)).split()
        context = new_context()
        sign_in(context, session, address)
        page = context.new_page()
        with server(environment, port, tmp_path / "one.log") as process:
            page.goto(f"{address}/admin/notes/{note}/")
            type_plan(page, "Acknowledged.")
            expect(page.locator(SAVED)).to_be_visible()
            type_plan(page, " Typed on.")
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        expect(page.locator('.signing__saved[data-state="down"]')).to_contain_text("no connection")
        after_the_kill = finished(run_python(STORED, environment, note))

        with server(environment, port, tmp_path / "two.log"):
            expect(page.locator(SAVED)).to_be_visible(timeout=20_000)
            page.reload()
            shown = page.locator('[name="plan"]').input_value()
            context.close()

    assert (after_the_kill, shown) == ("Acknowledged.", "Acknowledged. Typed on.")
