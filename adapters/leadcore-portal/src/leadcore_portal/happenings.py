"""The journal of a lead as people read it: what happened, when, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore.auction import BiddingDeclined, BidPlaced, BidRefused, PostRefused
from leadcore.leads import (
    AuctionClosed,
    ContactAttempted,
    DeliveryFailed,
    LeadAssigned,
    LeadAuctioned,
    LeadDelivered,
    LeadDetached,
    LeadReattached,
    LeadReceived,
    LeadRefused,
    LeadReserved,
    LeadSold,
    LeadUnsold,
    NoteAdded,
)
from leadcore.values import UserId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


__all__ = ["Happening", "told_of"]


@frozen(kw_only=True)
class Happening:
    """One thing that happened.

    Attributes:
        at: when.
        title: what.
        detail: more of it; empty for nothing.
        by: the user who did it; None where the records do not say, or nobody did.
        about: the user it was done to, if any.
    """

    at: datetime
    title: str
    detail: str = ""
    by: UserId | None = None
    about: UserId | None = None


_OUTCOMES = {
    "reached": "reached the person",
    "no_answer": "no answer",
    "voicemail": "left a voicemail",
    "voicemail_full": "the mailbox was full",
    "disconnected": "the number was disconnected",
    "sent": "sent",
}
_CHANNELS = {"call": "Call", "text": "Text", "email": "E-mail"}
_SELLERS = (
    AuctionClosed,
    BiddingDeclined,
    BidPlaced,
    BidRefused,
    DeliveryFailed,
    LeadAuctioned,
    LeadReserved,
    LeadUnsold,
    PostRefused,
)
"""What led to the sale is the seller's own affair."""

_TITLES: dict[type, str] = {
    LeadReceived: "Received",
    LeadRefused: "Refused",
    LeadSold: "Sold",
    LeadReserved: "On its way to a buyer",
    LeadDelivered: "Delivered",
    DeliveryFailed: "Not delivered",
    LeadUnsold: "Nobody could take it",
    LeadAuctioned: "Put up for auction",
    AuctionClosed: "Auction closed",
    BidPlaced: "A bid was placed",
    BiddingDeclined: "A bidder declined",
    BidRefused: "A bid was refused",
    PostRefused: "A post was refused",
    LeadAssigned: "Assigned to",
    LeadDetached: "Returned: it left the account",
    LeadReattached: "The return was reversed: it is back",
    NoteAdded: "Note",
}

_DETAILS: dict[type, Callable[[Any], str]] = {
    LeadRefused: lambda event: ", ".join(each.value.replace("_", " ") for each in event.reasons),
    NoteAdded: lambda event: event.text,
    DeliveryFailed: lambda event: event.failed.why,
}


def told_of(history: Iterable[Any], *, staff: bool) -> tuple[Happening, ...]:
    """Tell a lead's journal, in its order.

    Args:
        history: its events.
        staff: does the seller's staff read it? An account is not told what led to the sale.
    """
    return tuple(_told(event) for event in history if staff or not isinstance(event, _SELLERS))


def _told(event: Any) -> Happening:  # noqa: ANN401 - any event of the journal
    if isinstance(event, ContactAttempted):
        attempt = event.attempt
        title = f"{_CHANNELS[attempt.channel.value]}: {_OUTCOMES[attempt.outcome.value]}"
        return Happening(at=attempt.at, title=title, by=attempt.by)
    kind: type[object] = event.__class__
    detail = _DETAILS.get(kind)
    return Happening(
        at=event.at,
        title=_TITLES.get(kind, kind.__name__),
        detail="" if detail is None else detail(event),
        by=getattr(event, "by", None),
        about=event.user_id if isinstance(event, LeadAssigned) else None,
    )
