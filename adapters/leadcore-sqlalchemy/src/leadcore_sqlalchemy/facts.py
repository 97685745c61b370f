"""Load the facts of each use case: few statements, one connection, no rules.

Where a guard is a version, the version is read before what it guards. On PostgreSQL each statement
sees the newest rows: read the other way round, a change in between would slip past the guard.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import bindparam, select

from leadcore.accounts import prepaid_account, revenue_account
from leadcore.back_office.refund_requests import requester_of
from leadcore.balances import LedgerAccount
from leadcore.contact_points import own_address, point_id
from leadcore.decider import Versioned
from leadcore.distribution import Candidate, purse
from leadcore.downline import Tree
from leadcore.notices import news_address
from leadcore.orders import OrderStatus, Standing, renewal_id
from leadcore.ports import (
    AccountFacts,
    AccountNeeds,
    AppointmentNeeds,
    BalanceNeeds,
    ContactFacts,
    ContactNeeds,
    FileNeeds,
    LeadFacts,
    LeadNeeds,
    LeadPointFacts,
    LeadPointNeeds,
    LetterNeeds,
    LogInNeeds,
    LoginNeeds,
    OfferFacts,
    OfferNeeds,
    OrderFacts,
    OrderNeeds,
    OutboxNeeds,
    PaymentNeeds,
    PointFacts,
    PointNeeds,
    RecordingNeeds,
    RefundCaseFacts,
    RefundNeeds,
    RenewalFacts,
    RenewalNeeds,
    SellerFacts,
    SellerNeeds,
    SessionNeeds,
    StatementNeeds,
    TransferNeeds,
    UserFacts,
    UserNeeds,
)
from leadcore.ports.programs import HookNeeds, KeyNeeds, OnceFacts, OnceNeeds
from leadcore.submissions import person_keys
from leadcore_sqlalchemy import lines, states, tables
from leadcore_sqlalchemy.current import (
    admins_of,
    ledger_account,
    row_of,
    seen,
    started,
    state,
    transfer,
)
from leadcore_sqlalchemy.intervals import tree_among
from leadcore_sqlalchemy.kept import appointment_facts, file_facts, kept_with
from leadcore_sqlalchemy.later import asked
from leadcore_sqlalchemy.logins import log_in_facts, login_facts, session_facts
from leadcore_sqlalchemy.money_facts import (
    balance_facts,
    payment_facts,
    statement_facts,
    transfer_facts,
)
from leadcore_sqlalchemy.outbox import letter_facts, outbox_facts
from leadcore_sqlalchemy.persons import others
from leadcore_sqlalchemy.points import points_of
from leadcore_sqlalchemy.programs import hook_facts, kept_answer, key_facts
from leadcore_sqlalchemy.recordings import recording_facts
from leadcore_sqlalchemy.refund_facts import counted
from leadcore_sqlalchemy.statements import Many, Statement
from leadcore_sqlalchemy.uplines import with_tops
from leadcore_sqlalchemy.usage import with_usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from leadcore.accounts import Account, Seller
    from leadcore.leads import Lead
    from leadcore.orders import Order
    from leadcore.people import User
    from leadcore.refunds import Refund
    from leadcore.values import SellerId, UserId
    from leadcore_sqlalchemy.types import Row

__all__ = ["Shown", "load"]


@frozen(kw_only=True)
class Shown(OfferFacts):
    """The facts of an offer, and the ledger accounts they were read from, by id.

    What is charged afterwards, in the same transaction, needs not be read again: see
    `leadcore_sqlalchemy.ledger.charge`.
    """

    ledger: dict[str, LedgerAccount]


_USERS, _ORDERS, _ACCOUNTS = tables.users, tables.orders, tables.accounts
_LEADS, _CLAIMS, _REFUNDS = tables.leads, tables.claims, tables.refunds
_LEDGER, _POINTS = tables.ledger_accounts, tables.contact_points

_READ_BY_SOURCE = Statement(
    select(_LEADS.c.version, _LEADS.c.data).where(
        _LEADS.c.seller_id == bindparam("seller_id"),
        _LEADS.c.source_key == bindparam("source_key"),
    )
)
_READ_ORDER = Statement(
    select(
        _ORDERS.c.version,
        _ORDERS.c.data,
        _ORDERS.c.sold,
        _ORDERS.c.spent,
        _ORDERS.c.credit,
        _ORDERS.c.moves,
    ).where(_ORDERS.c.id == bindparam("id"))
)


def _claimed(keys: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return (
        select(_CLAIMS.c.key, _CLAIMS.c.lead_id, _LEADS.c.version, _LEADS.c.data)
        .join(_LEADS, _LEADS.c.id == _CLAIMS.c.lead_id)
        .where(_CLAIMS.c.seller_id == bindparam("seller_id"), _CLAIMS.c.key.in_(keys))
        .order_by(_CLAIMS.c.lead_id)
    )


_READ_CLAIMS = Many(_claimed)


def _accounts_of(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return select(_ACCOUNTS.c.id, _ACCOUNTS.c.data).where(_ACCOUNTS.c.id.in_(ids))


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
        _ORDERS.c.spent,
        _ORDERS.c.credit,
        _ORDERS.c.moves,
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


load.register(AppointmentNeeds, appointment_facts)
load.register(FileNeeds, file_facts)
load.register(RecordingNeeds, recording_facts)
load.register(StatementNeeds, statement_facts)
load.register(TransferNeeds, transfer_facts)
load.register(PaymentNeeds, payment_facts)
load.register(BalanceNeeds, balance_facts)
load.register(LetterNeeds, letter_facts)
load.register(OutboxNeeds, outbox_facts)
load.register(LoginNeeds, login_facts)
load.register(LogInNeeds, log_in_facts)
load.register(SessionNeeds, session_facts)
load.register(KeyNeeds, key_facts)
load.register(HookNeeds, hook_facts)


@load.register(OnceNeeds)
def _(needs: OnceNeeds, connection: Connection) -> OnceFacts:
    kept = kept_answer(connection, needs.answer_id)
    return OnceFacts(kept=kept, inner=None if kept else load(needs.inner, connection))


@load.register(SellerNeeds)
def _(needs: SellerNeeds, connection: Connection) -> SellerFacts:
    return SellerFacts(seller=seen(connection, "seller", needs.seller_id))


@load.register(AccountNeeds)
def _(needs: AccountNeeds, connection: Connection) -> AccountFacts:
    return AccountFacts(
        seller=state(connection, "seller", needs.seller_id),
        account=seen(connection, "account", needs.account_id),
        ledger=ledger_account(connection, prepaid_account(needs.account_id)),
        transfer=transfer(connection, needs.transfer_id),
    )


@load.register(OrderNeeds)
def _(needs: OrderNeeds, connection: Connection) -> OrderFacts:
    order, standing = _order_seen(connection, needs.order_id)
    viewer: User | None = state(connection, "user", needs.viewer_id)
    return OrderFacts(
        account=state(connection, "account", needs.account_id),
        order=order,
        standing=standing,
        user=state(connection, "user", needs.user_id),
        viewer=viewer,
        seller=state(connection, "seller", viewer.seller_id if viewer else None),
    )


@load.register(RenewalNeeds)
def _(needs: RenewalNeeds, connection: Connection) -> RenewalFacts:
    found, standing = _order_seen(connection, needs.order_id)
    order: Order | None = found.state
    return RenewalFacts(
        account=state(connection, "account", order.account_id) if order else None,
        order=found,
        standing=standing,
        payment=seen(
            connection, "payment", renewal_id(order.id, order.cycle + 1) if order else None
        ),
    )


@load.register(UserNeeds)
def _(needs: UserNeeds, connection: Connection) -> UserFacts:
    moves = seen(connection, "tree", needs.account_id).version
    account: Account | None = state(connection, "account", needs.account_id)
    return UserFacts(
        account=account,
        seller=state(connection, "seller", account.seller_id) if account else None,
        user=seen(connection, "user", needs.user_id),
        tree=Versioned(
            tree_among(connection, needs.account_id, (needs.user_id, needs.parent_id)), moves
        ),
        viewer=state(connection, "user", needs.viewer_id),
    )


@load.register(LeadNeeds)
def _(needs: LeadNeeds, connection: Connection) -> LeadFacts:
    lead = seen(connection, "lead", needs.lead_id)
    viewer, tree, seller = _viewer_of(connection, needs.viewer_id, lead.state, needs.user_ids)
    return LeadFacts(lead=lead, viewer=viewer, tree=tree, seller=seller)


@load.register(OfferNeeds)
def _(needs: OfferNeeds, connection: Connection) -> OfferFacts:
    lead, claimed, rows, seller = _offer_rows(connection, needs)
    keys = needs.keys if lead.state is None else person_keys(lead.state.submission)
    offered = needs.submission if lead.state is None else lead.state.submission
    if keys != needs.keys:
        claimed = _claims(connection, needs.seller_id, keys)
    ledger = {
        row.id: lines.account_of(row)
        for row in (*rows, seller)
        if row is not None and row.id is not None
    }
    found: Seller | None = None if seller is None else states.load_state("seller", seller.data)
    candidates = tuple(_candidate(row, ledger.get(row.id)) for row in rows)
    if needs.at is not None:
        candidates = with_usage(connection, candidates, needs.at)
    return Shown(
        seller=found,
        lead=lead,
        history=_history(claimed, lead.state),
        key_counts={key: sum(row.key == key for row in claimed) for key in keys},
        candidates=with_tops(connection, found, offered, candidates),
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
    refund = seen(connection, "refund", needs.refund_id)
    lead_id = refund.state.lead_id if refund.state else needs.lead_id
    found = seen(connection, "lead", lead_id)
    lead: Lead | None = found.state
    sale = lead.sale if lead else None
    order, standing = _order_seen(connection, sale.order_id if sale else None)
    other: Lead | None = state(connection, "lead", needs.other_lead)
    viewer, tree = _viewer_among(connection, needs.user_id, (lead, other))
    keys = person_keys(lead.submission) if lead else ()
    claimed = _claims(connection, lead.seller_id, keys) if lead else []
    earlier = {"sale_id": sale.id if sale else "", "refund_id": needs.refund_id}
    seller = state(connection, "seller", lead.seller_id) if lead else None
    requester = _requester(connection, refund.state, lead, viewer)
    told = sale is None or news_address(requester) is not None
    return RefundCaseFacts(
        seller=seller,
        refund=refund,
        earlier=tuple(
            states.load_state("refund", row.data) for row in _READ_EARLIER.rows(connection, earlier)
        ),
        lead=found,
        history=tuple(other.state for other in _history(claimed, lead)),
        order=order,
        standing=standing,
        ledger=ledger_account(connection, prepaid_account(sale.account_id)) if sale else None,
        viewer=viewer,
        tree=tree,
        requester=requester,
        admins=() if sale is None or told else admins_of(connection, sale.account_id),
        other=other,
        key_counts={key: sum(row.key == key for row in claimed) for key in keys},
        kept=kept_with(connection, lead),
        **counted(connection, needs, seller, sale, order.state),
    )


def _requester(
    connection: Connection, refund: Refund | None, lead: Lead | None, viewer: User | None
) -> User | None:
    asked = requester_of(refund, lead, viewer)
    if viewer is not None and asked == viewer.id:
        return viewer
    found: User | None = state(connection, "user", asked)
    return found


@load.register(PointNeeds)
def _(needs: PointNeeds, connection: Connection) -> PointFacts:
    key = point_id(needs.seller_id, needs.address)
    named = _READ_ACCOUNTS.rows(connection, needs.account_ids) if needs.account_ids else []
    there = {row.id: states.load_state("account", row.data) for row in named}
    cell = {"seller_id": needs.seller_id, "cell": needs.address}
    users = _READ_CELL.rows(connection, cell) if needs.associates else []
    return PointFacts(
        seller=state(connection, "seller", needs.seller_id),
        point=started(connection, "contact_point", key),
        accounts=tuple(there[each] for each in needs.account_ids if each in there),
        associates=tuple(states.load_state("user", row.data) for row in users),
    )


@load.register(LeadPointNeeds)
def _(needs: LeadPointNeeds, connection: Connection) -> LeadPointFacts:
    found = load(LeadNeeds(needs.lead_id, needs.viewer_id), connection)
    lead: Lead | None = found.lead.state
    address = own_address(lead.submission, needs.address) if lead else None
    point = None
    if lead is not None and address is not None:
        holder = () if lead.held_by is None else (lead.held_by,)
        named = tuple(dict.fromkeys((*needs.account_ids, *holder)))
        point = load(
            PointNeeds(seller_id=lead.seller_id, address=address, account_ids=named), connection
        )
    return LeadPointFacts(
        lead=found.lead, viewer=found.viewer, tree=found.tree, seller=found.seller, point=point
    )


@load.register(ContactNeeds)
def _(needs: ContactNeeds, connection: Connection) -> ContactFacts:
    lead = seen(connection, "lead", needs.lead_id)
    viewer, tree, seller = _viewer_of(connection, needs.viewer_id, lead.state)
    return ContactFacts(
        lead=lead,
        viewer=viewer,
        tree=tree,
        seller=seller,
        points=points_of(connection, lead.state),
        trail=started(connection, "decisions", needs.lead_id) if needs.trail else None,
        others=others(connection, lead.state) if lead.state else (),
    )


def _viewer_of(
    connection: Connection,
    user_id: UserId | None,
    lead: Lead | None,
    others: tuple[UserId, ...] = (),
) -> tuple[User | None, Tree, Seller | None]:
    """Give who asks about a lead, the tree of those it is about, and the seller of a stranger."""
    viewer: User | None = state(connection, "user", user_id)
    if viewer is None or lead is None:
        return viewer, Tree({}), None
    sold_to = lead.sale.account_id if lead.sale else None
    tree = tree_among(
        connection, sold_to or viewer.account_id, (viewer.id, lead.assigned_to, *others)
    )
    stranger = sold_to != viewer.account_id and lead.seller_id == viewer.seller_id
    return viewer, tree, state(connection, "seller", lead.seller_id) if stranger else None


def _viewer_among(
    connection: Connection,
    user_id: UserId | None,
    leads: tuple[Lead | None, ...],
    others: tuple[UserId, ...] = (),
) -> tuple[User | None, Tree]:
    """Give who asks, and the tree of those it is about: the account may have a million users."""
    viewer: User | None = state(connection, "user", user_id)
    if viewer is None:
        return None, Tree({})
    owners = (lead.assigned_to for lead in leads if lead is not None)
    return viewer, tree_among(connection, viewer.account_id, (viewer.id, *owners, *others))


def _order_seen(connection: Connection, order_id: str | None) -> tuple[Versioned[Any], Standing]:
    row = _READ_ORDER.row(connection, {"id": order_id}) if order_id else None
    standing = Standing() if row is None else states.standing_of(row)
    return states.versioned("order", row), standing


def _offer_rows(
    connection: Connection, needs: OfferNeeds
) -> tuple[Versioned[Any], list[Row], list[Row], Row | None]:
    """Give the lead, claims of its person, candidates and the seller: all that one can ask for."""
    candidates = (_READ_CANDIDATES, {"seller_id": needs.seller_id})
    wanted = {"id": needs.seller_id, "revenue": revenue_account(needs.seller_id)}
    by_source = {"seller_id": needs.seller_id, "source_key": needs.source_key}
    source = (_READ_BY_SOURCE, by_source)
    lead = source if needs.lead_id is None else (row_of("lead"), {"id": needs.lead_id})
    asks: list[tuple[Statement, Mapping[str, Any]]] = [lead, candidates, (_READ_SELLER, wanted)]
    if needs.keys:
        asks.append(_READ_CLAIMS.about(needs.keys, {"seller_id": needs.seller_id}))
    leads, rows, sellers, *claimed = asked(connection, *asks)
    return (
        states.versioned("lead", leads[0] if leads else None),
        claimed[0] if claimed else [],
        rows,
        sellers[0] if sellers else None,
    )


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
        standing=states.standing_of(row),
        account_active=account is not None and account.is_active,
        recipient_enabled=user is not None and user.enabled,
        available=purse(ledger),
    )
