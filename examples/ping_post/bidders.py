"""Bidders as they are met in the field, each a small web application of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    Answer = Callable[[Request], Awaitable[Response]]


class Bidder:
    """One bidder.

    Attributes:
        app: answers `POST /ping` with a bid and `POST /post` with a yes or no.
        pings, posts: what it was told, in order.
    """

    def __init__(self, bid: Answer, take: Answer | None = None) -> None:
        """Make one.

        Args:
            bid: how it answers a ping.
            take: how it answers a post; takes every lead if not said.
        """
        self.pings: list[object] = []
        self.posts: list[object] = []
        self._bid, self._take = bid, take or yes
        self.app = Starlette(
            routes=[
                Route("/ping", self._pinged, methods=["POST"]),
                Route("/post", self._posted, methods=["POST"]),
            ]
        )

    async def _pinged(self, request: Request) -> Response:
        self.pings.append(await request.json())
        return await self._bid(request)

    async def _posted(self, request: Request) -> Response:
        self.posts.append(await request.json())
        return await self._take(request)


def offers(minor: int, currency: str = "USD") -> Answer:
    """Bid so much for everything."""

    async def answer(_request: Request) -> Response:
        return JSONResponse({"minor": minor, "currency": currency})

    return answer


def says(text: str, status: int = 200) -> Answer:
    """Answer with this text, whatever is asked."""

    async def answer(_request: Request) -> Response:
        return Response(text, status_code=status, media_type="application/json")

    return answer


async def silent(request: Request) -> Response:
    """Never answer; whoever waits has to hang up."""
    while not await request.is_disconnected():  # noqa: ASYNC110 - nothing tells when
        await asyncio.sleep(0.01)
    return Response()


async def yes(_request: Request) -> Response:
    """Take the lead."""
    return JSONResponse({"accepted": True})


async def no(_request: Request) -> Response:
    """Do not take the lead."""
    return JSONResponse({"accepted": False, "reason": "we are full"})
