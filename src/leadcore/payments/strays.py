"""Stray notices: what a processor told of charges that nobody asked for here.

They credit nobody. They are kept by the charge they are about, each once, for somebody to look at:
another system may share the processor's account, or a payment was made by hand.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.payments.answers import Notice
from leadcore.values import SellerId, instant

if TYPE_CHECKING:
    from leadcore.payments.events import TakeNotice

__all__ = ["StrayNotices", "StrayReceived", "evolve_stray", "stray_id", "stray_of", "take_stray"]


@frozen(kw_only=True)
class StrayNotices:
    """The present state of the stream of a charge nobody asked for.

    Attributes:
        reference: the processor's id of the charge.
        notices: what was told of it, in the order it came.
    """

    seller_id: SellerId
    reference: str
    notices: tuple[Notice, ...] = ()


@frozen(kw_only=True)
class StrayReceived:
    """A notice came about a charge nobody asked for."""

    notice: Notice
    at: datetime = field(converter=instant)


def stray_id(seller_id: SellerId, reference: str) -> str:
    """Give the id of the stream; with a length, so that no two pairs make one id."""
    return f"{len(seller_id)}/{seller_id}/{reference}"


def stray_of(key: str) -> StrayNotices:
    """Give the stream of an id before anything came."""
    length, _, rest = key.partition("/")
    end = int(length)
    return StrayNotices(seller_id=SellerId(rest[:end]), reference=rest[end + 1 :])


def take_stray(command: TakeNotice, state: StrayNotices, at: datetime) -> tuple[StrayReceived, ...]:
    """Decide what is kept of a stray notice: nothing where it came before."""
    if any(each.id == command.notice.id for each in state.notices):
        return ()
    return (StrayReceived(notice=command.notice, at=at),)


def evolve_stray(state: StrayNotices, event: StrayReceived) -> StrayNotices:
    """Give the state after an event."""
    return replace(state, notices=(*state.notices, event.notice))
