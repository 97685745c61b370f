"""The same door over HTTP: what comes in is bounded, and every answer is one."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from leadcore.errors import Malformed
from leadcore_cli import answering

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "languages"
LEADCORE = Path(sys.executable).with_name("leadcore")
DEADLINE = {
    "id": 1,
    "kind": "deadline",
    "facts": {
        "receipt_utc": "2026-11-24T15:00:00Z",
        "zone": "America/New_York",
        "business_days": 5,
        "calendar": "us-federal-observed",
    },
}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server():
    with answering.answering("127.0.0.1", 0) as server:
        yield server


@pytest.fixture
def ask(server):
    def asked(body=b"", path="/decide", method="POST", headers=JSON):
        connection = http.client.HTTPConnection(*server.server_address, timeout=10)
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        lines = [json.loads(line) for line in answer.read().splitlines()]
        connection.close()
        return answer.status, lines

    return asked


def test_questions_are_answered_in_their_order(ask):
    status, (said,) = ask(json.dumps(DEADLINE))
    assert (status, said["answer"]) == (200, "2026-12-02")
    lines = [DEADLINE, {"id": 2, "kind": "riddle"}, DEADLINE | {"id": 3}]
    status, said = ask("\n".join(map(json.dumps, lines)) + "\n\n")
    assert (status, [each["id"] for each in said]) == (200, [1, 2, 3])
    assert said[1]["error"][0]["path"] == "kind"
    assert ask(b"")[0] == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"body": b"{"}, 400),
        ({"body": b"x" * 1_000_001}, 400),
        ({"body": b"{}", "path": "/"}, 404),
        ({"method": "GET"}, 405),
        ({"method": "GET", "path": "/health"}, 200),
        ({"method": "GET", "path": "/x"}, 404),
        ({"method": "PUT", "body": b"{}"}, 501),
        ({"body": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"body": b"{}", "headers": JSON | {"Content-Length": "-1"}}, 411),
        ({"headers": JSON | {"Content-Length": "9" * 5_000}}, 413),
        ({"headers": JSON | {"Content-Length": str(answering.LARGEST + 1)}}, 413),
    ],
)
def test_what_is_no_request_is_refused(server, given, status):
    given = {"body": b"", "path": "/decide", "method": "POST", "headers": JSON} | given
    connection = http.client.HTTPConnection(*server.server_address, timeout=10)
    connection.request(given["method"], given["path"], given["body"], given["headers"])
    answer = connection.getresponse()
    assert answer.status == status
    assert answer.getheader("Access-Control-Allow-Origin") is None
    connection.close()


def test_a_request_that_stops_half_way_is_let_go(server, monkeypatch):
    monkeypatch.setattr(answering._Handler, "timeout", 0.1)
    with socket.create_connection(server.server_address, timeout=10) as half:
        half.sendall(b"POST /decide HTTP/1.1\r\nContent-Type: application/json\r\n")
        half.sendall(b"Content-Length: 9\r\n\r\n{")
        assert half.recv(1) == b""


def test_who_finds_no_room_is_let_go(server, monkeypatch):
    monkeypatch.setattr(server._room, "acquire", lambda timeout: False)
    with socket.create_connection(server.server_address, timeout=10) as crowded:
        assert crowded.recv(1) == b""


@pytest.mark.parametrize(("host", "port"), [("nowhere", 0), ("127.0.0.1", 70_000)])
def test_where_nobody_can_listen_is_said(host, port):
    with pytest.raises(Malformed, match="can't listen"), answering.answering(host, port):
        pytest.fail("nothing was refused")


@pytest.fixture
def process():
    started = subprocess.Popen(  # noqa: S603 - starts the command that is tested
        [LEADCORE, "decide", "--http", "0", "--json"], stdout=subprocess.PIPE
    )
    yield started
    started.kill()
    started.communicate()


def run(*command):
    path = f"{LEADCORE.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own examples
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_other_languages_ask_on_a_pipe_and_over_http(process):
    address = json.loads(process.stdout.readline())["address"]
    if shutil.which("curl"):
        code, (said,) = run("/bin/sh", EXAMPLES / "may_i_call.sh", address, "+12125550100", "10027")
        assert (code, json.loads(said)["answer"]) == (1, "denied"), "nothing is known of consent"
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here: the example in JavaScript is not run")
    expected = ["denied F-QH 2026-11-24T13:00:00Z", "2026-12-09", "instant_utc"]
    for where in ((), (address,)):
        assert run(node, EXAMPLES / "may_i_call.mjs", *where) == (0, expected)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
