"""An account's money beside payments: paid back, moved, watched; bonus whose time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from leadcore import back_office as bo
from leadcore.accounts import SetCreditLimit, WatchBalance, prepaid_account
from leadcore.balances import lots, payable_back
from leadcore.errors import LeadcoreError, Malformed
from leadcore.payments import BalanceWatch, PaymentMethod, Recharge, payment_of
from leadcore.statement_lines import told_id
from leadcore.values import AccountId, Money
from leadcore_cli import show
from leadcore_cli.commands.paying import method_of
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
from leadcore_cli.processors import ProcessorOption, processor_named
from leadcore_cli.running import add
from leadcore_cli.settling import settle

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.ports import Processor

__all__ = ["register"]

AccountArgument = Annotated[str, typer.Argument(help="The account.")]
Why = Annotated[str, typer.Option(help="Why, in words.")]
Key = Annotated[str | None, typer.Option(help="Its own id: with the same one nothing moves twice.")]


def refund(
    account_id: AccountArgument,
    reason: Annotated[str | None, typer.Option(help="Why, in words.")] = None,
    show_only: Annotated[
        bool, typer.Option("--show", help="Only show what may go back, funding by funding.")
    ] = False,
    key: Key = None,
    by: Annotated[str, typer.Option(help="Who books it.")] = "cli",
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Pay unspent cash less bonus back to where it came from, within the seller's days."""
    here, at = desk(db, seller), now()
    home = here.account(account_id).id
    if show_only:
        _show_payable(here, home, at, as_json=as_json)
        return
    if reason is None:
        raise Malformed.at("--reason", "say why")
    asked = processor_named(processor)
    name = key if key is not None else fresh_id(at)
    case = bo.RefundAccount(
        seller_id=here.seller.id, account_id=home, key=name, actor=by, reason=reason, at=at
    )
    done = here.store.run(case)
    rows = [_Row(each.ref or "", each.amount, _BOOKED) for each in done.paid]
    rows += [_through(here, asked, back, case) for back in done.payments]
    _tell_paid(name, home, rows, as_json=as_json)
    if any(row.failed for row in rows):
        raise typer.Exit(1)


_BOOKED = "booked; send it to its source"


@frozen
class _Row:
    """What goes back to one source."""

    source: str
    amount: Money
    outcome: str
    failed: bool = False


def _tell_paid(key: str, home: str, rows: list[_Row], *, as_json: bool) -> None:
    if as_json:
        paid = [
            {"source": row.source, "amount": show.as_data(row.amount), "outcome": row.outcome}
            for row in rows
        ]
        show.print_json({"key": key, "paid": paid})
        return
    show.table(
        f"Paid back of {home}",
        ("source", "amount", "outcome"),
        ((row.source, row.amount, row.outcome) for row in rows),
    )


def _through(
    here: Desk, processor: Processor, back: bo.PaymentBack, refund: bo.RefundAccount
) -> _Row:
    try:
        outcome = _repaid(here, processor, back, refund)
    except LeadcoreError as error:
        # One that is disputed must not keep the others from going back.
        return _Row(back.payment_id, back.amount, str(error), failed=True)
    return _Row(back.payment_id, back.amount, outcome)


def _repaid(
    here: Desk, processor: Processor, back: bo.PaymentBack, refund: bo.RefundAccount
) -> str:
    at = now()
    asked = here.store.run(
        bo.RepayPayment(
            seller_id=here.seller.id,
            payment_id=back.payment_id,
            repayment_id=refund.repayment_id,
            amount=back.amount,
            by=refund.actor,
            reason=refund.reason,
            within_hours=here.seller.funding.refund_hours,
            all_bonus=True,
            at=at,
        )
    )
    payment = here.store.payment(back.payment_id)
    settled = settle(here, processor, payment, at) if payment else None
    made = settled.repayment(asked.id) if settled else None
    return (made or asked).progress.value


def _show_payable(here: Desk, home: AccountId, at: datetime, *, as_json: bool) -> None:
    currency = here.seller.terms.currency
    held = lots(here.store.statement(prepaid_account(home)), here.seller.consumptions)
    payable = payable_back(held, at, within_hours=here.seller.funding.refund_hours)
    if as_json:
        for each in payable.fundings:
            show.print_json(
                {
                    "funding": each.funding,
                    "payment": payment_of(each.funding),
                    "amount": show.as_data(Money(each.amount, currency)),
                    "bonus_made_good": show.as_data(Money(each.made_good, currency)),
                    "why_not": each.why_not.value if each.why_not else None,
                }
            )
        return
    show.table(
        f"What may go back of {home}",
        ("funding", "amount", "bonus made good", "why not"),
        (
            (
                each.funding,
                Money(each.amount, currency),
                Money(each.made_good, currency),
                each.sentence,
            )
            for each in payable.fundings
        ),
    )


def transfer(
    from_account: Annotated[str, typer.Argument(help="The account that pays.")],
    to_account: Annotated[str, typer.Argument(help="The account that gets it.")],
    amount: Annotated[str, typer.Argument(help="Such as 250 or 250.00; cash only.")],
    allowed_by: Annotated[str, typer.Option(help="Who permitted it; it is recorded.")],
    reason: Why,
    key: Key = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Move unspent cash from one account to another, because somebody allowed it."""
    here, at = desk(db, seller), now()
    moved = here.store.run(
        bo.TransferBalance(
            seller_id=here.seller.id,
            from_account=AccountId(from_account),
            to_account=AccountId(to_account),
            key=key if key is not None else fresh_id(at),
            amount=parse_amount(amount, here.seller.terms.currency),
            allowed_by=allowed_by,
            reason=reason,
            at=at,
        )
    )
    held = {
        name: Money(_posted(here, name), moved.amount.currency)
        for name in (from_account, to_account)
    }
    if as_json:
        balances = {name: show.as_data(amount) for name, amount in held.items()}
        show.print_json({"transfer": told_id(moved), "balances": balances})
        return
    words = ", ".join(f"{name} holds {show.money(amount)}" for name, amount in held.items())
    show.line(show.clean(f"Moved {show.money(moved.amount)}, allowed by {moved.actor}: {words}."))


def _posted(here: Desk, name: str) -> int:
    return here.store.balance(prepaid_account(AccountId(name))).posted


def watch(
    account_id: AccountArgument,
    alert_below: Annotated[
        str | None, typer.Option(help="Tell its admins when it holds less than this.")
    ] = None,
    recharge_below: Annotated[
        str | None, typer.Option(help="Charge when it holds less than this …")
    ] = None,
    recharge_by: Annotated[str | None, typer.Option(help="… so much …")] = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="TOKEN", help="… from this method, by the processor's token."),
    ] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="The processor's token of whose it is.")
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="Watch nothing any more.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Say what is to be done when a balance is low; what is not said is not watched."""
    here = desk(db, seller)
    home, currency = here.account(account_id).id, here.seller.terms.currency
    alert = parse_amount(alert_below, currency, path="--alert-below") if alert_below else None
    charged = method_of(method, customer) if method else None
    recharge = _recharge(recharge_below, recharge_by, charged, currency)
    if nothing is (alert is not None or recharge is not None):
        raise Malformed.at("--nothing", "say what is watched, or --nothing")
    wanted = None if nothing else BalanceWatch(alert_below=alert, recharge=recharge)
    kept = here.store.run(
        bo.KeepAccount(
            seller_id=here.seller.id, account_id=home, command=WatchBalance(wanted), at=now()
        )
    )
    if as_json:
        show.print_json(show.as_data(kept))
        return
    told = [f"an alert below {show.money(alert)}"] if alert else []
    if recharge:
        charge = f"{show.money(recharge.by)} from {recharge.method}"
        told.append(f"{charge} below {show.money(recharge.below)}")
    show.line(show.clean(f"Watched of {kept.id}: {' and '.join(told) or 'nothing'}."))


def _recharge(
    below: str | None, by: str | None, method: PaymentMethod | None, currency: str
) -> Recharge | None:
    if below is None and by is None and method is None:
        return None
    if below is None or by is None or method is None:
        message = "a recharge says all of --recharge-below, --recharge-by and --method"
        raise Malformed.at("--recharge-below", message)
    return Recharge(
        below=parse_amount(below, currency, path="--recharge-below"),
        by=parse_amount(by, currency, path="--recharge-by"),
        method=method,
    )


def check(
    account_id: AccountArgument,
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Look whether a balance is low: alert and recharge, each once for one crossing."""
    here, at = desk(db, seller), now()
    asked = processor_named(processor)
    home = here.account(account_id).id
    found = here.store.run(bo.CheckBalance(seller_id=here.seller.id, account_id=home, at=at))
    payment = settle(here, asked, found.payment, at) if found.payment else None
    if as_json:
        show.print_json(
            {
                "low": show.as_data(found.low) if found.low else None,
                "payment": show.as_data(payment) if payment else None,
            }
        )
        return
    currency = here.seller.terms.currency
    low = "is not below what is watched"
    if found.low:
        left = show.money(Money(found.low.available, currency))
        low = f"is low since line {found.low.number}, with {left}; its admins are told once"
    show.line(show.clean(f"{home} {low}."))
    if payment is not None:
        words = f"{show.money(payment.amount)}, {payment.status.value.replace('_', ' ')}"
        show.line(show.clean(f"Recharge {payment.id}: {words}."), first="  ")


def credit_limit(
    account_id: AccountArgument,
    limit: Annotated[str, typer.Argument(help="How far it may go below zero.")],
    reason: Why,
    by: Annotated[str, typer.Option(help="Who of the seller's staff says so.")] = "cli",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Change how far an open account may go below zero, saying why."""
    here = desk(db, seller)
    home = here.account(account_id)
    amount = parse_amount(limit, home.currency, path="limit")
    command = SetCreditLimit(limit=amount, reason=reason, actor=by)
    kept = here.store.run(
        bo.KeepAccount(seller_id=here.seller.id, account_id=home.id, command=command, at=now())
    )
    if as_json:
        show.print_json(show.as_data(kept))
        return
    show.line(show.clean(f"Account {kept.id} may go {show.money(amount)} below zero."))
    available = here.store.balance(prepaid_account(home.id)).available
    if available < -amount.minor:
        least = Money(-amount.minor - available, home.currency)
        words = f"Nothing new can be spent until {show.money(least)} came in."
        show.line(words, first="  ")


def expire_bonus(
    account_id: AccountArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take back what is left of bonus whose time is over; run again, it finds none."""
    here = desk(db, seller)
    home = here.account(account_id).id
    taken = here.store.run(bo.ExpireBonus(seller_id=here.seller.id, account_id=home, at=now()))
    if as_json:
        for each in taken:
            show.print_json({"bonus": each.ref, "amount": show.as_data(each.amount)})
        return
    show.table(
        f"Bonus of {home} that was past",
        ("bonus", "amount"),
        ((each.ref, each.amount) for each in taken),
    )


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function, name in (
        (refund, "refund"),
        (transfer, "transfer"),
        (watch, "watch"),
        (check, "check"),
        (expire_bonus, "expire-bonus"),
        (credit_limit, "credit-limit"),
    ):
        add(app, function, f"account {name}")
