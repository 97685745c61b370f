"""What each use case needs, and the facts a store gives it: one pair of values for each."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore.accounts import Account, Seller
from leadcore.balances import LedgerAccount, Transfer
from leadcore.contact_points import ContactPoint
from leadcore.decider import Versioned
from leadcore.decision_trail import DecisionTrail
from leadcore.distribution import Candidate
from leadcore.downline import Tree
from leadcore.leads import Lead, Sale
from leadcore.orders import Order, OrderReturns, Standing
from leadcore.payments import Crossing, Payment, StrayNotices
from leadcore.people import User
from leadcore.ports.kept import KeptWithLead
from leadcore.ports.queries import StatementLine
from leadcore.refunds.life import Refund
from leadcore.submissions import Submission
from leadcore.values import AccountId, LeadId, OrderId, RefundId, SellerId, UserId, optional_instant

__all__ = [
    "AccountFacts",
    "AccountNeeds",
    "BalanceFacts",
    "BalanceNeeds",
    "ContactFacts",
    "ContactNeeds",
    "LeadFacts",
    "LeadNeeds",
    "OfferFacts",
    "OfferNeeds",
    "OrderFacts",
    "OrderNeeds",
    "PaymentFacts",
    "PaymentNeeds",
    "PointFacts",
    "PointNeeds",
    "RefundCaseFacts",
    "RefundNeeds",
    "RenewalFacts",
    "RenewalNeeds",
    "SellerFacts",
    "SellerNeeds",
    "StatementFacts",
    "StatementNeeds",
    "TransferFacts",
    "TransferNeeds",
    "UserFacts",
    "UserNeeds",
]


@frozen
class SellerNeeds:
    """One seller."""

    seller_id: SellerId


@frozen(kw_only=True)
class SellerFacts:
    """One seller; state None and version 0 where nothing is recorded yet."""

    seller: Versioned[Seller | None]


@frozen
class AccountNeeds:
    """One account, its seller and its ledger account; and a transfer, if it is there already."""

    account_id: AccountId
    seller_id: SellerId
    transfer_id: str | None = None


@frozen(kw_only=True)
class AccountFacts:
    """One account; `ledger` is its prepaid account on the ledger, None before it is opened.

    `transfer` is the one that was asked for by its id, if it was posted before.
    """

    seller: Seller | None
    account: Versioned[Account | None]
    ledger: LedgerAccount | None
    transfer: Transfer | None = None


@frozen
class OrderNeeds:
    """One order, its account, the user its terms are to name, and who does something with it."""

    order_id: OrderId
    account_id: AccountId
    user_id: UserId | None = None
    viewer_id: UserId | None = None


@frozen(kw_only=True)
class OrderFacts:
    """One order; `user` is the one who was asked for, of whatever account.

    Attributes:
        viewer: who does something with it, of whatever account; `seller` is the viewer's.
    """

    account: Account | None
    order: Versioned[Order | None]
    standing: Standing
    user: User | None
    viewer: User | None = None
    seller: Seller | None = None


@frozen
class RenewalNeeds:
    """One order that may be due to renew, its account, and the charge for its next cycle."""

    order_id: OrderId
    seller_id: SellerId


@frozen(kw_only=True)
class RenewalFacts:
    """One order and its account; `payment` is that of `orders.renewal_id` for the next cycle."""

    account: Account | None
    order: Versioned[Order | None]
    standing: Standing
    payment: Versioned[Payment | None]


@frozen
class UserNeeds:
    """One user and the tree of the account the user is in or to be in.

    Attributes:
        parent_id: who the user is to stand below; None where that is nobody or does not change.
        viewer_id: who does it; None for the seller's staff.
    """

    user_id: UserId
    account_id: AccountId
    parent_id: UserId | None = None
    viewer_id: UserId | None = None


@frozen(kw_only=True)
class UserFacts:
    """One user; the tree's version counts the moves in the account (stream `tree`).

    The tree is that of the account, or of those the needs name among themselves; `viewer` is who
    does it, of whatever account; `seller` the account's, in whose words the user is told.
    """

    account: Account | None
    user: Versioned[User | None]
    tree: Versioned[Tree]
    viewer: User | None = None
    seller: Seller | None = None


@frozen
class LeadNeeds:
    """One lead and one who wants to do something with it; None for the seller's own systems.

    Attributes:
        user_ids: others that it is about: whom the lead is to be assigned to.
    """

    lead_id: LeadId
    viewer_id: UserId | None = None
    user_ids: tuple[UserId, ...] = ()


@frozen(kw_only=True)
class LeadFacts:
    """One lead, the viewer, and the tree of the account it was sold to; else the viewer's.

    An account may have a million users: the tree may be that of the viewer, of whoever the lead is
    assigned to and of those the needs name, among themselves. It answers the same about them.

    Attributes:
        seller: the lead's, where the viewer is of its seller and of another account than the one it
            was sold to: of the seller's staff, perhaps. None may stand where that is not so.
    """

    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree
    seller: Seller | None = None


@frozen(kw_only=True)
class OfferNeeds:
    """What is needed to offer a lead: by source key for a new one, by id for a known one.

    Attributes:
        source_key: find an earlier reception of the same submission; None for a known lead.
        lead_id: the known lead; None for a new one.
        keys: the person's keys; empty for a known lead (a store makes them of its submission).
        submission: what a new lead will be made of; None for a known lead, and where it is not
            offered whatever it is.
        at: when it is offered: the usage of the candidates' caps is that of this instant; None asks
            for none.
    """

    seller_id: SellerId
    source_key: str | None = None
    lead_id: LeadId | None = None
    keys: tuple[str, ...] = ()
    submission: Submission | None = None
    at: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class OfferFacts:
    """What is known when a lead is offered.

    Attributes:
        seller: None where there is no such seller.
        lead: the earlier reception, or the known lead; state None where there is none.
        history: other leads of the person (sharing a key), whatever their state.
        key_counts: for each of the person's keys, how many leads claimed it so far.
        candidates: every order of the seller that is not closed, with `returned_person` and
            `has_person` left False: the use case works them out of the history. `top_id` is
            wanted only where the lead's own way asks for downlines (`Way.by_downline`).
        order_versions: the version of each candidate's order.
        users: the orders' associates.
    """

    seller: Seller | None
    lead: Versioned[Lead | None]
    history: tuple[Versioned[Lead], ...] = ()
    key_counts: dict[str, int] = field(factory=dict)
    candidates: tuple[Candidate, ...] = ()
    order_versions: dict[OrderId, int] = field(factory=dict)
    users: dict[UserId, User] = field(factory=dict)


@frozen(kw_only=True)
class RefundNeeds:
    """A refund request to be made (by lead) or decided on (by id).

    Attributes:
        lead_id: for a new request.
        refund_id: for a known one, or the id of the new one.
        user_id: who asks for a return; None where a request is decided on.
        other_lead: the lead a request names beside its own.
        asked_at: the instant of a new request.
    """

    refund_id: RefundId
    lead_id: LeadId | None = None
    user_id: UserId | None = None
    other_lead: LeadId | None = None
    asked_at: datetime | None = None


@frozen(kw_only=True)
class RefundCaseFacts:
    """What is known of a refund and all it touches.

    Attributes:
        refund: the request; state None for a new one.
        earlier: other requests for the same sale.
        lead: the lead; state None where there is none.
        history: other leads of the same person.
        order, standing: the order it was sold under.
        ledger: the account's prepaid account.
        viewer: who asks, if anybody; `tree` is of that user's account, at least as far as the
            viewer and the owners of `lead` and `other` go.
        requester: whose request it is, to be told; of a new one the viewer, or whoever the lead is
            assigned to where the viewer is of another account than the lead's.
        admins: of the lead's account, by id, where no news reaches the requester
            (`notices.news_address`); empty where it does.
        other: the lead the request names beside its own; None where there is none.
        key_counts: for each of the person's keys, how often it was claimed so far.
        sold, asked: for a new request, where `refunds.since` wants a record: the account's sales
            and its requests from that instant on, in any order; None where none was wanted.
        order_returns: for a new request, where the order has a maximum of returns: how many leads
            were sold under it, and how many of them are returned by other requests than this and
            those for this sale; None where it has none.
        request_counts: with any of these three, how often `refunds.requests_key` of the account was
            claimed, read before them.
        kept: the appointments and files that are kept with the lead.
    """

    seller: Seller | None
    refund: Versioned[Refund | None]
    earlier: tuple[Refund, ...]
    lead: Versioned[Lead | None]
    history: tuple[Lead, ...]
    order: Versioned[Order | None]
    standing: Standing
    ledger: LedgerAccount | None
    viewer: User | None
    tree: Tree
    requester: User | None
    other: Lead | None = None
    key_counts: dict[str, int] = field(factory=dict[str, int])
    sold: tuple[Sale, ...] | None = None
    asked: tuple[Refund, ...] | None = None
    order_returns: OrderReturns | None = None
    request_counts: dict[str, int] = field(factory=dict[str, int])
    kept: KeptWithLead = field(factory=KeptWithLead)
    admins: tuple[User, ...] = ()


@frozen(kw_only=True)
class PointNeeds:
    """One contact point and those it may concern.

    Attributes:
        address: as `contact_points.normal_address` gives it.
        account_ids: accounts that are named.
        associates: also the users whose cell number it is: whoever is told of new leads there.
    """

    seller_id: SellerId
    address: str
    account_ids: tuple[AccountId, ...] = ()
    associates: bool = False


@frozen(kw_only=True)
class PointFacts:
    """One contact point; version 0 where nothing is recorded about it yet.

    Attributes:
        seller: None where there is no such seller.
        accounts: those of the named accounts that there are, of whatever seller.
        associates: the seller's users with this cell number, enabled or not, by id; empty where
            nobody asked for them.
    """

    seller: Seller | None
    point: Versioned[ContactPoint]
    accounts: tuple[Account, ...] = ()
    associates: tuple[User, ...] = ()


@frozen(kw_only=True)
class ContactNeeds:
    """A lead, who asks about it, and all that is recorded about the person's contact points.

    Attributes:
        viewer_id: who asks; None for the seller's staff.
        trail: also the lead's decision trail, to log the answer.
    """

    lead_id: LeadId
    viewer_id: UserId | None = None
    trail: bool = False


@frozen(kw_only=True)
class ContactFacts:
    """A lead and what is known about contacting its person.

    Attributes:
        viewer, tree, seller: as in `LeadFacts`, at least as far as the viewer and the lead's owner
            go.
        points: the contact points of the lead's numbers and e-mail addresses that something is
            recorded about, by address.
        trail: the lead's decision trail; None where nobody asked for it.
        others: as `Store.others` gives them for the lead.
    """

    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree
    points: tuple[ContactPoint, ...] = ()
    trail: Versioned[DecisionTrail] | None = None
    others: tuple[Lead, ...] = ()
    seller: Seller | None = None


@frozen(kw_only=True)
class PaymentNeeds:
    """One payment, by our id of it or by the processor's, and its account.

    Attributes:
        payment_id: ours; None where only the processor's is known.
        account_id: for a new payment, whose it is to be; a known one says so itself.
        reference: the processor's id of the charge; asked by where ours finds nothing.
        statement: is the account's whole statement needed, which alone tells cash from bonus?
    """

    seller_id: SellerId
    payment_id: str | None = None
    account_id: AccountId | None = None
    reference: str | None = None
    statement: bool = False


@frozen(kw_only=True)
class PaymentFacts:
    """One payment; state None and version 0 where there is none.

    Attributes:
        account, ledger: the account it is for, and its prepaid balance.
        stray: what came before about a charge of this reference that nobody asked for; None where
            no reference was named.
        seller: whose payments they are: its tiers say which bonus a success earns.
        statement: the account's statement, where it was asked for.
    """

    payment: Versioned[Payment | None]
    account: Account | None
    ledger: LedgerAccount | None
    stray: Versioned[StrayNotices] | None = None
    seller: Seller | None = None
    statement: StatementFacts | None = None


@frozen(kw_only=True)
class BalanceNeeds:
    """One account, and whether its balance went low by what it wants watched."""

    seller_id: SellerId
    account_id: AccountId


@frozen(kw_only=True)
class BalanceFacts:
    """One account and the crossings it has not come back from.

    Attributes:
        admins: of the account, to be told, where it is low.
        low: the crossing of what it wants to be told of; None where it is not below.
        recharge: the crossing of what it wants a recharge at.
        payment: that recharge's payment; state None where there is none yet.
        seller: in whose words the alert is told.
    """

    account: Versioned[Account | None]
    admins: tuple[User, ...]
    low: Crossing | None
    recharge: Crossing | None
    payment: Versioned[Payment | None]
    seller: Seller | None = None


@frozen(kw_only=True)
class StatementNeeds:
    """One account, its seller, and every line of its prepaid ledger account.

    Attributes:
        bonus_past: only where a bonus it was ever granted is past at this instant; else no line is
            wanted, and none is read. None: wanted in any case.
    """

    seller_id: SellerId
    account_id: AccountId
    bonus_past: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class StatementFacts:
    """One account with its whole statement.

    Attributes:
        ledger: its prepaid ledger account, read before the lines; None before it is opened.
        lines: its lines from the first to the one numbered `ledger.seq`, in order; none where they
            were not wanted.
    """

    seller: Seller | None
    account: Account | None
    ledger: LedgerAccount | None
    lines: tuple[StatementLine, ...] = ()


@frozen(kw_only=True)
class TransferNeeds:
    """Two accounts of a seller: one with its statement that pays, one that gets."""

    seller_id: SellerId
    from_account: AccountId
    to_account: AccountId


@frozen(kw_only=True)
class TransferFacts:
    """Two accounts between which money moves.

    Attributes:
        source: the one that pays.
        to, to_ledger: the one that gets it, and its prepaid ledger account.
    """

    source: StatementFacts
    to: Account | None
    to_ledger: LedgerAccount | None
