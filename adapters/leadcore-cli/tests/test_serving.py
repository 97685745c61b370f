"""Serving the portal: what a process is told, that it starts and stops, and the demo's end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("leadcore_portal", reason="the portal is what is served")

import uvicorn

from leadcore.errors import Malformed
from leadcore_cli import serving
from leadcore_cli.showing import FILES
from leadcore_cli.typing_secrets import common_lists

LEADCORE = Path(sys.executable).with_name("leadcore")


@pytest.fixture
def told(monkeypatch):
    """What uvicorn was told, and the environment its processes get."""
    found = {}

    def run(app, **how):
        given = {name: os.environ[key] for name, key in serving.SERVED.items()}
        found.update(how, app=app, given=given)

    def listening(*where):
        found["bound"] = where
        return serving.listening("127.0.0.1", 0)

    monkeypatch.setattr(uvicorn, "run", run)
    monkeypatch.setattr("leadcore_cli.commands.serving.listening", listening)
    return found


@pytest.fixture(autouse=True)
def environment_as_it_was(monkeypatch):
    """What a command tells its processes stays in its own test."""
    for name in serving.SERVED.values():
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_processes_are_told_what_to_serve(cli, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("--workers", "3", "--port", "8123", "--public", "https://portal.example.com")
    said = cli("serve", *words, "--files", "kept").stdout
    assert "Counsel Leads: https://portal.example.com" in said
    assert (told["app"], told["workers"], told["bound"]) == (
        serving.FACTORY,
        3,
        ("127.0.0.1", 8123),
    )
    assert told["proxy_headers"] is False
    assert told["timeout_graceful_shutdown"] == serving.GRACE
    given = told["given"]
    assert given["db"] == cli.database
    assert given["files"] == str(tmp_path / "kept")
    assert (given["secure"], given["public"]) == ("1", "https://portal.example.com")
    assert len(common_lists()) == 1
    plain = cli("serve", "--plain-cookies", "--host", "::").stdout
    assert "http://[::1]:8000/" in plain
    assert told["given"]["secure"] == "0"
    (said,) = cli.json("serve", "--port", "81")
    assert said == {"seller": "seller", "address": "http://127.0.0.1:81/"}


def test_connections_send_at_once():
    with serving.listening("127.0.0.1", 0) as door:
        door.listen()
        with socket.create_connection(door.getsockname()), door.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        with pytest.raises(Malformed, match=r"--port: can't listen at 127\.0\.0\.1, port"):
            serving.listening(*door.getsockname())


def test_without_a_database_it_says_so(empty, told):
    assert "there is no file" in empty("serve", code=4).stderr
    assert not told


def test_without_the_portal_it_says_so(cli, told, monkeypatch):
    monkeypatch.setitem(sys.modules, "leadcore_portal", None)
    assert "needs leadcore-portal" in cli("serve", code=4).stderr
    assert not told


def test_it_starts_answers_and_stops_when_it_is_told_to(cli, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ("serve", "--port", str(port), "--plain-cookies", "--files", str(tmp_path / "files"))
    log = (tmp_path / "log").open("wb")
    clean = {key: text for key, text in os.environ.items() if not key.startswith("LEADCORE_")}
    process = subprocess.Popen(  # noqa: S603 - starts the command that is tested
        [LEADCORE, *words, "--db", cli.database], env=clean, stdout=log, stderr=log
    )
    try:
        assert b"<h1>Log in</h1>" in answered(f"http://127.0.0.1:{port}/login", process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, -signal.SIGTERM}
    finally:
        process.kill()
        process.wait()
        log.close()
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


def answered(address, process):
    """Ask until there is an answer: starting takes a moment."""
    for _ in range(600):
        assert process.poll() is None, "it ended by itself"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - an address of ours
                return answer.read()
        except OSError:
            # Until then only the process itself can be waited for.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
    raise AssertionError(address)


def test_the_demo_ends_with_its_portal_where_somebody_watches(empty, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        uvicorn.Server, "run", lambda self, sockets: asked.append((self.config.app, sockets))
    )
    said = empty("demo", "--folder", tmp_path, "--serve", "always", "--port", "0", db=False).stdout
    (app, (listener,)) = asked[0]
    assert callable(app)
    assert listener.fileno() == -1  # closed again
    assert "nora@example.com: admin of Harbor Family Law" in said
    assert "http://127.0.0.1:" in said
    assert any((tmp_path / FILES).rglob("*"))
    # No terminal, so nobody could stop it.
    empty("demo", "--folder", tmp_path, "--serve", "auto", db=False)
    assert len(asked) == 1
    monkeypatch.setitem(sys.modules, "leadcore_portal", None)
    told = empty("demo", "--folder", tmp_path, "--serve", "always", code=4, db=False).stderr
    assert "needs leadcore-portal" in told


def test_an_application_is_made_of_the_environment(cli, tmp_path, monkeypatch):
    for name, text in (
        ("db", cli.database),
        ("seller", "demo"),
        ("files", str(tmp_path)),
        ("secure", "0"),
        ("public", ""),
    ):
        monkeypatch.setenv(serving.SERVED[name], text)
    before = sys.getswitchinterval()
    try:
        assert callable(serving.application())
        assert sys.getswitchinterval() == pytest.approx(serving.SWITCH)
    finally:
        sys.setswitchinterval(before)
    monkeypatch.setenv(serving.SERVED["db"], f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(Malformed):
        serving.application()
