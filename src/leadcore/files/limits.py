"""How much may be kept: limits as data, and what they say of one more file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import Problem
from leadcore.files.types import COMMON_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.values import AccountId, LeadId

__all__ = ["FileLimits", "Room", "RoomDelta", "account_room", "file_problems", "lead_room"]

_MEBIBYTE = 2**20
_MOST = 2**50


@frozen(kw_only=True)
class FileLimits:
    """A seller's limits on files; all sizes in bytes.

    Attributes:
        file_bytes: of one file.
        lead_files, lead_bytes: of all files of one lead.
        account_bytes: of all files of the leads an account holds: its quota.
        types: the media types that are taken.
    """

    file_bytes: int = 25 * _MEBIBYTE
    lead_files: int = 100
    lead_bytes: int = 250 * _MEBIBYTE
    account_bytes: int = 5_120 * _MEBIBYTE
    types: frozenset[str] = COMMON_TYPES

    def problems(self) -> Iterator[Problem]:
        """Give what is wrong with the limits themselves, each with its path."""
        for path in ("file_bytes", "lead_files", "lead_bytes", "account_bytes"):
            number = getattr(self, path)
            if type(number) is not int or not 0 <= number <= _MOST:
                yield Problem(path, f"is a whole number from 0 to {_MOST}")
        for each in sorted(self.types):
            if not each.isascii() or each.count("/") != 1 or each != each.strip().lower():
                yield Problem("types", f"{each!r} is no media type such as application/pdf")


@frozen
class Room:
    """How much is kept somewhere: for a lead, or for an account."""

    bytes: int = 0
    files: int = 0


@frozen(kw_only=True)
class RoomDelta:
    """What to add to how much is kept: a guarded delta.

    Attributes:
        key: of a lead or an account, by `lead_room` or `account_room`.
        bytes, files: what to add; below zero to give back.
        most_bytes, most_files: what may not be passed afterwards; below zero for no limit.
    """

    key: str
    bytes: int
    files: int
    most_bytes: int = -1
    most_files: int = -1

    def after(self, room: Room) -> Room | None:
        """Give what is kept after it; None where it would pass a limit or give back too much."""
        size, number = room.bytes + self.bytes, room.files + self.files
        over = 0 <= self.most_bytes < size or 0 <= self.most_files < number
        return None if over or size < 0 or number < 0 else Room(size, number)


def lead_room(lead_id: LeadId) -> str:
    """Give the key of how much is kept with a lead."""
    return f"lead/{lead_id}"


def account_room(account_id: AccountId) -> str:
    """Give the key of how much is kept with the leads an account holds."""
    return f"account/{account_id}"


def file_problems(
    limits: FileLimits, *, size: int, media_type: str, of_lead: Room, of_account: Room
) -> Iterator[Problem]:
    """Give why one more file is not taken, each reason with its path; nothing where it is.

    Args:
        limits: the seller's.
        size: of the file, in bytes.
        media_type: what its bytes are.
        of_lead: how much is kept with the lead already.
        of_account: how much is kept with all leads of the account.
    """
    if size <= 0:
        yield Problem("size", "is nothing: the file is empty")
    if size > limits.file_bytes:
        yield Problem("size", f"is {size} bytes, over {limits.file_bytes}")
    if media_type not in limits.types:
        yield Problem("media_type", f"{media_type} is not among the types that are taken")
    if of_lead.files >= limits.lead_files:
        yield Problem("lead.files", f"are {of_lead.files} already, of {limits.lead_files}")
    if of_lead.bytes + size > limits.lead_bytes:
        yield Problem("lead.bytes", f"would be {of_lead.bytes + size}, over {limits.lead_bytes}")
    if of_account.bytes + size > limits.account_bytes:
        over = f"would be {of_account.bytes + size}, over {limits.account_bytes}"
        yield Problem("account.bytes", over)
