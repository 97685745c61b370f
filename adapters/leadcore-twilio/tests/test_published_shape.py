"""What is sent has the shape that Twilio publishes: a mock server made of it checks every request.

It takes a minute and 160 MB from the registry of npm, so it runs where there is time: with
`LEADCORE_PROFILE=deep`. Everything is put into a folder that is gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import evolve as replace
from twilio_stand_in import ACCOUNT, AT, SENDER, STATUS_URL, TOKEN

from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel
from leadcore.testing import courier_message
from leadcore_twilio import TwilioCourier

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("LEADCORE_PROFILE") != "deep", reason="installs a mock server by npm"
    ),
]
PACKAGES = ("@stoplight/prism-cli@5.14.2", "@twilio-alpha/mcp@0.7.0")
SHAPE = "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_api_v2010.json"


@pytest.fixture(scope="module")
def modules():
    npm = shutil.which("npm")
    assert npm, "the shape that Twilio publishes comes by npm"
    with tempfile.TemporaryDirectory(prefix="leadcore-npm-") as folder:
        options = ("--no-audit", "--no-fund", "--ignore-scripts", "--cache", f"{folder}/cache")
        command = [npm, "install", "--prefix", folder, *options, *PACKAGES]
        subprocess.run(command, check=True, capture_output=True, timeout=600)  # noqa: S603 # fixed words
        yield Path(folder) / "node_modules"


@contextmanager
def mocking(modules, log):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [modules / ".bin" / "prism", "mock", "-h", "127.0.0.1", "-p", str(port), "--errors"]
    with subprocess.Popen(  # noqa: S603 # fixed words
        [*command, modules / SHAPE], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert any("listening" in line for line in process.stdout), "the mock did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            log += process.stdout.read().splitlines()


def courier(base, **more):
    given = {"sender": SENDER, "status_url": STATUS_URL, "timeout": 30, **more}
    return TwilioCourier(ACCOUNT, TOKEN, base=base, clock=lambda: AT, **given)


def test_what_is_sent_has_the_published_shape(modules):
    text, log = courier_message(Channel.TEXT), []
    with mocking(modules, log) as base:
        for one in (courier(base), courier(base, sender="MG" + "1" * 32, status_url=None)):
            for message in (text, replace(text, not_after=None)):
                sent = one.deliver(message)
                assert isinstance(sent, Sent)
                assert sent.reference.startswith("SM")
            one.close()
        wrong = courier(base, sender="MG-no-such-form")
        refused = wrong.deliver(text)
        wrong.close()
    assert refused == NotSent(WhyNotSent.REFUSED, "status 422, code 422")
    assert sum("passed the validation rules" in line for line in log) == 4
    assert any("MessagingServiceSid must match pattern" in line for line in log)
