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

HUNG_UP = 499
"""What is answered to whoever does not wait for it any more."""


class Bidder:
    """One bidder.

    A post that carries an `Idempotency-Key` is answered once: under the same key it gets the same
    answer again, and the lead is had once.

    Attributes:
        app: answers `POST /ping` with a bid and `POST /post` with a yes or no.
        pings, posts: what it was told, in order.
        keys: under which it was posted what it had not seen before, in order.
    """

    def __init__(self, bid: Answer, take: Answer | None = None) -> None:
        """Make one.

        Args:
            bid: how it answers a ping.
            take: how it answers a post; takes every lead if not said.
        """
        self.pings: list[object] = []
        self.posts: list[object] = []
        self.keys: list[str] = []
        self._said: dict[str, Response] = {}
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
        key = request.headers.get("Idempotency-Key")
        if key in self._said:
            return self._said[key]
        answer = await self._take(request)
        if key is not None and answer.status_code != HUNG_UP:
            self.keys.append(key)
            self._said[key] = answer
        return answer


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


def after(seconds: float, answer: Answer) -> Answer:
    """Answer so, but take so long over it, whether anybody still waits or not."""

    async def late(request: Request) -> Response:
        await asyncio.sleep(seconds)
        return await answer(request)

    return late


async def silent(request: Request) -> Response:
    """Never answer; whoever waits has to hang up."""
    while not await request.is_disconnected():  # noqa: ASYNC110 - nothing tells when
        await asyncio.sleep(0.01)
    return Response(status_code=HUNG_UP)


async def yes(_request: Request) -> Response:
    """Take the lead."""
    return JSONResponse({"accepted": True})


async def no(_request: Request) -> Response:
    """Do not take the lead."""
    return JSONResponse({"accepted": False, "reason": "we are full"})
