"""The accounts of a seller: what they hold; stopped, activated, given a credit limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.accounts import ActivateAccount, SetCreditLimit, StopAccount, prepaid_account
from leadcore.values import UNLIMITED, Money
from leadcore_portal.finding import account_of
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account, AccountCommand
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]


def show(visit: Visit) -> Response:
    """Show every account, what it holds, and whether it gets leads."""
    words = visit.asked("text").strip().casefold()
    with visit.reading() as reader:
        everything = reader.accounts(visit.seller.id)
        found = [each for each in everything if words in f"{each.name} {each.id}".casefold()]
        rows = [(each, reader.balance(prepaid_account(each.id))) for each in found]
    told = [
        (account, Money(held.posted, account.currency), Money(held.available, account.currency))
        for account, held in sorted(rows, key=lambda row: row[0].name.casefold())
    ]
    return visit.page(
        "pages/accounts.html",
        rows=told,
        desk=visit.seller.terms.desk,
        form=Form.of({"text": visit.asked("text")}),
        searched=bool(words),
        limits={each.id: _limit(each) for each in found},
    )


def _limit(account: Account) -> Money | None:
    floor = account.floor
    return Money(-floor, account.currency) if isinstance(floor, int) else None


def _here(visit: Visit) -> Account:
    with visit.reading() as reader:
        return account_of(visit, reader, visit.path["account_id"])


def ask_turn(visit: Visit) -> Response:
    """Ask before an account is stopped, or activated again."""
    return _turning(visit, Form())


def _turning(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return visit.page("pages/account_turn.html", status=status, form=form, account=_here(visit))


def stop(visit: Visit) -> Response:
    """Stop an account: it gets no leads until it is activated."""
    form, account = visit.form, _here(visit)
    with form.telling():
        reason = form.text("reason", most=500)
        form.check()
        _keep(visit, account, StopAccount(reason))
        return visit.go("/accounts", f"{account.name} is stopped.")
    return _turning(visit, form, status=422)


def activate(visit: Visit) -> Response:
    """Let an account get leads again."""
    account = _here(visit)
    _keep(visit, account, ActivateAccount())
    return visit.go("/accounts", f"{account.name} is active.")


def _keep(visit: Visit, account: Account, command: AccountCommand) -> None:
    case = bo.KeepAccount(
        seller_id=visit.seller.id, account_id=account.id, command=command, at=visit.at
    )
    visit.run(case)


def ask_limit(visit: Visit) -> Response:
    """Show how far an account may go below zero."""
    limit = _limit(_here(visit))
    typed = None if limit is None else f"{limit.minor / 100:.2f}"
    form = Form.of({"limit": typed, "unlimited": limit is None})
    return _limiting(visit, form)


def _limiting(visit: Visit, form: Form, *, status: int = 200) -> Response:
    account = _here(visit)
    held = visit.store.balance(prepaid_account(account.id))
    return visit.page(
        "pages/account_limit.html",
        status=status,
        form=form,
        account=account,
        available=Money(held.available, account.currency),
    )


def limit(visit: Visit) -> Response:
    """Set it from now on; nothing is taken back."""
    form, account = visit.form, _here(visit)
    with form.telling():
        reason = form.text("reason", most=500)
        unlimited = form.ticked("unlimited")
        amount = UNLIMITED if unlimited else form.amount("limit", account.currency)
        form.check()
        command = SetCreditLimit(limit=amount, reason=reason, actor=visit.user.id)
        _keep(visit, account, command)
        return visit.go("/accounts", f"The credit limit of {account.name} is set.")
    return _limiting(visit, form, status=422)


_READ, _WRITE = Permission(Area.ACCOUNTS, Way.READ), Permission(Area.ACCOUNTS, Way.WRITE)
_ONE = "/accounts/{account_id}"
PAGES = (
    Page(path="/accounts", make=show, needs=_READ),
    Page(path=f"{_ONE}/turn", make=ask_turn, needs=_WRITE),
    Page(path=f"{_ONE}/stop", make=stop, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/activate", make=activate, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/limit", make=ask_limit, needs=_WRITE),
    Page(path=f"{_ONE}/limit", make=limit, method="POST", needs=_WRITE),
)
