"""ADF/XML 1.0 leads (the auto industry's lead format), as a document or inside an e-mail.

What the format leaves loose is taken as it comes: any letter case, names in full or in parts,
phone kinds outside the DTD, vendor or provider outside the prospect, dates with odd or missing
offsets. Everything without a field of its own stays an answer under its path in the prospect
(`vehicle/make`, `customer/contact/phone[2]/@time`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve

from leadcore.errors import Malformed, Problem
from leadcore.submissions import Source
from leadcore_intake import mail
from leadcore_intake.build import Entry, Place, build, malformed, refuse_many
from leadcore_intake.columns import guess
from leadcore_intake.json_lead import line_target
from leadcore_intake.limits import check_size
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, Record
from leadcore_intake.safe_xml import canonical, local, parse, text_in, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["read"]

_START = re.compile(rb"<\?(?:xml|adf)\b|<!doctype\s+adf|<adf[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<adf[\s>]", re.IGNORECASE)
_END = re.compile(rb"</adf\s*>", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

_NAME_PARTS = {
    "full": "name",
    "first": "first_name",
    "middle": "middle_name",
    "last": "last_name",
    "surname": "last_name",
    "prefix": "prefix",
    "salutation": "prefix",
    "suffix": "suffix",
}
_PERSON = frozenset(_NAME_PARTS.values())
_BUSINESS = "business"
_CONTACT = "customer/contact"
_TARGETS = {
    "requestdate": "submitted_at",
    "id": "source_key",
    "customer/comments": "comments",
    f"{_CONTACT}/comments": "comments",
    f"{_CONTACT}/email": "email",
    f"{_CONTACT}/address/street": "street",
    f"{_CONTACT}/address/apartment": "street",
    f"{_CONTACT}/address/city": "city",
    f"{_CONTACT}/address/regioncode": "state",
    f"{_CONTACT}/address/postalcode": "zip",
    f"{_CONTACT}/address/country": "country",
}
_EVERYWHERE = frozenset({"area", "consent", "consent_text", "ip", "opt_out", "tcpa", "vertical"})
_MIXED = frozenset({"comments", "description"})


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read every prospect of an ADF document, or of a mail that carries one or several.

    Raises:
        Malformed: it is no ADF, hostile, or over the limits.
    """
    check_size(data, options.limits)
    warnings: tuple[Problem, ...] = ()
    found: tuple[mail.Part, ...] = (mail.Part(path="", data=data, charset=None),)
    if mail.looks_like_mail(data):
        found, warnings = mail.parts(data)
    refuse_many(sum(len(_ROOT.findall(part.data)) for part in found), options.limits)
    documents = [(part, document) for part in found for document in _split(part.data)]
    records: list[Record] = []
    for part, document in documents:
        path = f"{part.path}, " if part.path else ""
        try:
            several, notes = _document(document, path, part.charset, len(records), options)
        except Malformed as error:
            if len(documents) == 1:
                raise
            # One broken document takes none of its neighbours with it.
            several, notes = [_broken(document, path, len(records), options, error)], ()
        records.extend(several)
        warnings += notes
        refuse_many(len(records), options.limits)
    return Intake(format="adf", records=tuple(records), warnings=warnings)


def _document(
    document: bytes, path: str, charset: str | None, start: int, options: Options
) -> tuple[list[Record], tuple[Problem, ...]]:
    root, notes = parse(document, options.limits, charset=charset)
    if local(root) not in {"adf", "prospect"}:
        raise Malformed.at(f"<{local(root)[:40]}>", "is not an ADF document: its root is not <adf>")
    warnings = tuple(Problem(f"{path}{note.path}", note.message) for note in notes)
    return list(_prospects(root, path, start, options)), warnings


def _broken(document: bytes, path: str, index: int, options: Options, error: Malformed) -> Record:
    place = Place(index=index, path=f"{path}document {index + 1}")
    shown = document[: options.limits.max_field].decode("utf-8", "backslashreplace")
    problems = (Problem(f"{place.path}, {each.path}", each.message) for each in error.problems)
    return malformed(place, shown, problems, canonical=document)


def _split(data: bytes) -> Iterator[bytes]:
    """Give each document; a mail's text around them, and several in a row, are told apart."""
    start = _START.search(data)
    if start is None or data.startswith(_UTF16):
        yield data
    elif len(_ROOT.findall(data)) > 1:
        yield from _several(data)
    else:
        ends = [found.end() for found in _END.finditer(data)]
        yield data[start.start() : ends[-1] if ends else len(data)]


def _several(data: bytes) -> Iterator[bytes]:
    position = 0
    while (start := _START.search(data, position)) is not None:
        end = _END.search(data, start.end())
        position = end.end() if end else len(data)
        yield data[start.start() : position]


def _prospects(root: Element, path: str, start: int, options: Options) -> Iterator[Record]:
    several = [root] if local(root) == "prospect" else [e for e in root if local(e) == "prospect"]
    if not several:
        raise Malformed.at(f"{path}adf", "holds no prospect, so there is no lead in it")
    refuse_many(start + len(several), options.limits)
    # Vendor and provider beside the prospects, as some senders have it, belong to each of them.
    beside = [] if local(root) == "prospect" else [e for e in root if local(e) != "prospect"]
    for number, prospect in enumerate(several, 1):
        place = Place(index=start + number - 1, path=f"{path}prospect[{number}]")
        yield _prospect(prospect, beside, place, options)


def _prospect(prospect: Element, beside: list[Element], place: Place, options: Options) -> Record:
    entries = [
        entry
        for path, element in (*_leaves(prospect, ""), *_inside(beside, "../"))
        for entry in _entries(path, element, place)
    ]
    return build(
        _named(entries),
        source=Source(format="adf", name=_source_name(prospect, beside)),
        place=place,
        raw=written(prospect),
        canonical="".join(canonical(element) for element in (prospect, *beside)),
        options=options,
    )


def _named(entries: list[Entry]) -> list[Entry]:
    """Take a business for the name only where no person is named."""
    person = any(entry.target in _PERSON and entry.values[0] for entry in entries)
    return [
        evolve(entry, target=None if person else "name") if entry.target == _BUSINESS else entry
        for entry in entries
    ]


def _source_name(prospect: Element, beside: list[Element]) -> str | None:
    """Give whose id the lead carries, else the provider's name."""
    for element in prospect:
        if local(element) == "id" and _attribute(element, "source") and text_in(element):
            return _attribute(element, "source")
    for element in (*prospect, *beside):
        if local(element) == "provider":
            names = [text_in(child) for child in element if local(child) == "name"]
            return next((name for name in names if name), None)
    return None


def _leaves(element: Element, path: str) -> Iterator[tuple[str, Element]]:
    """Give every element that holds text or attributes, with its path; siblings are numbered."""
    yield path, element
    if local(element) not in _MIXED:
        yield from _inside(list(element), f"{path}/" if path else "")


def _inside(elements: list[Element], prefix: str) -> Iterator[tuple[str, Element]]:
    totals: dict[str, int] = {}
    for element in elements:
        totals[local(element)] = totals.get(local(element), 0) + 1
    seen: dict[str, int] = {}
    for element in elements:
        name = local(element)
        seen[name] = seen.get(name, 0) + 1
        numbered = f"{name}[{seen[name]}]" if totals[name] > 1 else name
        yield from _leaves(element, prefix + numbered)


def _entries(path: str, element: Element, place: Place) -> Iterator[Entry]:
    """Give an element's text and its attributes as entries."""
    where = place.at(path) if path else place.path
    text = text_in(element) if local(element) in _MIXED else _own_text(element)
    target = _target(re.sub(r"\[[0-9]+\]", "", path), element)
    if text or (path and not len(element) and not element.attrib):
        yield Entry(
            key=path or "prospect",
            values=(text,),
            path=where,
            target=target,
            first=_attribute(element, "preferredcontact") == "1",
        )
    inner = element.iter() if local(element) in _MIXED else (element,)
    for each in inner:
        deep = path if each is element else f"{path}//{local(each)}"
        for name, value in each.attrib.items():
            yield Entry(key=f"{deep}/@{name}".removeprefix("/"), values=(value,), path=where)


def _attribute(element: Element, name: str) -> str:
    """Give an attribute by its name in any letter case, or nothing."""
    return next((value.strip() for key, value in element.items() if key.lower() == name), "")


def _own_text(element: Element) -> str:
    own = ((element.text or ""), *((child.tail or "") for child in element))
    return " ".join(part.strip() for part in own if part.strip())


def _target(path: str, element: Element) -> str | None:
    if path == f"{_CONTACT}/name":
        if _attribute(element, "type").lower() == _BUSINESS:
            return _BUSINESS
        return _NAME_PARTS.get(_attribute(element, "part").lower() or "full", "name")
    if path == f"{_CONTACT}/phone":
        return line_target(_attribute(element, "type"))
    known = _TARGETS.get(path)
    if known is not None or "/" in path.removeprefix("customer/").removeprefix("contact/"):
        return known
    found = guess(local(element))
    return found if found in _EVERYWHERE else None
