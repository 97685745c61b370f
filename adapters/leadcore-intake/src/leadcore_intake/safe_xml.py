"""XML read within limits: no entities, no DTD that fetches, bounded depth and size.

`defusedxml` forbids the entities; a builder that counts forbids the rest before it is kept.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import (
    Element,
    ParseError,
    TreeBuilder,
    tostring,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from leadcore.errors import Malformed, Problem

if TYPE_CHECKING:
    from leadcore_intake.limits import Limits

__all__ = ["canonical", "local", "parse", "text_in", "written"]

_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")
_AMPERSAND = re.compile(r"<!\[CDATA\[.*?\]\]>|&(#?\w{1,32};)?", re.DOTALL)
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_MOST_CDATA = 1000
_MOST_AMPERSANDS = 50_000
_TEXT_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "latin1"})


class _Counting(TreeBuilder):
    """A tree builder that refuses too many elements, or too deep ones, as they come."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._depth = 0
        self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1 + len(attrs)
        if self._depth > self._limits.max_depth:
            message = f"nests deeper than the {self._limits.max_depth} levels allowed"
            raise Malformed.at(f"element <{tag[:40]}>", message)
        if self._count > self._limits.max_values:
            message = f"holds more than the {self._limits.max_values:,} values allowed"
            raise Malformed.at("$", message)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


class _Parser(DefusedXMLParser):
    """The parser that takes a bare DOCTYPE and refuses one that fetches or declares."""

    def defused_start_doctype_decl(
        self,
        name: str,
        sysid: str | None,
        pubid: str | None,
        has_internal_subset: bool,  # noqa: FBT001 - the signature is defusedxml's
    ) -> None:
        if sysid or pubid or has_internal_subset:
            raise Malformed.at(
                f"<!DOCTYPE {name[:40]}>",
                "brings or fetches a DTD, which is not taken; leave it out",
            )


def parse(
    data: bytes, limits: Limits, *, charset: str | None = None
) -> tuple[Element, tuple[Problem, ...]]:
    """Read an XML document, mending what is often wrong in the wild.

    Mended, each with a warning: white space, capitalised or repeated processing instructions
    before the root; a bare `&`; names of HTML entities.

    Args:
        data: the document.
        limits: the sizes taken.
        charset: the encoding a mail said, for a document that says none itself.

    Raises:
        Malformed: not XML, hostile, or over the limits.
    """
    if data.count(b"=") > limits.max_values:
        raise Malformed.at("$", f"holds more than the {limits.max_values:,} values allowed")
    told = None if _ENCODING.search(data[:1000]) else charset
    try:
        return _parse(data, limits, told), ()
    except Malformed as error:
        first = error
    mended, note = _mend(data, told)
    if mended == data:
        raise first
    try:
        return _parse(mended, limits, None), (Problem("$", note),)
    except Malformed:
        raise first from None


def _parse(data: bytes, limits: Limits, encoding: str | None) -> Element:
    try:
        parser = _Parser(target=_Counting(limits), encoding=encoding, forbid_dtd=True)
        parser.feed(data)
        return parser.close()
    except DefusedXmlException as error:
        raise Malformed.at("$", "declares entities, which are not taken") from error
    except ParseError as error:
        line, column = error.position
        reason = str(error).partition(": line")[0]
        raise Malformed.at(f"line {line} column {column + 1}", f"is not XML: {reason}") from error
    except (ValueError, LookupError) as error:
        raise Malformed.at("$", f"is not XML in an encoding we can read: {error}") from error


def _mend(data: bytes, charset: str | None) -> tuple[bytes, str]:
    """Give the document with its prolog made anew and its bare ampersands escaped."""
    root = _ROOT.search(data)
    if root is None or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data, ""
    prolog, body = data[: root.start()], data[root.start() :]
    said = _ENCODING.search(prolog)
    encoding = (said[1].decode() if said else charset or "utf-8").lower()
    many = body.count(b"<![CDATA[") > _MOST_CDATA or body.count(b"&") > _MOST_AMPERSANDS
    if encoding not in _TEXT_ENCODINGS or b"<!" in prolog or many:
        return data, ""
    try:
        text = body.decode("windows-1252" if encoding == "iso-8859-1" else encoding)
    except (UnicodeDecodeError, LookupError):
        return data, ""
    last = text.rfind(">") + 1
    mended = _AMPERSAND.sub(_escaped, _TARGETS_TEXT.sub("", text[:last]))
    note = "is not quite XML; its processing instructions or ampersands were mended"
    return mended.encode(), note


_TARGETS_TEXT = re.compile(r"<\?[xX][mM][lL]\s[^<>]*\?>")


def _escaped(found: re.Match[str]) -> str:
    whole, name = found[0], found[1]
    if whole.startswith("<") or (name and (name.startswith("#") or name in _XML_ENTITIES)):
        return whole
    if name and (plain := html.unescape(f"&{name}")) != f"&{name}":
        return plain.replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{name or ''}"


def local(element: Element) -> str:
    """Give an element's name in lower case, without its namespace."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].lower()


def text_in(element: Element) -> str:
    """Give all text within an element; a `<br/>` becomes a line break."""
    parts: list[str] = [element.text or ""]
    for child in element:
        parts.append("\n" if local(child) == "br" else "")
        parts.append(text_in(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()


def written(element: Element) -> str:
    """Give an element as XML text."""
    return tostring(element, encoding="unicode").strip()


def canonical(element: Element) -> str:
    """Give the canonical text: white space around text dropped, attributes sorted."""
    marks = "".join(f" {key}={value!r}" for key, value in sorted(element.attrib.items()))
    inner = "".join(canonical(child) + (child.tail or "").strip() for child in element)
    return f"<{local(element)}{marks}>{(element.text or '').strip()!r}{inner}</>"
