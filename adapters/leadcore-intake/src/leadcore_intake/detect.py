"""Which format bytes are in, told by their content; names and types of files only settle ties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadcore.errors import Malformed, Problem
from leadcore_intake import csv_file, form, mail, salesforce
from leadcore_intake.limits import Limits, archive_kind, bom_encoding
from leadcore_intake.safe_json import Json, parse
from leadcore_intake.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FORMATS", "detect"]

FORMATS: tuple[str, ...] = (
    "adf",
    "csv",
    "form",
    "google",
    "hubspot",
    "json",
    "jsonl",
    "meta",
    "meta_export",
    "meta_notification",
    "salesforce",
)
"""Every format that is read."""

_HEAD = 64 * 1024
_ADF = re.compile(r"<\s*(?:[a-z]+:)?(?:adf|prospect)[\s>]|<\?\s*adf", re.IGNORECASE)
_TEXT_NAMES = (".csv", ".tsv", ".tab", ".txt")
_TEXT_TYPES = ("text/csv", "text/tab-separated-values", "application/vnd.ms-excel")
_FORM_TYPE = "application/x-www-form-urlencoded"
_PRINTED = 0.9


def detect(data: bytes, *, filename: str | None = None, content_type: str | None = None) -> str:
    """Name the format of a message, or of a file's beginning.

    Args:
        data: the whole message, or at least the first 64 kB of a file.
        filename: its name, if it has one.
        content_type: its MIME type, if one was told.

    Returns:
        One of `FORMATS`.

    Raises:
        Malformed: none fits; one problem for each format tried says why not.
    """
    if not data.strip():
        raise Malformed.at("$", "is empty")
    archive = archive_kind(data)
    if archive is not None:
        raise Malformed.at("$", f"is {archive}, which is not opened here; send its content")
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        raise Malformed.at("$", "is multipart form data; send the form urlencoded or as JSON")
    tried: list[Problem] = []
    for attempt in (_xml, _mail, _json, _form, _csv):
        found = attempt(data, (filename or "").lower(), kind)
        if isinstance(found, str):
            return found
        tried.append(found)
    raise Malformed(tried)


def _text(data: bytes) -> str:
    encoding = bom_encoding(data) or "utf-8"
    return data[:_HEAD].decode(encoding, "replace").lstrip()


def _xml(data: bytes, _filename: str, _kind: str) -> str | Problem:
    text = _text(data)
    if not text.startswith("<"):
        return Problem("adf", "does not begin like XML")
    if _ADF.search(text) or b"<prospect" in data[:_HEAD].lower():
        return "adf"
    what = "an HTML page" if re.search(r"<html|<!doctype html", text, re.IGNORECASE) else "XML"
    return Problem("adf", f"is {what}, but no ADF: there is no <adf> in it")


def _mail(data: bytes, filename: str, kind: str) -> str | Problem:
    told = filename.endswith(".eml") or kind == "message/rfc822"
    if mail.looks_like_mail(data) or told:
        return "adf"
    return Problem("adf in a mail", "does not begin with the headers of an e-mail")


def _json(data: bytes, _filename: str, _kind: str) -> str | Problem:
    text = _text(data)
    if not text.startswith(("{", "[")):
        return Problem("json", "does not begin with { or [")
    first, _, rest = text.partition("\n")
    if text.startswith("{") and rest.strip() and _parsed(first) is not None:
        return "jsonl"
    whole = _parsed(data)
    # What is no JSON, or only a file's beginning, is still nothing else; reading it says why.
    return "json" if whole is None else shape_of(whole)


def _parsed(text: str | bytes) -> Json:
    try:
        return parse(text, Limits())
    except Malformed:
        return None


def _form(data: bytes, _filename: str, kind: str) -> str | Problem:
    if not (form.looks_like_form(data) or kind == _FORM_TYPE):
        return Problem("form", "is not one line of name=value pairs")
    names = frozenset(
        part.partition(b"=")[0].decode("ascii", "replace") for part in data[:_HEAD].split(b"&")
    )
    return "salesforce" if salesforce.looks_like_web_to_lead(names) else "form"


def _csv(data: bytes, filename: str, kind: str) -> str | Problem:
    told = filename.endswith(_TEXT_NAMES) or kind in _TEXT_TYPES
    try:
        header = csv_file.header_of(data[:_HEAD])
    except Malformed as error:
        return Problem("csv", f"is no table: {error}")
    if not (any(header.columns) and _share(header.columns, str.isprintable) >= _PRINTED):
        return Problem("csv", "is no text with a header row")
    if header.export:
        return "meta_export"
    if len(header.columns) > 1 or told:
        return "csv"
    return Problem("csv", "has no delimiter in its first line, and its name does not say .csv")


def _share(texts: tuple[str, ...], holds: Callable[[str], bool]) -> float:
    fitting = sum(1 for text in texts if holds(text) and "\ufffd" not in text)
    return fitting / len(texts)
