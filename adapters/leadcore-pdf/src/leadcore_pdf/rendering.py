"""A packet drawn for people: what was recorded, part by part, then how to check it."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from leadcore.evidence import contents
from leadcore_pdf.page import Document
from leadcore_pdf.words import SECTIONS, rows, sentence, shape, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ATTACHMENT", "attached", "render"]

_KEY = 60
ATTACHMENT: Final = "evidence-packet.json"
"""The name the packet has inside the PDF."""

_CHECK = (
    (
        f"The packet itself is attached to this file as {ATTACHMENT}; these pages only tell what "
        "it holds. `leadcore evidence verify FILE --head HEAD` checks every byte of the "
        "attachment, against the head as it was noted elsewhere when the packet was made."
    ),
    (
        "A matching head proves that these are the bytes the head was made of. It does not prove "
        "that what was recorded is true or complete; and without a head from elsewhere it proves "
        "nothing against whoever made the file, for anybody can make all of it anew."
    ),
)


def render(packet: bytes) -> bytes:
    """Give a PDF of an evidence packet, with the packet attached.

    Args:
        packet: the bytes as `leadcore.evidence.packet` gives them.

    Raises:
        ValueError: the packet was changed, or is none; the words say where.
    """
    found = contents(packet)
    manifest = found["manifest"]
    document = Document(
        foot=f"Lead {manifest['lead']} · head {found['head'][:16]} · no legal advice",
        text=json.dumps(found, ensure_ascii=False),
    )
    document.set_creation_date(datetime.fromisoformat(manifest["made_at"]))
    document.set_title(f"Evidence packet of lead {manifest['lead']}")
    document.set_producer("leadcore-pdf")
    document.set_lang("en-US")
    document.embed_file(
        bytes=packet,
        basename=ATTACHMENT,
        desc="The packet: what leadcore evidence verify checks",
        mime_type="application/json",
        modification_date=datetime.fromisoformat(manifest["made_at"]),
    )
    document.add_page()
    _front(document, found)
    _parts(document, found["records"])
    _back(document, found)
    return document.finished()


def attached(pdf: bytes) -> bytes:
    """Give the packet that is attached to a PDF.

    Raises:
        ValueError: it is no PDF, or holds no packet, or more than one.
    """
    try:
        held = PdfReader(BytesIO(pdf)).attachments.get(ATTACHMENT, [])
    except (PdfReadError, OSError, RecursionError) as error:
        message = f"is no PDF that can be read: {error}"
        raise ValueError(message) from error
    if len(held) != 1:
        message = f"has {len(held) or 'no'} attachments named {ATTACHMENT}; a packet's PDF has one"
        raise ValueError(message)
    return held[0]


def _front(document: Document, found: dict[str, Any]) -> None:
    manifest, kept = found["manifest"], found["manifest"]["retention"]
    document.title_line("Evidence packet")
    document.paragraph(
        f"Everything recorded about lead {manifest['lead']} of {manifest['seller']}, as of "
        f"{shape(manifest['made_at'])}. All times are UTC."
    )
    document.pairs(
        [
            ("head", found["head"]),
            ("records", str(manifest["count"])),
            *(
                ("rulebook", f"{each['id']}\nSHA-256 {each['sha256']}")
                for each in manifest["rulebooks"]
            ),
            ("last contact", shape(kept["last_contact"])),
            ("keep until", f"{kept['keep_until']} ({', '.join(kept['rules'])})"),
            *(
                (
                    f"{each['kind']} certificate",
                    f"{each['id']}: {each['status'].replace('_', ' ')}"
                    + (f", until {shape(each['until'])}" if "until" in each else ""),
                )
                for each in kept.get("certificates", [])
            ),
        ]
    )
    document.paragraph(manifest["notice"], faint=True)
    document.heading("In order of time")
    document.grid(
        ("no.", "when", "what", "in short"),
        (
            (
                str(each["seq"]),
                shape(each["at"]),
                title_of(each["event"]["event"]),
                sentence(each["event"]["data"]),
            )
            for each in found["records"]
        ),
        widths=(0.7, 3.4, 3.2, 6),
    )


def _parts(document: Document, records: list[dict[str, Any]]) -> None:
    for stream, title in _sections(records):
        document.heading(title)
        for each in records:
            if each["stream"] == stream:
                document.entry(
                    f"{each['seq']}. {title_of(each['event']['event'])}, {shape(each['at'])}"
                )
                document.pairs(rows(each["event"]["data"]))
                for text in each["texts"]:
                    document.paragraph(f"SHA-256 of {text['path']}: {text['sha256']}", faint=True)


def _sections(records: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    here = {str(each["stream"]) for each in records}
    known = dict(SECTIONS)
    yield from ((stream, title) for stream, title in SECTIONS if stream in here)
    yield from ((stream, stream.replace("_", " ")) for stream in sorted(here - known.keys()))


def _back(document: Document, found: dict[str, Any]) -> None:
    document.heading("How to check it")
    for words in _CHECK:
        document.paragraph(words)
    document.pairs([("head", found["head"])])
    document.grid(
        ("no.", "stream", "place", "hash"),
        (
            (
                str(each["seq"]),
                f"{each['stream']} {each['key'][:_KEY]}",
                str(each["position"]),
                each["hash"],
            )
            for each in found["records"]
        ),
        widths=(0.8, 3.8, 1, 10),
    )
