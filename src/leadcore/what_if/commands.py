"""From events of what people edit, and of returns, back to the commands that made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import orders, refunds
from leadcore.accounts import (
    AccountOpened,
    AccountStopped,
    ActivateAccount,
    BalanceWatchSet,
    CreditLimitSet,
    LowBalanceTold,
    OpenAccount,
    SetCreditLimit,
    StopAccount,
    WatchBalance,
)
from leadcore.back_office import RequestRefund
from leadcore.people import (
    AddUser,
    DisableUser,
    EditUser,
    EnableUser,
    MoveUser,
    UserAdded,
    UserDisabled,
    UserEdited,
    UserMoved,
)

if TYPE_CHECKING:
    from leadcore.accounts import AccountCommand, AccountEvent
    from leadcore.people import UserCommand, UserEvent
    from leadcore.what_if.changes import Changes

__all__ = [
    "account_command",
    "order_command",
    "refund_command",
    "refund_request",
    "user_command",
]


def account_command(event: AccountEvent) -> AccountCommand | None:
    """Give the command an account's event came of; None where the clock made it happen."""
    match event:
        case AccountOpened():
            return OpenAccount(
                account_id=event.account_id,
                seller_id=event.seller_id,
                name=event.name,
                currency=event.currency,
                floor=event.floor,
            )
        case AccountStopped(reason):
            return StopAccount(reason)
        case CreditLimitSet(limit=limit, reason=reason, actor=actor):
            return SetCreditLimit(limit=limit, reason=reason, actor=actor)
        case LowBalanceTold():
            return None
        case BalanceWatchSet(watch=watch):
            return WatchBalance(watch)
        case _:
            return ActivateAccount()


def user_command(event: UserEvent) -> UserCommand:
    """Give the command a user's event came of."""
    match event:
        case UserAdded():
            return AddUser(
                user_id=event.user_id,
                seller_id=event.seller_id,
                account_id=event.account_id,
                parent_id=event.parent_id,
                profile=event.profile,
            )
        case UserEdited(profile):
            return EditUser(profile)
        case UserMoved(parent_id):
            return MoveUser(parent_id)
        case UserDisabled():
            return DisableUser()
        case _:
            return EnableUser()


def order_command(order_id: str, event: orders.OrderEvent, changes: Changes) -> orders.OrderCommand:
    """Give the command an order's event came of, on terms that are changed."""
    match event:
        case orders.OrderOpened():
            return orders.OpenOrder(
                order_id=event.order_id,
                seller_id=event.seller_id,
                account_id=event.account_id,
                terms=changes.order(order_id, event.terms),
            )
        case orders.OrderEdited(terms):
            return orders.EditOrder(changes.order(order_id, terms))
        case orders.OrderPaused():
            return orders.PauseOrder()
        case orders.OrderClosed(reason):
            return orders.CloseOrder(reason)
        case _:
            return orders.ResumeOrder()


def refund_request(event: refunds.RefundRequested) -> RequestRefund:
    """Give the use case a request came of."""
    return RequestRefund(
        refund_id=event.refund_id,
        lead_id=event.lead_id,
        user_id=event.requested_by,
        reason=event.reason,
        detail=event.detail,
        other_lead=event.other_lead,  # type: ignore[arg-type]  # it was a lead's id when it was asked
        exception=event.exception,
        documents=event.documents,
        at=event.at,
    )


def refund_command(event: refunds.RefundEvent) -> refunds.RefundCommand:
    """Give the command a decision came of; a request came of none.

    Raises:
        TypeError: it is a request.
    """
    match event:
        case refunds.ExceptionGranted(by=by, note=note):
            return refunds.GrantException(by=by, note=note)
        case refunds.VerificationStarted(by=by):
            return refunds.StartVerification(by=by)
        case refunds.RefundApproved(by=by, note=note, basis=basis):
            return refunds.ApproveRefund(by=by, note=note, basis=basis)
        case refunds.RefundDeclined(by=by, note=note):
            return refunds.DeclineRefund(by=by, note=note)
        case refunds.RefundReversed(by=by, note=note):
            return refunds.ReverseRefund(by=by, note=note)
        case refunds.RefundReinstated(by=by, note=note):
            return refunds.ReinstateRefund(by=by, note=note)
        case _:
            message = "a request is no decision"
            raise TypeError(message)
