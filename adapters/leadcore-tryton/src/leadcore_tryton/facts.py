"""The host's rows as the facts that leadcore's core decides from; nothing is decided here.

What a row leaves open stays unknown, and what is unknown is not allowed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trytond.pool import Pool

from leadcore import consent, contact, places, refunds
from leadcore.contact_points.addresses import is_number
from leadcore.downline import Tree, scope
from leadcore.intervals import local_date
from leadcore.people import Profile, User
from leadcore.submissions import LeadKind, Tcpa
from leadcore.values import Money, PhoneKind

from . import instants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from leadcore.downline import Scope

__all__ = [
    "acts",
    "contact_facts",
    "e164",
    "refund_facts",
    "refund_of",
    "scope_of",
    "seller",
    "terms_of",
]

_LEVELS = {
    "none": consent.Level.NONE,
    "express": consent.Level.EXPRESS,
    "written": consent.Level.WRITTEN,
}
_LISTED = {"yes": True, "no": False, "unknown": None}
_NATIONAL = 10
_HOST = "tryton"


def seller(company) -> str:
    """Give the id by which the core knows a company."""
    return str(company.id)


def e164(mechanism) -> str | None:
    """Give a number in E.164 form, or None where it is none; ten digits are a national number."""
    if mechanism is None or mechanism.type not in {"phone", "mobile"}:
        return None
    written = mechanism.value_compact or mechanism.value or ""
    digits = re.sub(r"\D", "", written)
    if not written.strip().startswith("+"):
        digits = f"1{digits}" if len(digits) == _NATIONAL else digits
        if len(digits) != _NATIONAL + 1 or not digits.startswith("1"):
            return None
    return f"+{digits}" if is_number(f"+{digits}") else None


def acts(party, company) -> tuple[consent.Grant | consent.Revocation, ...]:
    """Give what a person agreed to and took back, as far as it concerns a company."""
    pool = Pool()
    given = pool.get("leadcore.consent").search([("party", "=", party.id)])
    taken = pool.get("leadcore.revocation").by_party(party, company)
    return (*map(_grant, given), *map(_revocation, taken))


def _grant(row) -> consent.Grant:
    return consent.Grant(
        at=instants.aware(row.given_at),
        level=_LEVELS[row.level],
        invitation=bool(row.invitation),
        sellers={seller(row.company)},
        # A number that can't be read is none that anybody consented to be called at.
        number=None if row.number is None else e164(row.number) or f"unreadable/{row.number.id}",
        elements=consent.Elements(
            signature=_said(row.signature),
            number_in_agreement=_said(row.names_number),
            authorizes_seller=_said(row.authorizes_seller),
            disclosure_autodialer=_said(row.discloses_machines),
            disclosure_not_condition=_said(row.not_a_condition),
        ),
        evidence=consent.Evidence(text=row.text, url=row.url, ip=row.ip, agent=row.agent),
    )


def _said(checked) -> bool | None:
    # SQLite gives whole numbers for booleans; an empty box says that nobody knows.
    return True if checked else None


def _revocation(row) -> consent.Revocation:
    return consent.Revocation(
        at=instants.aware(row.received_at),
        method=row.method,
        reach=consent.Reach(row.reach),
        seller=None if row.company is None else seller(row.company),
        text=row.text,
    )


def contact_facts(
    opportunity, mechanism, *, at: datetime, message: contact.EmailFacts
) -> contact.Facts:
    """Give all that is known about contacting an opportunity's person.

    Args:
        opportunity: the host's row.
        mechanism: the number that would be called or texted, or None.
        at: the instant asked about.
        message: what the e-mail that would be sent carries.
    """
    party, company = opportunity.party, opportunity.company
    number = e164(mechanism)
    known = acts(party, company)
    code, states = _address(opportunity)
    place = places.resolve(number, code)
    return contact.Facts(
        tcpa=Tcpa(party.tcpa),
        zip=code,
        number=contact.Number(e164=number, kind=_line(mechanism), zones=place.zones),
        states=(*place.states, *states),
        consent=consent.stands(known, seller=seller(company), number=number, at=at),
        registry=_registry(party, company, mechanism, at),
        reassigned=_reassigned(mechanism),
        history=_history(party, company, at),
        email=contact.EmailFacts(
            opted_out_at=consent.email_opted_out_at(known, at=at),
            physical_address=message.physical_address,
            optout_mechanism=message.optout_mechanism,
            gateway_domain=message.gateway_domain,
        ),
        declared_emergencies=Pool().get("leadcore.configuration")(1).known_emergencies(at),
    )


def _line(mechanism) -> PhoneKind:
    if mechanism is None:
        return PhoneKind.UNKNOWN
    if mechanism.line_kind == "unknown" and mechanism.type == "mobile":
        return PhoneKind.WIRELESS
    return PhoneKind(mechanism.line_kind)


def _address(opportunity) -> tuple[str | None, tuple[str, ...]]:
    """Give the ZIP code and every state that the person's addresses name."""
    party = opportunity.party
    all_of_them = [opportunity.address] if opportunity.address else list(party.addresses)
    states = {
        one.subdivision.code.removeprefix("US-")
        for one in all_of_them
        if one.subdivision and one.subdivision.code.startswith("US-")
    }
    codes = sorted({one.postal_code for one in all_of_them if one.postal_code})
    # Of several ZIP codes none is the person's for sure; then the number and the states speak.
    return (codes[0] if len(codes) == 1 else None), tuple(sorted(states))


def _registry(party, company, mechanism, at: datetime) -> contact.Registry:
    taken = Pool().get("leadcore.revocation").by_party(party, company)
    asked = [instants.aware(row.received_at) for row in taken if row.do_not_call]
    since = min((one for one in asked if one <= at), default=None)
    if mechanism is None:
        return contact.Registry(internal_since=since)
    return contact.Registry(
        national=_LISTED[mechanism.registry],
        scrubbed_on=mechanism.registry_scrubbed_on,
        internal_since=since,
    )


def _reassigned(mechanism) -> contact.Reassigned:
    if mechanism is None:
        return contact.Reassigned()
    return contact.Reassigned(
        status=contact.ReassignedStatus(mechanism.reassigned), queried_on=mechanism.reassigned_on
    )


def _history(party, company, at: datetime) -> tuple[contact.Touch, ...]:
    rows = (
        Pool()
        .get("leadcore.attempt")
        .search(
            [
                ("party", "=", party.id),
                ("company", "=", company.id),
                ("made_at", "<=", instants.naive(at)),
            ]
        )
    )
    return tuple(
        contact.Touch(kind=contact.TouchKind(row.kind), at=instants.aware(row.made_at))
        for row in rows
    )


def terms_of(company) -> refunds.RefundTerms:
    """Give the terms of returns that a company buys under."""
    return Pool().get("leadcore.return").terms(company)


def refund_facts(opportunity, terms: refunds.RefundTerms, at: datetime) -> refunds.RefundFacts:
    """Give what is known of the sale of an opportunity's lead."""
    earlier = tuple(refund_of(row) for row in opportunity.returns)
    return refunds.RefundFacts(
        lead_kind=LeadKind(opportunity.lead_kind),
        area=opportunity.area or None,
        sold_at=instants.aware(opportunity.sold_at),
        recorded=_LISTED[opportunity.recording],
        earlier=refunds.earlier_request(earlier),
        attempt_days=frozenset(_days_tried(opportunity, terms.zone, at)),
        denied=refunds.denied_before(earlier),
    )


def _days_tried(opportunity, zone: str, at: datetime) -> Iterator[date]:
    sold = instants.aware(opportunity.sold_at)
    for row in opportunity.attempts:
        made = instants.aware(row.made_at)
        if row.kind in {"call", "prerecorded"} and not row.reached and sold <= made <= at:
            yield local_date(made, zone)


def refund_of(row) -> refunds.Refund:
    """Give a return of the host as the core's request, in its present state."""
    opportunity = row.opportunity
    currency, amount = opportunity.currency, opportunity.amount or 0
    requested = instants.aware(row.requested_at)
    return refunds.Refund(
        id=str(row.id),
        seller_id=_HOST,
        account_id=seller(opportunity.company),
        sale_id=str(opportunity.id),
        lead_id=str(opportunity.id),
        lead_kind=LeadKind(opportunity.lead_kind),
        amount=Money(int(amount.scaleb(currency.digits)) if amount else 0, currency.code),
        reason=row.reason,
        detail=row.detail,
        other_lead=None if row.other is None else str(row.other.id),
        requested_by=str(row.employee.id) if row.employee else _HOST,
        requested_at=requested,
        expected=refunds.verification_dates(terms_of(opportunity.company), requested),
        status=refunds.RefundStatus(row.state),
        note=row.note,
        decided_at=instants.aware(row.decided_at),
        in_time=True,
    )


def scope_of(
    viewer: str, parents: Iterable[tuple[str, str | None]], company, *, flags: tuple[bool, ...]
) -> tuple[Scope, Tree]:
    """Give what a viewer may see of a company, and the tree it is seen by.

    Args:
        viewer: the id of whoever looks.
        parents: who stands below whom.
        company: the wall.
        flags: is the viewer enabled, an admin, with the view of the downline?
    """
    enabled, admin, view_downline = flags
    tree = Tree(dict(parents))
    user = User(
        id=viewer,
        seller_id=_HOST,
        account_id=seller(company),
        parent_id=None,
        profile=Profile(name=viewer, admin=admin, view_downline=view_downline),
        enabled=enabled,
    )
    return scope(user, tree), tree
