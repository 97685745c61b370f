"""Fold everything again and compare: the journal with the rows, the entries with the balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import wire
from leadcore.balances import BONUS_FIRST, reconcile
from leadcore.decider import fold
from leadcore.errors import WrongState
from leadcore.leads import standing_deltas
from leadcore.orders import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.testing.memory.rows import Rows

__all__ = ["audit"]


def audit(rows: Rows) -> tuple[str, ...]:
    """Fold the journal and the entries again; give a sentence for each difference."""
    return (*_rows(rows), *_standings(rows), *_ledger(rows))


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
    folded: dict[str, Standing] = {}
    for (kind, _), happened in rows.events.items():
        for event in happened if kind == "lead" else ():
            for order_id, sold, credit in standing_deltas(event):
                now = folded.get(order_id, Standing())
                folded[order_id] = Standing(sold=now.sold + sold, credit=now.credit + credit)
    for key in folded.keys() | rows.standings.keys():
        if folded.get(key) != rows.standings.get(key):
            yield f"order {key}: its standing is not the fold of the journal"


def _ledger(rows: Rows) -> Iterator[str]:
    for name, account in rows.book.accounts.items():
        if account.tracked:
            holds = [h for h in rows.book.holds.values() if name in {h.debit, h.credit}]
            seller = rows.seller(account.seller_id)
            orders = seller.consumptions if seller else BONUS_FIRST
            yield from reconcile(account, rows.statement(name), holds, orders)
