"""A web hook on loopback, as Apprise's `json://` and `xml://` call it."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from xml.etree import ElementTree as ET

from attrs import define, field
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from leadcore.testing import FarSide, Taken
from tools import loopback

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


@contextmanager
def serving(hook):
    """Serve it on a random port of loopback; give where."""
    with loopback.serving(hook.app()) as place:
        yield place
