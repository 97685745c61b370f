"""What happens when a balance is low, and money that goes back to where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.accounts import WatchBalance, prepaid_account
from leadcore.balances import lots, payable_back
from leadcore.errors import LeadcoreError, NotFound
from leadcore.payments import BalanceWatch, PaymentMethod, Recharge, payment_of
from leadcore.values import Money
from leadcore_portal import formats
from leadcore_portal.finding import id_sent
from leadcore_portal.forms import Form
from leadcore_portal.pages.billing import account_here, billing_page
from leadcore_portal.pages.paying import NEW, known_methods, method_of
from leadcore_portal.routing import Page
from leadcore_portal.settling import settle

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]

_PATHS = {
    "watch.alert_below": "alert_below",
    "watch.recharge.below": "recharge_below",
    "watch.recharge.by": "recharge_by",
}


def show_watch(visit: Visit) -> Response:
    """Show what is watched."""
    account = account_here(visit)
    watch = account.watch
    recharge = watch.recharge if watch else None
    form = Form.of(
        {
            "alert_below": _typed(watch.alert_below if watch else None),
            "recharge": recharge is not None,
            "recharge_below": _typed(recharge.below if recharge else None),
            "recharge_by": _typed(recharge.by if recharge else None),
            "method": "0",
        }
    )
    return _watch_page(visit, account, form)


def _typed(amount: Money | None) -> str | None:
    return None if amount is None else f"{amount.minor / 100:.2f}"


def _watch_page(visit: Visit, account: Account, form: Form, *, status: int = 200) -> Response:
    known = known_methods(visit, account)
    if not known:
        form.values["method"] = [NEW]
    choices = [(str(number), str(each)) for number, each in enumerate(known)]
    return billing_page(
        visit,
        account,
        "pages/watch.html",
        "watch",
        status=status,
        form=form,
        choices=[*choices, (NEW, "Another method, by its token")],
    )


def keep_watch(visit: Visit) -> Response:
    """Say what is to be done from now on; what is left empty is not watched."""
    account, form = account_here(visit), visit.form
    with form.telling(_PATHS):
        currency = account.currency
        alert = form.amount("alert_below", currency) if form.raw("alert_below") else None
        recharge = _recharge(visit, account, form) if form.ticked("recharge") else None
        form.check()
        nothing = alert is None and recharge is None
        watch = None if nothing else BalanceWatch(alert_below=alert, recharge=recharge)
        case = bo.KeepAccount(
            seller_id=visit.seller.id,
            account_id=account.id,
            command=WatchBalance(watch),
            at=visit.at,
        )
        visit.run(case)
        told = "Nothing is watched any more." if nothing else "That is watched from now on."
        return visit.go(f"/billing/{account.id}/watch", told)
    return _watch_page(visit, account, form, status=422)


def _recharge(visit: Visit, account: Account, form: Form) -> Recharge | None:
    below = form.amount("recharge_below", account.currency)
    by = form.amount("recharge_by", account.currency)
    method: PaymentMethod | None = method_of(form, known_methods(visit, account))
    return None if method is None else Recharge(below=below, by=by, method=method)


# ------------------------------------------------------------------------------- pay back


def show_back(visit: Visit) -> Response:
    """Show what may go back, funding by funding, and the form that asks for it."""
    form = Form.of({"key": visit.fresh_id()})
    return _back_page(visit, account_here(visit), form)


def _back_page(visit: Visit, account: Account, form: Form, *, status: int = 200) -> Response:
    statement = visit.store.statement(prepaid_account(account.id))
    held = lots(statement, visit.seller.consumptions)
    hours = visit.seller.funding.refund_hours
    payable = payable_back(held, visit.at, within_hours=hours)
    when = {each.transfer.id: each.entry.effective_at for each in statement}

    def money(minor: int) -> Money:
        return Money(minor, account.currency)

    rows = [
        (
            when.get(each.funding),
            "by a payment" if payment_of(each.funding) else "booked by hand",
            money(each.amount),
            money(each.made_good + sum(part.amount for part in each.bonus)),
            each.sentence,
        )
        for each in payable.fundings
    ]
    return billing_page(
        visit,
        account,
        "pages/pay_back.html",
        "back",
        status=status,
        form=form,
        rows=rows,
        total=money(payable.amount),
        bonus=money(payable.bonus),
        days=hours // 24,
    )


def pay_back(visit: Visit) -> Response:
    """Pay unspent cash less bonus back to its sources; payments go back by their processor."""
    account, form = account_here(visit), visit.form
    with form.telling():
        reason = form.text("reason", most=2_000)
        key = id_sent(form, "key")
        if not form.ticked("understood"):
            form.wrong("understood", "Tick this to go on.")
        if visit.settings.processor is None and _has_payments(visit, account):
            form.wrong("", "Nothing can go back here: no payment processor is set up.")
        form.check()
        case = bo.RefundAccount(
            seller_id=visit.seller.id,
            account_id=account.id,
            key=key,
            actor=visit.user.id,
            reason=reason,
            at=visit.at,
        )
        done = visit.run(case)
        booked = sum(each.amount.minor for each in done.paid)
        told = (
            [f"{formats.money(Money(booked, account.currency))} are booked back"] if booked else []
        )
        told += [_through(visit, back, case) for back in done.payments]
        return visit.go(f"/billing/{account.id}", f"{'; '.join(told)}.")
    return _back_page(visit, account, form, status=422)


def _has_payments(visit: Visit, account: Account) -> bool:
    lines = visit.store.statement(prepaid_account(account.id))
    return any(payment_of(each.transfer.id) is not None for each in lines)


def _through(visit: Visit, back: bo.PaymentBack, refund: bo.RefundAccount) -> str:
    amount = formats.money(back.amount)
    try:
        case = bo.RepayPayment(
            seller_id=visit.seller.id,
            payment_id=back.payment_id,
            repayment_id=refund.repayment_id,
            amount=back.amount,
            by=visit.user.id,
            reason=refund.reason,
            within_hours=visit.seller.funding.refund_hours,
            all_bonus=True,
            at=visit.at,
        )
        made = visit.run(case)
        payment = visit.store.payment(back.payment_id)
        if payment is None or visit.settings.processor is None:
            raise NotFound("payment", back.payment_id)
        settled = settle(visit, visit.settings.processor, payment)
        progress = (settled.repayment(made.id) or made).progress.value
    except LeadcoreError as error:
        # One that is disputed must not keep the others from going back.
        return f"{amount} did not go back: {error}"
    return f"{amount} go back to the payment method ({formats.words(progress).lower()})"


_WRITE = Permission(Area.BILLING, Way.WRITE)
_ONE = "/billing/{account_id}"
PAGES = (
    Page(path=f"{_ONE}/watch", make=show_watch, needs=_WRITE),
    Page(path=f"{_ONE}/watch", make=keep_watch, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/back", make=show_back, needs=_WRITE),
    Page(path=f"{_ONE}/back", make=pay_back, method="POST", needs=_WRITE),
)
