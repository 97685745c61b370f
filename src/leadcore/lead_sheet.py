"""Which fields of a lead leave the house, under which labels, and who may have them.

Lists, exports and printed sheets take their columns from here, so that no format shows what another
one hides. An account gets what it bought: not who else was asked or bid, where the lead had been
before, nor deliveries to others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import frozen

from leadcore.leads import Lead, first_contact_due
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.ports import LeadQuery
    from leadcore.values import AccountId

__all__ = [
    "FIELDS",
    "Cell",
    "Field",
    "Part",
    "answer_field",
    "every_lead",
    "printed",
    "row_of",
    "seen_by",
]

Cell = str | int | bool | datetime | Money | None
"""What stands in a cell: typed, so that a spreadsheet can sort and add. None: nothing known."""


class Part(Enum):
    """The parts of a printed sheet, in order."""

    PERSON = "The person"
    MATTER = "The matter"
    RECORD = "The record"


@frozen(kw_only=True)
class Field:
    """One field of a lead.

    Attributes:
        key: its stable name, for programs.
        label: what people read above its column.
        part: where it stands on a printed sheet.
        of: takes it off a lead.
    """

    key: str
    label: str
    part: Part
    of: Callable[[Lead], Cell]


def _joined(values: Iterable[str | None], by: str = ", ") -> str | None:
    return by.join(each for each in values if each) or None


def _phones(lead: Lead) -> str | None:
    return _joined(phone.normal or phone.raw for phone in lead.submission.phones)


def _emails(lead: Lead) -> str | None:
    return _joined(email.normal or email.raw for email in lead.submission.emails)


def _answers(lead: Lead) -> str | None:
    given = [
        {"key": each.key, "question": each.question, "values": list(each.values)}
        for each in lead.submission.answers
    ]
    return json.dumps(given, ensure_ascii=False) if given else None


_PERSON: tuple[tuple[str, str, Callable[[Lead], Cell]], ...] = (
    ("name", "Name", lambda lead: lead.submission.name.display or None),
    ("first_name", "First name", lambda lead: lead.submission.name.first),
    ("last_name", "Last name", lambda lead: lead.submission.name.last),
    ("phone", "Phone", _phones),
    ("email", "Email", _emails),
    ("street", "Street", lambda lead: _joined(lead.submission.address.street)),
    ("city", "City", lambda lead: lead.submission.address.city),
    (
        "state",
        "State",
        lambda lead: lead.submission.address.state or lead.submission.address.state_raw,
    ),
    ("zip", "ZIP", lambda lead: lead.submission.address.zip_raw or lead.submission.address.zip),
    ("country", "Country", lambda lead: lead.submission.address.country),
)
_MATTER: tuple[tuple[str, str, Callable[[Lead], Cell]], ...] = (
    ("vertical", "Vertical", lambda lead: lead.submission.vertical),
    ("area", "Area", lambda lead: lead.submission.area),
    ("other_info", "Other info", lambda lead: lead.submission.other_info),
    ("comments", "Comments", lambda lead: lead.submission.comments),
    ("answers", "Answers", _answers),
    ("tcpa", "TCPA", lambda lead: lead.submission.tcpa.value),
)
_RECORD: tuple[tuple[str, str, Callable[[Lead], Cell]], ...] = (
    ("id", "Lead ID", lambda lead: lead.id),
    ("kind", "Kind", lambda lead: lead.submission.kind.value),
    ("status", "Status", lambda lead: lead.status.value),
    ("test", "Test", lambda lead: lead.submission.test),
    ("source", "Source", lambda lead: lead.submission.source.name),
    ("campaign", "Campaign", lambda lead: lead.submission.source.campaign),
    ("received_at", "Received (UTC)", lambda lead: lead.received_at),
    ("sold_at", "Sold (UTC)", lambda lead: lead.sale.sold_at if lead.sale else None),
    ("price", "Price", lambda lead: lead.sale.price if lead.sale else None),
    ("assigned_to", "Assigned to", lambda lead: lead.assigned_to),
    ("first_contact_due", "First contact due (UTC)", first_contact_due),
    ("attempts", "Contact attempts", lambda lead: len(lead.attempts)),
)

FIELDS: tuple[Field, ...] = tuple(
    Field(key=key, label=label, part=part, of=of)
    for part, several in (
        (Part.RECORD, _RECORD[:1]),
        (Part.PERSON, _PERSON),
        (Part.MATTER, _MATTER),
        (Part.RECORD, _RECORD[1:]),
    )
    for key, label, of in several
)
"""Every field, in the order of columns."""


def answer_field(key: str) -> Field:
    """Give the column of one custom answer: its values, by commas; `answers` has all losslessly."""
    return Field(
        key=f"answer:{key}",
        label=key,
        part=Part.MATTER,
        of=lambda lead: _joined(
            value for each in lead.submission.answers if each.key == key for value in each.values
        ),
    )


def row_of(lead: Lead, fields: Iterable[Field] = FIELDS) -> tuple[Cell, ...]:
    """Give a lead's cells, one a field."""
    return tuple(each.of(lead) for each in fields)


def seen_by(lead: Lead, account_id: AccountId | None) -> Lead:
    """Give a lead as an account may have it, or for None as the seller's own staff.

    An account is told its own part of what became of the candidates, and nothing of auctions, of
    deliveries to others, or of which other lead this one repeats, offers again or shares.
    """
    if account_id is None:
        return lead
    return replace(
        lead,
        offers=tuple(each for each in lead.offers if each.account_id == account_id),
        failed=tuple(each for each in lead.failed if each.account_id == account_id),
        bidding=None,
        origin=None,
        share_of=None,
        duplicate_of=None,
    )


def every_lead(
    leads: Callable[[LeadQuery], tuple[Lead, ...]], query: LeadQuery, *, page: int = 500
) -> Iterator[Lead]:
    """Give all leads of a query, a page at a time: however many there are, in little memory.

    Args:
        leads: a store's, or a reader's of one moment.
        query: which; its limit counts for all of them together.
        page: how many are read at once.
    """
    left = query.limit
    while left > 0:
        wanted = min(page, left)
        found = leads(replace(query, limit=wanted))
        for lead in found:
            yield lead if query.scope is None else seen_by(lead, query.scope.account_id)
        if len(found) < wanted:
            return
        left -= wanted
        query = query.behind(found[-1])


def printed(lead: Lead) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give a lead as a printed sheet: parts of labels and texts; what is unknown is missing."""
    return tuple((part.value, tuple(lines)) for part in Part if (lines := list(_lines(lead, part))))


def _lines(lead: Lead, part: Part) -> Iterator[tuple[str, str]]:
    for each in FIELDS:
        value = each.of(lead)
        if each.part is part and each.key != "answers" and value not in {None, ""}:
            yield each.label, _text(value)
    if part is Part.MATTER:
        for answer in lead.submission.answers:
            yield answer.question or answer.key, ", ".join(answer.values)


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value)
