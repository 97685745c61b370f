"""A web hook on loopback, as Apprise's `json://` and `xml://` call it."""

from __future__ import annotations

import base64
import json
import socket
import threading
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import uvicorn
from attrs import define, field
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from leadcore.testing import FarSide, Taken

STATUSES = {FarSide.LATER: 503, FarSide.REFUSED: 403}


@define
class Hook:
    """What it was told, and what it is told to do wrong."""

    taken: list = field(factory=list)
    does: list = field(factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{form}", self._receive, methods=["POST"])])

    async def _receive(self, request):
        body = await request.body()
        does = self.does.pop(0) if self.does else None
        if does is FarSide.BREAKS:
            return await _never(request)
        if does in STATUSES:
            return Response(status_code=STATUSES[does])
        read = _of_json if request.path_params["form"] == "json" else _of_xml
        title, words, attachments = read(body)
        headers = request.headers
        self.taken.append(
            Taken(
                id=headers.get("message-id"),
                to=(headers.get("to", ""),),
                subject=title,
                body=words,
                attachments=attachments,
            )
        )
        return await _never(request) if does is FarSide.LOST else Response("ok")


def _of_json(body):
    told = json.loads(body)
    attachments = tuple(
        (each["mimetype"], base64.b64decode(each["base64"]).decode().replace("\r\n", "\n").rstrip())
        for each in told["attachments"]
    )
    return told["title"], told["message"], attachments


def _of_xml(body):
    told = {each.tag.rpartition("}")[2]: each.text or "" for each in ET.fromstring(body).iter()}  # noqa: S314 # made by the library under test
    return told["Subject"], told["Message"], ()


async def _never(request):
    """Answer nobody: wait until whoever asked has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


class _Server(uvicorn.Server):
    def __init__(self, config):
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets=sockets)
        self.ready.set()


@contextmanager
def serving(hook):
    """Serve it on a random port of loopback; give its host and port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(hook.app(), log_level="critical", lifespan="off", ws="none")
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.ready.wait(10)
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
