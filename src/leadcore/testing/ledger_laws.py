"""The laws of the ledger, judged by what anybody can read of it: lines, counters, balances.

Each sentence begins with the number of the law:

* I1 every line is one of its transfer's two, in the seller's currency;
* I3 no counter is below zero;
* I4 nothing is drawn that leaves less available than the floor of then, but by a transfer that was
  forced; a floor that is raised above what is available leaves it where it is;
* I5 posted is the sum of the lines, I8 pending the sum of the open holds;
* I6 lines are numbered from 1 without a gap; I7 each says what was posted and pending after it;
* I9 what is refunded of a charge, less what was reversed, lies between zero and the charge;
* I14 a hold is resolved at most once, captured in time and never above what was held;
* I20 what an account held at an instant is the last line's recorded until then;
* I22 amounts are whole and above zero;
* I25 every event is read back as it was written (`round_trip_violations`).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, TypeGuard

from leadcore import wire
from leadcore.accounts import AccountOpened, CreditLimitSet, prepaid_account
from leadcore.balances import TransferKind
from leadcore.balances.transfers import RESOLVING
from leadcore.ports import LeadQuery, RefundQuery
from leadcore.values import SellerId, Unlimited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from leadcore.balances import Transfer
    from leadcore.ports import StatementLine, Store

__all__ = ["ledger_violations", "round_trip_violations"]

_ALL = 1_000_000
_CHARGED = frozenset({TransferKind.CHARGE, TransferKind.CAPTURE})


def ledger_violations(store: Store, seller: str) -> tuple[str, ...]:
    """Give a sentence for each law of the ledger that does not hold for a seller's accounts."""
    key = SellerId(seller)
    return tuple(said for each in store.accounts(key) for said in _account(store, each.id))


def _account(store: Store, account_id: str) -> Iterator[str]:
    ledger = prepaid_account(account_id)  # type: ignore[arg-type]  # an account's id, as it was read
    lines = store.statement(ledger)
    transfers = {line.transfer.id: line.transfer for line in lines}.values()
    for said in (
        *_counters(store, ledger, lines),
        *_drawn(lines, store.journal("account", account_id)),
        *_lines(ledger, lines),
        *_holds(lines),
        *_refunds(transfers),
        *_as_of(store, ledger, lines),
    ):
        yield f"{said} ({ledger})"


def _counters(store: Store, ledger: str, lines: tuple[StatementLine, ...]) -> Iterator[str]:
    held, said = store.ledger_account(ledger), store.balance(ledger)
    if held is None:
        yield "I5 there is no such ledger account"
        return
    counters = (held.debits_posted, held.credits_posted, held.debits_pending, held.credits_pending)
    if any(type(each) is not int or each < 0 for each in counters):
        yield f"I3 a counter is below zero: {counters}"
    posted = sum(line.entry.amount for line in lines)
    pending = sum(hold.amount.minor for hold in _open(lines))
    if not posted == held.posted == said.posted:
        yield f"I5 posted is {held.posted} or {said.posted}, its lines come to {posted}"
    if not pending == held.pending == said.pending:
        yield f"I8 pending is {held.pending} or {said.pending}, its open holds come to {pending}"
    if held.seq != len(lines):
        yield f"I6 the account is at line {held.seq} of {len(lines)}"


def _drawn(lines: tuple[StatementLine, ...], events: Iterable[object]) -> Iterator[str]:
    set_at = [(each.at, each.floor) for each in events if _sets_floor(each)]
    before = 0
    for line in lines:
        entry, transfer = line.entry, line.transfer
        available = entry.posted_after - entry.pending_after
        # A hold that is captured was granted when it was made.
        free = transfer.forced or transfer.kind in RESOLVING or available >= before
        before = available
        floor = _least(set_at, entry.recorded_at)
        if not free and floor is not None and available < floor:
            yield f"I4 line {entry.seq} leaves {available} available, below {floor}"


def _sets_floor(event: object) -> TypeGuard[AccountOpened | CreditLimitSet]:
    return isinstance(event, AccountOpened | CreditLimitSet)


def _least(set_at: list[tuple[datetime, int | Unlimited]], at: datetime) -> int | None:
    """Give the least floor at an instant; of several set at that very instant either may count."""
    past = [floor for since, floor in set_at if since < at]
    found = [*past[-1:], *(floor for since, floor in set_at if since == at)]
    limits = [floor for floor in found if not isinstance(floor, Unlimited)]
    return min(limits) if found and len(limits) == len(found) else None


def _lines(ledger: str, lines: tuple[StatementLine, ...]) -> Iterator[str]:
    posted = pending = 0
    for number, line in enumerate(lines, start=1):
        entry, transfer = line.entry, line.transfer
        posted, pending = posted + entry.amount, pending + entry.reserved
        if entry.seq != number:
            yield f"I6 line {number} is numbered {entry.seq}"
        if (entry.posted_after, entry.pending_after) != (posted, pending):
            yield f"I7 line {number} says {entry.posted_after}/{entry.pending_after} after it"
        if ledger not in {transfer.debit, transfer.credit} or entry.transfer_id != transfer.id:
            yield f"I1 line {number} is none of transfer {transfer.id}'s"
        if abs(entry.amount) not in {0, transfer.amount.minor}:
            yield f"I1 line {number} is {entry.amount} of {transfer.amount}"
        if type(transfer.amount.minor) is not int or transfer.amount.minor <= 0:
            yield f"I22 transfer {transfer.id} moves {transfer.amount.minor!r}"


def _open(lines: tuple[StatementLine, ...]) -> list[Transfer]:
    ended = {line.transfer.ref for line in lines if line.transfer.kind in RESOLVING}
    return [
        line.transfer
        for line in lines
        if line.transfer.kind is TransferKind.HOLD and line.transfer.id not in ended
    ]


def _holds(lines: tuple[StatementLine, ...]) -> Iterator[str]:
    holds = {line.transfer.id: line for line in lines if line.transfer.kind is TransferKind.HOLD}
    ends = [line for line in lines if line.transfer.kind in RESOLVING]
    for ref, times in Counter(line.transfer.ref for line in ends).items():
        if times > 1:
            yield f"I14 hold {ref} was resolved {times} times"
    for line in ends:
        hold = holds.get(line.transfer.ref or "")
        if hold is None:
            yield f"I14 {line.transfer.id} resolves no hold"
        elif line.transfer.amount.minor > hold.transfer.amount.minor:
            yield f"I14 {line.transfer.id} is above its hold"
        elif line.transfer.kind is TransferKind.CAPTURE and (
            hold.transfer.expires_at is None
            or line.transfer.effective_at >= hold.transfer.expires_at
        ):
            yield f"I14 {line.transfer.id} was captured too late"


def _refunds(transfers: Iterable[Transfer]) -> Iterator[str]:
    known = {each.id: each for each in transfers}
    net: Counter[str] = Counter()
    for each in known.values():
        charge: Transfer | None = None
        sign = 0
        if each.kind is TransferKind.REFUND:
            charge, sign = known.get(each.ref or ""), 1
        elif each.kind is TransferKind.REFUND_REVERSAL:
            refund = known.get(each.ref or "")
            charge, sign = (known.get(refund.ref or "") if refund else None), -1
        if charge is not None and charge.kind in _CHARGED:
            net[charge.id] += sign * each.amount.minor
            if not 0 <= net[charge.id] <= charge.amount.minor:
                yield f"I9 of {charge.id} {net[charge.id]} of {charge.amount.minor} was refunded"


def _as_of(store: Store, ledger: str, lines: tuple[StatementLine, ...]) -> Iterator[str]:
    # The last line of each instant; a few of them tell.
    last = {line.entry.recorded_at: line.entry for line in lines}
    for at, entry in list(last.items())[:: max(1, len(last) // 4)]:
        held = store.balance(ledger, at)
        if (held.posted, held.pending) != (entry.posted_after, entry.pending_after):
            yield f"I20 at {at} it held {held.posted}/{held.pending}, line {entry.seq} says else"


def round_trip_violations(store: Store, seller: str) -> tuple[str, ...]:
    """Give a sentence for each event of a seller that is not read back as it was written."""
    return tuple(_round_trips(store, SellerId(seller)))


def _round_trips(store: Store, seller: SellerId) -> Iterator[str]:
    leads = store.leads(LeadQuery(seller_id=seller, limit=_ALL))
    refunds = store.refunds(RefundQuery(seller_id=seller, limit=_ALL))
    streams = [("lead", str(lead.id)) for lead in leads]
    streams += [("refund", str(refund.id)) for refund in refunds]
    streams += [("order", str(order.id)) for order, _ in store.orders(seller)]
    for kind, key in streams:
        for event in store.journal(kind, key):
            written = json.dumps(wire.dump_event(kind, event))
            if wire.load_event(kind, json.loads(written)) != event:
                yield f"I25 {type(event).__name__} of {kind} {key} is not read back as it was"
