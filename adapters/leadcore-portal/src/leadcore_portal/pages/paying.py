"""Add money: the bonus is told before anything is charged, and only tokens of methods are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.balances import bonus_for
from leadcore.errors import Malformed, NotFound
from leadcore.payments import PaymentMethod, PaymentStatus, earned
from leadcore.ports import PaymentQuery
from leadcore.values import Money
from leadcore_portal import formats
from leadcore_portal.finding import id_sent
from leadcore_portal.forms import Form
from leadcore_portal.pages.billing import account_here, billing_page, methods_of
from leadcore_portal.routing import Page
from leadcore_portal.settling import settle

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account
    from leadcore.payments import Payment
    from leadcore.ports import Processor
    from leadcore_portal.visits import Visit

__all__ = ["NEW", "PAGES", "known_methods", "method_of"]

NEW = "new"
"""Chosen where a method is named by its token."""
_LOOKED_AT = 50
_EXAMPLES = (15_000, 30_000, 60_000, 100_000)


def known_methods(visit: Visit, account: Account) -> tuple[PaymentMethod, ...]:
    """Give the methods an account used or named."""
    query = PaymentQuery(seller_id=visit.seller.id, account_id=account.id, limit=_LOOKED_AT)
    return methods_of(visit.store.payments(query), account)


def method_of(form: Form, known: tuple[PaymentMethod, ...]) -> PaymentMethod | None:
    """Read a payment method: one that is known by its place in the list, or a token.

    Returns:
        None where it can't be read; why is noted in the form. What was typed is not repeated.
    """
    chosen = form.raw("method")
    if chosen != NEW:
        if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(known):  # noqa: PLR2004 - a place in a list
            return known[int(chosen)]
        form.wrong("method", "Choose one of these.")
        return None
    try:
        return PaymentMethod(
            token=form.text("token"),
            customer=form.optional("customer"),
            brand=form.optional("brand"),
            last4=form.optional("last4"),
            expires=form.optional("expires"),
        )
    except Malformed as error:
        for problem in error.problems:
            form.wrong(problem.path, f"It {problem.message}.")
            # Whatever it was, it may be a card number, and does not come back on a page.
            form.values[problem.path] = [""]
        return None


def ask(visit: Visit) -> Response:
    """Show the tiers; once an amount is named, what it earns and how to pay it."""
    account = account_here(visit)
    told = visit.asked("amount")
    form = Form.of({"amount": told, "method": "0"})
    if told:
        _amount(form, account)
    return _page(visit, account, form)


def _amount(form: Form, account: Account) -> Money:
    amount = form.amount("amount", account.currency)
    if not form.problems and amount.minor <= 0:
        form.wrong("amount", "More than nothing.")
    return amount


def _page(visit: Visit, account: Account, form: Form, *, status: int = 200) -> Response:
    funding, read = visit.seller.funding, Form.of({"amount": form.raw("amount")})
    amount = _amount(read, account) if form.raw("amount") else None
    wanted = None if read.problems else amount
    tiers = funding.tiers
    bonus = bonus_for(wanted, tiers) if wanted is not None and tiers is not None else None
    known = known_methods(visit, account)
    if not known:
        form.values["method"] = [NEW]
    rows = (
        ()
        if tiers is None
        else tuple(_tier(each.at_least, each.rate, account) for each in tiers.tiers)
    )
    form.values.setdefault("payment_id", [visit.fresh_id()])
    return billing_page(
        visit,
        account,
        "pages/fund.html",
        "fund",
        status=status,
        form=form,
        wanted=wanted,
        bonus=bonus,
        tiers=rows,
        bonus_hours=tiers.bonus_hours if tiers else None,
        refund_days=funding.refund_hours // 24,
        examples=rows or tuple(_tier(each, 0, account) for each in _EXAMPLES),
        choices=_choices(known),
        charges=visit.settings.processor is not None,
    )


def _tier(at_least: int, rate: int, account: Account) -> tuple[Money, str, Money, str]:
    amount = Money(at_least, account.currency)
    percent = f"{rate / 100:g} %"
    return (
        amount,
        percent,
        Money(at_least * rate // 10_000, account.currency),
        f"{at_least / 100:.2f}",
    )


def _choices(known: tuple[PaymentMethod, ...]) -> list[tuple[str, str]]:
    named = [(str(number), str(each)) for number, each in enumerate(known)]
    return [*named, (NEW, "Another method, by its token")]


def pay(visit: Visit) -> Response:
    """Charge a method: recorded first, then asked of the processor; sent twice, charged once."""
    account, form = account_here(visit), visit.form
    processor = visit.settings.processor
    with form.telling({"amount.currency": "amount"}):
        if processor is None:
            form.wrong("", "Nobody is charged here: no payment processor is set up.")
        amount = _amount(form, account)
        method = method_of(form, known_methods(visit, account))
        payment_id = id_sent(form, "payment_id")
        form.check()
        if processor is not None and method is not None:
            request = bo.RequestPayment(
                seller_id=visit.seller.id,
                account_id=account.id,
                payment_id=payment_id,
                amount=amount,
                method=method,
                by=visit.user.id,
                at=visit.at,
            )
            return _charged(visit, processor, account, visit.run(request))
    return _page(visit, account, form, status=422)


def _charged(visit: Visit, processor: Processor, account: Account, requested: Payment) -> Response:
    try:
        payment = settle(visit, processor, requested)
    except Malformed as error:
        why = "; ".join(each.message for each in error.problems)
        told = f"The processor can't be asked for this payment: {why}. It stays open."
        return visit.go(f"/billing/{account.id}", told)
    amount, bonus = formats.money(payment.amount), earned(payment)
    told = f"{amount} are on their way; the balance grows once they came in."
    if payment.status is PaymentStatus.SUCCEEDED:
        more = f", with {formats.money(bonus)} of bonus" if bonus.minor else ""
        told = f"{amount} are on the balance{more}."
    elif payment.status is PaymentStatus.DECLINED:
        why = payment.reason.sentence if payment.reason else "The payment was refused."
        told = f"Nothing was charged. {why}"
    return visit.go(f"/billing/{account.id}", told)


def ask_again(visit: Visit) -> Response:
    """Ask the processor again about a payment that is not settled; nothing is charged twice."""
    account = account_here(visit)
    payment = visit.store.payment(visit.path["payment_id"])
    if payment is None or payment.account_id != account.id:
        raise NotFound("payment", visit.path["payment_id"])
    processor = visit.settings.processor
    if processor is None:
        return visit.go(f"/billing/{account.id}", "No payment processor is set up here.")
    return _charged(visit, processor, account, payment)


_WRITE = Permission(Area.BILLING, Way.WRITE)
_ONE = "/billing/{account_id}"
PAGES = (
    Page(path=f"{_ONE}/fund", make=ask, needs=_WRITE),
    Page(path=f"{_ONE}/fund", make=pay, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/payments/{{payment_id}}", make=ask_again, method="POST", needs=_WRITE),
)
