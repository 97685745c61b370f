"""A server that speaks S3's protocol, on this machine, for all tests of this folder."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from leadcore.testing import Loop
from leadcore_s3 import BucketKeeper, client_for

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {"aws_access_key_id": "leadcore", "aws_secret_access_key": "leadcore-secret"}
PATIENCE = 60
BUCKET = "leadcore"


def free_ports(number: int) -> list[int]:
    """Give ports nobody uses now, all found before one is let go; their twins 10,000 above too."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < number:
            one = held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            found.append(one.getsockname()[1])
    return found


def command(folder: Path) -> tuple[list[str], str]:
    names = ("master", "volume", "filer", "s3")
    ports = free_ports(2 * len(names))
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or "weed"
    words = [program, "server", "-s3", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    for name, port, grpc in zip(names, ports[::2], ports[1::2], strict=True):
        words += [f"-{name}.port={port}", f"-{name}.port.grpc={grpc}"]
    words += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=32"]
    words += ["-master.volumeSizeLimitMB=64", f"-s3.config={folder / 's3.json'}"]
    words += [f"-{name}.localSocket={folder / name}.sock" for name in ("filer", "s3")]
    return words, f"http://127.0.0.1:{ports[6]}"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("s3")
    identity = {
        "name": "tests",
        "credentials": [
            {"accessKey": KEYS["aws_access_key_id"], "secretKey": KEYS["aws_secret_access_key"]}
        ],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), "utf-8")
    words, url = command(folder)
    with (folder / "server.log").open("wb") as log:
        running = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT, cwd=folder)  # noqa: S603 # the server of the tests, with arguments of ours
        try:
            wait_for(url, running, folder / "server.log")
            yield url
        finally:
            running.kill()
            running.wait()


def wait_for(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a bucket can be made and written to."""
    client, until = client_for(url, region_name="us-east-1", **KEYS), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if running.poll() is not None:
            break
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 # on this machine
        with suppress(ClientError, BotoCoreError):
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"yes")
            return
    pytest.fail(f"the server did not start: {log.read_text('utf-8', 'replace')[-2_000:]}")


@pytest.fixture(scope="session")
def client(endpoint):
    return client_for(endpoint, region_name="us-east-1", **KEYS)


@pytest.fixture
def keeper(client) -> BucketKeeper:
    """Give a keeper with a prefix of its own: this server gives each bucket many a volume."""
    return BucketKeeper(client, BUCKET, prefix=f"{uuid4().hex}/")


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as made:
        yield made
