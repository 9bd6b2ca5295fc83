"""Runs the web process and the mail worker together, and stops them together."""

import os
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic import web

SECONDS_TO_LEAVE = 10


class Supervisor:
    """Several programs as one: when one ends by itself, or a signal asks, all are ended."""

    def __init__(self, programs: dict[str, list[str]], environment: dict[str, str]) -> None:
        self.programs = programs
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.is_asked_to_stop = threading.Event()

    def run(self) -> str:
        """Start all and wait; the words on what ended by itself, or nothing after a signal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.is_asked_to_stop.set())
        try:
            for name, command in self.programs.items():
                self.running[name] = self._start(command)
            return self._watch()
        finally:
            self._stop()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """In a session of its own, so that Ctrl-C reaches the supervisor alone and each is told once."""
        return subprocess.Popen(command, env=self.environment, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603

    def _watch(self) -> str:
        while not self.is_asked_to_stop.wait(0.2):
            for name, process in self.running.items():
                if process.poll() is not None:
                    return f"{name} stopped by itself (code {process.returncode}); the rest was stopped with it."
        return ""

    def _stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(SECONDS_TO_LEAVE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Command(BaseCommand):
    """`manage.py serve`: what `make serve` runs once everything is in place."""

    help = "Runs the web process and the mail worker together; Ctrl-C stops both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        try:
            web.require_free("localhost", port)
        except web.PortTaken as error:
            raise CommandError(web.port_taken_words(port)) from error
        fault = Supervisor(programs(port), environment(port)).run()
        if fault:
            raise CommandError(fault)
        self.stdout.write("Stopped.")


def programs(port: int) -> dict[str, list[str]]:
    """The command line of each, by the name people are told."""
    return {
        "The web process": [sys.executable, "-m", "clinic.web", "--port", str(port)],
        "The mail worker": [sys.executable, "manage.py", "outbox"],
    }


def environment(port: int) -> dict[str, str]:
    """This process's own, with the address of the port unless an address was set."""
    return {"BASE_URL": f"http://localhost:{port}", **os.environ}
