"""What the reference store knows of the outbox: which letters are due, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.contact_points import addresses, point_id
from leadcore.letters import lane_of
from leadcore.ports import DueLetter, LetterFacts, OutboxEntry, OutboxFacts
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.ports import LetterNeeds, OutboxNeeds, OutboxQuery

__all__ = ["OutboxRows", "audit_outbox", "letter_facts", "outbox_facts"]


class OutboxRows(Rows):
    """The reads of `leadcore.ports.Outbox`."""

    def letter(self, message_id: str) -> OutboxEntry | None:
        """Give a message and where it is."""
        message = self.outbox.get(message_id)
        if message is None:
            return None
        return OutboxEntry(message, self.started("letter", message_id).state)

    def letters(self, query: OutboxQuery) -> tuple[OutboxEntry, ...]:
        """Give messages and where they are, oldest first."""
        found = [
            each
            for each in _entries(self)
            if each.message.seller_id == query.seller_id
            and (query.statuses is None or each.letter.status in query.statuses)
            and query.is_behind(each)
        ]
        return tuple(found[: query.limit])


def _place(entry: OutboxEntry) -> tuple[datetime, str]:
    return entry.message.at, entry.message.id


def _entries(rows: Rows) -> list[OutboxEntry]:
    """Give every message and where it is, by instant and id."""
    found = (
        OutboxEntry(each, rows.started("letter", key).state) for key, each in rows.outbox.items()
    )
    return sorted(found, key=_place)


def _due_at(entry: OutboxEntry) -> datetime:
    return entry.letter.due_at or entry.message.at


def outbox_facts(needs: OutboxNeeds, rows: Rows) -> OutboxFacts:
    """Give the letters that are due: the first of each lane, the longest due first."""
    lanes: set[str] = set()
    due: list[OutboxEntry] = []
    for entry in _entries(rows):
        lane = lane_of(entry.message)
        if not entry.letter.is_open or lane in lanes:
            continue
        if lane is not None:
            lanes.add(lane)
        wanted = (
            entry.message.channel in needs.channels
            and needs.seller_id in {None, entry.message.seller_id}
            and _due_at(entry) <= needs.at
        )
        if wanted:
            due.append(entry)
    due.sort(key=lambda entry: (_due_at(entry), *_place(entry)))
    return OutboxFacts(
        tuple(
            DueLetter(each.message, rows.started("letter", each.message.id))
            for each in due[: needs.limit]
        )
    )


def letter_facts(needs: LetterNeeds, rows: Rows) -> LetterFacts:
    """Give one letter, and what was asked for beside it."""
    message = rows.outbox.get(needs.message_id)
    letter = rows.started("letter", needs.message_id)
    if message is None:
        return LetterFacts(message=None, letter=letter)
    seller = rows.seller(message.seller_id) if needs.point else None
    about = needs.contact and message.lead_id is not None
    own = needs.point or (needs.contact and not about)
    point = rows.started("contact_point", point_id(message.seller_id, message.to)) if own else None
    known = LetterFacts(message=message, letter=letter, seller=seller, point=point)
    lead = rows.lead(message.lead_id) if about and message.lead_id else None
    if lead is None:
        return known
    found = (rows.contact_point(lead.seller_id, address) for address in addresses(lead.submission))
    return LetterFacts(
        message=message,
        letter=letter,
        lead=lead,
        points=tuple(each for each in found if each is not None),
        trail=rows.started("decisions", lead.id),
        point=point,
        seller=seller,
        others=rows.others(lead),
    )


def audit_outbox(rows: Rows) -> Iterator[str]:
    """Give a sentence for each letter of no message."""
    for kind, key in rows.rows:
        if kind == "letter" and key not in rows.outbox:
            yield f"letter {key}: it has no message"
