"""A lead: what the person said, all that is known, what happened, and who was asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.distribution.words import percent, sentence
from leadcore.lead_sheet import FIELDS, Field, Part
from leadcore.values import LeadId, Money
from leadcore_portal import formats
from leadcore_portal.forms import Form
from leadcore_portal.happenings import told_of
from leadcore_portal.naming import user_names
from leadcore_portal.routing import Page
from leadcore_portal.sight import lead_page, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from leadcore.leads import Lead
    from leadcore_portal.sight import Sight
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_READ, _WRITE = Permission(Area.LEADS, Way.READ), Permission(Area.LEADS, Way.WRITE)


def show(visit: Visit) -> Response:
    """Show what to know before anybody calls."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    return lead_page(visit, sight, "pages/lead.html", "")


def details(visit: Visit) -> Response:
    """Show everything the person gave, and the record."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    parts = tuple(_parts(visit, sight))
    return lead_page(visit, sight, "pages/lead_details.html", "details", parts=parts)


_LABELS = {"email": "E-mail", "test": "Test lead", "tcpa": "TCPA permission", "zip": "ZIP code"}


def _parts(visit: Visit, sight: Sight) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give the parts of the sheet that is printed, in the words and on the clock of the viewer."""
    lead = sight.lead
    for part in Part:
        lines = [
            (_label(each), told)
            for each in FIELDS
            if each.part is part and each.key != "answers"
            if (told := _cell(visit, sight, each))
        ]
        if part is Part.MATTER:
            given = lead.submission.answers
            lines += [(each.question or each.key, ", ".join(each.values)) for each in given]
        if lines:
            yield part.value, lines


def _label(field: Field) -> str:
    return _LABELS.get(field.key, field.label.removesuffix(" (UTC)"))


def _cell(visit: Visit, sight: Sight, field: Field) -> str:
    value = field.of(sight.lead)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return formats.moment(value, visit.zone, seconds=True)
    if isinstance(value, Money):
        return formats.money(value)
    if field.key in {"kind", "status", "tcpa"}:
        return formats.words(str(value))
    if field.key == "phone":
        return ", ".join(map(formats.telephone, str(value).split(", ")))
    return sight.names.get(str(value), str(value)) if field.key == "assigned_to" else str(value)


def timeline(visit: Visit) -> Response:
    """Show what happened, the latest first, and where a note is written."""
    return _timeline(visit, Form())


def _timeline(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        told = told_of(reader.journal("lead", sight.lead.id), staff=visit.staff)
        people = user_names(reader, (who for each in told for who in (each.by, each.about)))
    names = dict(sight.names) | dict(people)
    # What was recorded later may have happened before.
    latest = sorted(told, key=lambda each: each.at)[::-1]
    return lead_page(
        visit,
        sight,
        "pages/lead_timeline.html",
        "timeline",
        status=status,
        form=form,
        told=latest,
        people=names,
        most=bo.LONGEST_NOTE,
    )


def note(visit: Visit) -> Response:
    """Keep a note on the lead."""
    form = visit.form
    with form.telling({"text": "note"}):
        text = form.text("note", most=bo.LONGEST_NOTE)
        form.check()
        case = bo.NoteLead(
            seller_id=visit.seller.id,
            lead_id=LeadId(visit.path["lead_id"]),
            viewer_id=visit.user.id,
            text=text,
            at=visit.at,
        )
        kept = visit.run(case)
        return visit.go(f"/leads/{kept.id}/timeline", "The note is kept.")
    return _timeline(visit, form, status=422)


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
    Page(path="/leads/{lead_id}/note", make=note, method="POST", needs=_WRITE),
    Page(
        path="/leads/{lead_id}/distribution",
        make=distribution,
        needs=Permission(Area.DISTRIBUTION, Way.READ),
    ),
)
