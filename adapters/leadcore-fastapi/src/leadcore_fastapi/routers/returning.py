"""Returns: asked for, listed with what the list leaves out, waiting for an answer, decided on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import refunds, wire
from leadcore.access import Area, Way
from leadcore.decider import fold
from leadcore.errors import NotFound
from leadcore.ports import RefundDate, RefundQuery, RefundSort
from leadcore.refunds import PENDING, Basis, Refund, RefundStatus
from leadcore.values import LeadId, RefundId
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import LIMIT, SINCE, UNTIL, Note, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.refunds import RefundCommand
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("returns")
_READ, _WRITE = (Area.RETURNS, Way.READ), (Area.RETURNS, Way.WRITE)
_LOOK, _VERIFY = (Area.VERIFICATION, Way.READ), (Area.VERIFICATION, Way.WRITE)
_ALL = 10_000
_NOTE = {"note": "the person says the number was never theirs"}


@frozen(kw_only=True)
class Wish:
    """Why a lead is to be returned.

    Attributes:
        reason: a code of the seller's list.
        detail: what was found, in words.
        exception: why a person should let it pass though the window is over.
    """

    reason: str
    detail: str
    other_lead: LeadId | None = None
    exception: str | None = None
    documents: tuple[str, ...] = ()


@frozen(kw_only=True)
class Approval:
    """What an approval rests on."""

    note: str
    basis: Basis = Basis.PERSON_SAID


def _kept(refund: Refund) -> Reply:
    return Reply(data=wire.dump(refund))


def _find(call: Call) -> Refund:
    key = call.path("return_id")
    events = call.store.journal("refund", key)
    found = fold(refunds.evolve, None, events) if events else None
    if found is not None and found.seller_id == call.seller.id:
        for each in bo.seen_refunds(call.scope, (found,), call.store.covered):
            return each
    raise NotFound("return", key)


@group.get(
    "/return-reasons",
    "List the reasons for which leads may be returned",
    may=_READ,
    query=(Param(name="lead", kind=str, says="Only those of this lead."),),
    gives=page_of({"type": "object", "required": ["code", "label"]}),
    others=(404,),
)
def list_reasons(call: Call) -> Reply:
    """By the seller's terms; not interested is none."""
    listed = call.seller.terms.refunds.reasons
    if "lead" in call.query:
        given = call.lead(call.query["lead"]).submission
        listed = refunds.reasons_for(given.kind, given.area, reasons=listed)
    return Reply(data={"items": [wire.dump(each) for each in listed], "next": None})


@group.post(
    "/leads/{lead_id}/returns",
    "Ask to return a lead",
    may=_WRITE,
    body=Wish,
    gives=Refund,
    status=201,
    example={"reason": "wrong_number", "detail": "Somebody else answers."},
)
def request_return(call: Call) -> Act:
    """Within the window, for a reason of the list; where the terms say no, 422 has every finding.

    An approved return sends the person to somebody else.
    """
    asked = call.load(Wish)
    case = bo.RequestRefund(
        refund_id=RefundId(call.steady("return")),
        lead_id=call.lead(call.path("lead_id")).id,
        user_id=call.user.id,
        reason=asked.reason,
        detail=asked.detail,
        other_lead=asked.other_lead,
        exception=asked.exception,
        documents=asked.documents,
        at=call.at,
    )
    return Act(case=case, tell=_kept)


_PAGE = {
    **page_of(Refund),
    "required": ["items", "next", "outside", "beyond"],
    "additionalProperties": True,
}


@group.get(
    "/returns",
    "List returns, newest first",
    may=_READ,
    query=(
        Param(name="account", kind=str, says="For the staff: of one account."),
        Param(name="status", kind=RefundStatus, many=True, says="Only these."),
        Param(name="reason", kind=str, many=True, says="Only these codes."),
        Param(name="dated", kind=RefundDate, says="What the dates speak of."),
        SINCE,
        UNTIL,
        LIMIT,
    ),
    gives=_PAGE,
    others=(404,),
)
def list_returns(call: Call) -> Reply:
    """This month's, unless dates are said; `outside` and `beyond` say how many that leaves out."""
    said = call.query
    first, last = call.day("since"), call.day("until")
    if first is None and last is None:
        first = refunds.status_month(call.at, call.seller.terms.zone)
    home = call.account(said["account"]).id if "account" in said else call.home
    query = RefundQuery(
        seller_id=call.seller.id,
        account_id=home,
        statuses=frozenset(said["status"]) if "status" in said else None,
        reasons=frozenset(said["reason"]) if "reason" in said else None,
        dated=said.get("dated", RefundDate.REQUESTED),
        since=first,
        until=last,
        limit=_ALL,
    )
    page = call.store.refund_page(query)
    seen, limit = bo.seen_refunds(call.scope, page.refunds, call.store.covered), limit_of(said)
    whole = len(seen) == len(page.refunds)
    return Reply(
        data={
            "items": [wire.dump(each) for each in seen[:limit]],
            "next": None,
            "outside": page.outside if whole else None,
            "beyond": len(seen[limit:]) + (page.beyond if whole else 0),
            "since": wire.dump(first),
        }
    )


@group.get("/returns/{return_id}", "Show a return", may=_READ, gives=Refund)
def show_return(call: Call) -> Reply:
    """With its ETag."""
    return Reply(
        data=wire.dump(_find(call)), version=call.version("refund", call.path("return_id"))
    )


@frozen(kw_only=True)
class WaitingLine:
    """A request that waits for an answer."""

    refund: Refund
    due: date
    overdue: bool
    evidence: tuple[str, ...]
    missing: tuple[str, ...]


@group.get(
    "/return-queue",
    "List what waits for an answer, the first due first",
    may=_LOOK,
    query=(Param(name="account", kind=str, says="Of one account."), LIMIT),
    gives=page_of(WaitingLine),
    others=(404,),
)
def list_queue(call: Call) -> Reply:
    """With the evidence at hand, and what is missing."""
    asked, terms = call.query.get("account"), call.seller.terms.refunds
    page = call.store.refund_page(
        RefundQuery(
            seller_id=call.seller.id,
            account_id=call.account(asked).id if asked else None,
            statuses=PENDING,
            sort=RefundSort.DUE,
            limit=limit_of(call.query),
        )
    )
    rows: list[Any] = []
    for each in page.refunds:
        lead = call.store.lead(each.lead_id)
        if lead is not None:
            told = refunds.waiting(each, lead, terms, call.at)
            line = WaitingLine(
                refund=each,
                due=told.due,
                overdue=told.overdue,
                evidence=told.evidence,
                missing=told.missing,
            )
            rows.append(wire.dump(line))
    return Reply(data={"items": rows, "next": None})


def _decide(call: Call, command: RefundCommand, *, forced: bool = False) -> Act:
    case = bo.DecideRefund(refund_id=_find(call).id, command=command, forced=forced, at=call.at)
    return Act(case=case, tell=_kept)


@group.post("/returns/{return_id}/verify", "Begin to verify a return", may=_VERIFY, gives=Refund)
def verify_return(call: Call) -> Act:
    """A web lead by calling the person, a live call by its recording alone."""
    return _decide(call, refunds.StartVerification(by=call.user.id))


@group.post(
    "/returns/{return_id}/exception",
    "Grant the exception that a late return asks for",
    may=_VERIFY,
    body=Note,
    gives=Refund,
    example=_NOTE,
)
def grant_exception(call: Call) -> Act:
    """A person answers for it."""
    note = call.load(Note).note
    return _decide(call, refunds.GrantException(by=call.user.id, note=note))


@group.post(
    "/returns/{return_id}/approve",
    "Approve a return",
    may=_VERIFY,
    body=Approval,
    gives=Refund,
    example=_NOTE,
)
def approve_return(call: Call) -> Act:
    """The balance is credited with its row, and the lead leaves the account."""
    asked = call.load(Approval)
    command = refunds.ApproveRefund(by=call.user.id, note=asked.note, basis=asked.basis)
    return _decide(call, command)


@group.post(
    "/returns/{return_id}/decline",
    "Decline a return",
    may=_VERIFY,
    body=Note,
    gives=Refund,
    example=_NOTE,
)
def decline_return(call: Call) -> Act:
    """The lead stays, and the reason is told."""
    note = call.load(Note).note
    return _decide(call, refunds.DeclineRefund(by=call.user.id, note=note))


@group.post(
    "/returns/{return_id}/reverse",
    "Take a return back",
    may=_WRITE,
    body=Note,
    gives=Refund,
    example={"note": "became a member after all"},
)
def reverse_return(call: Call) -> Act:
    """The person became the associate's after all: debited and attached again, if that may be."""
    note = call.load(Note).note
    return _decide(call, refunds.ReverseRefund(by=call.user.id, note=note))


@group.post(
    "/returns/{return_id}/force-reversal",
    "Take a return back even where the money is not there",
    may=_VERIFY,
    body=Note,
    gives=Refund,
    example={"note": "agreed by telephone"},
)
def force_reversal(call: Call) -> Act:
    """For the staff."""
    note = call.load(Note).note
    return _decide(call, refunds.ReverseRefund(by=call.user.id, note=note), forced=True)


@group.post(
    "/returns/{return_id}/reinstate",
    "Take a reversal back that was made in error",
    may=_VERIFY,
    body=Note,
    gives=Refund,
    example={"note": "the wrong one"},
)
def reinstate_return(call: Call) -> Act:
    """The approval holds again."""
    note = call.load(Note).note
    return _decide(call, refunds.ReinstateRefund(by=call.user.id, note=note))
