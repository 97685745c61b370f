"""Load the facts of statements, payments and balances that are watched.

`leadcore_sqlalchemy.facts` gives them to the use cases that need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, literal_column, select

from leadcore.accounts import prepaid_account
from leadcore.payments import Crossing, crossing, recharge_id, stray_id
from leadcore.ports import (
    BalanceFacts,
    BalanceNeeds,
    PaymentFacts,
    PaymentNeeds,
    StatementFacts,
    StatementNeeds,
    TransferFacts,
    TransferNeeds,
)
from leadcore_sqlalchemy import history, lines, states, tables
from leadcore_sqlalchemy.current import admins_of, ledger_account, seen, started, state
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.values import AccountId, Money

__all__ = ["balance_facts", "payment_facts", "statement_facts", "transfer_facts"]

_PAYMENTS, _ENTRIES = tables.payments, tables.ledger_entries
_TRANSFERS = tables.ledger_transfers
_READ_BY_REFERENCE = Statement(
    select(_PAYMENTS.c.version, _PAYMENTS.c.data)
    .where(
        _PAYMENTS.c.seller_id == bindparam("seller_id"),
        _PAYMENTS.c.reference == bindparam("reference"),
    )
    .order_by(_PAYMENTS.c.id)
    .limit(literal_column("1"))
)
_earlier = _ENTRIES.alias("earlier")
_READ_CROSSING = Statement(
    select(_ENTRIES)
    .where(
        _ENTRIES.c.account == bindparam("account"),
        _ENTRIES.c.seq
        >= select(_earlier.c.seq)
        .where(
            _earlier.c.account == bindparam("account"),
            _earlier.c.posted_after - _earlier.c.pending_after >= bindparam("below"),
        )
        .order_by(_earlier.c.seq.desc())
        .limit(literal_column("1"))
        .scalar_subquery(),
    )
    .order_by(_ENTRIES.c.seq)
    .limit(literal_column("2"))
)
"""The last entry that held enough, and the one that did not."""


_READ_GRANTS = Statement(
    select(_TRANSFERS.c.data).where(_TRANSFERS.c.credit == bindparam("account"), tables.IS_GRANT)
)
"""The bonus an account was ever given, by an index of nothing else."""


def statement_facts(needs: StatementNeeds, connection: Connection) -> StatementFacts:
    """Load an account's lines, if they are wanted."""
    ledger = ledger_account(connection, prepaid_account(needs.account_id))
    wanted = ledger and _is_wanted(connection, ledger.id, needs.bonus_past)
    found = history.statement(connection, ledger.id) if ledger and wanted else ()
    return StatementFacts(
        seller=state(connection, "seller", needs.seller_id),
        account=state(connection, "account", needs.account_id),
        ledger=ledger,
        # Lines written since the account was read are not among what it was seen at.
        lines=tuple(line for line in found if ledger and line.entry.seq <= ledger.seq),
    )


def _is_wanted(connection: Connection, ledger_id: str, past: datetime | None) -> bool:
    if past is None:
        return True
    grants = _READ_GRANTS.rows(connection, {"account": ledger_id})
    ends = (lines.transfer_of(row.data).expires_at for row in grants)
    return any(end is not None and end <= past for end in ends)


def transfer_facts(needs: TransferNeeds, connection: Connection) -> TransferFacts:
    """Load the account that pays with its lines, and the one that gets it."""
    wanted = StatementNeeds(seller_id=needs.seller_id, account_id=needs.from_account)
    return TransferFacts(
        source=statement_facts(wanted, connection),
        to=state(connection, "account", needs.to_account),
        to_ledger=ledger_account(connection, prepaid_account(needs.to_account)),
    )


def payment_facts(needs: PaymentNeeds, connection: Connection) -> PaymentFacts:
    """Load a payment, by its id or by the processor's."""
    payment = seen(connection, "payment", needs.payment_id)
    if payment.state is None and needs.reference is not None:
        wanted = {"seller_id": needs.seller_id, "reference": needs.reference}
        payment = states.versioned("payment", _READ_BY_REFERENCE.row(connection, wanted))
    account_id = payment.state.account_id if payment.state else needs.account_id
    stray = needs.reference and stray_id(needs.seller_id, needs.reference)
    return PaymentFacts(
        payment=payment,
        account=state(connection, "account", account_id),
        ledger=ledger_account(connection, prepaid_account(account_id)) if account_id else None,
        stray=started(connection, "stray", stray) if stray else None,
        seller=state(connection, "seller", needs.seller_id),
        statement=(
            statement_facts(
                StatementNeeds(seller_id=needs.seller_id, account_id=account_id), connection
            )
            if account_id and needs.statement
            else None
        ),
    )


def balance_facts(needs: BalanceNeeds, connection: Connection) -> BalanceFacts:
    """Load where an account's balance last fell below what is watched."""
    account = seen(connection, "account", needs.account_id)
    watch = account.state.watch if account.state else None
    wanted = watch.recharge if watch else None
    recharge = _crossing(connection, needs.account_id, wanted.below if wanted else None)
    key = recharge_id(needs.account_id, recharge.number) if recharge else None
    low = _crossing(connection, needs.account_id, watch.alert_below if watch else None)
    return BalanceFacts(
        account=account,
        admins=admins_of(connection, needs.account_id) if low else (),
        low=low,
        recharge=recharge,
        payment=seen(connection, "payment", key),
        seller=state(connection, "seller", needs.seller_id),
    )


def _crossing(
    connection: Connection, account_id: AccountId, below: Money | None
) -> Crossing | None:
    if below is None:
        return None
    wanted = {"account": prepaid_account(account_id), "below": below.minor}
    rows = _READ_CROSSING.rows(connection, wanted)
    return crossing([lines.entry_of(row) for row in rows], below.minor)
