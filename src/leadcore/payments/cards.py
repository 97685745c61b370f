"""Card numbers are kept out: what looks like one is found in any text, and never repeated.

A number has 13 to 19 digits that pass the check of ISO/IEC 7812-1, whatever stands between them:
spaces, dashes, dots, zero-width characters; digits of any script count. PCI DSS v4.0.1, 3.4 and
3.5: what is never held need not be protected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadcore.errors import Malformed, Problem
from leadcore.sensitive import luhn

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["REMOVED", "card_free", "card_like", "card_problems", "digits_apart", "without_cards"]

REMOVED = "[removed]"
"""What stands where a card number stood."""

_BETWEEN = r"[\s\-._/,\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff]{0,3}"
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{12,}}")
_GROUP = re.compile(r"\d+")
_LENGTHS = range(13, 20)
_SHORT = re.compile(rf"(?:\D*\d){{{_LENGTHS[0] - 1}}}")
_NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[0-9]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|"
    r"3(?:0[0-5]|[689]\d)\d{11}|6\d{14,18}"
)
"""How long a number of each network is, by its first digits."""


def card_like(text: str, *, networks: bool = False) -> bool:
    """Say whether a text holds what looks like a card number.

    Args:
        text: any text.
        networks: find only numbers that a known network could have given out. One in ten numbers
            passes the check by chance: ids that others make are asked this way.

    >>> card_like("my card is 4111 1111-1111 1111, thanks"), card_like("pm_1NirD82eZvKYlo2C")
    (True, False)
    """
    return next(_found(text, networks=networks), None) is not None


def without_cards(text: str) -> str:
    """Give a text with what looks like a card number replaced by a mark.

    >>> without_cards("charged 4111111111111111 twice")
    'charged [removed] twice'
    """
    return _RUN.sub(_masked, text)


def _masked(run: re.Match[str]) -> str:
    return REMOVED if card_like(run.group()) else run.group()


def card_problems(path: str, text: str, *, networks: bool = False) -> Iterator[Problem]:
    """Say what is wrong with a text that must not hold a card number, without repeating it."""
    if card_like(text, networks=networks):
        yield Problem(path, "looks like a card number, which is never taken; give a token")


def card_free(path: str, text: str) -> str:
    """Give a text somebody wrote, unless it holds what looks like a card number.

    Raises:
        Malformed: it does.
    """
    problems = tuple(card_problems(path, text, networks=True))
    if problems:
        raise Malformed(problems)
    return text


def digits_apart(text: str) -> str:
    """Give a text with an `x` after each twelfth digit, so that nothing in it looks like a card.

    For ids that are made of other ids: those were accepted, and may hold digits as they like. No
    two texts become one.

    >>> digits_apart("order/7"), digits_apart("16/4111111111111111/2")
    ('order/7', '16/4111111111x111111/2')
    """
    return _SHORT.sub(r"\g<0>x", text)


def _found(text: str, *, networks: bool) -> Iterator[str]:
    for run in _RUN.finditer(text):
        groups = _GROUP.findall(run.group())
        wholes = (digits for digits in _joined(groups) if not networks or _known(digits))
        inside = (digits for each in groups for digits in _windows(each) if _known(digits))
        for digits in (*wholes, *inside):
            # A row of one digit passes the check, and is nobody's number.
            if luhn(digits) and len(set(digits)) > 1:
                yield digits


def _known(digits: str) -> bool:
    return _NETWORKS.fullmatch(digits) is not None


def _joined(groups: list[str]) -> Iterator[str]:
    """Give each row of whole groups that is as long as a card number."""
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > _LENGTHS[-1]:
                break
            if len(digits) in _LENGTHS:
                yield digits


def _windows(digits: str) -> Iterator[str]:
    """Give each part of a longer number that is as long as a card number."""
    for length in _LENGTHS:
        for first in range(len(digits) - length + 1):
            yield digits[first : first + length]
