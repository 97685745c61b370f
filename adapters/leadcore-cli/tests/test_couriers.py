"""Which couriers a relay works with: texts by Twilio, staff by Apprise; and what is no courier."""

from __future__ import annotations

import json
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from apprise import Apprise

with warnings.catch_warnings():
    # It loads every service the first time, and some stand on what Python has come to dislike.
    warnings.simplefilter("ignore", DeprecationWarning)
    Apprise().add("json://127.0.0.1")

SECRET = "7" * 32
TWILIO = "twilio://+15005550006"


class Far(BaseHTTPRequestHandler):
    """Twilio's and a web hook's side: it takes what it is sent."""

    def do_POST(self):
        words = self.rfile.read(int(self.headers["Content-Length"])).decode()
        hook = self.headers["Content-Type"].startswith("application/json")
        told = json.loads(words) if hook else parse_qs(words)
        (self.server.hooked if hook else self.server.texts).append(told)
        answer = json.dumps({"sid": f"SM{len(self.server.texts)}"}).encode()
        self.send_response(200 if hook else 201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def far(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Far) as server:
        server.daemon_threads = True
        server.texts, server.hooked = [], []
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        server.port = server.server_address[1]
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", SECRET)
        monkeypatch.setenv("TWILIO_API_BASE", f"http://127.0.0.1:{server.port}")
        yield server
        server.shutdown()
        thread.join(10)


@pytest.fixture
def texting(cli, leads_file):
    """The office with two leads sold to Ben, who is told by text."""
    cli("user", "ben", "--account", "north", "--name", "Ben Ito", "--cell", "+12125550101")
    cli("import", leads_file)
    return cli


def test_texts_go_out_by_twilio_with_keys_of_the_environment(texting, far):
    assert texting.one("relay", "--courier", TWILIO)["sent"] == 2
    assert [each["To"] for each in far.texts] == [["+12125550101"]] * 2
    assert [each["From"] for each in far.texts] == [["+15005550006"]] * 2
    # Nobody delivers e-mail here, so it waits for somebody who does.
    assert {each["channel"] for each in texting.json("outbox")} == {"email"}


def test_several_couriers_share_the_outbox(texting, far, monkeypatch):
    hook = f"apprise:json://127.0.0.1:{far.port}/"
    monkeypatch.setenv("LEADCORE_COURIERS", f"{TWILIO} {hook}")
    mail = ("--smtp", "smtp://127.0.0.1:1?tls=none", "--sender", "a@x.example")
    told = texting.one("relay", *mail)
    # Staff are told in their chat; what is for people waits for the mail server, not refused.
    assert (told["sent"], told["waiting"], told["dropped"]) == (2, 2, 0)
    assert far.texts == []
    assert all(each["message"].startswith("New lead: ") for each in far.hooked)
    assert len(far.hooked) == 2


def test_a_key_that_is_missing_is_named(texting, far, monkeypatch):
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    said = texting("relay", "--courier", TWILIO, code=4).stderr
    assert "--courier: twilio needs TWILIO_AUTH_TOKEN in the environment" in said
    assert far.texts == []


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        (["sms://ann:s3cret@x"], "begins with twilio:// or apprise:"),
        (["twilio"], "begins with twilio:// or apprise:"),
        (["twilio://+1?token=s3cret"], "is twilio://SENDER"),
        ([TWILIO, "apprise:nothing://s3cret"], "is no URL of a service that Apprise knows"),
        ([TWILIO, TWILIO], "names twilio twice"),
        (["apprise:json://s3cret/"], "apprise: tells staff alone"),
    ],
)
def test_what_is_no_courier_is_told_without_secrets(cli, far, urls, said):
    options = [word for url in urls for word in ("--courier", url)]
    told = cli("relay", *options, code=4).stderr
    assert f"--courier: {said}" in told
    assert "s3cret" not in told
    assert len(told.splitlines()) == 2


@pytest.mark.parametrize("name", ["twilio", "apprise"])
def test_what_is_not_installed_is_named(cli, far, monkeypatch, name):
    monkeypatch.setitem(sys.modules, f"leadcore_{name}", None)
    told = cli("relay", "--courier", f"{name}://x", code=4).stderr
    assert told.strip().endswith(f"--courier: needs the distribution leadcore-{name}")


def test_a_folder_stands_alone(cli, tmp_path):
    told = cli("relay", "--courier", TWILIO, "--to-folder", tmp_path, code=4).stderr
    assert "or else a --to-folder" in told
