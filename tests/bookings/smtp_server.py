"""A little mail server in a thread that fails as told; what it has said 250 to is in `accepted`."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

HANG, DROP = "hang", "drop"
Reply = str | Callable[[str], str]


class Conversation(socketserver.StreamRequestHandler):
    """One client, from greeting to QUIT."""

    server: "MailServer"

    def handle(self) -> None:
        try:
            self._talk()
        except (ConnectionError, ValueError):  # the client was quicker to hang up
            return

    def _talk(self) -> None:
        self._say("greeting", "220 here")
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "EHLO":
                self._say(verb, "250-here\r\n250 AUTH PLAIN")
            elif verb == "DATA":
                self._say("DATA", "354 go on")
                self._take_in()
            elif verb == "QUIT":
                return self._say(verb, "221 bye")
            else:
                self._say(verb, "235 welcome" if verb == "AUTH" else "250 fine", line)
        return None

    def _take_in(self) -> None:
        if self.server.replies.get("body") == DROP:
            self.rfile.readline()
            raise ConnectionResetError
        lines = list(iter(self.rfile.readline, b".\r\n"))
        whole = b"".join(line.removeprefix(b".") for line in lines)
        if self.server.reply("END", "250 taken").startswith("250"):
            self.server.accepted.append(email.message_from_bytes(whole, policy=email.policy.default))  # type: ignore[arg-type]
        self._say("END", "250 taken")

    def _say(self, when: str, usual: str, line: str = "") -> None:
        reply = self.server.reply(when, usual, line)
        if reply == HANG:
            self.server.is_over.wait(20)
            raise ConnectionResetError
        self.wfile.write(f"{reply}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; `replies` says what it answers instead of the usual, by verb."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.replies: dict[str, Reply] = {}
        self.accepted: list[EmailMessage] = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> "MailServer":
        self.thread.start()
        return self

    def __exit__(self, *args: Any) -> None:
        self.is_over.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def reply(self, when: str, usual: str, line: str = "") -> str:
        told = self.replies.get(when, usual)
        return told if isinstance(told, str) else told(line)
