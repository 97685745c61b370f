"""Write a message: facts into a text, plain and as a page; amounts and instants in words.

A fact goes in as one line without control characters, cut; in the page it is escaped as well, so
whatever somebody typed stays words. A line of a text that holds nothing but one empty fact is left
out, so that texts need no conditions.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.intervals import to_local
from leadcore.notices.catalogues import filled, pieces
from leadcore.notices.messages import reads_leftwards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from leadcore.notices.catalogues import Catalogue
    from leadcore.values import Money

__all__ = ["Written", "instant_words", "money_words", "write"]

_ONE_PLACE = 3
"""The pieces of a text of one place: words, its name, words."""
_LINK = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


@frozen(kw_only=True)
class Written:
    """A message in words: its subject, its plain text, and the same as a page."""

    subject: str
    body: str
    html: str


def write(
    catalogue: Catalogue, subject: str, body: str, facts: Mapping[str, str], *, page: bool = True
) -> Written:
    """Write a message.

    Args:
        catalogue: the words.
        subject: the key of the subject's text; empty for none.
        body: the key of the text.
        facts: for the places, each on one line already: see `one_line`.
        page: make a page, too?
    """
    title = " ".join(catalogue.fill(subject, facts).split()) if subject else ""
    paragraphs = tuple(_paragraphs(catalogue.text(body), facts))
    plain = "\n\n".join(
        "\n".join([filled(line.words, facts).rstrip() for line in each]) for each in paragraphs
    )
    return Written(
        subject=title,
        body=plain,
        html=_page(catalogue, title, paragraphs, facts) if page else "",
    )


@frozen
class _Line:
    """A line of a text, taken apart.

    Attributes:
        words, markup: its pieces, plain and escaped.
        alone: the one place it is made of, where it is made of nothing else.
    """

    words: tuple[str, ...]
    markup: tuple[str, ...]
    alone: str | None


@lru_cache(maxsize=256)
def _apart(text: str) -> tuple[tuple[_Line, ...], ...]:
    """Take a text apart, once: into paragraphs, and these into lines."""
    return tuple(
        tuple(map(_line, paragraph.split("\n")))
        for paragraph in re.split(r"\n[ \t]*\n+", text.strip("\n"))
    )


def _line(text: str) -> _Line:
    parts = pieces(text.strip())
    alone = parts[1] if len(parts) == _ONE_PLACE and not parts[0] and not parts[2] else None
    return _Line(pieces(text), pieces(html.escape(text, quote=False)), alone)


def _paragraphs(text: str, facts: Mapping[str, str]) -> Iterator[tuple[_Line, ...]]:
    """Give the lines of each paragraph, without those that have nothing to say."""
    for paragraph in _apart(text):
        lines = tuple([line for line in paragraph if line.alone is None or facts[line.alone]])
        if lines:
            yield lines


def _page(
    catalogue: Catalogue,
    title: str,
    paragraphs: tuple[tuple[_Line, ...], ...],
    facts: Mapping[str, str],
) -> str:
    shown = {name: _markup(fact) for name, fact in facts.items()}
    content = "\n".join(
        "<p>" + "<br>\n".join([filled(line.markup, shown).rstrip() for line in lines]) + "</p>"
        for lines in paragraphs
    )
    around = {
        "language": html.escape(catalogue.language),
        "subject": html.escape(title),
        "content": content,
    }
    return catalogue.fill("page.html", around)


def _markup(fact: str) -> str:
    escaped = html.escape(fact)
    if fact[:4].lower() == "http" and _LINK.fullmatch(fact):
        return f'<a href="{escaped}" rel="noopener noreferrer">{escaped}</a>'
    # Right-to-left letters would pull what stands beside them along.
    return f"<bdi>{escaped}</bdi>" if reads_leftwards(fact) else escaped


def money_words(amount: Money, catalogue: Catalogue) -> str:
    """Give an amount as people of a language write it, with its currency."""
    digits = f"{abs(amount.minor):0{amount.decimals + 1}d}"
    point = len(digits) - amount.decimals
    behind = catalogue.text("format.decimal") + digits[point:] if amount.decimals else ""
    sign = "-" if amount.minor < 0 else ""
    number = f"{sign}{catalogue.number(int(digits[:point]))}{behind}"
    return catalogue.fill("format.money", {"amount": number, "currency": amount.currency})


def instant_words(at: datetime, zone: str, catalogue: Catalogue) -> str:
    """Give an instant as the clock on the wall of a zone shows it, with the zone and its offset.

    >>> from datetime import UTC, datetime
    >>> from leadcore.notices import ENGLISH
    >>> instant_words(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York", ENGLISH)
    'Sunday, November 1, 2026, 1:30 AM EST (UTC-05:00)'
    """
    local = to_local(at, zone)
    short = local.strftime("%Z")
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return catalogue.fill(
        "format.instant",
        {
            "weekday": catalogue.text(f"weekday.{local.isoweekday()}"),
            "month": catalogue.text(f"month.{local.month}"),
            "day": str(local.day),
            "year": f"{local.year:04d}",
            "hour12": str((local.hour + 11) % 12 + 1),
            "hour24": f"{local.hour:02d}",
            "minute": f"{local.minute:02d}",
            "half": catalogue.text("half.am" if local.hour < 12 else "half.pm"),  # noqa: PLR2004 - noon begins the second half
            # Some zones have no short name of their own but their offset.
            "zone": zone if short[:1] in "+-" else short,
            "offset": offset,
        },
    )
