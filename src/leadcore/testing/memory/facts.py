"""The facts of each use case, read off the rows."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace

from leadcore import refunds
from leadcore.accounts import Account, prepaid_account
from leadcore.back_office.refund_requests import requester_of
from leadcore.balances import TransferKind
from leadcore.contact_points import addresses, own_address, point_id
from leadcore.decider import Versioned
from leadcore.distribution import Candidate, purse
from leadcore.downline import Tree
from leadcore.notices import news_address
from leadcore.orders import Order, OrderReturns, OrderStatus, Standing, renewal_id
from leadcore.payments import crossing, recharge_id, stray_id
from leadcore.ports import (
    AccountFacts,
    AccountNeeds,
    AppointmentNeeds,
    BalanceFacts,
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
    PaymentFacts,
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
    StatementFacts,
    StatementNeeds,
    TransferFacts,
    TransferNeeds,
    UserFacts,
    UserNeeds,
)
from leadcore.ports.programs import HookNeeds, KeyNeeds, OnceFacts, OnceNeeds
from leadcore.submissions import person_keys
from leadcore.testing.memory.kept import appointment_facts, file_facts, kept_with
from leadcore.testing.memory.logins import log_in_facts, login_facts, session_facts
from leadcore.testing.memory.outbox import letter_facts, outbox_facts
from leadcore.testing.memory.programs import hook_facts, key_facts, once_facts
from leadcore.testing.memory.recordings import recording_facts
from leadcore.testing.memory.rows import Rows
from leadcore.testing.memory.usage import usage_at

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.balances import Transfer
    from leadcore.leads import Lead
    from leadcore.refunds import Refund
    from leadcore.values import AccountId

__all__ = ["load"]


@singledispatch
def load(needs: object, rows: Rows) -> Any:  # noqa: ANN401, ARG001 - each needs has its own facts
    """Load the facts a use case needs."""
    raise TypeError(f"no facts are known for {type(needs).__name__}")


load.register(LetterNeeds, letter_facts)
load.register(OutboxNeeds, outbox_facts)
load.register(LoginNeeds, login_facts)
load.register(LogInNeeds, log_in_facts)
load.register(SessionNeeds, session_facts)
load.register(KeyNeeds, key_facts)
load.register(HookNeeds, hook_facts)


@load.register
def _(needs: OnceNeeds, rows: Rows) -> OnceFacts:
    return once_facts(needs, rows, load)


load.register(AppointmentNeeds, appointment_facts)
load.register(FileNeeds, file_facts)
load.register(RecordingNeeds, recording_facts)


@load.register
def _(needs: SellerNeeds, rows: Rows) -> SellerFacts:
    return SellerFacts(seller=rows.row("seller", needs.seller_id))


@load.register
def _(needs: AccountNeeds, rows: Rows) -> AccountFacts:
    return AccountFacts(
        seller=rows.seller(needs.seller_id),
        account=rows.row("account", needs.account_id),
        ledger=rows.ledger_account(prepaid_account(needs.account_id)),
        transfer=rows.book.transfers.get(needs.transfer_id or ""),
    )


@load.register
def _(needs: StatementNeeds, rows: Rows) -> StatementFacts:
    ledger = rows.ledger_account(prepaid_account(needs.account_id))
    lines = rows.statement(ledger.id) if ledger else ()
    past = needs.bonus_past
    wanted = past is None or any(_is_past(line.transfer, past) for line in lines)
    return StatementFacts(
        seller=rows.seller(needs.seller_id),
        account=rows.row("account", needs.account_id).state,
        ledger=ledger,
        lines=lines if wanted else (),
    )


def _is_past(transfer: Transfer, at: datetime) -> bool:
    expires_at = transfer.expires_at
    return transfer.kind is TransferKind.PROMO_GRANT and expires_at is not None and expires_at <= at


@load.register
def _(needs: TransferNeeds, rows: Rows) -> TransferFacts:
    wanted = StatementNeeds(seller_id=needs.seller_id, account_id=needs.from_account)
    return TransferFacts(
        source=load(wanted, rows),
        to=rows.row("account", needs.to_account).state,
        to_ledger=rows.ledger_account(prepaid_account(needs.to_account)),
    )


@load.register
def _(needs: OrderNeeds, rows: Rows) -> OrderFacts:
    viewer = rows.user(needs.viewer_id) if needs.viewer_id else None
    return OrderFacts(
        account=rows.row("account", needs.account_id).state,
        order=rows.row("order", needs.order_id),
        standing=rows.standings.get(needs.order_id, Standing()),
        user=rows.user(needs.user_id) if needs.user_id else None,
        viewer=viewer,
        seller=rows.seller(viewer.seller_id) if viewer else None,
    )


@load.register
def _(needs: RenewalNeeds, rows: Rows) -> RenewalFacts:
    seen: Versioned[Order | None] = rows.row("order", needs.order_id)
    order = seen.state
    key = renewal_id(order.id, order.cycle + 1) if order else ""
    return RenewalFacts(
        account=rows.row("account", order.account_id).state if order else None,
        order=seen,
        standing=rows.standings.get(needs.order_id, Standing()),
        payment=rows.row("payment", key),
    )


@load.register
def _(needs: UserNeeds, rows: Rows) -> UserFacts:
    account: Account | None = rows.row("account", needs.account_id).state
    return UserFacts(
        account=account,
        seller=rows.seller(account.seller_id) if account else None,
        user=rows.row("user", needs.user_id),
        tree=Versioned(rows.tree(needs.account_id), rows.row("tree", needs.account_id).version),
        viewer=rows.user(needs.viewer_id) if needs.viewer_id else None,
    )


@load.register
def _(needs: LeadNeeds, rows: Rows) -> LeadFacts:
    viewer = rows.user(needs.viewer_id) if needs.viewer_id else None
    lead: Versioned[Lead | None] = rows.row("lead", needs.lead_id)
    return LeadFacts(
        lead=lead,
        viewer=viewer,
        tree=rows.tree_about(viewer, lead.state),
        seller=rows.seller(lead.state.seller_id) if lead.state else None,
    )


@load.register
def _(needs: PointNeeds, rows: Rows) -> PointFacts:
    named = (rows.row("account", account_id).state for account_id in needs.account_ids)
    return PointFacts(
        seller=rows.seller(needs.seller_id),
        point=rows.started("contact_point", point_id(needs.seller_id, needs.address)),
        accounts=tuple(account for account in named if account is not None),
        associates=tuple(
            user
            for user, _ in rows.every("user")
            if needs.associates
            and user.seller_id == needs.seller_id
            and user.profile.cell == needs.address
        ),
    )


@load.register
def _(needs: LeadPointNeeds, rows: Rows) -> LeadPointFacts:
    seen = load(LeadNeeds(needs.lead_id, needs.viewer_id), rows)
    lead = seen.lead.state
    address = own_address(lead.submission, needs.address) if lead else None
    point = None
    if lead is not None and address is not None:
        holder = () if lead.held_by is None else (lead.held_by,)
        named = tuple(dict.fromkeys((*needs.account_ids, *holder)))
        point = load(PointNeeds(seller_id=lead.seller_id, address=address, account_ids=named), rows)
    return LeadPointFacts(
        lead=seen.lead, viewer=seen.viewer, tree=seen.tree, seller=seen.seller, point=point
    )


@load.register
def _(needs: ContactNeeds, rows: Rows) -> ContactFacts:
    lead: Versioned[Lead | None] = rows.row("lead", needs.lead_id)
    viewer = rows.user(needs.viewer_id) if needs.viewer_id else None
    given = lead.state
    found = (
        (rows.contact_point(given.seller_id, address) for address in addresses(given.submission))
        if given
        else ()
    )
    return ContactFacts(
        lead=lead,
        viewer=viewer,
        tree=rows.tree_about(viewer, given),
        seller=rows.seller(given.seller_id) if given else None,
        points=tuple(point for point in found if point is not None),
        trail=rows.started("decisions", needs.lead_id) if needs.trail else None,
        others=rows.others(given) if given else (),
    )


@load.register
def _(needs: PaymentNeeds, rows: Rows) -> PaymentFacts:
    payment = rows.row("payment", needs.payment_id or "")
    if payment.state is None and needs.reference is not None:
        payment = rows.by_reference(needs.seller_id, needs.reference)
    account_id = payment.state.account_id if payment.state else needs.account_id
    stray = needs.reference and stray_id(needs.seller_id, needs.reference)
    return PaymentFacts(
        payment=payment,
        account=rows.row("account", account_id or "").state,
        ledger=rows.ledger_account(prepaid_account(account_id)) if account_id else None,
        stray=rows.started("stray", stray) if stray else None,
        seller=rows.seller(needs.seller_id),
        statement=_statement(needs, account_id, rows),
    )


def _statement(
    needs: PaymentNeeds, account_id: AccountId | None, rows: Rows
) -> StatementFacts | None:
    if account_id is None or not needs.statement:
        return None
    wanted = StatementNeeds(seller_id=needs.seller_id, account_id=account_id)
    found: StatementFacts = load(wanted, rows)
    return found


@load.register
def _(needs: BalanceNeeds, rows: Rows) -> BalanceFacts:
    account: Versioned[Account | None] = rows.row("account", needs.account_id)
    watch = account.state.watch if account.state else None
    entries = rows.entries.get(prepaid_account(needs.account_id), [])
    alert = watch.alert_below if watch else None
    wanted = watch.recharge if watch else None
    recharge = crossing(entries, wanted.below.minor) if wanted else None
    low = crossing(entries, alert.minor) if alert else None
    return BalanceFacts(
        account=account,
        admins=tuple(user for user in rows.users(needs.account_id) if low and user.profile.admin),
        low=low,
        recharge=recharge,
        payment=rows.row(
            "payment", recharge_id(needs.account_id, recharge.number) if recharge else ""
        ),
        seller=rows.seller(needs.seller_id),
    )


@load.register
def _(needs: OfferNeeds, rows: Rows) -> OfferFacts:
    if needs.lead_id is not None:
        lead = rows.row("lead", needs.lead_id)
    else:
        lead = rows.by_source_key(needs.seller_id, needs.source_key)
    keys = needs.keys if lead.state is None else person_keys(lead.state.submission)
    open_orders = [
        (order, version)
        for order, version in rows.every("order")
        if order.seller_id == needs.seller_id and order.status is OrderStatus.OPEN
    ]
    seller = rows.seller(needs.seller_id)
    offered = needs.submission if lead.state is None else lead.state.submission
    tops = seller is not None and offered is not None and seller.terms.way(offered).by_downline
    return OfferFacts(
        seller=seller,
        lead=lead,
        history=rows.history(needs.seller_id, keys, besides=lead.state),
        key_counts={key: rows.claimed(needs.seller_id, key) for key in keys},
        candidates=tuple(
            replace(
                _candidate(rows, order, needs.at),
                top_id=rows.tree(order.account_id).top(order.terms.user_id),
            )
            if tops
            else _candidate(rows, order, needs.at)
            for order, _ in open_orders
        ),
        order_versions={order.id: version for order, version in open_orders},
        users={
            user.id: user
            for account_id in {order.account_id for order, _ in open_orders}
            for user in rows.users(account_id)
        },
    )


@load.register
def _(needs: RefundNeeds, rows: Rows) -> RefundCaseFacts:
    refund: Versioned[Refund | None] = rows.row("refund", needs.refund_id)
    lead_id = refund.state.lead_id if refund.state else needs.lead_id
    lead: Versioned[Lead | None] = rows.row("lead", lead_id or "")
    sale = lead.state.sale if lead.state else None
    viewer = rows.user(needs.user_id) if needs.user_id else None
    asked = requester_of(refund.state, lead.state, viewer)
    requester = rows.user(asked) if asked else None
    others = rows.users(sale.account_id) if sale and news_address(requester) is None else ()
    keys = person_keys(lead.state.submission) if lead.state else ()
    history = rows.history(lead.state.seller_id, keys, lead.state) if lead.state else ()
    return RefundCaseFacts(
        seller=rows.seller(lead.state.seller_id) if lead.state else None,
        refund=refund,
        earlier=tuple(
            other
            for other, _ in rows.every("refund")
            if sale and other.sale_id == sale.id and other.id != needs.refund_id
        ),
        lead=lead,
        history=tuple(seen.state for seen in history),
        order=rows.row("order", sale.order_id if sale else ""),
        standing=rows.standings.get(sale.order_id if sale else "", Standing()),
        ledger=rows.ledger_account(prepaid_account(sale.account_id)) if sale else None,
        viewer=viewer,
        tree=rows.tree(viewer.account_id) if viewer else Tree({}),
        requester=requester,
        admins=tuple(user for user in others if user.profile.admin),
        other=rows.lead(needs.other_lead) if needs.other_lead else None,
        key_counts=_key_counts(rows, lead.state),
        kept=kept_with(rows, lead.state),
        **_record(needs, lead.state, rows),
    )


def _record(needs: RefundNeeds, lead: Lead | None, rows: Rows) -> dict[str, Any]:
    """Give what the account bought and asked to return, where the terms count it."""
    seller = rows.seller(lead.seller_id) if lead else None
    if seller is None or lead is None or lead.sale is None or needs.asked_at is None:
        return {}
    sale, order = lead.sale, rows.row("order", lead.sale.order_id).state
    since = refunds.since(seller.terms.refunds, sale.sold_at, needs.asked_at, order)
    found: dict[str, Any] = {}
    others = [asked for asked, _ in rows.every("refund") if asked.id != needs.refund_id]
    sold = [other.sale for other, _ in rows.every("lead") if other.sale]
    if since is not None:
        mine = (each for each in sold if each.account_id == sale.account_id)
        found["sold"] = tuple(each for each in mine if each.sold_at >= since)
        found["asked"] = tuple(
            asked
            for asked in others
            if asked.account_id == sale.account_id and asked.requested_at >= since
        )
    if order is not None and order.terms.max_returns is not None:
        under = {each.id for each in sold if each.order_id == order.id}
        back = {asked.sale_id for asked in others if asked.status not in refunds.FALLEN}
        returned = len(under & back - {sale.id})
        found["order_returns"] = OrderReturns(sold=len(under), returned=returned)
    if found:
        key = refunds.requests_key(sale.account_id)
        found["request_counts"] = {key: rows.claimed(lead.seller_id, key)}
    return found


def _key_counts(rows: Rows, lead: Lead | None) -> dict[str, int]:
    if lead is None:
        return {}
    return {key: rows.claimed(lead.seller_id, key) for key in person_keys(lead.submission)}


def _candidate(rows: Rows, order: Order, at: datetime | None) -> Candidate:
    account: Account | None = rows.row("account", order.account_id).state
    user = rows.user(order.terms.user_id)
    standing = rows.standings.get(order.id, Standing())
    if at is not None and order.terms.caps is not None:
        standing = replace(standing, usage=usage_at(rows, order, at))
    return Candidate(
        order=order,
        standing=standing,
        account_active=account is not None and account.is_active,
        recipient_enabled=user is not None and user.enabled,
        available=purse(rows.ledger_account(prepaid_account(order.account_id))),
    )
