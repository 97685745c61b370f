"""The life of a call's recording: reviewed by somebody who listened, shared with a downline or not.

    (none) --reviewed--> KEPT TO WHOEVER SEES THE CALL --shared--> SHARED
                           ^  |                                     |
                           +--+ reviewed again       unshared, or reviewed and found wanting

A share names the user below whom everybody may listen: whoever works the call, or somebody above.
It shows the recording, never the lead: name and number stay with whoever sees that. What a review
found is kept, what was said is not. A share says nothing while the account does not hold the call.

Whether a recording may be shared says `recordings.assess_sharing`; the use cases are in
`leadcore.back_office`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.decisions import Verdict
from leadcore.errors import WrongState
from leadcore.leads import LeadStatus
from leadcore.recordings import ShareQuestion, assess_sharing
from leadcore.rulebooks import US
from leadcore.sensitive import SensitiveKind, find_sensitive
from leadcore.submissions import Recording
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant

if TYPE_CHECKING:
    from leadcore.decisions import Decision
    from leadcore.downline import Links, Scope
    from leadcore.leads import Lead
    from leadcore.rulebooks import Rulebook

__all__ = [
    "CallRecording",
    "RecordingCommand",
    "RecordingEvent",
    "RecordingReview",
    "RecordingReviewed",
    "RecordingShare",
    "RecordingShared",
    "RecordingUnshared",
    "ReviewRecording",
    "ShareRecording",
    "UnshareRecording",
    "decide",
    "evolve",
    "hears",
]


@frozen(kw_only=True)
class RecordingReview:
    """What somebody who listened found.

    Attributes:
        by: who listened.
        contains_pan: does it hold a card number?
        contains_sad: does it hold a security code, a PIN, a social security number: anything else
            that nobody else may hear?
        redacted: was something cut out before?
    """

    by: UserId
    at: datetime = field(converter=instant)
    contains_pan: bool
    contains_sad: bool
    redacted: bool = False

    @property
    def question(self) -> ShareQuestion:
        """May it be shared, as reviewed?"""
        return ShareQuestion(
            contains_pan=self.contains_pan,
            contains_sad=self.contains_sad,
            redacted=self.redacted,
            reviewed=True,
        )


@frozen(kw_only=True)
class RecordingShare:
    """Who may listen: everybody below a user; and who said so, and when."""

    below: UserId
    by: UserId
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class CallRecording:
    """The present state of a recording's stream; begun by its first review.

    Attributes:
        id: of the call's lead.
        account_id: the account that held the call when it was reviewed.
        recording: where it is kept, as it was handed in.
        vertical, area, called_at: what the call was about, and when: all that a share tells of it.
        review: the last one.
        share: with whom it is shared; None: with nobody.
    """

    id: LeadId
    seller_id: SellerId
    account_id: AccountId
    recording: Recording
    vertical: str | None = None
    area: str | None = None
    called_at: datetime = field(converter=instant)
    review: RecordingReview
    share: RecordingShare | None = None


@frozen(kw_only=True)
class ReviewRecording:
    """Record what somebody who listened found; the fields are those of `RecordingReview`."""

    contains_pan: bool
    contains_sad: bool
    redacted: bool = False

    @classmethod
    def of_transcript(
        cls,
        text: str,
        *,
        contains_pan: bool = False,
        contains_sad: bool = False,
        redacted: bool = False,
    ) -> ReviewRecording:
        """Add what a transcript holds to what was heard; its text is kept nowhere.

        >>> ReviewRecording.of_transcript("it is 4111 1111 1111 1111").contains_pan
        True
        """
        kinds = {each.kind for each in find_sensitive(text)}
        return cls(
            contains_pan=contains_pan or SensitiveKind.CARD_NUMBER in kinds,
            contains_sad=contains_sad or bool(kinds - {SensitiveKind.CARD_NUMBER}),
            redacted=redacted,
        )


@frozen
class ShareRecording:
    """Let everybody below a user listen.

    Attributes:
        below: whoever works the call, or somebody above; None: whoever works it.
    """

    below: UserId | None = None


@frozen
class UnshareRecording:
    """Let nobody listen any more but whoever sees the call; shared with nobody, nothing happens."""


@frozen(kw_only=True)
class RecordingReviewed:
    """Somebody listened; the fields are those of `CallRecording`."""

    lead_id: LeadId
    seller_id: SellerId
    account_id: AccountId
    recording: Recording
    vertical: str | None = None
    area: str | None = None
    called_at: datetime = field(converter=instant)
    review: RecordingReview
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RecordingShared:
    """Everybody below a user may listen from now on; whoever could before may not any more."""

    below: UserId
    by: UserId
    at: datetime = field(converter=instant)


@frozen
class RecordingUnshared:
    """Nobody may listen any more but whoever sees the call."""

    by: UserId
    at: datetime = field(converter=instant)


RecordingCommand = ReviewRecording | ShareRecording | UnshareRecording
RecordingEvent = RecordingReviewed | RecordingShared | RecordingUnshared


def decide(
    command: RecordingCommand,
    state: CallRecording | None,
    at: datetime,
    *,
    lead: Lead,
    by: UserId,
    rules: Rulebook = US,
) -> tuple[RecordingEvent, ...]:
    """Decide on a recording; what is so already adds nothing.

    Args:
        command: what is to be done.
        state: the recording so far; None where nobody reviewed it.
        at: when.
        lead: the call.
        by: who does it.
        rules: the rulebook that says what may be shared.

    Raises:
        Refused: it is to be shared, and was not reviewed, or the review found what nobody may hear.
        WrongState: nobody holds the call, or it has no recording.
    """
    if isinstance(command, UnshareRecording):
        ends = state is not None and state.share is not None
        return (RecordingUnshared(by, at),) if ends else ()
    if lead.status is not LeadStatus.SOLD:
        raise WrongState(type(command).__name__, f"the call is {lead.status.value}")
    if isinstance(command, ReviewRecording):
        reviewed = _reviewed(command, lead, by, at)
        if state is not None and state.review == reviewed.review:
            return ()
        ends = state is not None and state.share is not None
        if ends and _sharing(reviewed.review, at, rules).verdict is Verdict.DENIED:
            return reviewed, RecordingUnshared(by, at)
        return (reviewed,)
    _sharing(state.review if state else None, at, rules).require()
    # What is sold is somebody's.
    below = command.below or cast("UserId", lead.assigned_to)
    if state is not None and state.share is not None and state.share.below == below:
        return ()
    return (RecordingShared(below=below, by=by, at=at),)


def _reviewed(command: ReviewRecording, lead: Lead, by: UserId, at: datetime) -> RecordingReviewed:
    given, sale = lead.submission, lead.sale
    if given.recording is None or sale is None:
        raise WrongState("ReviewRecording", "the call has no recording")
    review = RecordingReview(
        by=by,
        at=at,
        contains_pan=command.contains_pan,
        contains_sad=command.contains_sad,
        redacted=command.redacted,
    )
    return RecordingReviewed(
        lead_id=lead.id,
        seller_id=lead.seller_id,
        account_id=sale.account_id,
        recording=given.recording,
        vertical=given.vertical,
        area=given.area,
        called_at=lead.received_at,
        review=review,
        at=at,
    )


def _sharing(review: RecordingReview | None, at: datetime, rules: Rulebook) -> Decision:
    return assess_sharing(review.question if review else ShareQuestion(), at=at, rules=rules)


def evolve(state: CallRecording | None, event: RecordingEvent) -> CallRecording:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow: nobody reviewed it yet.
    """
    if isinstance(event, RecordingReviewed):
        return CallRecording(
            id=event.lead_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            recording=event.recording,
            vertical=event.vertical,
            area=event.area,
            called_at=event.called_at,
            review=event.review,
            share=state.share if state else None,
        )
    if state is None:
        raise WrongState(type(event).__name__, "nobody reviewed the recording")
    if isinstance(event, RecordingUnshared):
        return replace(state, share=None)
    return replace(state, share=RecordingShare(below=event.below, by=event.by, at=event.at))


def hears(seen: Scope, kept: CallRecording | None, lead: Lead, links: Links) -> bool:
    """Say whether a viewer may listen by a share alone, whoever else sees the call.

    A share holds while the call is worked by the one it is shared below, or by somebody below that
    one: a call that went to another part of the tree is heard there, and not where it was.

    Args:
        seen: what the viewer may see; a disabled user hears nothing.
        kept: the recording.
        lead: its call, as it is now.
        links: who stands below whom in the viewer's account.
    """
    share, sale = kept.share if kept else None, lead.sale
    if kept is None or share is None or sale is None or lead.status is not LeadStatus.SOLD:
        return False
    walls = {kept.account_id, sale.account_id} == {seen.account_id}
    return (
        walls
        and seen.is_anything
        and _covers(share.below, lead.assigned_to, links)
        and links.is_below(seen.user_id, share.below)
    )


def _covers(upper: UserId, worker: UserId | None, links: Links) -> bool:
    return worker is not None and (worker == upper or links.is_below(worker, upper))
