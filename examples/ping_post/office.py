"""An office that auctions its own recorded leads among bidders over HTTP, and can be killed.

What it knows is in its store and nowhere else. It looks at a lead, does the one step that is due,
writes down what came of it, and looks again: so whoever starts it anew, at whatever moment it died,
goes on where it was. Every rule is `leadcore.back_office`'s; the office carries messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import secrets
import ssl
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.auction import due_at
from leadcore.distribution import BiddingTerms, DistributionTerms, Method, Way
from leadcore.errors import Malformed, WrongState
from leadcore.leads import LeadStatus
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.ports import LeadQuery, Store
from leadcore.submissions import Source, Submission
from leadcore.values import (
    AccountId,
    Address,
    LeadId,
    Money,
    OrderId,
    PersonName,
    Phone,
    SaleId,
    SellerId,
    UserId,
)
from leadcore_sqlalchemy import SqlStore, engine, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.distribution import Bidding
    from leadcore.leads import Lead, Reservation
    from leadcore.ports import UseCase

__all__ = ["Office"]

UNDER_WAY = frozenset({LeadStatus.BIDDING, LeadStatus.RESERVED})
MARGIN = timedelta(milliseconds=100)
"""So long before a reservation expires nobody is asked any more: a yes must be written in time."""
PAUSE = timedelta(milliseconds=50)
"""Between two posts of the same person under the same key."""


def now() -> datetime:
    """Give the time; the core asks nobody."""
    return datetime.now(UTC)


def unguessable() -> SaleId:
    """Give the id of a sale: the token of its post, which nobody may guess."""
    return SaleId(secrets.token_urlsafe(24))


class Unclear(Exception):
    """Nobody knows whether the bidder got the message; its answer, if any, was lost."""


@frozen(kw_only=True)
class Office:
    """Pings bidders, takes their bids, and brings the winner the person.

    Attributes:
        store: where leads are recorded.
        seller_id: whose.
        bidders: the address of each, by the order it bids under.
        patience: how long one try of a post waits for its answer; the next one has the same key.
        clock: gives the time.
        trust: by which certificates a bidder is known.
    """

    store: Store
    seller_id: SellerId
    bidders: Mapping[OrderId, str]
    patience: timedelta = timedelta(seconds=5)
    clock: Callable[[], datetime] = field(default=now)
    trust: ssl.SSLContext = field(factory=ssl.create_default_context, repr=False)

    async def work_off(self) -> None:
        """Bring every auction under way to its end, all at once."""
        asked = LeadQuery(seller_id=self.seller_id, statuses=UNDER_WAY)
        client = httpx.AsyncClient(trust_env=False, verify=self.trust)
        async with client as http, asyncio.TaskGroup() as together:
            while page := await asyncio.to_thread(self.store.leads, asked):
                for lead in page:
                    together.create_task(self.tend(lead.id, http))
                asked = asked.behind(page[-1])

    async def tend(self, lead_id: LeadId, http: httpx.AsyncClient) -> None:
        """Do one step after the other, until the lead is sold or nobody is left to ask."""
        while lead := await self._under_way(lead_id):
            try:
                if lead.reservation is not None:
                    await self._deliver(lead, lead.reservation, http)
                else:
                    await self._hear(lead, http)
            except WrongState:
                if await self._under_way(lead_id) == lead:
                    raise  # else another worker of this office was faster

    async def _under_way(self, lead_id: LeadId) -> Lead | None:
        """Give a lead that waits for this office; not one that is delivered in another way."""
        lead = await asyncio.to_thread(self.store.lead, lead_id)
        if lead is None or lead.bidding is None or lead.status not in UNDER_WAY:
            return None
        held, bids = lead.reservation, lead.bidding.auction.ranking
        mine = held is None or any(bid.bidder == held.order_id for bid in bids)
        return lead if mine else None

    async def _run(self, case: UseCase[Any, Any, Any]) -> Any:  # noqa: ANN401 - as the case answers
        return await asyncio.to_thread(self.store.run, case)

    # -------------------------------------------------------------------------------- bidding

    async def _hear(self, lead: Lead, http: httpx.AsyncClient) -> None:
        """Ask everybody who has not answered, and close the auction once its time has come."""
        bidding = lead.bidding
        due = None if bidding is None else due_at(bidding.auction)
        if bidding is None or due is None:  # a lead that is bid for has both
            return
        if (wait := (due - self.clock()).total_seconds()) > 0:
            waiting = _unanswered(bidding)
            async with asyncio.TaskGroup() as together:
                for order_id in waiting:
                    together.create_task(self._ask(lead, bidding, order_id, wait, http))
            if not waiting:  # those who answered with no bid are not waited for, the clock is
                await asyncio.sleep(wait)
            return
        await self._run(
            bo.CloseAuction(
                seller_id=self.seller_id,
                lead_id=lead.id,
                auction_id=bidding.auction.id,
                sale_id=unguessable(),
                at=self.clock(),
            )
        )

    async def _ask(
        self,
        lead: Lead,
        bidding: Bidding,
        order_id: OrderId,
        wait: float,
        http: httpx.AsyncClient,
    ) -> None:
        auction, asked_at = bidding.auction, self.clock()
        about: dict[str, Any] = {
            "seller_id": self.seller_id,
            "lead_id": lead.id,
            "auction_id": auction.id,
            "order_id": order_id,
        }
        ping = {"auction": auction.id, "ping": wire.dump(auction.ping)}
        try:
            async with asyncio.timeout(min(wait, auction.terms.bidder_ms / 1000)):
                answer = await http.post(f"{self._address(order_id)}/ping", json=ping, timeout=None)
            amount = wire.load(Money, answer.raise_for_status().json())
        except (TimeoutError, httpx.HTTPError, ValueError, Malformed) as error:
            why = f"{type(error).__name__}: {error}"
            await self._run(bo.DeclineBid(**about, why=why, at=self.clock()))
            return
        await self._run(bo.PlaceBid(**about, amount=amount, asked_at=asked_at, at=self.clock()))

    def _address(self, order_id: OrderId) -> str:
        address = self.bidders.get(order_id)
        if address is None:
            raise ValueError(f"order {order_id} has no address")
        return address

    # ------------------------------------------------------------------------------- delivery

    async def _deliver(self, lead: Lead, held: Reservation, http: httpx.AsyncClient) -> None:
        """Bring the winner the person; else the next bid has its turn."""
        post = {
            "token": held.sale_id,
            "price": wire.dump(held.price),
            "until": wire.dump(held.expires_at - MARGIN),
            "person": _person(lead.submission),
        }
        key = hashlib.sha256(json.dumps(post, sort_keys=True).encode()).hexdigest()
        sale: dict[str, Any] = {"seller_id": self.seller_id, "lead_id": lead.id}
        while (left := held.expires_at - MARGIN - self.clock()) > timedelta():
            try:
                why = await self._post(held.order_id, post, min(left, self.patience), http)
            except Unclear:
                await asyncio.sleep(min(left, PAUSE).total_seconds())
                continue
            if why is None:
                await self._run(
                    bo.PostLead(
                        **sale, token=held.sale_id, price=held.price, key=key, at=self.clock()
                    )
                )
            else:
                await self._run(
                    bo.FailDelivery(
                        **sale,
                        sale_id=held.sale_id,
                        next_sale_id=unguessable(),
                        why=why,
                        at=self.clock(),
                    )
                )
            return
        await asyncio.sleep(max(0.0, (held.expires_at - self.clock()).total_seconds()))
        await self._run(
            bo.ExpireDelivery(
                **sale, sale_id=held.sale_id, next_sale_id=unguessable(), at=self.clock()
            )
        )

    async def _post(
        self, order_id: OrderId, post: dict[str, Any], left: timedelta, http: httpx.AsyncClient
    ) -> str | None:
        """Give None where the bidder took the lead, else why not.

        Raises:
            Unclear: it may have taken it: whoever does not answer may still have heard.
        """
        headers = {"Idempotency-Key": post["token"]}
        try:
            async with asyncio.timeout(left.total_seconds()):
                answer = await http.post(
                    f"{self._address(order_id)}/post", json=post, headers=headers, timeout=None
                )
        except (ValueError, httpx.ConnectError) as error:
            return f"{type(error).__name__}: {error}"
        except (TimeoutError, httpx.HTTPError) as error:
            raise Unclear(str(error)) from error
        return _refusal(answer)


def _refusal(answer: httpx.Response) -> str | None:
    """Give why an answer to a post is no yes; None where it is one."""
    if not answer.is_success:
        return f"it answered {answer.status_code}"
    try:
        said = answer.json()
    except ValueError:
        return "its answer is no JSON"
    if not isinstance(said, dict):
        return "its answer is no object"
    return None if said.get("accepted") is True else f"it said no: {said.get('reason')}"


def _unanswered(bidding: Bidding) -> list[OrderId]:
    auction = bidding.auction
    answered = {bid.bidder for bid in auction.bids} | auction.declined
    answered |= {bid.bidder for bid in bidding.refused}
    return [OrderId(each) for each in sorted(auction.bidders - answered)]


def _person(submission: Submission) -> dict[str, object]:
    """Give what a buyer is told of the person, once the lead is theirs to take."""
    return {
        "name": wire.dump(submission.name),
        "phones": [phone.normal for phone in submission.phones if phone.normal],
        "emails": [email.normal for email in submission.emails if email.normal],
        "address": wire.dump(submission.address),
        "area": submission.area,
        "comments": submission.comments,
    }


# ----------------------------------------------------------------------------- an office to run

SELLER = SellerId("seller")
WAY = Way(
    method=Method.AUCTION,
    bidding=BiddingTerms(minimum=Money(500, "USD"), collect_ms=2_000, bidder_ms=1_000),
)


def open_office(store: Store, names: Iterable[str]) -> dict[str, OrderId]:
    """Make a seller whose leads are auctioned, and for each name an account with an order."""
    at = now()
    terms = SellerTerms(name="Counsel Leads", distribution=DistributionTerms((WAY,)))
    store.run(bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=at))
    orders = {name: OrderId(f"order of {name}") for name in names}
    for name, order_id in orders.items():
        account, user = AccountId(name), UserId(f"user of {name}")
        opening = OpenAccount(account_id=account, seller_id=SELLER, name=name, currency="USD")
        store.run(bo.KeepAccount(seller_id=SELLER, account_id=account, command=opening, at=at))
        adding = AddUser(
            user_id=user,
            seller_id=SELLER,
            account_id=account,
            parent_id=None,
            profile=Profile(name=name, email=f"{name}@buyers.example"),
        )
        store.run(bo.KeepUser(user_id=user, account_id=account, command=adding, at=at))
        store.run(
            bo.Fund(
                seller_id=SELLER,
                account_id=account,
                key="start",
                amount=Money(20_000, "USD"),
                actor="office",
                at=at,
            )
        )
        price = Money(3_000, "USD")  # the most it may be charged
        ordering = OpenOrder(
            order_id=order_id,
            seller_id=SELLER,
            account_id=account,
            terms=OrderTerms(user_id=user, price=price, quantity=10),
        )
        store.run(bo.KeepOrder(order_id=order_id, account_id=account, command=ordering, at=at))
    return orders


def receive(store: Store, number: int) -> Lead:
    """Record the lead of a number: it is put up for auction at once; again, nothing changes."""
    case = bo.ReceiveLead(
        seller_id=SELLER,
        lead_id=LeadId(f"lead {number}"),
        sale_id=unguessable(),
        source_key=f"form {number}",
        submission=Submission(
            source=Source(format="json"),
            name=PersonName(first="Ann", last=f"Example {number}"),
            phones=(Phone(raw=f"602555{number:04d}", normal=f"+1602555{number:04d}"),),
            address=Address(state="AZ", zip="85001"),
            vertical="solar",
        ),
        at=now(),
    )
    return store.run(case).lead


def main(path: str) -> None:
    """Auction three leads and print what came of them; kill it and start it again at will."""
    from bidders import Bidder, after, no, offers, says, silent  # noqa: PLC0415 - beside this file
    from exchange import served  # noqa: PLC0415 - as above

    with_tables = engine(f"sqlite:///{path}")
    upgrade(with_tables)
    store = SqlStore(with_tables)
    bidders = {
        "honest": Bidder(offers(2_100)),
        "full": Bidder(offers(2_600), no),
        "proud": Bidder(offers(3_500)),
        "slow": Bidder(after(1.5, offers(2_900))),
        "silent": Bidder(silent),
        "wrong": Bidder(says("two thousand dollars")),
    }
    orders = open_office(store, bidders)
    leads = [receive(store, number).id for number in range(3)]
    with contextlib.ExitStack() as opened:
        addresses = {
            orders[name]: opened.enter_context(served(each.app)) for name, each in bidders.items()
        }
        asyncio.run(Office(store=store, seller_id=SELLER, bidders=addresses).work_off())
    for lead in filter(None, map(store.lead, leads)):
        sale = lead.sale
        print(f"{lead.id}: {lead.status.value}", f"at {sale.price}" if sale else "")
        for told in lead.offers:
            print(f"  {told.account_id}: {told.reason.value}", told.bid or "")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if sys.argv[1:] else str(Path(folder) / "office.db"))
