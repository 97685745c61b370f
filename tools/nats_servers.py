"""NATS servers for tests, started from a Python package: one, or a cluster of three.

with nats_servers.serve(Path("somewhere"), count=3) as cluster:
    client = await nats.connect(cluster.urls)
    cluster.kill(0)
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Cluster", "serve"]

_CONFIG = """
server_name: n{number}
listen: "127.0.0.1:{port}"
"""
_STORING = """
jetstream {{ store_dir: "{store}", max_memory_store: 64MB, max_file_store: 256MB }}
"""
_CLUSTERED = """
cluster {{ name: leadcore, listen: "127.0.0.1:{own}", no_advertise: true, routes: [{routes}] }}
"""


class Cluster:
    """Servers on loopback, each on a port nobody had."""

    def __init__(self, folder: Path, count: int, *, jetstream: bool = True) -> None:
        clients, routes = _free_ports(count), _free_ports(count)
        self.urls = [f"nats://127.0.0.1:{port}" for port in clients]
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._files: list[Path] = []
        for number in range(count):
            text = _CONFIG.format(number=number, port=clients[number])
            if jetstream:
                text += _STORING.format(store=folder / f"n{number}")
            if count > 1:
                others = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
                text += _CLUSTERED.format(own=routes[number], routes=others)
            file = folder / f"n{number}.conf"
            file.write_text(text, "utf-8")
            self._files.append(file)

    def start(self, number: int) -> None:
        """Start a server, with what it stored before."""
        command = [str(_program()), "-c", str(self._files[number])]
        silent = subprocess.DEVNULL
        self._running[number] = subprocess.Popen(command, stdout=silent, stderr=silent)

    def kill(self, number: int, how: int = signal.SIGKILL) -> None:
        """End a server at once; what it stored stays."""
        process = self._running.pop(number)
        process.send_signal(how)
        process.wait()

    def kill_all(self) -> None:
        """End whoever runs."""
        for number in tuple(self._running):
            self.kill(number)

    def pause(self, number: int) -> None:
        """Let a server hang: it keeps its connections and answers nothing."""
        self._running[number].send_signal(signal.SIGSTOP)

    def resume(self, number: int) -> None:
        """Let it go on."""
        self._running[number].send_signal(signal.SIGCONT)


@contextmanager
def serve(folder: Path, count: int = 1, *, jetstream: bool = True) -> Generator[Cluster]:
    """Start servers that keep what they store below a folder; end them in the end."""
    cluster = Cluster(folder, count, jetstream=jetstream)
    with ExitStack() as stack:
        stack.callback(cluster.kill_all)
        for number in range(count):
            cluster.start(number)
        yield cluster


def _program() -> Path:
    return Path(sys.executable).with_name("nats-server")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
