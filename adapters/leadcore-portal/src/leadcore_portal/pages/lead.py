"""A lead: what the person said, all that is known, what happened, and who was asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.access import Area, Permission, Way
from leadcore.distribution.words import percent, sentence
from leadcore.lead_sheet import printed
from leadcore_portal.happenings import told_of
from leadcore_portal.naming import user_names
from leadcore_portal.routing import Page
from leadcore_portal.sight import lead_page, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from leadcore.leads import Lead
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_READ = Permission(Area.LEADS, Way.READ)


def show(visit: Visit) -> Response:
    """Show what to know before anybody calls."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    return lead_page(visit, sight, "pages/lead.html", "")


def details(visit: Visit) -> Response:
    """Show everything the person gave, and the record."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    return lead_page(visit, sight, "pages/lead_details.html", "details", parts=printed(sight.lead))


def timeline(visit: Visit) -> Response:
    """Show what happened, the latest first."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        told = told_of(reader.journal("lead", sight.lead.id), staff=visit.staff)
        people = user_names(reader, (who for each in told for who in (each.by, each.about)))
    names = dict(sight.names) | dict(people)
    return lead_page(
        visit, sight, "pages/lead_timeline.html", "timeline", told=told[::-1], people=names
    )


@frozen(kw_only=True)
class _Candidate:
    """One order that might have got the lead, and why it did or did not."""

    order_id: str
    account: str
    reason: str
    says: str
    won: bool
    share: str
    rank: int | None
    owed: str


def distribution(visit: Visit) -> Response:
    """Show the seller's staff who was asked for the lead, and why the others did not get it."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        candidates = tuple(_candidates(visit, reader, sight.lead, dict(sight.names)))
    return lead_page(
        visit, sight, "pages/lead_distribution.html", "distribution", candidates=candidates
    )


def _candidates(
    visit: Visit, reader: SqlReader, lead: Lead, names: dict[str, str]
) -> Iterator[_Candidate]:
    # Of a lead that several buyers share, the first one tells of all candidates.
    first = lead if lead.share_of is None else reader.lead(lead.family)
    owed = {order.id: standing.credit for order, standing in reader.orders(visit.seller.id)}
    for offer in (first or lead).offers:
        yield _Candidate(
            order_id=offer.order_id,
            account=names.get(offer.account_id, offer.account_id),
            reason=offer.reason.value,
            says=sentence(offer),
            won=offer.reason.value == "won",
            share=percent(offer.share),
            rank=offer.rank,
            owed=percent(owed.get(offer.order_id, 0)) or "–",
        )


PAGES = (
    Page(path="/leads/{lead_id}", make=show, needs=_READ),
    Page(path="/leads/{lead_id}/details", make=details, needs=_READ),
    Page(path="/leads/{lead_id}/timeline", make=timeline, needs=_READ),
    Page(
        path="/leads/{lead_id}/distribution",
        make=distribution,
        needs=Permission(Area.DISTRIBUTION, Way.READ),
    ),
)
