"""What an account holds, what is reserved of it, and every line of its statement."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attrs import frozen

from leadcore.access import Area, Permission, Way
from leadcore.accounts import prepaid_account
from leadcore.balances import TransferKind, lots
from leadcore.intervals import local_date, start_of_local_day
from leadcore.payments import UNSETTLED, PaymentStatus
from leadcore.ports import PaymentQuery, StatementLine
from leadcore.values import Money
from leadcore_portal.finding import account_of, shown_leads
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account
    from leadcore.payments import Payment, PaymentMethod
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES", "account_here", "billing_page", "methods_of"]

_PAYMENTS = 20
_LINES = 100
_DAY = timedelta(days=1)
KINDS = {
    TransferKind.TOPUP: "Money added",
    TransferKind.CHARGEBACK: "Payment taken back by the bank",
    TransferKind.HOLD: "Reserved for a lead",
    TransferKind.CAPTURE: "Lead",
    TransferKind.VOID: "Reservation released",
    TransferKind.EXPIRE: "Reservation over",
    TransferKind.CHARGE: "Lead",
    TransferKind.REFUND: "Lead returned",
    TransferKind.REFUND_REVERSAL: "Return taken back",
    TransferKind.PROMO_GRANT: "Bonus",
    TransferKind.PROMO_EXPIRY: "Bonus over",
    TransferKind.ACCOUNT_REFUND: "Paid back",
    TransferKind.ADJUSTMENT: "Correction",
    TransferKind.WRITE_OFF: "Written off",
    TransferKind.TRANSFER: "Moved between accounts",
}
STATUSES = {
    PaymentStatus.SUCCEEDED: ("Paid", "good"),
    PaymentStatus.DECLINED: ("Declined", "bad"),
    PaymentStatus.DISPUTED: ("Disputed", "bad"),
}


@frozen(kw_only=True)
class _Held:
    """Money reserved for something: how much, since when, until when, for which lead."""

    amount: Money
    line: StatementLine


def account_here(visit: Visit) -> Account:
    """Give the account that the address names.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    with visit.reading() as reader:
        return account_of(visit, reader, visit.path["account_id"])


def billing_page(
    visit: Visit, account: Account, template: str, tab: str, *, status: int = 200, **values: object
) -> Response:
    """Make one of the pages about an account's money: head and tabs are the same on each."""
    base = f"/billing/{account.id}"
    told: tuple[tuple[str, str], ...] = (("", "Balance"), ("statement", "Statement"))
    if visit.may("billing", "write"):
        more = (("fund", "Add money"), ("watch", "Low balance"), ("back", "Pay back"))
        told += more
    held = visit.store.balance(prepaid_account(account.id))
    return visit.page(
        template,
        status=status,
        account=account,
        base=base,
        tabs=[(f"{base}/{name}" if name else base, words, None) for name, words in told],
        here=f"{base}/{tab}" if tab else base,
        available=Money(held.available, account.currency),
        **values,
    )


def methods_of(payments: tuple[Payment, ...], account: Account) -> tuple[PaymentMethod, ...]:
    """Give the payment methods an account used or named, the latest first, each once."""
    watched = account.watch.recharge if account.watch else None
    known = [watched.method] if watched else []
    known += [each.method for each in payments]
    return tuple({each.token: each for each in reversed(known)}.values())[::-1]


def go_home(visit: Visit) -> Response:
    """Go to one's own account; staff choose one."""
    return visit.go("/accounts" if visit.staff else f"/billing/{visit.user.account_id}")


def show(visit: Visit) -> Response:
    """Show what the account holds."""
    account = account_here(visit)
    ledger = prepaid_account(account.id)
    with visit.reading() as reader:
        balance = reader.balance(ledger)
        whole = reader.statement(ledger)
        query = PaymentQuery(seller_id=visit.seller.id, account_id=account.id, limit=_PAYMENTS)
        payments = reader.payments(query)
    found = lots(whole, visit.seller.consumptions)
    lines = {each.transfer.id: each for each in whole}

    def money(minor: int) -> Money:
        return Money(minor, account.currency)

    return billing_page(
        visit,
        account,
        "pages/billing.html",
        "",
        posted=money(balance.posted),
        pending=money(balance.pending),
        cash=money(found.cash),
        bonus=money(found.bonus),
        owed=money(found.owed),
        limit=money(-account.floor) if isinstance(account.floor, int) else None,
        held=[_Held(amount=money(h.amount), line=lines[key]) for key, h in found.held.items()],
        payments=payments,
        unsettled=UNSETTLED,
        statuses=STATUSES,
        methods=methods_of(payments, account),
        processor=visit.settings.processor is not None,
    )


# ------------------------------------------------------------------------------- statement


@frozen(kw_only=True)
class _Span:
    """The days of a statement, and their instants."""

    since: date
    until: date | None
    first: datetime
    last: datetime | None


def statement(visit: Visit) -> Response:
    """Show the lines of some days with the balance after each, what was before and what after."""
    account = account_here(visit)
    form = Form.of({"since": visit.asked("since"), "until": visit.asked("until")})
    span = _span(visit, form)
    ledger, behind = prepaid_account(account.id), _number(visit.asked("after"))
    with visit.reading() as reader:
        lines = reader.statement(ledger, span.first, span.last)
        before = _opening(reader, ledger, span, lines)
        rest = [each for each in lines if each.entry.seq > behind]
        page = rest[:_LINES]
        leads = _named(visit, reader, page)
    form.values["since"] = [str(span.since)]
    days = {"since": str(span.since), **({"until": str(span.until)} if span.until else {})}
    more = f"?{urlencode({**days, 'after': str(page[-1].entry.seq)})}" if len(rest) > _LINES else ""

    def money(minor: int) -> Money:
        return Money(minor, account.currency)

    return billing_page(
        visit,
        account,
        "pages/statement.html",
        "statement",
        form=form,
        lines=page,
        leads=leads,
        kinds=KINDS,
        money_of=money,
        opening=None if behind else money(before),
        closing=money(lines[-1].entry.posted_after if lines else before),
        came=money(sum(each.entry.amount for each in lines if each.entry.amount > 0)),
        went=money(sum(each.entry.amount for each in lines if each.entry.amount < 0)),
        next=f"/billing/{account.id}/statement{more}" if more else None,
        first=f"/billing/{account.id}/statement?{urlencode(days)}" if behind else None,
    )


def _span(visit: Visit, form: Form) -> _Span:
    today = local_date(visit.at, visit.zone)
    since, until = form.day("since") or today.replace(day=1), form.day("until")
    last = None if until is None else start_of_local_day(until + _DAY, visit.zone)
    first = start_of_local_day(since, visit.zone)
    return _Span(since=since, until=until, first=first, last=last)


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0  # noqa: PLR2004 - fits 64 bits


def _opening(reader: SqlReader, ledger: str, span: _Span, lines: tuple[StatementLine, ...]) -> int:
    if lines:
        return lines[0].entry.posted_after - lines[0].entry.amount
    return reader.balance(ledger, span.first).posted


def _named(visit: Visit, reader: SqlReader, lines: list[StatementLine]) -> dict[str, str]:
    ids = dict.fromkeys(each.transfer.lead_id for each in lines if each.transfer.lead_id)
    return shown_leads(visit, reader, (reader.lead(each) for each in ids))


_READ = Permission(Area.BILLING, Way.READ)
PAGES = (
    Page(path="/billing", make=go_home, needs=_READ),
    Page(path="/billing/{account_id}", make=show, needs=_READ),
    Page(path="/billing/{account_id}/statement", make=statement, needs=_READ),
)
