"""What was recorded of a seller, read off a store: every stream's events, the ledger's lines."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore.accounts import prepaid_account
from leadcore.ports import LeadQuery, RefundQuery, StatementLine
from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.leads import Lead
    from leadcore.ports import Store
    from leadcore.refunds import Refund

__all__ = ["History", "Recorded", "every_lead", "every_refund", "recorded"]

_PAGE = 1_000
_ALL = 1_000_000_000


@frozen
class Recorded:
    """One stream: its kind, whose it is, and its events in order."""

    kind: str
    id: str
    events: tuple[Any, ...]


@frozen(kw_only=True)
class History:
    """All that bears on a seller's leads and money, as it was recorded.

    Attributes:
        streams: the seller, its accounts, users, orders, leads and requests to return them.
        lines: of every account's prepaid balance, by account and in the order of their numbers.
    """

    seller_id: SellerId
    streams: tuple[Recorded, ...]
    lines: tuple[StatementLine, ...]

    @property
    def forced(self) -> frozenset[str]:
        """The ids of transfers that were made though the money was not there."""
        return frozenset(line.transfer.id for line in self.lines if line.transfer.forced)


def recorded(store: Store, seller_id: SellerId) -> History:
    """Read a seller's history off a store."""
    accounts = store.accounts(seller_id)
    named = chain(
        [("seller", seller_id)],
        (("account", account.id) for account in accounts),
        (("user", user.id) for account in accounts for user in store.users(account.id)),
        (("order", order.id) for order, _ in store.orders(seller_id)),
        (("lead", lead.id) for lead in every_lead(store, seller_id)),
        (("refund", refund.id) for refund in every_refund(store, seller_id)),
    )
    ledgers = [prepaid_account(account.id) for account in accounts]
    return History(
        seller_id=seller_id,
        streams=tuple(Recorded(kind, key, store.journal(kind, key)) for kind, key in named),
        lines=tuple(line for ledger in ledgers for line in store.statement(ledger)),
    )


def every_lead(store: Store, seller_id: SellerId) -> Iterator[Lead]:
    """Give all leads of a seller, newest first, a page at a time."""
    query = LeadQuery(seller_id=seller_id, limit=_PAGE)
    while page := store.leads(query):
        yield from page
        query = query.behind(page[-1])


def every_refund(store: Store, seller_id: SellerId) -> tuple[Refund, ...]:
    """Give all requests of a seller, newest first."""
    return store.refunds(RefundQuery(seller_id=seller_id, limit=_ALL))
