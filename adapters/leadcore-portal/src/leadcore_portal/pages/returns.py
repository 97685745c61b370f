"""Returns: what was asked for and what became of it; one request, and taking an approval back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attrs import evolve, frozen

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.access import Area, Permission, Way
from leadcore.intervals import local_date, start_of_local_day
from leadcore.ports import RefundDate, RefundQuery
from leadcore.refunds import PENDING, Refund, RefundStatus
from leadcore.values import AccountId
from leadcore_portal.finding import account_of, refund_of, seen_of_refunds, shown_leads
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names, user_names
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["OUTCOMES", "PAGES", "one_page", "people_of"]

_SHOWN = 100
_MOST = 10_000
_DAY = timedelta(days=1)
_FILTERS = ("status", "dated", "since", "until", "account")
STATUSES: tuple[tuple[str, str, frozenset[RefundStatus]], ...] = (
    ("pending", "Pending", PENDING | {RefundStatus.EXCEPTION_ASKED}),
    ("approved", "Approved", frozenset({RefundStatus.APPROVED})),
    ("denied", "Denied", frozenset({RefundStatus.DECLINED})),
    ("reversed", "Taken back", frozenset({RefundStatus.REVERSED})),
)
OUTCOMES: Mapping[RefundStatus, tuple[str, str]] = {
    RefundStatus.EXCEPTION_ASKED: ("Pending: exception asked for", "info"),
    RefundStatus.REQUESTED: ("Pending", "info"),
    RefundStatus.UNDER_VERIFICATION: ("Pending: being verified", "info"),
    RefundStatus.APPROVED: ("Approved", "good"),
    RefundStatus.DECLINED: ("Denied", "bad"),
    RefundStatus.REVERSED: ("Taken back", "warn"),
}
"""What a status is called, and how it looks."""


@frozen(kw_only=True)
class _Listed:
    """A page of requests, and how many it leaves out: by its dates, by its length."""

    refunds: tuple[Refund, ...]
    outside: int
    beyond: int


def show(visit: Visit) -> Response:
    """Show the requests of this month, or of other days."""
    asked = {name: visit.asked(name) for name in _FILTERS}
    if not asked["since"] and not asked["until"]:
        zone = visit.seller.terms.zone
        asked["since"] = str(local_date(refunds.status_month(visit.at, zone), zone))
    form = Form.of(asked)
    with visit.reading() as reader:
        listed = _listed(visit, reader, _query(visit, reader, form))
        leads = shown_leads(visit, reader, (reader.lead(each.lead_id) for each in listed.refunds))
        names = people_of(visit, reader, listed.refunds)
    reasons = {each.code: each.label for each in visit.seller.terms.refunds.reasons}
    accounts = sorted(names[1].items(), key=lambda pair: pair[1]) if visit.staff else ()
    return visit.page(
        "pages/returns.html",
        form=form,
        listed=listed,
        leads=leads,
        names=names[0],
        accounts=accounts,
        account_names=names[1],
        reasons=reasons,
        outcomes=OUTCOMES,
        statuses=[(key, words) for key, words, _ in STATUSES],
        all_days=f"/returns?{_all_days(visit)}",
        narrowed=any(asked[name] for name in ("status", "account")),
    )


def _all_days(visit: Visit) -> str:
    kept = {name: visit.asked(name) for name in ("status", "account") if visit.asked(name)}
    return urlencode({**kept, "since": "2000-01-01"})


def _query(visit: Visit, reader: SqlReader, form: Form) -> RefundQuery:
    since, until = form.day("since"), form.day("until")
    statuses = next((found for key, _, found in STATUSES if key == form.raw("status")), None)
    wanted = form.raw("account")
    home = account_of(visit, reader, wanted).id if visit.staff and wanted else visit.of_account
    decided = form.raw("dated") == RefundDate.DECIDED.value
    zone = visit.seller.terms.zone
    return RefundQuery(
        seller_id=visit.seller.id,
        account_id=home,
        statuses=statuses,
        dated=RefundDate.DECIDED if decided else RefundDate.REQUESTED,
        since=None if since is None else start_of_local_day(since, zone),
        until=None if until is None else start_of_local_day(until + _DAY, zone),
        limit=_MOST,
    )


def _listed(visit: Visit, reader: SqlReader, query: RefundQuery) -> _Listed:
    page = reader.refund_page(query)
    seen = seen_of_refunds(visit, reader, page.refunds)
    outside, beyond = page.outside, page.beyond
    if len(seen) < len(page.refunds) or (outside and not _sees_all(visit)):
        # How many others asked for is not theirs to know.
        everything = reader.refunds(evolve(query, since=None, until=None))
        outside, beyond = len(seen_of_refunds(visit, reader, everything)) - len(seen), 0
    shown = seen[:_SHOWN]
    return _Listed(refunds=shown, outside=outside, beyond=beyond + len(seen) - len(shown))


def _sees_all(visit: Visit) -> bool:
    return visit.staff or visit.user.profile.admin


def people_of(
    visit: Visit, reader: SqlReader, found: tuple[Refund, ...]
) -> tuple[Mapping[str, str], Mapping[AccountId, str]]:
    """Give the names of whoever asked, and of the accounts one may know of."""
    users = user_names(reader, (by for each in found for by in (each.requested_by, each.staff_id)))
    accounts = account_names(reader, visit)
    return users, {AccountId(key): name for key, name in accounts.items()}


# ------------------------------------------------------------------------------ one request


def show_one(visit: Visit) -> Response:
    """Show a request, what is expected, and what became of it."""
    return one_page(visit)


def one_page(visit: Visit, deeds: Sequence[object] = ()) -> Response:
    """Make the page of one request; for the seller's staff with what is at hand to decide it.

    Args:
        visit: who asks.
        deeds: what staff may do with it now.
    """
    with visit.reading() as reader:
        found = refund_of(visit, reader, visit.path["refund_id"])
        lead = reader.lead(found.lead_id)
        leads = shown_leads(visit, reader, (lead,))
        history = reader.journal("refund", found.id)
        accounts = account_names(reader, visit)
        by = (getattr(each, "by", None) for each in history)
        people = user_names(reader, (found.requested_by, found.staff_id, *by))
    terms = visit.seller.terms.refunds
    waits = None
    if visit.staff and lead is not None:
        waits = refunds.waiting(found, lead, terms, visit.at)
    return visit.page(
        "pages/return.html",
        refund=found,
        lead=lead if found.lead_id in leads else None,
        lead_name=leads.get(found.lead_id),
        reason=next((e.label for e in terms.reasons if e.code == found.reason), found.reason),
        history=[(type(each).__name__, each) for each in history],
        people=people if not visit.staff else {**people, **accounts},
        account=accounts.get(found.account_id, found.account_id),
        outcomes=OUTCOMES,
        told=_TOLD,
        waits=waits,
        pending=found.status in PENDING | {RefundStatus.EXCEPTION_ASKED},
        back=found.status is RefundStatus.APPROVED and visit.may("returns", "write"),
        deeds=deeds,
    )


_TOLD = {
    "RefundRequested": "The return was asked for",
    "ExceptionGranted": "The exception was granted",
    "VerificationStarted": "Verification began",
    "RefundApproved": "Approved",
    "RefundDeclined": "Denied",
    "RefundReversed": "The approval was taken back",
    "RefundReinstated": "The approval holds again",
}


def ask_reversal(visit: Visit) -> Response:
    """Ask before an approval is taken back."""
    return _reversal(visit, Form())


def _reversal(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        found = refund_of(visit, reader, visit.path["refund_id"])
    return visit.page("pages/return_reverse.html", status=status, form=form, refund=found)


def reverse(visit: Visit) -> Response:
    """Take an approval back: the person became the associate's after all."""
    form = visit.form
    with visit.reading() as reader:
        found = refund_of(visit, reader, visit.path["refund_id"])
    with form.telling():
        note = form.text("note", most=2_000)
        form.check()
        command = refunds.ReverseRefund(by=visit.user.id, note=note)
        forced = visit.staff and form.ticked("forced")
        case = bo.DecideRefund(refund_id=found.id, command=command, forced=forced, at=visit.at)
        visit.run(case)
        told = "The return is taken back: the lead is with the account again."
        return visit.go(f"/returns/{found.id}", told)
    return _reversal(visit, form, status=422)


_READ, _WRITE = Permission(Area.RETURNS, Way.READ), Permission(Area.RETURNS, Way.WRITE)
PAGES = (
    Page(path="/returns", make=show, needs=_READ),
    Page(path="/returns/{refund_id}", make=show_one, needs=_READ),
    Page(path="/returns/{refund_id}/reverse", make=ask_reversal, needs=_WRITE),
    Page(path="/returns/{refund_id}/reverse", make=reverse, method="POST", needs=_WRITE),
)
