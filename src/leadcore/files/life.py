"""The life of a file that is kept with a lead.

    (none) --added--> KEPT --removed--> REMOVED

The row says what the file is; its contents are kept elsewhere (`leadcore.ports.FileKeeper`), under
their SHA-256. A file belongs to its lead for good: whoever sees the lead sees it, and when the lead
leaves the account, so does the file. Removed, its row stays and says by whom; contents no row
needs any more are cleaned away.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NewType

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, Problem, WrongState
from leadcore.files.names import safe_name
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant, optional_instant

__all__ = [
    "AddFile",
    "FileAdded",
    "FileCommand",
    "FileEvent",
    "FileId",
    "FileRemoved",
    "LeadFile",
    "RemoveFile",
    "decide",
    "evolve",
]

FileId = NewType("FileId", str)

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


@frozen(kw_only=True)
class LeadFile:
    """The present state of a file's stream.

    Attributes:
        name: the safe name it is served under.
        size: in bytes.
        media_type: what its bytes are; it is served as this.
        declared_type: what whoever sent it said it was; only kept.
        sha256: of its contents, in hexadecimal: what they are kept under.
        account_id: the account that held the lead when it was added.
        removed_at, removed_by: once it is removed.
    """

    id: FileId
    seller_id: SellerId
    account_id: AccountId
    lead_id: LeadId
    name: str
    size: int
    media_type: str
    declared_type: str | None = None
    sha256: str
    added_by: UserId
    added_at: datetime = field(converter=instant)
    removed_at: datetime | None = field(default=None, converter=optional_instant)
    removed_by: UserId | None = None


@frozen(kw_only=True)
class AddFile:
    """Add a file whose contents are kept; `name` as it was given, the rest as in `LeadFile`."""

    file_id: FileId
    seller_id: SellerId
    account_id: AccountId
    lead_id: LeadId
    name: str
    size: int
    media_type: str
    declared_type: str | None = None
    sha256: str
    by: UserId


@frozen
class RemoveFile:
    """Remove it; again, it changes nothing."""

    by: UserId


@frozen(kw_only=True)
class FileAdded:
    """A file was added, under its safe name."""

    file_id: FileId
    seller_id: SellerId
    account_id: AccountId
    lead_id: LeadId
    name: str
    size: int
    media_type: str
    declared_type: str | None = None
    sha256: str
    by: UserId
    at: datetime = field(converter=instant)


@frozen
class FileRemoved:
    """It was removed."""

    by: UserId
    at: datetime = field(converter=instant)


FileCommand = AddFile | RemoveFile
FileEvent = FileAdded | FileRemoved


def decide(command: FileCommand, state: LeadFile | None, at: datetime) -> tuple[FileEvent, ...]:
    """Decide a command on a file; the same again changes nothing.

    Raises:
        Malformed: checksum, size or types can't be; every problem is named.
        WrongState: it was never added, or another one was under this id.
    """
    if isinstance(command, RemoveFile):
        if state is None:
            raise WrongState("RemoveFile", "there is no such file")
        return () if state.removed_at is not None else (FileRemoved(command.by, at),)
    _check(command)
    added = FileAdded(
        file_id=command.file_id,
        seller_id=command.seller_id,
        account_id=command.account_id,
        lead_id=command.lead_id,
        name=safe_name(command.name, command.media_type),
        size=command.size,
        media_type=command.media_type,
        declared_type=command.declared_type,
        sha256=command.sha256,
        by=command.by,
        at=at,
    )
    if state is None:
        return (added,)
    # A retry after a commit whose answer was lost finds its own work.
    if evolve(None, replace(added, at=state.added_at)) == state:
        return ()
    raise WrongState("AddFile", "a file with this id exists")


def _check(command: AddFile) -> None:
    tests = (
        (_DIGEST.fullmatch(command.sha256), "sha256", "is 64 hexadecimal digits in lower case"),
        (type(command.size) is int and command.size >= 0, "size", "is a whole number of bytes"),
        (_MEDIA_TYPE.fullmatch(command.media_type), "media_type", "is no media type"),
        (len(command.declared_type or "") <= _LONGEST, "declared_type", "is too long"),
    )
    problems = [Problem(path, words) for fine, path, words in tests if not fine]
    if problems:
        raise Malformed(problems)


_LONGEST = 255


def evolve(state: LeadFile | None, event: FileEvent) -> LeadFile:
    """Give the state after an event.

    Raises:
        WrongState: it was never added, or is removed already.
    """
    if isinstance(event, FileAdded):
        return LeadFile(
            id=event.file_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            lead_id=event.lead_id,
            name=event.name,
            size=event.size,
            media_type=event.media_type,
            declared_type=event.declared_type,
            sha256=event.sha256,
            added_by=event.by,
            added_at=event.at,
        )
    if state is None or state.removed_at is not None:
        met = "never added" if state is None else "removed"
        raise WrongState(type(event).__name__, f"the file is {met}")
    return replace(state, removed_at=event.at, removed_by=event.by)
