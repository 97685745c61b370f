"""What a lead's person consented to, and took back: what stands, and recording both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.back_office import LeadContact
from leadcore.consent import Consent, Grant, Revocation
from leadcore.contact_points import ContactPoint, addresses
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("consents")
_READ, _WRITE = (Area.CONSENT, Way.READ), (Area.CONSENT, Way.WRITE)


@frozen(kw_only=True)
class Given:
    """Consent that was given, at which of the lead's addresses or numbers; the first by default."""

    fact: Grant
    address: str | None = None


@frozen(kw_only=True)
class TakenBack:
    """What was taken back, at which of the lead's addresses or numbers; its first if not said."""

    fact: Revocation
    address: str | None = None


_STANDS = {
    "type": "object",
    "required": ["consent", "addresses"],
    "properties": {
        "consent": SCHEMAS.of(Consent),
        "addresses": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
_RECORDED = {
    "type": "object",
    "required": ["address", "recorded"],
    "properties": {"address": {"type": "string"}, "recorded": {"type": "integer"}},
    "additionalProperties": False,
}


@group.get("/leads/{lead_id}/consent", "Show what consent stands", may=_READ, gives=_STANDS)
def show_consent(call: Call) -> Reply:
    """Now, for the account that holds the lead; and at which addresses more may be recorded."""
    lead = call.lead(call.path("lead_id"))
    named = addresses(lead.submission)
    found = (call.store.contact_point(lead.seller_id, each) for each in named)
    points = tuple(each for each in found if each is not None)
    known = bo.contact_facts(lead, LeadContact(), at=call.at, points=points)
    return Reply(data={"consent": wire.dump(known.consent), "addresses": list(named)})


def _record(call: Call, asked: Given | TakenBack) -> Act:
    case = bo.RecordOfLead(
        lead_id=call.lead(call.path("lead_id")).id,
        viewer_id=call.user.id,
        fact=asked.fact,
        address=asked.address,
        at=call.at,
    )
    return Act(case=case, tell=_told)


def _told(point: ContactPoint) -> Reply:
    # How much is recorded there, and no more: other accounts' is among it.
    recorded = len(point.grants) + len(point.revocations)
    return Reply(data={"address": point.address, "recorded": recorded})


_AT = "2026-11-16T12:00:00Z"


@group.post(
    "/leads/{lead_id}/consent",
    "Record consent that the person gave",
    may=_WRITE,
    body=Given,
    gives=_RECORDED,
    status=201,
    example={"fact": {"at": _AT, "level": 1, "evidence": {"text": "I agree to be called."}}},
)
def record_consent(call: Call) -> Act:
    """With its evidence, without which nobody of an account records it, and for that account alone.

    Where it names nobody it was given to the account that holds the lead.
    """
    return _record(call, call.load(Given))


@group.post(
    "/leads/{lead_id}/revocations",
    "Record that the person took consent back",
    may=_WRITE,
    body=TakenBack,
    gives=_RECORDED,
    status=201,
    example={"fact": {"at": _AT, "method": "telephone"}},
)
def record_revocation(call: Call) -> Act:
    """For one's own account, or for everybody; it never enables anything."""
    return _record(call, call.load(TakenBack))
