"""The web process: `python -m clinic.web --port 8000` serves the clinic with threads, in one process."""

import argparse
import errno
import signal
import socket
import sys
from types import FrameType

import waitress
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

SERVER = {
    "threads": 8,
    "connection_limit": 500,  # slow clients hold a connection, never a thread
    "channel_timeout": 30,
    "max_request_body_size": 2 * 1024 * 1024,
    "max_request_header_size": 32 * 1024,
    "clear_untrusted_proxy_headers": True,
    "expose_tracebacks": False,
    "ident": None,
}
BEHIND_PROXY = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"}}


class PortTaken(Exception):
    """Another program already listens there."""


def bind(host: str, port: int) -> list[socket.socket]:
    """One socket for each address of the host that this machine really has, or PortTaken."""
    sockets = []
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            sockets.append(_bound(socket.socket(family, kind, protocol), address))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortTaken(port) from error
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return sockets


def _bound(one: socket.socket, address: tuple[object, ...]) -> socket.socket:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if one.family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        one.bind(address)
    except OSError:
        one.close()
        raise
    return one


def require_free(host: str, port: int) -> None:
    """Nothing, or PortTaken."""
    for one in bind(host, port):
        one.close()


def port_taken_words(port: int) -> str:
    """What to do about it, in one line."""
    return f"Port {port} is in use: stop the other program or run make serve PORT={port + 1}"


def run(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished first."""
    signal.signal(signal.SIGTERM, _leave)
    sockets = bind(host, port)
    application = import_string("clinic.wsgi.application")
    proxy = BEHIND_PROXY if settings.SECURE_PROXY_SSL_HEADER else {}
    server = waitress.create_server(application, sockets=sockets, **SERVER, **proxy)
    sys.stdout.write(f"The clinic is open at {settings.BASE_URL}/ (Ctrl-C stops it).\n")
    sys.stdout.flush()
    server.run()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m clinic.web", description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--check", action="store_true", help="only say whether the port is free")
    wanted = parser.parse_args()
    try:
        if wanted.check:
            require_free(wanted.host, wanted.port)
        else:
            run(wanted.host, wanted.port)
    except PortTaken:
        sys.exit(port_taken_words(wanted.port))
    except ImproperlyConfigured as error:
        sys.exit(f"The clinic did not open. {error}")


if __name__ == "__main__":
    main()
