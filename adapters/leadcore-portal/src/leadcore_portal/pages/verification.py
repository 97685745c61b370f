"""The queue of the seller's staff: what waits for an answer, by due date, and each decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound, WrongState
from leadcore.ports import RefundQuery, RefundSort
from leadcore.refunds import PENDING, Basis, RefundCommand, RefundStatus
from leadcore_portal import formats
from leadcore_portal.finding import account_of, refund_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names
from leadcore_portal.pages.returns import OUTCOMES, one_page, people_of
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.refunds import Refund
    from leadcore_portal.visits import Visit

__all__ = ["DEEDS", "PAGES", "Deed"]

_SHOWN = 100
_WAITING = PENDING | {RefundStatus.EXCEPTION_ASKED}
BASES = (
    (Basis.PERSON_SAID.value, "What the person said"),
    (Basis.RECORDING.value, "The recording"),
    (Basis.RECORDS.value, "Records"),
)


@frozen(kw_only=True)
class Deed:
    """One thing staff do with a request.

    Attributes:
        key: in the address.
        name: on the button. asks: the heading of its page.
        says: what will happen; `{amount}` and `{account}` are filled in.
        done: what is said afterwards.
        make: the command of who, which note, and what it rests on.
        mood: of the button.
    """

    key: str
    name: str
    asks: str
    says: str
    done: str
    make: Callable[[str, str, Basis], RefundCommand]
    mood: str = ""


DEEDS: tuple[Deed, ...] = (
    Deed(
        key="verify",
        name="Begin to verify",
        asks="Begin to verify?",
        says="Everybody sees that somebody is at it.",
        done="Verification began.",
        make=lambda by, _note, _basis: refunds.StartVerification(by=by),
    ),
    Deed(
        key="grant",
        name="Grant the exception",
        asks="Grant the exception?",
        says="The request came after the window was over. It is verified as if it had come "
        "in time, and you answer for that.",
        done="The exception is granted; the request waits to be verified.",
        make=lambda by, note, _basis: refunds.GrantException(by=by, note=note),
    ),
    Deed(
        key="approve",
        name="Approve",
        asks="Approve the return?",
        says="{account} is credited with {amount}, and the lead leaves the account. "
        "The person may be sold to somebody else.",
        done="Approved: the account is credited, the lead has left it.",
        make=lambda by, note, basis: refunds.ApproveRefund(by=by, note=note, basis=basis),
        mood="main",
    ),
    Deed(
        key="decline",
        name="Decline",
        asks="Decline the return?",
        says="The lead stays with {account}, and your note is told as the reason.",
        done="Declined; the account is told why.",
        make=lambda by, note, _basis: refunds.DeclineRefund(by=by, note=note),
        mood="danger",
    ),
    Deed(
        key="reinstate",
        name="Let the approval hold again",
        asks="Let the approval hold again?",
        says="The reversal was made in error: {account} is credited with {amount} again, and the "
        "lead leaves it again.",
        done="The approval holds again.",
        make=lambda by, note, _basis: refunds.ReinstateRefund(by=by, note=note),
        mood="danger",
    ),
)
"""Everything staff do here; a reversal is on the request's own page, for associates ask for it."""


def show(visit: Visit) -> Response:
    """Show what waits, the first due first, with the evidence at hand."""
    terms = visit.seller.terms.refunds
    with visit.reading() as reader:
        wanted = visit.asked("account")
        query = RefundQuery(
            seller_id=visit.seller.id,
            account_id=account_of(visit, reader, wanted).id if wanted else None,
            statuses=_WAITING,
            sort=RefundSort.DUE,
            limit=_SHOWN,
        )
        page = reader.refund_page(query)
        found = [(each, reader.lead(each.lead_id)) for each in page.refunds]
        names, accounts = people_of(visit, reader, page.refunds)
    waiting = [
        (refunds.waiting(each, lead, terms, visit.at), lead)
        for each, lead in found
        if lead is not None
    ]
    return visit.page(
        "pages/verification.html",
        form=Form.of({"account": wanted}),
        waiting=waiting,
        late=sum(1 for each, _ in waiting if each.overdue),
        beyond=page.beyond,
        names=names,
        accounts=sorted(accounts.items(), key=lambda pair: pair[1]),
        account_names=accounts,
        outcomes=OUTCOMES,
        reasons={each.code: each.label for each in terms.reasons},
    )


def show_one(visit: Visit) -> Response:
    """Show a request with all that is at hand, and what may be done with it now."""
    with visit.reading() as reader:
        found = refund_of(visit, reader, visit.path["refund_id"])
    return one_page(visit, deeds=tuple(each for each in DEEDS if _fits(visit, each, found)))


def _fits(visit: Visit, deed: Deed, found: Refund) -> bool:
    """Ask the rules of a request whether a deed fits where it is."""
    try:
        refunds.decide(deed.make(visit.user.id, "note", Basis.RECORDING), found, visit.at)
    except WrongState:
        return False
    return True


def _named(visit: Visit) -> Deed:
    wanted = visit.path["deed"]
    found = next((each for each in DEEDS if each.key == wanted), None)
    if found is None:
        raise NotFound("deed", wanted)
    return found


def ask(visit: Visit) -> Response:
    """Say what a decision leads to, and ask for the words with it."""
    return _page(visit, Form())


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    deed = _named(visit)
    with visit.reading() as reader:
        found = refund_of(visit, reader, visit.path["refund_id"])
        accounts = account_names(reader, visit)
        lead = reader.lead(found.lead_id)
    account = accounts.get(found.account_id, found.account_id)
    says = deed.says.format(account=account, amount=formats.money(found.amount))
    return visit.page(
        "pages/verification_deed.html",
        status=status,
        form=form,
        refund=found,
        lead=lead,
        deed=deed,
        says=says,
        bases=BASES,
    )


def decide(visit: Visit) -> Response:
    """Decide, as this one of the staff."""
    form, deed = visit.form, _named(visit)
    with visit.reading() as reader:
        found = refund_of(visit, reader, visit.path["refund_id"])
    with form.telling({"by": ""}):
        note = "" if deed.key == "verify" else form.text("note", most=2_000)
        asks = deed.key == "approve"
        basis = form.choice("basis", Basis.PERSON_SAID) if asks else Basis.RECORDS
        form.check()
        command = deed.make(visit.user.id, note, basis)
        visit.run(bo.DecideRefund(refund_id=found.id, command=command, at=visit.at))
        return visit.go(f"/verification/{found.id}", deed.done)
    return _page(visit, form, status=422)


_READ = Permission(Area.VERIFICATION, Way.READ)
_WRITE = Permission(Area.VERIFICATION, Way.WRITE)
PAGES = (
    Page(path="/verification", make=show, needs=_READ),
    Page(path="/verification/{refund_id}", make=show_one, needs=_READ),
    Page(path="/verification/{refund_id}/{deed}", make=ask, needs=_WRITE),
    Page(path="/verification/{refund_id}/{deed}", make=decide, method="POST", needs=_WRITE),
)
