"""An exchange that auctions leads among bidders over HTTP; the rules are `leadcore.auction`."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import secrets
import socket
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from leadcore import auction, wire
from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from starlette.requests import Request

REFUSED = {
    auction.PostRefusal.NO_OFFER: 404,
    auction.PostRefusal.UNKNOWN_TOKEN: 404,
    auction.PostRefusal.EXPIRED: 410,
    auction.PostRefusal.DUPLICATE: 409,
    auction.PostRefusal.PRICE_CHANGED: 422,
}


def now() -> datetime:
    """Give the time; the core asks nobody."""
    return datetime.now(UTC)


class Running:
    """One auction under way: its state, and whoever waits for it to change."""

    def __init__(self) -> None:
        self.state: auction.Auction | None = None
        self.journal: list[auction.AuctionEvent] = []
        self.once = asyncio.Lock()

    def say(self, command: auction.AuctionCommand) -> tuple[auction.AuctionEvent, ...]:
        """Decide a command and fold what follows."""
        events = auction.decide(command, self.state, now())
        self.state = fold(auction.evolve, self.state, events)
        self.journal += events
        return events

    @property
    def known(self) -> auction.Auction:
        """The state of an auction that was opened."""
        if self.state is None:
            raise WrongState("auction", "it was never opened")
        return self.state


class Exchange:
    """Answers `POST /auctions/{id}/ping` and `POST /auctions/{id}/post`."""

    def __init__(self, bidders: Mapping[str, str], terms: auction.AuctionTerms) -> None:
        """Make one.

        Args:
            bidders: the address of each, by id.
            terms: how auctions are held.
        """
        self.bidders = dict(bidders)
        self.terms = terms
        self.running: dict[str, Running] = {}
        self.app = Starlette(
            routes=[
                Route("/auctions/{id}/ping", self._ping, methods=["POST"]),
                Route("/auctions/{id}/post", self._post, methods=["POST"]),
            ],
            lifespan=self._living,
        )

    @contextlib.asynccontextmanager
    async def _living(self, _app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(trust_env=False) as self.http:
            yield

    # ------------------------------------------------------------------------------- pings

    async def _ping(self, request: Request) -> Response:
        try:
            ping = wire.load(auction.Ping, await _json(request))
        except Malformed as error:
            return _wrong(error)
        running = self.running.setdefault(request.path_params["id"], Running())
        opening = auction.OpenAuction(
            auction_id=request.path_params["id"],
            ping=ping,
            bidders=frozenset(self.bidders),
            terms=self.terms,
        )
        async with running.once:  # the same ping twice at once is one auction
            try:
                opened = running.say(opening)
            except WrongState as error:
                return JSONResponse({"error": str(error)}, 409)
            if opened:
                await self._collect(running)
        state = running.known
        if state.offer is None:
            return JSONResponse({"status": state.status.value, "reason": state.reason})
        return JSONResponse({"status": "offered", "offer": wire.dump(state.offer)})

    async def _collect(self, running: Running) -> None:
        asked = [asyncio.create_task(self._ask(running, name)) for name in self.bidders]
        # Each one hangs up by itself; this is the end of the collecting, whoever is still asked.
        await asyncio.wait(asked, timeout=self.terms.collect_ms / 1000)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        while running.known.status is auction.AuctionStatus.COLLECTING:
            running.say(auction.Advance(token=secrets.token_urlsafe(24), seed=running.known.id))
            await asyncio.sleep(0.001)

    async def _ask(self, running: Running, bidder: str) -> None:
        asked_at = now()
        try:
            async with asyncio.timeout(self.terms.bidder_ms / 1000):
                answer = await self.http.post(
                    f"{self.bidders[bidder]}/ping", json=wire.dump(running.known.ping), timeout=None
                )
            amount = wire.load(Money, answer.raise_for_status().json())
        except (TimeoutError, httpx.HTTPError, ValueError, Malformed) as error:
            reason = f"{type(error).__name__}: {error}"
            running.say(auction.DeclineBidding(bidder=bidder, reason=reason))
            return
        running.say(auction.PlaceBid(bidder=bidder, amount=amount, asked_at=asked_at))

    # ------------------------------------------------------------------------------- posts

    async def _post(self, request: Request) -> Response:
        running = self.running.get(request.path_params["id"])
        if running is None:
            return JSONResponse({"error": "there is no such auction"}, 404)
        try:
            said = await _json(request)
            price = wire.load(Money, said.get("price"))
        except Malformed as error:
            return _wrong(error)
        key = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        command = auction.PostLead(token=str(said.get("token")), price=price, key=key)
        async with running.once:
            events = running.say(command)
            for event in events:
                if isinstance(event, auction.PostRefused):
                    return JSONResponse({"refused": event.reason.value}, REFUSED[event.reason])
            while running.known.status is auction.AuctionStatus.DELIVERING:
                await self._deliver(running, said.get("person"))
        state = running.known
        if state.status is auction.AuctionStatus.SOLD:
            return JSONResponse({"status": state.status.value})
        return JSONResponse({"status": state.status.value, "reason": state.reason})

    async def _deliver(self, running: Running, person: object) -> None:
        turn = running.known.deliver_to
        if turn is None:  # delivering always has somebody's turn
            return
        try:
            async with asyncio.timeout(self.terms.deliver_ms / 1000):
                answer = await self.http.post(
                    f"{self.bidders[turn.bidder]}/post",
                    json={"price": wire.dump(turn.amount), "person": person},
                    timeout=None,
                )
            said = answer.raise_for_status().json()
            accepted = isinstance(said, dict) and said.get("accepted") is True
            reason = str(said.get("reason")) if isinstance(said, dict) else "no answer we know"
        except (TimeoutError, httpx.HTTPError, ValueError) as error:
            accepted, reason = False, f"{type(error).__name__}: {error}"
        if accepted:
            running.say(auction.ConfirmDelivery(bidder=turn.bidder))
        state = running.known
        if state.deliver_to == turn and state.status is auction.AuctionStatus.DELIVERING:
            running.say(auction.FailDelivery(bidder=turn.bidder, reason=reason))


async def _json(request: Request) -> dict[str, Any]:
    try:
        said = await request.json()
    except ValueError as error:
        raise Malformed.at("$", f"is JSON: {error}") from error
    if not isinstance(said, dict):
        raise Malformed.at("$", "is an object")
    return said


def _wrong(error: Malformed) -> Response:
    problems = [{"path": each.path, "message": each.message} for each in error.problems]
    return JSONResponse({"errors": problems}, 400)


@contextlib.contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve an application on a port of loopback that is free, and give its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # its connections send at once
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.002)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def main() -> None:
    """Hold one auction and print what was said."""
    from bidders import Bidder, no, offers, says, silent  # noqa: PLC0415 - beside this file

    with contextlib.ExitStack() as open_:
        bidders = {
            "honest": Bidder(offers(2_500)),
            "full": Bidder(offers(2_500), no),
            "cheap": Bidder(offers(1_900)),
            "silent": Bidder(silent),
            "wrong": Bidder(says("two thousand dollars")),
        }
        addresses = {name: open_.enter_context(served(b.app)) for name, b in bidders.items()}
        terms = auction.AuctionTerms(minimum=Money(500, "USD"), keep_permille=100)
        exchange = Exchange(addresses, terms)
        base = open_.enter_context(served(exchange.app)) + "/auctions/lead-1"
        ping = {"kind": "web", "vertical": "solar", "state": "AZ", "zip": "85001"}
        with httpx.Client(trust_env=False, timeout=30) as http:
            told = http.post(f"{base}/ping", json=ping).json()
            print("ping:", told)
            if "offer" in told:
                offer = told["offer"]
                post = {"token": offer["token"], "price": offer["price"], "person": {"name": "Ann"}}
                print("post:", http.post(f"{base}/post", json=post).json())
                print("post again:", http.post(f"{base}/post", json=post).json())
        for event in exchange.running["lead-1"].journal:
            print(f"  {type(event).__name__}: {json.dumps(wire.dump(event))[:150]}")


if __name__ == "__main__":
    main()
