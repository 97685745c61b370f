"""The addresses of contact points: numbers in E.164 form and e-mail addresses, told alike."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcore.submissions import Submission
    from leadcore.values import SellerId

__all__ = ["addresses", "has_form", "is_number", "normal_address", "own_address", "point_id"]

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s\x00-\x1f,;<>]+@[^@\s\x00-\x1f,;<>]+")


def is_number(address: str) -> bool:
    """Say whether an address is a number in E.164 form."""
    return _NUMBER.fullmatch(address) is not None


def normal_address(address: str) -> str:
    """Give an address as it is kept: without spaces around it, an e-mail address in lower case."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def addresses(submission: Submission) -> tuple[str, ...]:
    """Give the contact points of a submission: its usable numbers and e-mail addresses, sorted."""
    found = {normal_address(phone.normal) for phone in submission.phones if phone.normal}
    found |= {normal_address(email.normal) for email in submission.emails if email.normal}
    return tuple(sorted(each for each in found if has_form(each)))


def own_address(submission: Submission, address: str | None) -> str | None:
    """Give the one of a submission's contact points that is meant.

    Args:
        submission: whose they are.
        address: which, however it is written; None for the first.

    Returns:
        None where it is none of them, or there are none.
    """
    own = addresses(submission)
    if address is None:
        return own[0] if own else None
    wanted = normal_address(address)
    return wanted if wanted in own else None


def has_form(address: str) -> bool:
    """Say whether it is an address at all: a number in E.164 form, or an e-mail address."""
    return is_number(address) or _EMAIL.fullmatch(address) is not None


def point_id(seller_id: SellerId, address: str) -> str:
    """Give the id of a contact point: the same seller and address always have the same one."""
    # With its length, so that no two pairs of seller and address make one id.
    return f"{len(seller_id)}/{seller_id}/{normal_address(address)}"
