"""vCard 4.0 (RFC 6350): one card a lead, with what reaches the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.leads import Lead

__all__ = ["card", "write_vcards"]

_WIDTH = 75
"""Octets of a line, its end not counted (RFC 6350, 3.2)."""
_TYPES = {
    PhoneKind.WIRELESS: "cell",
    PhoneKind.LANDLINE: "voice",
    PhoneKind.TOLL_FREE: "voice",
    PhoneKind.UNKNOWN: "voice",
}


def write_vcards(leads: Iterable[Lead], out: BinaryIO) -> int:
    """Write leads as cards, one after another; gives how many."""
    number = 0
    for number, lead in enumerate(leads, 1):  # noqa: B007 # counted for the caller
        out.write(card(lead))
    return number


def card(lead: Lead) -> bytes:
    """Give a lead's card."""
    return b"".join(_folded(line) for line in _lines(lead))


def _lines(lead: Lead) -> Iterator[str]:
    given, name, place = lead.submission, lead.submission.name, lead.submission.address
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:{_text(lead.id)}"
    yield f"REV:{lead.received_at:%Y%m%dT%H%M%SZ}"
    # A card has a name to show, whatever the form said.
    yield f"FN:{_text(name.display) or _text(lead.id)}"
    parts = (name.last, name.first, name.middle, name.prefix, name.suffix)
    if any(parts):
        yield "N:" + ";".join(map(_text, parts))
    for number, phone in enumerate(given.phones, 1):
        kind = _TYPES[phone.kind]
        if phone.normal:
            yield f"TEL;VALUE=uri;TYPE={kind};PREF={min(number, 100)}:tel:{phone.normal}"
        else:
            yield f"TEL;VALUE=text;TYPE={kind};PREF={min(number, 100)}:{_text(phone.raw)}"
    for number, email in enumerate(given.emails, 1):
        yield f"EMAIL;PREF={min(number, 100)}:{_text(email.normal or email.raw)}"
    street, state = ", ".join(place.street), place.state or place.state_raw
    where = ("", "", street, place.city, state, place.zip_raw or place.zip, place.country)
    if any(where):
        yield "ADR:" + ";".join(map(_text, where))
    matter = [each for each in (given.vertical, given.area) if each]
    if matter:
        yield "CATEGORIES:" + ",".join(map(_text, matter))
    notes = [each for each in (given.other_info, given.comments) if each]
    if notes:
        yield f"NOTE:{_text(chr(10).join(notes))}"
    yield "END:VCARD"


def _text(text: str | None) -> str:
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(char for char in lines if char == "\n" or char.isprintable())
    for char in "\\,;":
        shown = shown.replace(char, f"\\{char}")
    return shown.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Break a line into pieces of at most 75 octets, never within a character."""
    pieces: list[bytes] = []
    piece, room = b"", _WIDTH
    for char in line:
        more = char.encode()
        if len(piece) + len(more) > room:
            pieces.append(piece)
            piece, room = b"", _WIDTH - 1  # the space that continues it counts
        piece += more
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
