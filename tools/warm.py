"""A `leadcore` that starts at once: one process has everything imported and forks for each command.

    with warm.command(Path("somewhere")) as folder:
        …  # a `leadcore` in `folder` does what the installed one does

What a command costs is mostly the start of Python and its imports; the documentation has hundreds
of them. The command itself runs in a process of its own, with the caller's arguments, folder,
environment, input and output.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
import tempfile
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

__all__ = ["command"]

_CLIENT = """#!{python} -IS
import json, os, socket, struct, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(line, [struct.pack("!I", len(said))], [0, 1, 2])
    line.sendall(said)
    sys.exit(int(line.recv(8) or b"1"))
"""
_IMPORTED = (
    "leadcore_cli.main",
    "leadcore_sqlalchemy.migrate",
    "sqlalchemy.dialects.sqlite",
    "leadcore.wire",
    "rich.table",
)


@contextmanager
def command(environment: Mapping[str, str]) -> Generator[Path]:
    """Give a folder with the command in it.

    Args:
        environment: what every command's own is laid over, for what is read while importing.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(folder / "door"))
            door.listen()
            child = os.fork()
            if not child:
                _serve(door, environment)
        client = _CLIENT.format(python=sys.executable, address=str(folder / "door"))
        (folder / "leadcore").write_text(client, "utf-8")
        (folder / "leadcore").chmod(0o755)
        try:
            yield folder
        finally:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


def _serve(door: socket.socket, environment: Mapping[str, str]) -> None:
    # The parent's clean-up is the parent's: to end by the signal does none.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    for module in _IMPORTED:
        with suppress(ModuleNotFoundError):
            import_module(module)
    while True:
        line, _ = door.accept()
        if os.fork():
            line.close()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            continue
        _answer(door, line)


def _answer(door: socket.socket, line: socket.socket) -> None:
    """Run the command in a process of its own, wait for it, and tell how it ended."""
    door.close()
    head, (given, said, wrong), *_ = socket.recv_fds(line, 4, 3)
    (length,) = struct.unpack("!I", head)
    with line.makefile("rb") as told:
        asked: Any = json.loads(told.read(length))
    child = os.fork()
    if not child:
        line.close()
        for place, file in enumerate((given, said, wrong)):
            os.dup2(file, place)
            os.close(file)
        _run(*asked)
    for file in (given, said, wrong):
        os.close(file)
    _, status = os.waitpid(child, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status) & 0xFF).encode())
    os._exit(0)


def _run(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be the command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["leadcore", *arguments]
    sys.modules["__main__"] = ModuleType("__main__")  # its package would be told as our name
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(place, mode, encoding="utf-8", closefd=False)
        for place, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    status = 1
    try:
        import_module("leadcore_cli.main").main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException as error:  # noqa: BLE001 # what the interpreter itself would do with it
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)
