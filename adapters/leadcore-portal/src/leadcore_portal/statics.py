"""Style sheet and scripts: read and compressed once, served under names kept for ever."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Statics", "read_statics"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_MARK = 12
_FOR_EVER = "public, max-age=31536000, immutable"


@frozen(kw_only=True)
class _Static:
    address: str
    media_type: str
    plain: bytes
    packed: bytes


@frozen
class Statics:
    """The files, by name and by address."""

    by_name: Mapping[str, _Static]
    by_address: Mapping[str, _Static]

    def address(self, name: str) -> str:
        """Give a file's address, which changes with its contents.

        Raises:
            KeyError: there is none of that name.
        """
        return self.by_name[name].address

    def serve(self, request: Request) -> Response:
        """Give a file; only those that were read at the start are there."""
        found = self.by_address.get(request.url.path)
        if found is None:
            return Response(status_code=404)
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        packs = "gzip" in request.headers.get("accept-encoding", "")
        if packs:
            headers["Content-Encoding"] = "gzip"
        content = found.packed if packs else found.plain
        return Response(content, media_type=found.media_type, headers=headers)


def read_statics() -> Statics:
    """Read the files of this distribution."""
    found: dict[str, _Static] = {}
    for each in (files("leadcore_portal") / "static").iterdir():
        media_type = next((kind for end, kind in _TYPES.items() if each.name.endswith(end)), None)
        if media_type is None:
            continue
        plain = each.read_bytes()
        mark = hashlib.sha256(plain).hexdigest()[:_MARK]
        found[each.name] = _Static(
            address=f"/static/{mark}/{each.name}",
            media_type=media_type,
            plain=plain,
            packed=gzip.compress(plain, 9, mtime=0),
        )
    return Statics(
        MappingProxyType(found), MappingProxyType({each.address: each for each in found.values()})
    )
