"""Files as a store gives them, and the port to what keeps their contents, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from leadcore.accounts import Seller
from leadcore.decider import Versioned
from leadcore.downline import Scope, Tree
from leadcore.files import FileId, LeadFile, Room
from leadcore.leads import Lead
from leadcore.people import User
from leadcore.ports.cursors import Cursor, Paged
from leadcore.values import LeadId, SellerId, UserId

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
    from datetime import datetime

    from leadcore.files import KeptContents

__all__ = [
    "AsyncFileIndex",
    "AsyncFileKeeper",
    "FileFacts",
    "FileIndex",
    "FileKeeper",
    "FileNeeds",
    "FileQuery",
]


@frozen(kw_only=True)
class FileNeeds:
    """One file, its lead, and who acts.

    Attributes:
        lead_id: for a new one; a known one says so itself.
        viewer_id: who acts.
    """

    file_id: FileId
    lead_id: LeadId | None = None
    viewer_id: UserId


@frozen(kw_only=True)
class FileFacts:
    """One file; state None and version 0 where there is none.

    Attributes:
        lead: the lead it belongs to, or is to.
        viewer, tree: who acts, and the tree of the account the lead was sold to; else of that
            user's.
        seller: the lead's, whose limits count.
        of_lead, of_account: how much is kept with the lead, and with all leads of the account that
            holds it.
        key_counts: how often what is kept with the lead was claimed (`kept_key`), read before all.
    """

    file: Versioned[LeadFile | None]
    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree
    seller: Seller | None = None
    of_lead: Room = field(factory=Room)
    of_account: Room = field(factory=Room)
    key_counts: dict[str, int] = field(factory=dict[str, int])


@frozen(kw_only=True)
class FileQuery(Paged[LeadFile]):
    """Which files to list, the oldest first, then by id.

    With a scope only files of leads are listed that its viewer sees. Without one it is the seller's
    own staff that asks, or a job.

    Attributes:
        seller_id: whose.
        scope: what the viewer may see; None for the seller's staff.
        lead_id: of one lead.
        removed: removed ones too.
        limit: at most so many.
        after: behind which row the page begins.
    """

    seller_id: SellerId
    scope: Scope | None = None
    lead_id: LeadId | None = None
    removed: bool = False
    limit: int = 100

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        return "files by when they were added"

    def cursor(self, row: LeadFile) -> Cursor:
        """Give where a file stands."""
        return Cursor(row.added_at, row.id)


class FileIndex(Protocol):
    """What a store is asked about files, sync."""

    def file(self, file_id: FileId) -> LeadFile | None:
        """Give a file's row, whoever asks, removed or not."""
        ...

    def files(self, query: FileQuery) -> tuple[LeadFile, ...]:
        """Give a page of files."""
        ...

    def file_room(self, key: str) -> Room:
        """Give how much is kept with a lead or an account (`lead_room`, `account_room`)."""
        ...

    def needed_contents(self, keys: Iterable[str]) -> frozenset[str]:
        """Give those of these checksums that the row of some file names that is not removed."""
        ...


class AsyncFileIndex(Protocol):
    """What a store is asked about files, async: the same names."""

    async def file(self, file_id: FileId) -> LeadFile | None:
        """As `FileIndex.file`."""
        ...

    async def files(self, query: FileQuery) -> tuple[LeadFile, ...]:
        """As `FileIndex.files`."""
        ...

    async def file_room(self, key: str) -> Room:
        """As `FileIndex.file_room`."""
        ...

    async def needed_contents(self, keys: Iterable[str]) -> frozenset[str]:
        """As `FileIndex.needed_contents`."""
        ...


class FileKeeper(Protocol):
    """Keeps contents under their SHA-256, sync.

    The same contents are kept once, whoever brings them: who may see them is decided by rows, of
    which nothing is known here. One keeper belongs to one store: what no row of that store needs is
    cleaned away. A key that is no SHA-256 in lower case is refused with `Malformed` at `key`.
    """

    def put(self, chunks: Iterable[bytes], *, key: str, size: int) -> None:
        """Keep contents, all or nothing; kept before, they count as put now.

        Whoever reads meanwhile, or after a crash, finds all of it or nothing.

        Raises:
            Malformed: they do not have this checksum (at `key`) or size (at `size`).
        """
        ...

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give contents in pieces, from `start` to before `end`.

        Raises:
            NotFound: none are kept under the key; at once, not at the first piece.
        """
        ...

    def look(self, key: str) -> KeptContents | None:
        """Say what is kept under a key; None for nothing."""
        ...

    def every(self) -> Iterator[KeptContents]:
        """Give all that is kept, by key; what comes or goes meanwhile may be among it or not."""
        ...

    def delete(self, key: str, *, put_before: datetime) -> bool:
        """Delete contents if they were last put before an instant; say whether they were.

        Contents that somebody puts meanwhile stay.
        """
        ...

    def tidy(self, *, begun_before: datetime) -> int:
        """Remove what puts left behind that began before an instant and never ended; say how much.

        Nobody could read it anyway.
        """
        ...


class AsyncFileKeeper(Protocol):
    """Keeps contents, async: the same names."""

    async def put(self, chunks: AsyncIterable[bytes], *, key: str, size: int) -> None:
        """As `FileKeeper.put`."""
        ...

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """As `FileKeeper.read`."""
        ...

    async def look(self, key: str) -> KeptContents | None:
        """As `FileKeeper.look`."""
        ...

    def every(self) -> AsyncIterator[KeptContents]:
        """As `FileKeeper.every`."""
        ...

    async def delete(self, key: str, *, put_before: datetime) -> bool:
        """As `FileKeeper.delete`."""
        ...

    async def tidy(self, *, begun_before: datetime) -> int:
        """As `FileKeeper.tidy`."""
        ...
