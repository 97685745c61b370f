"""The life of a refund request, as a transition table that code, tests and diagrams read.

    exception asked --> requested --> under verification --> approved <--> reversed
           |                |  |              |                 ^
           |                |  +--------------|-----------------+
           +----------------+-----------------+-----------> declined

A request moves no money. Approval credits, a reversal debits again; `round` counts the approvals,
so that every movement has its own key and a reversal of a reversal never drifts the balance.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.business_days import add_business_days
from leadcore.errors import Malformed, Problem, WrongState
from leadcore.intervals import local_date
from leadcore.refunds.policy import DeniedBefore, EarlierRequest
from leadcore.refunds.terms import Deed, RefundTerms, Remedy
from leadcore.submissions import LeadKind
from leadcore.values import (
    AccountId,
    LeadId,
    Money,
    RefundId,
    SaleId,
    SellerId,
    UserId,
    instant,
    optional_instant,
)

__all__ = [
    "FALLEN",
    "ApproveRefund",
    "Basis",
    "DeclineRefund",
    "ExceptionGranted",
    "GrantException",
    "Refund",
    "RefundApproved",
    "RefundCommand",
    "RefundDeclined",
    "RefundEvent",
    "RefundReinstated",
    "RefundRequested",
    "RefundReversed",
    "RefundStatus",
    "ReinstateRefund",
    "ReverseRefund",
    "StartVerification",
    "VerificationDates",
    "VerificationStarted",
    "decide",
    "deed_of",
    "denied_before",
    "earlier_request",
    "evolve",
    "leads_to",
    "verification_dates",
]


class RefundStatus(Enum):
    """Where a request is in its life."""

    EXCEPTION_ASKED = "exception_asked"
    REQUESTED = "requested"
    UNDER_VERIFICATION = "under_verification"
    APPROVED = "approved"
    DECLINED = "declined"
    REVERSED = "reversed"


FALLEN = frozenset({RefundStatus.DECLINED, RefundStatus.REVERSED})
"""The states in which a request does not count as a return (any more)."""


class Basis(Enum):
    """What an approval rests on. For a live call only the recording counts."""

    PERSON_SAID = "person_said"
    RECORDING = "recording"
    RECORDS = "records"


@frozen(kw_only=True)
class VerificationDates:
    """When an answer is to be expected: local dates in the seller's zone.

    Attributes:
        earliest, latest: the first and last business day of verification.
        crosses_month_end: month end lies between, which may add to it.
    """

    earliest: date
    latest: date
    crosses_month_end: bool


@frozen(kw_only=True)
class Refund:
    """The present state of a request's stream.

    Attributes:
        amount: what an approval gives back: the price, or a part of it.
        requested_by: the account's user whose request it is: who asked, or where the seller's staff
            did, who worked the lead then.
        staff_id: who of the seller's staff asked on the account's behalf; None: the user did.
        documents: what was named to show the reason.
        in_time: was it asked for within the window of the terms of then? Not so one that a person
            excepted, nor one that only the hours after a denial allowed.
        promised: the remedy of the terms when it was asked for.
        remedy: what its approval gave; None before one.
        rule: the rule that approved it at once; None where a person decided.
        round: how often it was approved (or an approval reinstated) so far.
        note: the last word of whoever decided.
    """

    id: RefundId
    seller_id: SellerId
    account_id: AccountId
    sale_id: SaleId
    lead_id: LeadId
    lead_kind: LeadKind
    amount: Money
    reason: str
    detail: str
    other_lead: str | None
    requested_by: UserId
    requested_at: datetime = field(converter=instant)
    expected: VerificationDates
    status: RefundStatus
    exception: str | None = None
    round: int = 0
    note: str | None = None
    decided_at: datetime | None = field(default=None, converter=optional_instant)
    decided_by: str | None = None
    documents: tuple[str, ...] = ()
    in_time: bool = True
    promised: Remedy = Remedy.CREDIT
    remedy: Remedy | None = None
    rule: str | None = None
    staff_id: UserId | None = None


@frozen(kw_only=True)
class StartVerification:
    """Begin to verify."""

    by: str


@frozen(kw_only=True)
class GrantException:
    """Let a request outside the window be verified; a person answers for it."""

    by: str
    note: str


@frozen(kw_only=True)
class ApproveRefund:
    """Approve, saying what that rests on."""

    by: str
    note: str
    basis: Basis


@frozen(kw_only=True)
class DeclineRefund:
    """Decline; the reason is told to the account."""

    by: str
    note: str


@frozen(kw_only=True)
class ReverseRefund:
    """Take an approval back: the person became the associate's after all."""

    by: str
    note: str


@frozen(kw_only=True)
class ReinstateRefund:
    """Take a reversal back, when it was made in error."""

    by: str
    note: str


@frozen(kw_only=True)
class RefundRequested:
    """A return was asked for.

    Attributes:
        requested_by, staff_id: as in `Refund`.
        exception: why a person should let it pass outside the window, if one has to.
        in_time: did it lie within the window itself?
    """

    refund_id: RefundId
    seller_id: SellerId
    account_id: AccountId
    sale_id: SaleId
    lead_id: LeadId
    lead_kind: LeadKind
    amount: Money
    reason: str
    detail: str
    other_lead: str | None
    requested_by: UserId
    expected: VerificationDates
    exception: str | None
    at: datetime = field(converter=instant)
    documents: tuple[str, ...] = ()
    in_time: bool = True
    remedy: Remedy = Remedy.CREDIT
    staff_id: UserId | None = None


@frozen(kw_only=True)
class ExceptionGranted:
    """A person let a late request be verified; the answer is expected from then on."""

    by: str
    note: str
    at: datetime = field(converter=instant)
    expected: VerificationDates | None = None


@frozen(kw_only=True)
class VerificationStarted:
    """Somebody is verifying."""

    by: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RefundApproved:
    """Approved: credit follows and the lead leaves the account.

    Attributes:
        remedy: what it gave; a promised replacement is a credit where the order can't be owed one.
        rule: the rule of the terms that decided at once; None where a person did.
    """

    by: str
    note: str
    basis: Basis
    at: datetime = field(converter=instant)
    remedy: Remedy = Remedy.CREDIT
    rule: str | None = None


@frozen(kw_only=True)
class RefundDeclined:
    """Declined: the lead stays."""

    by: str
    note: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RefundReversed:
    """The approval was taken back: debit again, and the lead returns."""

    by: str
    note: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RefundReinstated:
    """The reversal was taken back: credit again, and the lead leaves again."""

    by: str
    note: str
    at: datetime = field(converter=instant)


RefundCommand = (
    StartVerification
    | GrantException
    | ApproveRefund
    | DeclineRefund
    | ReverseRefund
    | ReinstateRefund
)
RefundEvent = (
    RefundRequested
    | ExceptionGranted
    | VerificationStarted
    | RefundApproved
    | RefundDeclined
    | RefundReversed
    | RefundReinstated
)

_S = RefundStatus
TRANSITIONS: dict[type, tuple[frozenset[RefundStatus], RefundStatus]] = {
    ExceptionGranted: (frozenset({_S.EXCEPTION_ASKED}), _S.REQUESTED),
    VerificationStarted: (frozenset({_S.REQUESTED}), _S.UNDER_VERIFICATION),
    RefundApproved: (frozenset({_S.REQUESTED, _S.UNDER_VERIFICATION}), _S.APPROVED),
    RefundDeclined: (
        frozenset({_S.EXCEPTION_ASKED, _S.REQUESTED, _S.UNDER_VERIFICATION}),
        _S.DECLINED,
    ),
    RefundReversed: (frozenset({_S.APPROVED}), _S.REVERSED),
    RefundReinstated: (frozenset({_S.REVERSED}), _S.APPROVED),
}
"""Event: the states it may follow on, and the state it leads to."""


def verification_dates(terms: RefundTerms, requested_at: datetime) -> VerificationDates:
    """Give the dates between which an answer is to be expected."""
    day = local_date(requested_at, terms.zone)
    least, most = terms.verification_days
    latest = add_business_days(day, most, terms.calendar)
    return VerificationDates(
        earliest=add_business_days(day, least, terms.calendar),
        latest=latest,
        crosses_month_end=(latest + timedelta(days=1)).replace(day=1) != day.replace(day=1),
    )


def decide(command: RefundCommand, state: Refund, at: datetime) -> tuple[RefundEvent, ...]:
    """Decide a command on a request.

    Raises:
        WrongState: the command does not fit the state, or an approval of a live call's return
            does not rest on the recording.
        Malformed: the note is empty where a person must answer for the decision.
    """
    event = _event(command, at)
    allowed, _ = TRANSITIONS[type(event)]
    if state.status not in allowed:
        raise WrongState(type(command).__name__, f"the refund is {state.status.value}")
    if isinstance(command, ApproveRefund) and not _proves(command.basis, state.lead_kind):
        raise WrongState("ApproveRefund", "a live call's return rests on its recording only")
    _check_words(command)
    return (event,)


def _check_words(command: RefundCommand) -> None:
    problems: list[Problem] = []
    if not command.by.strip():
        problems.append(Problem("by", "a person answers for it"))
    if not isinstance(command, StartVerification) and not command.note.strip():
        problems.append(Problem("note", "say why, in a few words"))
    if problems:
        raise Malformed(problems)


def leads_to(command: RefundCommand) -> RefundStatus:
    """Give the state a command leads to, where it is possible."""
    return TRANSITIONS[_EVENTS[type(command)]][1]


_EVENTS: dict[type, type] = {
    StartVerification: VerificationStarted,
    GrantException: ExceptionGranted,
    ApproveRefund: RefundApproved,
    DeclineRefund: RefundDeclined,
    ReverseRefund: RefundReversed,
    ReinstateRefund: RefundReinstated,
}


def deed_of(command: RefundCommand) -> Deed | None:
    """Give what a command does with a request; None for the beginning of verification."""
    return _DEEDS.get(type(command))


_DEEDS: dict[type, Deed] = {
    GrantException: Deed.GRANT,
    ApproveRefund: Deed.APPROVE,
    DeclineRefund: Deed.DECLINE,
    ReverseRefund: Deed.REVERSE,
    ReinstateRefund: Deed.REINSTATE,
}


def _proves(basis: Basis, kind: LeadKind) -> bool:
    return kind is not LeadKind.LIVE_CALL or basis is Basis.RECORDING


def _event(command: RefundCommand, at: datetime) -> RefundEvent:
    match command:
        case StartVerification(by=by):
            return VerificationStarted(by=by, at=at)
        case GrantException(by=by, note=note):
            return ExceptionGranted(by=by, note=note, at=at)
        case ApproveRefund(by=by, note=note, basis=basis):
            return RefundApproved(by=by, note=note, basis=basis, at=at)
        case DeclineRefund(by=by, note=note):
            return RefundDeclined(by=by, note=note, at=at)
        case ReverseRefund(by=by, note=note):
            return RefundReversed(by=by, note=note, at=at)
        case _:
            return RefundReinstated(by=command.by, note=command.note, at=at)


def evolve(state: Refund | None, event: RefundEvent) -> Refund:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see `TRANSITIONS`).
    """
    if isinstance(event, RefundRequested):
        return _requested(event)
    allowed, leads_to = TRANSITIONS[type(event)]
    if state is None or state.status not in allowed:
        met = "never requested" if state is None else state.status.value
        raise WrongState(type(event).__name__, f"the refund is {met}")
    if isinstance(event, VerificationStarted):
        return replace(state, status=leads_to)
    if isinstance(event, ExceptionGranted) and event.expected is not None:
        state = replace(state, expected=event.expected)
    if isinstance(event, RefundApproved):
        state = replace(state, remedy=event.remedy, rule=event.rule)
    credited = isinstance(event, RefundApproved | RefundReinstated)
    return replace(
        state,
        status=leads_to,
        round=state.round + credited,
        note=event.note,
        decided_at=event.at,
        decided_by=event.by,
    )


def _requested(event: RefundRequested) -> Refund:
    late = event.exception is not None
    return Refund(
        id=event.refund_id,
        seller_id=event.seller_id,
        account_id=event.account_id,
        sale_id=event.sale_id,
        lead_id=event.lead_id,
        lead_kind=event.lead_kind,
        amount=event.amount,
        reason=event.reason,
        detail=event.detail,
        other_lead=event.other_lead,
        requested_by=event.requested_by,
        requested_at=event.at,
        expected=event.expected,
        status=RefundStatus.EXCEPTION_ASKED if late else RefundStatus.REQUESTED,
        exception=event.exception,
        documents=event.documents,
        in_time=event.in_time,
        promised=event.remedy,
        staff_id=event.staff_id,
    )


def earlier_request(refunds: tuple[Refund, ...]) -> EarlierRequest | None:
    """Say what became of the earlier requests for one sale, the weightiest first.

    A reversed refund counts as approved: the lead was returned once already.
    """
    statuses = {refund.status for refund in refunds}
    if statuses & {RefundStatus.APPROVED, RefundStatus.REVERSED}:
        return EarlierRequest.APPROVED
    if statuses - {RefundStatus.DECLINED}:
        return EarlierRequest.PENDING
    return EarlierRequest.DENIED if statuses else None


def denied_before(refunds: tuple[Refund, ...]) -> DeniedBefore | None:
    """Sum up the denied requests for one sale; None where there is none."""
    denied = [
        (refund.decided_at, refund.id, refund.in_time)
        for refund in refunds
        if refund.status is RefundStatus.DECLINED and refund.decided_at is not None
    ]
    if not denied:
        return None
    last, _, in_time = max(denied)
    return DeniedBefore(times=len(denied), at=last, in_time=in_time)
