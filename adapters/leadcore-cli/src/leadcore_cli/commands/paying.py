"""Payments: top up by a stored method, see what became of it, take notices, give money back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound
from leadcore.payments import UNSETTLED, PaymentMethod, PaymentStatus, earned
from leadcore.ports import PaymentQuery
from leadcore_cli import show
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    fresh_id,
    now,
)
from leadcore_cli.parsing import parse_amount
from leadcore_cli.processors import ProcessorOption, check_method, processor_named
from leadcore_cli.running import add
from leadcore_cli.settling import settle

if TYPE_CHECKING:
    from leadcore.payments import Payment
    from leadcore.values import AccountId

__all__ = ["method_of", "register"]

_MOST_BYTES = 1_000_000
PaymentArgument = Annotated[str, typer.Argument(help="The payment's id.")]
By = Annotated[str, typer.Option(help="Who wants it.")]


def method_of(token: str, customer: str | None = None) -> PaymentMethod:
    """Give a payment method that somebody named by the processor's tokens.

    Raises:
        Malformed: it is no token; what looks like a card number is not repeated.
    """
    return PaymentMethod(token=token, customer=customer)


def top_up(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    amount: Annotated[str, typer.Argument(help="Such as 250 or 250.00.")],
    method: Annotated[
        str,
        typer.Option(metavar="TOKEN", help="The processor's token of a saved method; no card."),
    ],
    customer: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="The processor's token of whose it is.")
    ] = None,
    payment_id: Annotated[
        str | None, typer.Option("--id", help="Its own id: the same one is never charged twice.")
    ] = None,
    by: By = "cli",
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Top an account up from a saved payment method, with the bonus of the seller's tiers."""
    here, at = desk(db, seller), now()
    asked, charged = processor_named(processor), method_of(method, customer)
    # Before it is stored: what no processor can be asked for would stay open for good.
    check_method(asked, charged)
    payment = here.store.run(
        bo.RequestPayment(
            seller_id=here.seller.id,
            account_id=here.account(account_id).id,
            payment_id=payment_id if payment_id is not None else fresh_id(at),
            amount=parse_amount(amount, here.seller.terms.currency),
            method=charged,
            by=by,
            at=at,
        )
    )
    _tell(settle(here, asked, payment, at), as_json=as_json)


def ask(
    payment_id: PaymentArgument,
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask the processor again about what is not settled; nothing is charged twice."""
    here = desk(db, seller)
    asked = processor_named(processor)
    _tell(settle(here, asked, _payment(here, payment_id), now()), as_json=as_json)


def back(
    payment_id: PaymentArgument,
    amount: Annotated[str, typer.Argument(help="Such as 250 or 250.00.")],
    reason: Annotated[str, typer.Option(help="Why, in words.")],
    repayment_id: Annotated[
        str | None, typer.Option("--id", help="Its own id: the same one never goes back twice.")
    ] = None,
    by: By = "cli",
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Give unspent money of a payment back to its source, and the bonus that went with it."""
    here, at = desk(db, seller), now()
    asked = processor_named(processor)
    here.store.run(
        bo.RepayPayment(
            seller_id=here.seller.id,
            payment_id=payment_id,
            repayment_id=repayment_id if repayment_id is not None else fresh_id(at),
            amount=parse_amount(amount, here.seller.terms.currency),
            by=by,
            reason=reason,
            within_hours=here.seller.funding.refund_hours,
            at=at,
        )
    )
    _tell(settle(here, asked, _payment(here, payment_id), at), as_json=as_json)


def _payment(here: Desk, payment_id: str) -> Payment:
    found = here.store.payment(payment_id)
    if found is None or found.seller_id != here.seller.id:
        raise NotFound("payment", payment_id)
    return found


def list_payments(
    account: Annotated[str | None, typer.Option(help="Of one account.")] = None,
    status: Annotated[list[PaymentStatus] | None, typer.Option(help="Only these.")] = None,
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="Only what the processor has yet to settle.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=10_000)] = 50,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List payments, newest first."""
    here = desk(db, seller)
    home: AccountId | None = here.account(account).id if account is not None else None
    wanted = frozenset(status or ()) | (UNSETTLED if unsettled else frozenset())
    query = PaymentQuery(
        seller_id=here.seller.id, account_id=home, statuses=wanted or None, limit=limit
    )
    found = here.store.payments(query)
    if as_json:
        for each in found:
            show.print_json(_data(each))
        return
    show.table(
        "Payments",
        ("payment", "account", "requested", "amount", "status", "method", "bonus", "left"),
        (
            (
                each.id,
                each.account_id,
                show.instant(each.requested_at),
                each.amount,
                each.status.value.replace("_", " "),
                each.method,
                earned(each),
                each.left if each.succeeded_at else None,
            )
            for each in found
        ),
    )


def show_payment(
    payment_id: PaymentArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show a payment: how far it is, its repayments and disputes, what does not fit."""
    here = desk(db, seller)
    payment = _payment(here, payment_id)
    _tell(payment, as_json=as_json)
    if as_json:
        return
    for one in payment.repayments:
        words = f"{show.money(one.amount)} back: {one.progress.value}, {one.reason}"
        show.line(show.clean(f"{words} ({one.id})"), first="  ")
    for each in payment.disputes:
        show.line(show.clean(f"dispute {each.id}: {each.status.value}"), first="  ")
    for wrong in payment.contradictions:
        show.line(f"[red]{show.clean(wrong.words)}[/]", first="  ")


def _data(payment: Payment) -> dict[str, object]:
    told = {"status": payment.status.value, "bonus": show.as_data(earned(payment))}
    return {"payment": show.as_data(payment), **told, "left": show.as_data(payment.left)}


def _tell(payment: Payment, *, as_json: bool) -> None:
    if as_json:
        show.print_json(_data(payment))
        return
    status = payment.status.value.replace("_", " ")
    words = (
        f"Payment {payment.id}: {show.money(payment.amount)} onto {payment.account_id}, {status}"
    )
    bonus = earned(payment)
    more = f", with {show.money(bonus)} of bonus" if bonus.minor else ""
    why = f" ({payment.reason.value.replace('_', ' ')})" if payment.reason else ""
    show.line(show.clean(f"{words}{why}{more}."))


def notice(
    file: Annotated[Path, typer.Argument(help="The notice's bytes as they came; - is stdin.")],
    signature: Annotated[str, typer.Option(help="The header that proves who sent it.")],
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take what the processor told unasked; each notice counts once, in any order."""
    here, at = desk(db, seller), now()
    if str(file) == "-":
        body = sys.stdin.buffer.read(_MOST_BYTES + 1)
    else:
        with file.open("rb") as stream:
            body = stream.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise Malformed.at(str(file), f"has more than {_MOST_BYTES:,} bytes")
    told = processor_named(processor).read(body, signature, at=at)
    taken = None
    if told is not None:
        taken = here.store.run(bo.ReceiveNotice(seller_id=here.seller.id, notice=told, at=at))
    if as_json:
        payment = taken.payment if taken else None
        show.print_json(
            {
                "notice": told.id if told else None,
                "outcome": taken.outcome.value if taken else "ignored",
                "payment": payment.id if payment else None,
                "status": payment.status.value if payment else None,
            }
        )
    elif told is None or taken is None:
        show.line("The notice is about nothing that matters here.")
    else:
        show.line(show.clean(f"Notice {told.id}: {_TAKEN[taken.outcome]}"))
        if taken.payment is not None:
            _tell(taken.payment, as_json=False)


_TAKEN = {
    bo.Taken.COUNTED: "counted.",
    bo.Taken.KNOWN: "known from before; nothing changed.",
    bo.Taken.STRAY: "about a charge that nobody asked for here; it is kept to be looked at.",
}


def strays(
    db: Database = DEFAULT_DATABASE, seller: SellerOption = None, as_json: AsJson = False
) -> None:
    """List what the processor told of charges that nobody asked for here."""
    here = desk(db, seller)
    found = here.store.strays(here.seller.id)
    if as_json:
        for each in found:
            show.print_json(show.as_data(each))
        return
    show.table(
        "Charges nobody asked for here",
        ("charge", "notice", "happened", "about", "amount"),
        (
            (told.reference, told.id, show.instant(told.occurred_at), told.news.value, told.amount)
            for each in found
            for told in each.notices
        ),
    )


def register(app: typer.Typer) -> None:
    """Add these commands."""
    pay = typer.Typer(help="Payments from saved methods.", no_args_is_help=True)
    add(pay, top_up, "top-up")
    add(pay, ask)
    add(pay, back)
    add(pay, list_payments, "list")
    add(pay, show_payment, "show")
    add(pay, notice)
    add(pay, strays)
    app.add_typer(pay, name="pay")
