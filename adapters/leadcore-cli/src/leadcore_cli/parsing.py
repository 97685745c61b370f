"""What people type, read exactly: amounts, whole numbers, instants, days."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from leadcore.consent import UNKNOWN, Unknown
from leadcore.errors import Malformed
from leadcore.rulebooks.states import NAMES
from leadcore.values import Money, instant

__all__ = [
    "CarrierAddress",
    "Day",
    "Emergency",
    "Instant",
    "Listed",
    "ListedFile",
    "NotListed",
    "OptOut",
    "PostalAddress",
    "Scrubbed",
    "parse_amount",
    "parse_instant",
    "parse_states",
    "parse_whole",
]

_AMOUNT = re.compile(r"\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_WHOLE = re.compile(r"[0-9]+")
_LARGEST = 10**15
"""In minor units or pieces: far above any sale, far below what databases and JSON readers hold."""


def parse_amount(text: str, currency: str, *, path: str = "amount") -> Money:
    """Read an amount as people type it (`25`, `25.00`, `$1,250.50`), exactly.

    Args:
        text: what was typed.
        currency: of the amount.
        path: where it was typed, for the error.

    Raises:
        Malformed: it is no amount, or finer than the currency's smallest unit, or below zero.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Malformed.at(path, f"{text!r} is no amount of zero or more, such as 25 or 25.50")
    whole, part = found.groups(default="")
    decimals = Money(0, currency).decimals
    if len(part) > decimals:
        places = f"at most {decimals} decimal places" if decimals else "no decimal places"
        raise Malformed.at(path, f"{text!r} is too fine: {currency} has {places}")
    return Money(_bounded(whole.replace(",", "") + part.ljust(decimals, "0"), path), currency)


def parse_whole(text: str, *, path: str) -> int:
    """Read a whole number of zero or more.

    Raises:
        Malformed: it is none.
    """
    if not _WHOLE.fullmatch(text):
        raise Malformed.at(path, f"{text!r} is no whole number of zero or more")
    return _bounded(text, path)


def _bounded(digits: str, path: str) -> int:
    # By length first: Python itself refuses to read a number of thousands of digits.
    if len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST:
        raise Malformed.at(path, "is too large")
    return int(digits)


def parse_instant(text: str) -> datetime:
    """Read an instant in ISO 8601 with its offset from UTC; gives it in UTC.

    Raises:
        typer.BadParameter: it is none, or its offset is not said.
    """
    try:
        return instant(datetime.fromisoformat(text))
    except (ValueError, TypeError, OverflowError):
        message = f"{text!r} is no instant with its offset from UTC, such as 2026-11-24T17:00:00Z"
        raise typer.BadParameter(message) from None


def parse_states(given: list[str] | None) -> frozenset[str] | Unknown:
    """Read the states under a declared emergency; nothing said is not known.

    Args:
        given: two letters each, or `none` for somebody who looked and found none.

    Raises:
        Malformed: something else was given.
    """
    if given is None:
        return UNKNOWN
    states = frozenset(state.upper() for state in given if state.lower() != "none")
    wrong = sorted(states - set(NAMES))
    if wrong:
        raise Malformed.at("--emergency", f"{wrong[0]!r} is not the two letters of a state we know")
    return states


Instant = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_instant,
        metavar="INSTANT",
        help="At this instant, such as 2026-11-24T17:00:00Z; else now.",
    ),
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")]

# What was looked up before the question, and what an e-mail carries: asked alike by every command.
Scrubbed = Annotated[
    datetime | None,
    typer.Option(
        "--scrubbed",
        "--scrubbed-on",
        formats=["%Y-%m-%d"],
        help="Date of the do-not-call registry copy that was looked at.",
    ),
]
Listed = Annotated[
    bool | None, typer.Option("--listed/--not-listed", help="Is the number in that copy?")
]
ListedFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="That copy's numbers, one a line; others are not in it."),
]
NotListed = Annotated[
    bool, typer.Option("--not-listed", help="None of the numbers is in that copy.")
]
Emergency = Annotated[
    list[str] | None,
    typer.Option(help="States under a declared emergency, or 'none' if you looked."),
]
PostalAddress = Annotated[bool | None, typer.Option(help="Does the e-mail carry a postal address?")]
OptOut = Annotated[bool | None, typer.Option(help="Does it offer a working opt-out?")]
CarrierAddress = Annotated[
    bool | None, typer.Option(help="Is the address on a wireless carrier's domain?")
]
