"""Ask to return a lead: until when, for which reasons, and what an approved return does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.access import Area, Permission, Way
from leadcore.ports import RefundQuery
from leadcore.values import LeadId, RefundId
from leadcore_portal import formats
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page
from leadcore_portal.sight import Sight, lead_page, look, seen_lead

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.leads import Lead
    from leadcore.refunds import Refund, RefundReason
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]


def show(visit: Visit) -> Response:
    """Show the form, or why there is none."""
    return _page(visit, Form())


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        others = tuple(each for each in reader.others(sight.lead) if each.id != sight.lead.id)
        asked = _asked(reader, sight.lead)
    mine = [(each.id, _named(each)) for each in others if _ours(sight, each)]
    return lead_page(
        visit,
        sight,
        "pages/lead_return.html",
        "return",
        status=status,
        form=form,
        reasons=[(each.code, each.label) for each in _reasons(visit, sight)],
        others=mine,
        earlier=asked,
        late=sight.window is not None and visit.at > sight.window.closes_at,
        early=sight.window is not None and visit.at < sight.window.opens_at,
        clock=visit.seller.terms.refunds.clock.value,
    )


def _asked(reader: SqlReader, lead: Lead) -> tuple[Refund, ...]:
    if lead.sale is None:
        return ()
    return reader.refunds(RefundQuery(seller_id=lead.seller_id, sale_id=lead.sale.id))


def _named(lead: Lead) -> str:
    return f"{lead.submission.name.display or 'No name'} ({lead.submission.area or lead.id})"


def _ours(sight: Sight, lead: Lead) -> bool:
    return lead.sale is not None and lead.sale.account_id == sight.lead.held_by


def _reasons(visit: Visit, sight: Sight) -> tuple[RefundReason, ...]:
    given = sight.lead.submission
    terms = visit.seller.terms.refunds
    return refunds.reasons_for(given.kind, given.area, reasons=terms.reasons)


def request(visit: Visit) -> Response:
    """Ask for the return."""
    form = visit.form
    with visit.reading() as reader:
        lead = seen_lead(visit, reader, visit.path["lead_id"])
    with form.telling():
        reason = form.text("reason")
        detail = form.text("detail", most=4_000)
        other = form.optional("other_lead")
        if not form.ticked("understood"):
            form.wrong("understood", "Tick this to go on.")
        lines = form.text("documents", required=False, most=4_000).splitlines()
        documents = tuple(each.strip() for each in lines if each.strip())
        form.check()
        case = bo.RequestRefund(
            refund_id=RefundId(visit.fresh_id()),
            lead_id=lead.id,
            user_id=visit.user.id,
            reason=reason,
            detail=detail,
            other_lead=LeadId(other) if other else None,
            exception=form.optional("exception", most=2_000),
            documents=documents,
            at=visit.at,
        )
        asked = visit.run(case)
        dates = asked.expected
        told = (
            f"The return is asked for. Expect an answer from {formats.day(dates.earliest)} "
            f"to {formats.day(dates.latest)}."
        )
        return visit.go(f"/leads/{lead.id}/return", told)
    return _page(visit, form, status=422)


_READ, _WRITE = Permission(Area.RETURNS, Way.READ), Permission(Area.RETURNS, Way.WRITE)
PAGES = (
    Page(path="/leads/{lead_id}/return", make=show, needs=_READ),
    Page(path="/leads/{lead_id}/return", make=request, method="POST", needs=_WRITE),
)
