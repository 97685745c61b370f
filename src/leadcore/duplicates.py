"""Has this person asked before, and what follows: a new lead, a repeat, or a note to the owner.

Two submissions are of one person where any key agrees (a phone, an e-mail, name with ZIP); a blank
field never matches. Within a key all of its parts must agree.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.intervals import elapsed_hours_after
from leadcore.leads import Lead, LeadStatus
from leadcore.values import UNLIMITED, AccountId, LeadId, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.submissions import Submission

__all__ = ["Repeat", "RepeatKind", "find_repeat", "former_accounts", "owning_accounts"]


class RepeatKind(Enum):
    """What a repeat is of."""

    OF_UNSOLD = "of_unsold"
    OF_STANDING_SALE = "of_standing_sale"


@frozen
class Repeat:
    """An earlier lead of the same person that makes this one a repeat."""

    kind: RepeatKind
    lead_id: LeadId


def find_repeat(
    submission: Submission, history: Iterable[Lead], *, at: datetime, look_back_days: int
) -> Repeat | None:
    """Say of which earlier lead a submission is a repeat, if of any.

    Args:
        submission: what came in; a test is never a repeat.
        history: earlier leads that share a key of the person.
        at: the instant of reception.
        look_back_days: elapsed 24-hour periods to look back, end included; 0 looks at none.

    Returns:
        The newest earlier lead in the window of the same vertical whose sale stands; else the
        newest one not sold yet; else None. Refunded and refused ones make no repeat. The window
        counts from when the lead came to its present holder; of one that is being sold, from its
        reservation or the opening of its auction; else from its reception.
    """
    if submission.test or look_back_days == 0:
        return None
    when = instant(at)
    near = [
        lead
        for lead in history
        if not lead.submission.test
        and _fold(lead.submission.vertical) == _fold(submission.vertical)
        and elapsed_hours_after(_since(lead), 24 * look_back_days) >= when
    ]
    for statuses, kind in _REPEATS:
        found = [lead for lead in near if lead.status in statuses]
        if found:
            newest = max(found, key=lambda lead: (lead.received_at, lead.id))
            return Repeat(kind, newest.id)
    return None


_REPEATS = (
    (frozenset({LeadStatus.SOLD}), RepeatKind.OF_STANDING_SALE),
    (
        frozenset(
            {LeadStatus.RECEIVED, LeadStatus.UNSOLD, LeadStatus.BIDDING, LeadStatus.RESERVED}
        ),
        RepeatKind.OF_UNSOLD,
    ),
)


def _since(lead: Lead) -> datetime:
    if lead.held_since is not None:
        return lead.held_since
    if lead.reservation is not None:
        return lead.reservation.reserved_at
    if lead.status is LeadStatus.BIDDING and lead.bidding is not None:
        return lead.bidding.auction.opened_at
    return lead.received_at


def _fold(name: str | None) -> str | None:
    return None if name is None else name.casefold()


def former_accounts(history: Iterable[Lead]) -> frozenset[AccountId]:
    """Give the accounts that returned a lead of this person; they never get the person again."""
    return frozenset(
        lead.sale.account_id
        for lead in history
        if lead.sale is not None and lead.status is LeadStatus.REFUNDED
    )


def owning_accounts(
    history: Iterable[Lead],
    *,
    at: datetime | None = None,
    look_back_days: int | Unlimited = UNLIMITED,
) -> frozenset[AccountId]:
    """Give the accounts that hold a standing lead of this person, or that one is reserved for.

    Args:
        history: the person's leads.
        at: the instant to look back from; None looks at all.
        look_back_days: elapsed 24-hour periods since the account came to hold the person, end
            included; 0 looks at none.
    """
    return frozenset(
        lead.held_by
        for lead in history
        if lead.held_by is not None and _is_near(lead, at, look_back_days)
    )


def _is_near(lead: Lead, at: datetime | None, days: int | Unlimited) -> bool:
    # What is reserved is being sold to them this minute.
    if at is None or isinstance(days, Unlimited) or lead.held_since is None:
        return True
    return days > 0 and elapsed_hours_after(lead.held_since, 24 * days) >= instant(at)
