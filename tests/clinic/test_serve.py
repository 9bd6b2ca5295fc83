"""Web and worker run as one: started together, stopped together, and a taken port is said in a line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinic import web
from clinic.management.commands import serve

# Two programs that write down who they are and wait, under one supervisor.
SUPERVISED = """
import os, sys
from clinic.management.commands.serve import Supervisor
wait = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
programs = {name: [sys.executable, "-c", wait, name] for name in sys.argv[1:]}
print(Supervisor(programs, dict(os.environ)).run())
"""


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(paths: list[Path]) -> None:
    deadline = time.monotonic() + 30
    while not all(path.exists() and path.read_text() for path in paths):
        assert time.monotonic() < deadline, "the programs did not start"
        time.sleep(0.05)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_both_and_is_no_fault(number: signal.Signals, tmp_path: Path) -> None:
    marks = [tmp_path / "one", tmp_path / "two"]
    command = [sys.executable, "-c", SUPERVISED, *map(str, marks)]
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True) as process:
        wait_for(marks)
        process.send_signal(number)
        said, _ = process.communicate(timeout=30)

    assert (process.returncode, said) == (0, "\n")
    assert [is_running(int(mark.read_text())) for mark in marks] == [False, False]


def test_when_one_dies_the_other_is_stopped_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    programs = {
        "The web process": [sys.executable, "-c", "import time; time.sleep(60)"],
        "The mail worker": [sys.executable, "-c", "raise SystemExit(3)"],
    }
    supervisor = serve.Supervisor(programs, dict(os.environ))

    said = supervisor.run()

    assert said == "The mail worker stopped by itself (code 3); the rest was stopped with it."
    assert [process.poll() for process in supervisor.running.values()] == [-signal.SIGTERM, 3]


def test_a_taken_port_is_said_in_one_line(taken_port: int) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("serve", port=taken_port, stdout=StringIO())

    words = f"Port {taken_port} is in use: stop the other program or run make serve PORT={taken_port + 1}"
    assert str(refusal.value) == words


def test_the_web_process_alone_says_it_too(taken_port: int) -> None:
    command = [sys.executable, "-m", "clinic.web", "--host", "127.0.0.1", "--port", str(taken_port)]
    result = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=60)

    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1:] == [web.port_taken_words(taken_port)]


def test_the_address_follows_the_port_unless_one_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BASE_URL")
    followed = serve.environment(8001)["BASE_URL"]
    monkeypatch.setenv("BASE_URL", "https://clinic.example")

    assert (followed, serve.environment(8001)["BASE_URL"]) == ("http://localhost:8001", "https://clinic.example")
