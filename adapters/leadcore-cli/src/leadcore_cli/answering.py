"""`leadcore decide` over HTTP: questions are posted to /decide, as JSON Lines.

No framework: a question is answered in microseconds, and whoever asks runs beside it. What comes
in is bounded (bytes of a request, seconds to send it, requests at the same time), and a web page
can't ask: its browser would have to ask first for leave to send JSON, and gets none.
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from leadcore.errors import Malformed
from leadcore_cli.lines import LONGEST, answered, too_long, written, wrong

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import FrameType

    _Request = socket.socket | tuple[bytes, socket.socket]
    _Address = Any

__all__ = ["AT_ONCE", "KINDS", "LARGEST", "PATH", "Answering", "answering"]

PATH = "/decide"
LARGEST = 16_000_000
"""Bytes a request may have."""
AT_ONCE = 64
"""Connections that are served at the same time; who can't be served within a second is let go."""
SECONDS = 30
"""How long a connection may say nothing."""
KINDS = ("application/json", "application/x-ndjson", "application/jsonl")
"""What a request may say it holds."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "leadcore"
    sys_version = ""
    timeout = SECONDS
    disable_nagle_algorithm = True  # head and body are sent apart: the body would wait for its turn

    def do_GET(self) -> None:
        """Say that somebody is there."""
        if self.path == "/health":
            self._say(HTTPStatus.OK, b'{"status": "ok"}\n')
        elif self.path == PATH:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "questions are posted", Allow="POST")
        else:
            self._refuse(HTTPStatus.NOT_FOUND, f"there is only {PATH}")

    def do_POST(self) -> None:
        """Answer questions."""
        if self.path != PATH:
            self._refuse(HTTPStatus.NOT_FOUND, f"there is only {PATH}")
            return
        if self.headers.get_content_type() not in KINDS:
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send one of {', '.join(KINDS)}")
            return
        length = self.headers.get("Content-Length")
        if length is None or not length.isascii() or not length.isdigit():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "say how long it is")
        elif int(length[:10]) > LARGEST:
            words = f"is longer than {LARGEST:,} bytes; send fewer questions at once"
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
        else:
            self._answer(self.rfile.read(int(length)), int(length))

    def _answer(self, body: bytes, length: int) -> None:
        if len(body) < length:
            self._refuse(HTTPStatus.BAD_REQUEST, "is shorter than it was said to be")
            return
        said = list(_answers(body))
        # What is wrong with one line of many is said in its place, as on standard output.
        fine = len(said) > 1 or not said or "error" not in said[0][0]
        status = HTTPStatus.OK if fine else HTTPStatus.BAD_REQUEST
        self._say(status, b"".join(line for _, line in said))

    def _refuse(self, status: HTTPStatus, message: str, **headers: str) -> None:
        # What was sent is not read: the connection can't be used again.
        self.close_connection = True
        self._say(status, written(wrong(message)), Connection="close", **headers)

    def _say(self, status: HTTPStatus, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-ndjson; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Log nothing: questions hold numbers of people."""


def _answers(body: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            said = too_long(number) if len(line) > LONGEST else answered(line, number)
            yield said, written(said)


class Answering(ThreadingHTTPServer):
    """A server of answers.

    Attributes:
        address: where questions are posted.
    """

    daemon_threads = True
    request_queue_size = AT_ONCE

    def __init__(self, host: str, port: int) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)
        named = f"[{host}]" if ":" in host else host
        self.address: Final = f"http://{named}:{self.server_address[1]}{PATH}"
        self._room: Final = threading.BoundedSemaphore(AT_ONCE)
        self._told: Final = threading.Event()

    def process_request(self, request: _Request, client_address: _Address) -> None:
        """Serve a connection where there is room for it, and hang up where there is none."""
        if self._room.acquire(timeout=1):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: _Request, client_address: _Address) -> None:
        """Serve a connection in its own thread, and make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: _Request, client_address: _Address) -> None:
        """Say nothing of a caller who went away."""

    def until_told(self) -> None:
        """Wait until the process is asked to end."""

        def tell(_number: int, _frame: FrameType | None) -> None:
            self._told.set()

        before = signal.signal(signal.SIGTERM, tell)
        try:
            self._told.wait()
        finally:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def answering(host: str, port: int) -> Generator[Answering]:
    """Answer on a host's port, in threads of their own, until the block ends.

    Args:
        host: an address of this machine.
        port: 0 takes a free one.

    Raises:
        Malformed: there is no such address, or the port is taken or none.
    """
    try:
        ip_address(host)
        server = Answering(host, port)
    except (OSError, OverflowError, ValueError) as error:
        message = f"can't listen on {host} port {port}: {error}"
        raise Malformed.at("--http", message) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
