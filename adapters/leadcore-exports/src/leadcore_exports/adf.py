"""ADF/XML 1.0: one prospect a lead, in the form `leadcore_intake` reads back.

Name, phones, e-mail addresses, postal address, matter, comments, consent flag and the instant of
the request come back as they were. Custom answers have no place in ADF: each stands in an element
of ours, `answer`, with its key and question; a reader that does not know it skips it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.leads import Lead

__all__ = ["prospect", "write_adf"]

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n<adf>\n'
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What can't stand in XML 1.0 at all, not even by its number."""
_TYPES = {PhoneKind.WIRELESS: "cellphone", PhoneKind.LANDLINE: "landline"}


def write_adf(leads: Iterable[Lead], out: BinaryIO) -> int:
    """Write leads as one ADF document in UTF-8; gives how many."""
    number = 0
    out.write(_HEAD.encode())
    for number, lead in enumerate(leads, 1):  # noqa: B007 # counted for the caller
        out.write(prospect(lead).encode())
    out.write(b"</adf>\n")
    return number


def prospect(lead: Lead) -> str:
    """Give a lead's prospect."""
    given = lead.submission
    asked = given.submitted_at or lead.received_at
    parts = [
        "<prospect>",
        _element("id", lead.id, source="leadcore"),
        # What the source said stands where no instant could be made of it.
        _element("requestdate", _moment(given.submitted_raw, asked.isoformat(), lead)),
        "<customer><contact>",
        *_contact(lead),
        "</contact>",
        _element("comments", given.comments),
        "</customer>",
        *_matter(lead),
        "</prospect>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _moment(raw: str | None, known: str, lead: Lead) -> str:
    return raw if raw and lead.submission.submitted_at is None else known


def _contact(lead: Lead) -> Iterator[str]:
    given = lead.submission
    for part, text in (
        ("full", given.name.full),
        ("prefix", given.name.prefix),
        ("first", given.name.first),
        ("middle", given.name.middle),
        ("last", given.name.last),
        ("suffix", given.name.suffix),
    ):
        yield _element("name", text, part=part)
    for email in given.emails:
        yield _element("email", email.raw)
    for phone in given.phones:
        yield _element("phone", phone.raw, type=_TYPES.get(phone.kind, "voice"))
    place = given.address
    inside = [
        *(_element("street", line, line=str(n)) for n, line in enumerate(place.street, 1)),
        _element("city", place.city),
        _element("regioncode", place.state_raw or place.state),
        _element("postalcode", place.zip_raw or place.zip),
        _element("country", place.country),
    ]
    if any(inside):
        yield f"<address>{''.join(inside)}</address>"


def _matter(lead: Lead) -> Iterator[str]:
    given = lead.submission
    yield _element("vertical", given.vertical)
    yield _element("area", given.area)
    if given.tcpa is not Tcpa.UNKNOWN:
        yield _element("tcpa", given.tcpa.value)
    for answer in given.answers:
        for value in answer.values or ("",):
            yield _element("answer", value, always=True, key=answer.key, question=answer.question)


def _element(name: str, text: str | None, *, always: bool = False, **attributes: str | None) -> str:
    if not text and not always:
        return ""
    told = "".join(
        f" {key}={quoteattr(_clean(value))}" for key, value in attributes.items() if value
    )
    return f"<{name}{told}>{escape(_clean(text or ''))}</{name}>"


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
