"""Keep files with a lead: from facts to one outcome. The contents are kept by a `FileKeeper`.

Adding has two steps: the contents are put first, then the row is written. A row never names
contents that were not kept; contents whose row was refused are cleaned away later
(`files.orphans`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from leadcore import files
from leadcore.back_office.seeing import held, seen_lead
from leadcore.decider import change, fold
from leadcore.errors import Malformed, NotFound
from leadcore.files import (
    AddFile,
    FileId,
    FileLimits,
    LeadFile,
    RemoveFile,
    RoomDelta,
    account_room,
    file_problems,
    lead_room,
)
from leadcore.outcomes import Outcome, claims_of
from leadcore.ports import FileFacts, FileNeeds
from leadcore.values import LeadId, UserId, instant

if TYPE_CHECKING:
    from leadcore.leads import Lead, Sale

__all__ = ["KeepFile", "MayKeepFile", "OpenFile", "RemoveLeadFile"]


@frozen(kw_only=True)
class KeepFile:
    """Keep a file with a lead that one sees; its contents are kept already.

    Attributes:
        name: as it was given; the row has the safe form of it.
        size, sha256: of the contents.
        media_type: what the bytes are, as an adapter tells by looking at them.
        declared_type: what whoever sent it said it was.
    """

    file_id: FileId
    lead_id: LeadId
    viewer_id: UserId
    name: str
    size: int
    media_type: str
    declared_type: str | None = None
    sha256: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> FileNeeds:
        """The lead, who acts, the seller's limits, and how much is kept."""
        return FileNeeds(file_id=self.file_id, lead_id=self.lead_id, viewer_id=self.viewer_id)

    def decide(self, facts: FileFacts) -> Outcome[LeadFile]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            Malformed: a limit says no, each with its path; and as `files.decide` says.
            WrongState: another file has this id; or no account holds the lead.
        """
        lead, _ = seen_lead(facts, "lead", self.lead_id)
        sale = held(lead, "KeepFile")
        events = files.decide(self._adding(lead, sale), facts.file.state, self.at)
        state = cast("LeadFile", fold(files.evolve, facts.file.state, events))
        if not events:
            return Outcome(answer=state)
        limits = _limits(facts)
        problems = tuple(
            file_problems(
                limits,
                size=self.size,
                media_type=self.media_type,
                of_lead=facts.of_lead,
                of_account=facts.of_account,
            )
        )
        if problems:
            raise Malformed(problems)
        return Outcome(
            answer=state,
            changes=change("file", state.id, facts.file, events, files.evolve),
            claims=claims_of(lead.seller_id, lead.id, facts.key_counts),
            rooms=self._rooms(lead, sale, limits),
        )

    def _adding(self, lead: Lead, sale: Sale) -> AddFile:
        return AddFile(
            file_id=self.file_id,
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            lead_id=lead.id,
            name=self.name,
            size=self.size,
            media_type=self.media_type,
            declared_type=self.declared_type,
            sha256=self.sha256,
            by=self.viewer_id,
        )

    def _rooms(self, lead: Lead, sale: Sale, limits: FileLimits) -> tuple[RoomDelta, ...]:
        of_lead = RoomDelta(
            key=lead_room(lead.id),
            bytes=self.size,
            files=1,
            most_bytes=limits.lead_bytes,
            most_files=limits.lead_files,
        )
        of_account = RoomDelta(
            key=account_room(sale.account_id),
            bytes=self.size,
            files=1,
            most_bytes=limits.account_bytes,
        )
        return of_lead, of_account


@frozen
class MayKeepFile:
    """Ask whether a file would be kept now, before its contents are put; it changes nothing."""

    case: KeepFile

    @property
    def needs(self) -> FileNeeds:
        """Those of keeping it."""
        return self.case.needs

    def decide(self, facts: FileFacts) -> Outcome[LeadFile]:
        """Give the row it would have; raise what keeping it would raise."""
        return Outcome(answer=self.case.decide(facts).answer)


@frozen(kw_only=True)
class RemoveLeadFile:
    """Remove a file of a lead that one sees; the answer is the file as it is now."""

    file_id: FileId
    viewer_id: UserId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> FileNeeds:
        """The file, its lead, and who acts."""
        return FileNeeds(file_id=self.file_id, viewer_id=self.viewer_id)

    def decide(self, facts: FileFacts) -> Outcome[LeadFile]:
        """Say what follows.

        Raises:
            NotFound: there is no such file, or the viewer may not know that there is.
            WrongState: no account holds the lead.
        """
        lead, _ = seen_lead(facts, "file", self.file_id)
        seen = facts.file.state
        if seen is None:
            raise NotFound("file", self.file_id)
        events = files.decide(RemoveFile(self.viewer_id), seen, self.at)
        state = fold(files.evolve, seen, events)
        if not events:
            return Outcome(answer=state)
        sale = held(lead, "RemoveLeadFile")
        keys = (lead_room(lead.id), account_room(sale.account_id))
        return Outcome(
            answer=state,
            changes=change("file", state.id, facts.file, events, files.evolve),
            claims=claims_of(lead.seller_id, lead.id, facts.key_counts),
            rooms=tuple(RoomDelta(key=key, bytes=-seen.size, files=-1) for key in keys),
        )


@frozen(kw_only=True)
class OpenFile:
    """Ask for a file's contents: the answer is the row, whose `sha256` a keeper knows.

    It changes nothing; the headers to serve them with are `files.download_headers`.
    """

    file_id: FileId
    viewer_id: UserId

    @property
    def needs(self) -> FileNeeds:
        """The file, its lead, and who asks."""
        return FileNeeds(file_id=self.file_id, viewer_id=self.viewer_id)

    def decide(self, facts: FileFacts) -> Outcome[LeadFile]:
        """Say whether the viewer may have it.

        Raises:
            NotFound: there is none, it is removed, or the viewer may not know that there is.
        """
        seen_lead(facts, "file", self.file_id)
        found = facts.file.state
        if found is None or found.removed_at is not None:
            raise NotFound("file", self.file_id)
        return Outcome(answer=found)


def _limits(facts: FileFacts) -> FileLimits:
    given = facts.seller.terms.files if facts.seller is not None else None
    return FileLimits() if given is None else given
