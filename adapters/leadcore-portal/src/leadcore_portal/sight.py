"""One lead as a page sees it: found, seen by whoever asks, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.access import Area, Way
from leadcore.appointments import Appointment
from leadcore.contact import Purpose
from leadcore.contact_points import addresses
from leadcore.decisions import Decision, Verdict
from leadcore.errors import NotFound
from leadcore.files import LeadFile
from leadcore.lead_sheet import seen_by
from leadcore.leads import Lead, LeadStatus
from leadcore.ports import AppointmentQuery, FileQuery
from leadcore.submissions import Channel
from leadcore.values import LeadId
from leadcore_portal.naming import account_names, user_names

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.contact_points import ContactPoint
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["Sight", "lead_page", "look", "points_of", "seen_lead"]

_MOST = 200
ASKED: Mapping[Channel, bo.LeadContact] = {
    Channel.CALL: bo.LeadContact(),
    Channel.TEXT: bo.LeadContact(channel=Channel.TEXT),
    Channel.EMAIL: bo.LeadContact(channel=Channel.EMAIL, purpose=Purpose.INFORMATIONAL),
}
"""What the panel beside a lead asks: by hand, now."""


@frozen(kw_only=True)
class Sight:
    """A lead and what stands around it, of one moment.

    Attributes:
        lead: as whoever asks may have it.
        ways: for each channel what the rules say now.
        names: of users, and for staff of accounts, by id.
        files, appointments: what is kept with it.
        window: when a return may be asked for; None for a lead that was never sold.
    """

    lead: Lead
    ways: Mapping[Channel, Decision]
    names: Mapping[str, str]
    files: tuple[LeadFile, ...]
    appointments: tuple[Appointment, ...]
    window: refunds.RefundWindow | None

    @property
    def held(self) -> bool:
        """Does an account hold the lead? Only then there is something to be done with it."""
        return self.lead.status is LeadStatus.SOLD


def seen_lead(visit: Visit, reader: SqlReader, key: str) -> Lead:
    """Give a lead that whoever asks sees; all of it, to ask the rules about.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    lead = reader.lead(LeadId(key))
    if lead is not None and lead.seller_id == visit.seller.id:
        for each in bo.seen_leads(visit.caller.scope, (lead,), reader.covered):
            return each
    raise NotFound("lead", key)


def points_of(reader: SqlReader, lead: Lead) -> tuple[ContactPoint, ...]:
    """Give what is recorded about a lead's numbers and e-mail addresses."""
    found = (reader.contact_point(lead.seller_id, each) for each in addresses(lead.submission))
    return tuple(point for point in found if point is not None)


def look(visit: Visit, reader: SqlReader, key: str) -> Sight:
    """Give a lead and what stands around it.

    Raises:
        NotFound: as `seen_lead` says.
    """
    lead = seen_lead(visit, reader, key)
    points, others = points_of(reader, lead), reader.others(lead)
    ways = {
        channel: bo.assess_lead(lead, asked, at=visit.at, points=points, others=others)
        for channel, asked in ASKED.items()
    }
    booked = reader.appointments(
        AppointmentQuery(
            seller_id=lead.seller_id, scope=visit.caller.scope, lead_id=lead.id, cancelled=True
        )
    )
    kept = reader.files(
        FileQuery(seller_id=lead.seller_id, scope=visit.caller.scope, lead_id=lead.id, limit=_MOST)
    )
    people = (
        lead.assigned_to,
        *(each.by for each in lead.attempts),
        *(each.assigned_to for each in booked),
        *(each.added_by for each in kept),
    )
    return Sight(
        lead=seen_by(lead, visit.of_account),
        ways=ways,
        names=dict(user_names(reader, people)) | dict(account_names(reader, visit)),
        files=kept,
        appointments=booked,
        window=_window(visit, lead),
    )


def _window(visit: Visit, lead: Lead) -> refunds.RefundWindow | None:
    terms = visit.seller.terms.refunds
    return None if lead.sale is None else refunds.window(terms, lead.sale.sold_at)


def lead_page(
    visit: Visit, sight: Sight, template: str, tab: str, *, status: int = 200, **values: object
) -> Response:
    """Make one of the pages of a lead: its head and its panel are the same on each.

    Args:
        visit: who asks.
        sight: the lead.
        template: of the page.
        tab: the last part of the page's address; empty for the first page.
        status: of the answer.
        values: what else the template wants.
    """
    base = f"/leads/{sight.lead.id}"
    booked = sum(1 for each in sight.appointments if each.cancelled is None)
    told: tuple[tuple[str, str, int | None], ...] = (
        ("", "Other info", None),
        ("details", "Details", None),
        ("contact", "Contact", None),
        ("timeline", "Timeline", len(sight.lead.attempts) + len(sight.lead.notes)),
        ("files", "Files", len(sight.files)),
        ("appointments", "Appointments", booked),
    )
    if visit.caller.may(Area.DISTRIBUTION, Way.READ):
        told += (("distribution", "Distribution", None),)
    tabs = [(f"{base}/{name}" if name else base, words, count) for name, words, count in told]
    return visit.page(
        template,
        status=status,
        sight=sight,
        lead=sight.lead,
        base=base,
        tabs=tabs,
        here=f"{base}/{tab}" if tab else base,
        due=bo.first_contact_due(sight.lead),
        holds=sight.held and visit.may("leads", "write"),
        calls=sight.ways[Channel.CALL].verdict is not Verdict.DENIED,
        **values,
    )
