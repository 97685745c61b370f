"""Fold everything again and compare: the journal with the rows, the entries with the balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import wire
from leadcore.accounts import limit_difference, prepaid_account
from leadcore.back_office.paying import books_of
from leadcore.back_office.placing import folded
from leadcore.balances import BONUS_FIRST, reconcile
from leadcore.decider import fold
from leadcore.errors import WrongState
from leadcore.orders import Standing
from leadcore.payments import differing
from leadcore.testing.memory.kept import audit_rooms
from leadcore.testing.memory.logins import audit_logins
from leadcore.testing.memory.outbox import audit_outbox
from leadcore.testing.memory.usage import audit_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.testing.memory.rows import Rows

__all__ = ["audit"]


def audit(rows: Rows) -> tuple[str, ...]:
    """Fold the journal and the entries again; give a sentence for each difference."""
    return (
        *_rows(rows),
        *_standings(rows),
        *audit_usage(rows),
        *audit_outbox(rows),
        *audit_rooms(rows),
        *_money(rows),
        *_ledger(rows),
        *_limits(rows),
        *audit_logins(rows),
    )


def _rows(rows: Rows) -> Iterator[str]:
    for (kind, key), seen in rows.rows.items():
        _, evolve = wire.STATES[kind]
        start = wire.start_of(kind, key)
        try:
            folded = fold(evolve, start, rows.events.get((kind, key), ()))
        except WrongState as error:
            yield f"{kind} {key}: the journal does not fold: {error}"
        else:
            if folded != seen.state:
                yield f"{kind} {key}: the row is not the fold of its journal"


def _standings(rows: Rows) -> Iterator[str]:
    counted: dict[str, Standing] = {}
    for (kind, key), happened in rows.events.items():
        folded(counted, kind, key, happened)
    for order_id in counted.keys() | rows.standings.keys():
        kept = rows.standings.get(order_id, Standing())
        if counted.get(order_id, Standing()) != replace(kept, moves=0):
            yield f"order {order_id}: its standing is not the fold of the journal"


def _money(rows: Rows) -> Iterator[str]:
    """Compare what the ledger charged for an order's leads with their sales."""
    for order, _ in rows.every("order"):
        sales = [lead.sale for lead, _ in rows.every("lead") if lead.sale]
        sold = sum(sale.price.minor for sale in sales if sale.order_id == order.id)
        money = {each.order_id: each for each in rows.order_money(order.seller_id)}
        charged = money[order.id].charged if order.id in money else 0
        if sold != charged:
            yield f"order {order.id}: its sales come to {sold}, the ledger charged {charged}"


def _limits(rows: Rows) -> Iterator[str]:
    for account, _ in rows.every("account"):
        ledger = rows.ledger_account(prepaid_account(account.id))
        if ledger is not None and ledger.floor != account.floor:
            yield limit_difference(account, ledger.floor)


def _ledger(rows: Rows) -> Iterator[str]:
    for name, account in rows.book.accounts.items():
        if account.tracked:
            holds = [h for h in rows.book.holds.values() if name in {h.debit, h.credit}]
            seller = rows.seller(account.seller_id)
            orders = seller.consumptions if seller else BONUS_FIRST
            lines = rows.statement(name)
            yield from reconcile(account, lines, holds, orders)
            paid = (
                each for each, _ in rows.every("payment") if each.account_id == account.account_id
            )
            yield from differing(paid, (line.transfer for line in lines), books_of)
