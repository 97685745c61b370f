"""What can be read of a seller, and the laws that hold whatever was done.

* money is conserved: an account holds what was paid in, less its standing sales at their prices and
  what its returns did not give back;
* no balance is below the lowest floor its account ever had;
* a person is held once: no two sales of one person stand within the look-back, but for those of
  one lead that several buyers share, which are never of one associate;
* who has a lead by auction bid for it, in time and not below the least bid, and pays that bid;
* a sale has at most one return that stands;
* a refunded lead is seen by nobody, and the person never goes back to the account that returned it;
* the overdue leads are those that are held, were not tried since, and whose first contact was due;
* accounts are walls, and the list shows exactly what the single check allows;
* the journal folds to the rows, the entries to the balances (the store's own audit).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from leadcore.accounts import AccountOpened, CreditLimitSet, prepaid_account
from leadcore.back_office import sees
from leadcore.contact_points import addresses
from leadcore.downline import Tree, scope
from leadcore.intervals import elapsed_hours_after
from leadcore.leads import Lead, LeadStatus, untried_until
from leadcore.ports import LeadQuery, RefundQuery
from leadcore.refunds import RefundStatus
from leadcore.submissions import person_keys
from leadcore.values import UNLIMITED, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.accounts import Account
    from leadcore.ports import Store

__all__ = ["reading", "violations"]

_ALL = 1_000_000


def _leads(store: Store, seller: SellerId) -> tuple[Lead, ...]:
    return store.leads(LeadQuery(seller_id=seller, limit=_ALL))


def reading(store: Store, seller: str) -> dict[str, object]:
    """Give everything that can be read of a seller, so that two stores can be compared."""
    key = SellerId(seller)
    accounts = store.accounts(key)
    leads = _leads(store, key)
    found: dict[str, object] = {
        "seller": store.seller(key),
        "accounts": accounts,
        "orders": store.orders(key),
        "leads": leads,
        "refunds": store.refunds(RefundQuery(seller_id=key, limit=_ALL)),
    }
    for lead in leads:
        found[f"journal of {lead.id}"] = store.journal("lead", lead.id)
        found[f"decisions on {lead.id}"] = store.journal("decisions", lead.id)
        found[f"others of {lead.id}"] = tuple(other.id for other in store.others(lead))
    for address in sorted({each for lead in leads for each in addresses(lead.submission)}):
        found[f"contact point {address}"] = store.contact_point(key, address)
    found["reviews"] = store.reviews(key)
    found["messages"] = store.messages(_ALL, key)
    for account in accounts:
        ledger = prepaid_account(account.id)
        users = store.users(account.id)
        found[f"users of {account.id}"] = users
        found[f"balance of {account.id}"] = store.balance(ledger)
        found[f"statement of {account.id}"] = store.statement(ledger)
        for user in users:
            seen = LeadQuery(seller_id=key, scope=scope(user, Tree.of(users)), limit=_ALL)
            found[f"what {user.id} sees"] = store.leads(seen)
    return found


def violations(store: Store, seller: str) -> tuple[str, ...]:
    """Give a sentence for each law that does not hold."""
    key = SellerId(seller)
    leads = _leads(store, key)
    return (
        *store.audit(),
        *(said for account in store.accounts(key) for said in _money(store, account, leads)),
        *_held_once(store, key, leads),
        *_by_auction(leads),
        *_returns(store, key),
        *_never_back(store, key, leads),
        *_overdue(store, key, leads),
        *(said for account in store.accounts(key) for said in _walls(store, account, leads)),
    )


def _money(store: Store, account: Account, leads: tuple[Lead, ...]) -> Iterator[str]:
    ledger = prepaid_account(account.id)
    lines = store.statement(ledger)
    paid_in = sum(line.entry.amount for line in lines if line.transfer.sale_id is None)
    back = {
        refund.lead_id: refund.amount.minor
        for refund in store.refunds(
            RefundQuery(seller_id=account.seller_id, account_id=account.id, limit=_ALL)
        )
        if refund.status is RefundStatus.APPROVED
    }
    spent = sum(
        lead.sale.price.minor - back.get(lead.id, 0)
        for lead in leads
        if lead.sale and lead.sale.account_id == account.id
    )
    held = store.balance(ledger)
    if held.posted != paid_in - spent:
        yield f"{account.id} holds {held.posted}, but was paid {paid_in} and spent {spent}"
    floors = [each.floor for each in store.journal("account", account.id) if _limits(each)]
    if UNLIMITED not in floors and held.available < min(floors, default=0):
        yield f"{account.id} is overdrawn: {held.available}"


def _limits(event: object) -> bool:
    return isinstance(event, AccountOpened | CreditLimitSet)


def _by_auction(leads: tuple[Lead, ...]) -> Iterator[str]:
    for lead in leads:
        won = lead.reservation or lead.sale
        if lead.bidding is None or lead.bidding.over or won is None:
            continue
        auction = lead.bidding.auction
        ends = auction.opened_at + timedelta(milliseconds=auction.terms.collect_ms)
        bids = [bid for bid in auction.bids if bid.bidder == won.order_id]
        if not bids and lead.bidding.tier:
            continue  # a lower tier of a waterfall has it, which is asked no bids
        if [bid.amount for bid in bids] != [won.price]:
            yield f"lead {lead.id} was won at {won.price} on bids of {bids}"
        if any(bid.amount < auction.terms.minimum or bid.at >= ends for bid in bids):
            yield f"lead {lead.id} was won by a bid that does not count: {bids}"


def _held_once(store: Store, seller: SellerId, leads: tuple[Lead, ...]) -> Iterator[str]:
    known = store.seller(seller)
    hours = 24 * known.terms.duplicate_days if known else 0
    standing = [lead for lead in leads if lead.status is LeadStatus.SOLD]
    # Pair by pair within a key only: a stranger may judge a store of many thousand leads.
    pairs = {
        (later.id, earlier.id): (later, earlier)
        for alike in _by_key(standing).values()
        for later, earlier in combinations(alike, 2)  # leads come newest first
    }
    for later, earlier in pairs.values():
        alike = later.submission.vertical == earlier.submission.vertical
        near = elapsed_hours_after(earlier.received_at, hours) >= later.received_at
        near = near or (hours > 0 and _placed_near(earlier, later, hours))
        if later.family == earlier.family:
            if _buyer(later) == _buyer(earlier):
                yield f"two shares of lead {later.family} are one associate's: {later.id}"
        elif alike and near:
            yield f"the person of lead {earlier.id} was sold twice: {later.id}"


def _placed_near(one: Lead, other: Lead, hours: int) -> bool:
    """Tell whether one was sold, or reserved for its buyer, while the other one's sale was near."""
    placed = sorted(instant(each.sale.counted_at) for each in (one, other) if each.sale)
    return elapsed_hours_after(placed[0], hours) >= placed[-1]


def _buyer(lead: Lead) -> tuple[str, str] | None:
    return None if lead.sale is None else (lead.sale.account_id, lead.sale.user_id)


def _by_key(leads: Iterable[Lead]) -> dict[str, list[Lead]]:
    found: dict[str, list[Lead]] = {}
    for lead in leads:
        for key in person_keys(lead.submission):
            found.setdefault(key, []).append(lead)
    return found


def _returns(store: Store, seller: SellerId) -> Iterator[str]:
    standing = Counter(
        refund.sale_id
        for refund in store.refunds(RefundQuery(seller_id=seller, limit=_ALL))
        if refund.status is not RefundStatus.DECLINED
    )
    for sale_id, times in standing.items():
        if times > 1:
            yield f"sale {sale_id} has {times} returns that stand"


def _never_back(store: Store, seller: SellerId, leads: tuple[Lead, ...]) -> Iterator[str]:
    by_id, by_key = {lead.id: lead for lead in leads}, _by_key(leads)
    by_origin: dict[str | None, list[Lead]] = {}
    for lead in leads:
        by_origin.setdefault(lead.origin, []).append(lead)
    for refund in store.refunds(RefundQuery(seller_id=seller, limit=_ALL)):
        if refund.status is RefundStatus.APPROVED and refund.decided_at is not None:
            old = by_id[refund.lead_id]
            alike = (other for key in person_keys(old.submission) for other in by_key[key])
            later = (
                other
                for other in alike
                if other.sale is not None and other.sale.sold_at > refund.decided_at
            )
            suspects = {other.id: other for other in (*by_origin.get(old.id, ()), *later)}
            yield from (
                f"lead {lead.id} went back to the account that returned {old.id}"
                for lead in suspects.values()
                if lead.sale is not None and lead.sale.account_id == refund.account_id
            )


def _overdue(store: Store, seller: SellerId, leads: tuple[Lead, ...]) -> Iterator[str]:
    due = sorted((until, lead.id) for lead in leads if (until := untried_until(lead)))
    for at in {until for until, _ in due[len(due) // 2 :][:1]}:
        late = LeadQuery(seller_id=seller, overdue_at=at, limit=_ALL)
        listed = [lead.id for lead in store.leads(late)]
        single = [lead_id for until, lead_id in due if until < at]
        if listed != single:
            yield f"the overdue leads at {at} are {single}, not {listed}"


def _walls(store: Store, account: Account, leads: tuple[Lead, ...]) -> Iterator[str]:
    by_id = {lead.id: lead for lead in leads}
    users = store.users(account.id)
    tree = Tree.of(users)
    for user in users:
        seen = LeadQuery(seller_id=account.seller_id, scope=scope(user, tree), limit=_ALL)
        listed = {lead.id for lead in store.leads(seen)}
        single = {lead.id for lead in leads if sees(user, lead, tree)}
        if listed != single:
            yield f"the list and the single check differ for {user.id}: {listed ^ single}"
        for lead in (by_id[lead_id] for lead_id in sorted(listed)):
            if lead.sale is None or lead.sale.account_id != account.id:
                yield f"{user.id} sees lead {lead.id} of another account"
            if lead.status is LeadStatus.REFUNDED:
                yield f"{user.id} sees the refunded lead {lead.id}"
