"""Load the facts of each use case: few statements, one connection, no rules.

Where a guard is a version, the version is read before what it guards. On PostgreSQL each statement
sees the newest rows: read the other way round, a change in between would slip past the guard.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import bindparam, literal_column, select

from leadcore import wire
from leadcore.accounts import prepaid_account, revenue_account
from leadcore.balances import LedgerAccount
from leadcore.contact_points import addresses, point_id
from leadcore.decider import Versioned
from leadcore.distribution import Candidate, purse
from leadcore.downline import Tree
from leadcore.orders import OrderStatus, Standing
from leadcore.payments import Crossing, crossing, recharge_id, stray_id
from leadcore.ports import (
    AccountFacts,
    AccountNeeds,
    BalanceFacts,
    BalanceNeeds,
    ContactFacts,
    ContactNeeds,
    LeadFacts,
    LeadNeeds,
    OfferFacts,
    OfferNeeds,
    OrderFacts,
    OrderNeeds,
    PaymentFacts,
    PaymentNeeds,
    PointFacts,
    PointNeeds,
    RefundCaseFacts,
    RefundNeeds,
    SellerFacts,
    SellerNeeds,
    StatementFacts,
    StatementNeeds,
    UserFacts,
    UserNeeds,
)
from leadcore.submissions import person_keys
from leadcore_sqlalchemy import history, lines, states, tables
from leadcore_sqlalchemy.statements import Many, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from leadcore.accounts import Account, Seller
    from leadcore.balances import Transfer
    from leadcore.contact_points import ContactPoint
    from leadcore.leads import Lead
    from leadcore.payments import Payment
    from leadcore.people import User
    from leadcore.values import AccountId, LeadId, Money, SellerId, UserId
    from leadcore_sqlalchemy.types import Row

__all__ = [
    "Shown",
    "contact_point",
    "lead",
    "ledger_account",
    "load",
    "payment",
    "seller",
    "state",
    "user",
    "users_of",
]


@frozen(kw_only=True)
class Shown(OfferFacts):
    """The facts of an offer, and the ledger accounts they were read from, by id.

    What is charged afterwards, in the same transaction, needs not be read again: see
    `leadcore_sqlalchemy.ledger.charge`.
    """

    ledger: dict[str, LedgerAccount]


def _row_of(kind: str) -> Statement:
    table = states.TABLES[kind]
    return Statement(select(table.c.version, table.c.data).where(table.c.id == bindparam("id")))


_ROWS = {kind: _row_of(kind) for kind in states.TABLES}

_USERS, _ORDERS, _ACCOUNTS = tables.users, tables.orders, tables.accounts
_LEADS, _CLAIMS, _REFUNDS = tables.leads, tables.claims, tables.refunds
_LEDGER, _POINTS = tables.ledger_accounts, tables.contact_points

_TRANSFERS = tables.ledger_transfers
_transfer_row = select(_TRANSFERS.c.data).where(_TRANSFERS.c.id == bindparam("id"))
_READ_USERS = Statement(
    select(_USERS.c.data).where(_USERS.c.account_id == bindparam("id")).order_by(_USERS.c.id)
)
_READ_LEDGER = Statement(select(_LEDGER).where(_LEDGER.c.id == bindparam("id")))
_READ_BY_SOURCE = Statement(
    select(_LEADS.c.version, _LEADS.c.data).where(
        _LEADS.c.seller_id == bindparam("seller_id"),
        _LEADS.c.source_key == bindparam("source_key"),
    )
)
_READ_ORDER = Statement(
    select(_ORDERS.c.version, _ORDERS.c.data, _ORDERS.c.sold, _ORDERS.c.credit).where(
        _ORDERS.c.id == bindparam("id")
    )
)


def _claimed(keys: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return (
        select(_CLAIMS.c.key, _CLAIMS.c.lead_id, _LEADS.c.version, _LEADS.c.data)
        .join(_LEADS, _LEADS.c.id == _CLAIMS.c.lead_id)
        .where(_CLAIMS.c.seller_id == bindparam("seller_id"), _CLAIMS.c.key.in_(keys))
        .order_by(_CLAIMS.c.lead_id)
    )


_READ_CLAIMS = Many(_claimed)


def _points_of(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return select(_POINTS.c.data).where(_POINTS.c.id.in_(ids)).order_by(_POINTS.c.id)


def _accounts_of(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # as above
    return select(_ACCOUNTS.c.id, _ACCOUNTS.c.data).where(_ACCOUNTS.c.id.in_(ids))


_READ_POINTS = Many(_points_of)
_READ_ACCOUNTS = Many(_accounts_of)
_READ_CELL = Statement(
    select(_USERS.c.data)
    .where(_USERS.c.seller_id == bindparam("seller_id"), _USERS.c.cell == bindparam("cell"))
    .order_by(_USERS.c.id)
)
_READ_CANDIDATES = Statement(
    select(
        _ORDERS.c.id.label("order_id"),
        _ORDERS.c.version.label("order_version"),
        _ORDERS.c.data.label("order_data"),
        _ORDERS.c.sold,
        _ORDERS.c.credit,
        _ACCOUNTS.c.data.label("account_data"),
        _USERS.c.id.label("user_id"),
        _USERS.c.data.label("user_data"),
        *_LEDGER.c,
    )
    .select_from(_ORDERS)
    .outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == _ORDERS.c.account_id)
    .outerjoin(_USERS, _USERS.c.id == _ORDERS.c.user_id)
    .outerjoin(_LEDGER, _LEDGER.c.id == _ACCOUNTS.c.ledger_id)
    .where(
        _ORDERS.c.seller_id == bindparam("seller_id"), _ORDERS.c.status == OrderStatus.OPEN.value
    )
    .order_by(_ORDERS.c.id)
)
_PAYMENTS, _ENTRIES = tables.payments, tables.ledger_entries
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
_SELLERS = tables.sellers
_READ_SELLER = Statement(
    select(_SELLERS.c.data, *_LEDGER.c)
    .select_from(_SELLERS)
    .outerjoin(_LEDGER, _LEDGER.c.id == bindparam("revenue"))
    .where(_SELLERS.c.id == bindparam("id"))
)
_READ_EARLIER = Statement(
    select(_REFUNDS.c.data)
    .where(_REFUNDS.c.sale_id == bindparam("sale_id"), _REFUNDS.c.id != bindparam("refund_id"))
    .order_by(_REFUNDS.c.id)
)


@singledispatch
def load(needs: object, connection: Connection) -> Any:  # noqa: ANN401, ARG001 # each needs has its own facts
    """Load the facts a use case needs.

    Raises:
        TypeError: no facts are known for such needs.
    """
    raise TypeError(f"no facts are known for {type(needs).__name__}")


def _seen(connection: Connection, kind: str, key: str | None) -> Versioned[Any]:
    if not key:
        return Versioned(None, 0)
    return states.versioned(kind, _ROWS[kind].row(connection, {"id": key}))


def state(connection: Connection, kind: str, key: str | None) -> Any:  # noqa: ANN401 # each kind has its own
    """Give the present state of a stream, or None."""
    return _seen(connection, kind, key).state


def seller(connection: Connection, seller_id: SellerId) -> Seller | None:
    """Give a seller."""
    found: Seller | None = state(connection, "seller", seller_id)
    return found


def user(connection: Connection, user_id: UserId) -> User | None:
    """Give a user."""
    found: User | None = state(connection, "user", user_id)
    return found


def lead(connection: Connection, lead_id: LeadId) -> Lead | None:
    """Give a lead."""
    found: Lead | None = state(connection, "lead", lead_id)
    return found


def contact_point(connection: Connection, seller_id: SellerId, address: str) -> ContactPoint | None:
    """Give what is recorded about a number or an e-mail address."""
    found: ContactPoint | None = state(connection, "contact_point", point_id(seller_id, address))
    return found


def payment(connection: Connection, payment_id: str) -> Payment | None:
    """Give a payment."""
    found: Payment | None = state(connection, "payment", payment_id)
    return found


def users_of(connection: Connection, account_id: AccountId) -> tuple[User, ...]:
    """Give an account's users, by id."""
    rows = _READ_USERS.rows(connection, {"id": account_id})
    return tuple(states.load_state("user", row.data) for row in rows)


def ledger_account(connection: Connection, ledger_id: str) -> LedgerAccount | None:
    """Give a ledger account."""
    row = _READ_LEDGER.row(connection, {"id": ledger_id})
    return None if row is None else lines.account_of(row)


@load.register(SellerNeeds)
def _(needs: SellerNeeds, connection: Connection) -> SellerFacts:
    return SellerFacts(seller=_seen(connection, "seller", needs.seller_id))


@load.register(AccountNeeds)
def _(needs: AccountNeeds, connection: Connection) -> AccountFacts:
    return AccountFacts(
        seller=state(connection, "seller", needs.seller_id),
        account=_seen(connection, "account", needs.account_id),
        ledger=ledger_account(connection, prepaid_account(needs.account_id)),
        transfer=_transfer(connection, needs.transfer_id),
    )


@load.register(StatementNeeds)
def _(needs: StatementNeeds, connection: Connection) -> StatementFacts:
    ledger = ledger_account(connection, prepaid_account(needs.account_id))
    found = history.statement(connection, ledger.id) if ledger else ()
    return StatementFacts(
        seller=state(connection, "seller", needs.seller_id),
        account=state(connection, "account", needs.account_id),
        ledger=ledger,
        # Lines written since the account was read are not among what it was seen at.
        lines=tuple(line for line in found if ledger and line.entry.seq <= ledger.seq),
    )


def _transfer(connection: Connection, transfer_id: str | None) -> Transfer | None:
    if transfer_id is None:
        return None
    row = connection.execute(_transfer_row, {"id": transfer_id}).one_or_none()
    return None if row is None else lines.transfer_of(row.data)


@load.register(OrderNeeds)
def _(needs: OrderNeeds, connection: Connection) -> OrderFacts:
    order, standing = _order_seen(connection, needs.order_id)
    return OrderFacts(
        account=state(connection, "account", needs.account_id),
        order=order,
        standing=standing,
        users=users_of(connection, needs.account_id),
    )


@load.register(UserNeeds)
def _(needs: UserNeeds, connection: Connection) -> UserFacts:
    moves = _seen(connection, "tree", needs.account_id).version
    return UserFacts(
        account=state(connection, "account", needs.account_id),
        user=_seen(connection, "user", needs.user_id),
        tree=Versioned(Tree.of(users_of(connection, needs.account_id)), moves),
    )


@load.register(LeadNeeds)
def _(needs: LeadNeeds, connection: Connection) -> LeadFacts:
    lead = _seen(connection, "lead", needs.lead_id)
    viewer, tree = _viewer(connection, needs.viewer_id)
    return LeadFacts(lead=lead, viewer=viewer, tree=tree)


@load.register(OfferNeeds)
def _(needs: OfferNeeds, connection: Connection) -> OfferFacts:
    lead = _offered(connection, needs)
    keys = needs.keys if lead.state is None else person_keys(lead.state.submission)
    claimed = _claims(connection, needs.seller_id, keys)
    rows = _READ_CANDIDATES.rows(connection, {"seller_id": needs.seller_id})
    wanted = {"id": needs.seller_id, "revenue": revenue_account(needs.seller_id)}
    seller = _READ_SELLER.row(connection, wanted)
    ledger = {
        row.id: lines.account_of(row)
        for row in (*rows, seller)
        if row is not None and row.id is not None
    }
    return Shown(
        seller=None if seller is None else states.load_state("seller", seller.data),
        lead=lead,
        history=_history(claimed, lead.state),
        key_counts={key: sum(row.key == key for row in claimed) for key in keys},
        candidates=tuple(_candidate(row, ledger.get(row.id)) for row in rows),
        order_versions={row.order_id: row.order_version for row in rows},
        users={
            row.user_id: states.load_state("user", row.user_data)
            for row in rows
            if row.user_id is not None
        },
        ledger=ledger,
    )


@load.register(RefundNeeds)
def _(needs: RefundNeeds, connection: Connection) -> RefundCaseFacts:
    refund = _seen(connection, "refund", needs.refund_id)
    lead_id = refund.state.lead_id if refund.state else needs.lead_id
    seen = _seen(connection, "lead", lead_id)
    lead: Lead | None = seen.state
    sale = lead.sale if lead else None
    order, standing = _order_seen(connection, sale.order_id if sale else None)
    viewer, tree = _viewer(connection, needs.user_id)
    keys = person_keys(lead.submission) if lead else ()
    claimed = _claims(connection, lead.seller_id, keys) if lead else []
    earlier = {"sale_id": sale.id if sale else "", "refund_id": needs.refund_id}
    return RefundCaseFacts(
        seller=state(connection, "seller", lead.seller_id) if lead else None,
        refund=refund,
        earlier=tuple(
            states.load_state("refund", row.data) for row in _READ_EARLIER.rows(connection, earlier)
        ),
        lead=seen,
        history=tuple(other.state for other in _history(claimed, lead)),
        order=order,
        standing=standing,
        ledger=ledger_account(connection, prepaid_account(sale.account_id)) if sale else None,
        viewer=viewer,
        tree=tree,
        requester=state(connection, "user", refund.state.requested_by) if refund.state else viewer,
        other=state(connection, "lead", needs.other_lead),
        key_counts={key: sum(row.key == key for row in claimed) for key in keys},
    )


@load.register(PointNeeds)
def _(needs: PointNeeds, connection: Connection) -> PointFacts:
    key = point_id(needs.seller_id, needs.address)
    named = _READ_ACCOUNTS.rows(connection, needs.account_ids) if needs.account_ids else []
    there = {row.id: states.load_state("account", row.data) for row in named}
    cell = {"seller_id": needs.seller_id, "cell": needs.address}
    users = _READ_CELL.rows(connection, cell) if needs.associates else []
    return PointFacts(
        seller=state(connection, "seller", needs.seller_id),
        point=_started(connection, "contact_point", key),
        accounts=tuple(there[each] for each in needs.account_ids if each in there),
        associates=tuple(states.load_state("user", row.data) for row in users),
    )


@load.register(ContactNeeds)
def _(needs: ContactNeeds, connection: Connection) -> ContactFacts:
    lead = _seen(connection, "lead", needs.lead_id)
    viewer, tree = _viewer(connection, needs.viewer_id)
    return ContactFacts(
        lead=lead,
        viewer=viewer,
        tree=tree,
        points=_points(connection, lead.state),
        trail=_started(connection, "decisions", needs.lead_id) if needs.trail else None,
    )


@load.register(PaymentNeeds)
def _(needs: PaymentNeeds, connection: Connection) -> PaymentFacts:
    payment = _seen(connection, "payment", needs.payment_id)
    if payment.state is None and needs.reference is not None:
        wanted = {"seller_id": needs.seller_id, "reference": needs.reference}
        payment = states.versioned("payment", _READ_BY_REFERENCE.row(connection, wanted))
    account_id = payment.state.account_id if payment.state else needs.account_id
    stray = needs.reference and stray_id(needs.seller_id, needs.reference)
    return PaymentFacts(
        payment=payment,
        account=state(connection, "account", account_id),
        ledger=ledger_account(connection, prepaid_account(account_id)) if account_id else None,
        stray=_started(connection, "stray", stray) if stray else None,
        statement=(
            load(StatementNeeds(seller_id=needs.seller_id, account_id=account_id), connection)
            if account_id and needs.statement
            else None
        ),
    )


@load.register(BalanceNeeds)
def _(needs: BalanceNeeds, connection: Connection) -> BalanceFacts:
    account: Account | None = state(connection, "account", needs.account_id)
    watch = account.watch if account else None
    wanted = watch.recharge if watch else None
    recharge = _crossing(connection, needs.account_id, wanted.below if wanted else None)
    key = recharge_id(needs.account_id, recharge.number) if recharge else None
    return BalanceFacts(
        account=account,
        users=users_of(connection, needs.account_id),
        low=_crossing(connection, needs.account_id, watch.alert_below if watch else None),
        recharge=recharge,
        payment=_seen(connection, "payment", key),
    )


def _crossing(
    connection: Connection, account_id: AccountId, below: Money | None
) -> Crossing | None:
    if below is None:
        return None
    wanted = {"account": prepaid_account(account_id), "below": below.minor}
    rows = _READ_CROSSING.rows(connection, wanted)
    return crossing([lines.entry_of(row) for row in rows], below.minor)


def _points(connection: Connection, lead: Lead | None) -> tuple[ContactPoint, ...]:
    given = addresses(lead.submission) if lead else ()
    if lead is None or not given:
        return ()
    ids = [point_id(lead.seller_id, address) for address in given]
    rows = _READ_POINTS.rows(connection, ids)
    return tuple(states.load_state("contact_point", row.data) for row in rows)


def _started(connection: Connection, kind: str, key: str) -> Versioned[Any]:
    seen = _seen(connection, kind, key)
    return seen if seen.version else Versioned(wire.start_of(kind, key), 0)


def _viewer(connection: Connection, user_id: UserId | None) -> tuple[User | None, Tree]:
    viewer: User | None = state(connection, "user", user_id)
    if viewer is None:
        return None, Tree({})
    return viewer, Tree.of(users_of(connection, viewer.account_id))


def _order_seen(connection: Connection, order_id: str | None) -> tuple[Versioned[Any], Standing]:
    row = _READ_ORDER.row(connection, {"id": order_id}) if order_id else None
    standing = Standing() if row is None else Standing(sold=row.sold, credit=row.credit)
    return states.versioned("order", row), standing


def _offered(connection: Connection, needs: OfferNeeds) -> Versioned[Any]:
    if needs.lead_id is not None:
        return _seen(connection, "lead", needs.lead_id)
    wanted = {"seller_id": needs.seller_id, "source_key": needs.source_key}
    return states.versioned("lead", _READ_BY_SOURCE.row(connection, wanted))


def _claims(connection: Connection, seller_id: SellerId, keys: tuple[str, ...]) -> list[Row]:
    if not keys:
        return []
    return _READ_CLAIMS.rows(connection, keys, {"seller_id": seller_id})


def _history(claimed: list[Row], besides: Lead | None) -> tuple[Versioned[Lead], ...]:
    mine = None if besides is None else besides.id
    rows = {row.lead_id: row for row in claimed if row.lead_id != mine}
    return tuple(states.versioned("lead", row) for row in rows.values())


def _candidate(row: Row, ledger: LedgerAccount | None) -> Candidate:
    account = None if row.account_data is None else states.load_state("account", row.account_data)
    user = None if row.user_data is None else states.load_state("user", row.user_data)
    return Candidate(
        order=states.load_state("order", row.order_data),
        standing=Standing(sold=row.sold, credit=row.credit),
        account_active=account is not None and account.is_active,
        recipient_enabled=user is not None and user.enabled,
        available=purse(ledger),
    )
