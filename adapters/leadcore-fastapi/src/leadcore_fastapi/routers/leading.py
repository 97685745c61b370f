"""Leads: listed, shown, worked; may this person be contacted; why not me; evidence; as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.back_office import LeadContact
from leadcore.cadence import advise
from leadcore.contact_points import addresses, point_id
from leadcore.decisions import Decision
from leadcore.distribution.words import sentence
from leadcore.evidence import packet, recorded
from leadcore.leads import Lead, first_contact_due
from leadcore.ports import RefundQuery
from leadcore.refunds import window
from leadcore.timeline import events_for
from leadcore.values import SaleId
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.routers.lead_lines import FILTERS, OVERDUE, LeadLine, asked, line_of
from leadcore_fastapi.routers.shared import CURSOR, LIMIT
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.evidence import Recorded
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("leads")
_READ = (Area.LEADS, Way.READ)


@group.get(
    "/leads",
    "List leads one sees",
    may=_READ,
    query=(*FILTERS, OVERDUE, LIMIT, CURSOR),
    gives=page_of(LeadLine),
)
def list_leads(call: Call) -> Reply:
    """One's own; with View Downline those of everybody below; an admin's all of the account's."""
    query = asked(call)
    found = call.store.leads(query)
    return call.page(map(line_of, found), found, query.closed, query.limit)


_SHOWN = {
    "type": "object",
    "required": ["lead", "first_contact_due", "return_until", "next_step"],
    "properties": {
        "lead": SCHEMAS.of(Lead),
        "first_contact_due": {"type": ["string", "null"], "format": "date-time"},
        "return_until": {"type": ["string", "null"], "format": "date-time"},
        "next_step": {"type": ["object", "null"]},
    },
}


def _lead(call: Call) -> Lead:
    return call.lead(call.path("lead_id"))


@group.get("/leads/{lead_id}", "Show a lead", may=_READ, gives=_SHOWN)
def show_lead(call: Call) -> Reply:
    """What the person gave, whose it is, until when it may be returned, and what to do next."""
    lead = _lead(call)
    version = call.version("lead", lead.id)
    advice = advise(lead, at=call.at, ask=_asking(call))
    span = window(call.seller.terms.refunds, lead.sale.sold_at) if lead.sale else None
    step = None
    if advice is not None:
        step = {**wire.dump(advice), "phase": advice.phase.name.lower(), "due_now": advice.due_now}
    data = {
        "lead": call.shown(lead),
        "first_contact_due": wire.dump(first_contact_due(lead)),
        "return_until": wire.dump(span.closes_at) if span else None,
        "next_step": step,
    }
    return Reply(data=data, version=version)


def _asking(call: Call) -> Any:  # noqa: ANN401 - a function of the cadence's
    kept: list[Any] = []

    def ask(lead: Lead, about: LeadContact, at: datetime) -> Decision:
        if not kept:
            found = (
                call.store.contact_point(lead.seller_id, each)
                for each in addresses(lead.submission)
            )
            kept.append(tuple(point for point in found if point is not None))
            kept.append(call.store.others(lead))
        return bo.assess_lead(lead, about, at=at, points=kept[0], others=kept[1])

    return ask


@group.get(
    "/leads/{lead_id}/timeline",
    "Show what happened to a lead",
    may=_READ,
    gives=page_of({"type": "object", "required": ["event", "data"]}),
)
def show_timeline(call: Call) -> Reply:
    """Oldest first, as whoever asks may know it."""
    lead = _lead(call)
    told = events_for(call.store.journal("lead", lead.id), call.home)
    rows = [{"event": type(each).__name__, "data": wire.dump(each)} for each in told]
    return Reply(data={"items": rows, "next": None})


@group.get(
    "/leads/{lead_id}/candidates",
    "Show who got a lead, and why the others did not",
    may=(Area.DISTRIBUTION, Way.READ),
    gives=page_of({"type": "object", "required": ["order", "reason", "says"]}),
)
def show_candidates(call: Call) -> Reply:
    """Every order that was looked at, with its reason."""
    lead = _lead(call)
    # Of a lead that several buyers share, the first one tells of all candidates.
    first = call.store.lead(lead.family) or lead
    rows = [
        {
            "order": each.order_id,
            "account": each.account_id,
            "reason": each.reason.value,
            "says": sentence(each),
            "share": each.share,
            "rank": each.rank,
        }
        for each in first.offers
    ]
    return Reply(data={"items": rows, "next": None})


@group.post(
    "/leads/{lead_id}/offer",
    "Offer a lead again that nobody could take",
    may=(Area.DISTRIBUTION, Way.WRITE),
    gives={"type": "object"},
)
def offer_lead(call: Call) -> Act:
    """To everybody who could take it now."""
    case = bo.OfferLead(
        seller_id=call.seller.id,
        lead_id=_lead(call).id,
        sale_id=SaleId(call.steady("sale")),
        at=call.at,
    )
    return Act(
        case=case,
        tell=lambda done: Reply(data={"outcome": done.outcome.value, "lead": wire.dump(done.lead)}),
    )


@group.post(
    "/leads/{lead_id}/contact",
    "May this person be contacted?",
    may=_READ,
    body=LeadContact,
    gives=Decision,
    example={"channel": "text", "initiation": "autodialed", "purpose": "telemarketing"},
)
def ask_contact(call: Call) -> Act:
    """Every rule that speaks, and when it would next be permitted; kept on the lead's trail."""
    case = bo.AskContact(
        seller_id=call.seller.id,
        lead_id=_lead(call).id,
        viewer_id=call.viewer_id,
        asked=call.load(LeadContact),
        at=call.at,
    )
    return Act(case=case, tell=lambda decision: Reply(data=wire.dump(decision)))


@group.get(
    "/leads/{lead_id}/evidence",
    "Give everything recorded about a lead",
    may=(Area.EVIDENCE, Way.READ),
    gives={"type": "object"},
)
def show_evidence(call: Call) -> Reply:
    """One packet with a chain of hashes that shows tampering; note its head somewhere else."""
    lead = _lead(call)
    made = packet(
        tuple(_records(call, lead)), lead_id=lead.id, seller_id=lead.seller_id, made_at=call.at
    )
    return Reply(raw=made)


def _records(call: Call, lead: Lead) -> Iterator[Recorded]:
    kinds = ("lead", "decisions", "recording")
    streams: list[tuple[str, str]] = [(kind, lead.id) for kind in kinds]
    streams += [
        ("contact_point", point_id(lead.seller_id, address))
        for address in addresses(lead.submission)
    ]
    if lead.sale is not None:
        asked = RefundQuery(seller_id=lead.seller_id, sale_id=lead.sale.id)
        streams += [("refund", refund.id) for refund in call.store.refunds(asked)]
    for kind, key in streams:
        yield from recorded(kind, key, call.store.journal(kind, key))
