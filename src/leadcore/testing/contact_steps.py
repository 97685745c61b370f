"""What happens at contact points in a play: texts, acts, look-ups, and questions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore.consent import Elements, Grant, Level, Reach, Revocation
from leadcore.contact import Initiation, ReassignedStatus
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    Record,
    RegistryLookup,
    ResolveText,
    addresses,
    is_number,
)
from leadcore.leads import Lead
from leadcore.submissions import Channel
from leadcore.values import AccountId, PhoneKind, UserId

if TYPE_CHECKING:
    from leadcore.contact_points import PointCommand, PointFact
    from leadcore.ports import UseCase

__all__ = ["ContactStep"]

_TEXTS = ("STOP", "start", "wrong number?", "help", "see you", "no thanks")
_CHANNELS = (Channel.CALL, Channel.TEXT, Channel.EMAIL)
_SENDER = "+12125550199"


@frozen(kw_only=True)
class ContactStep:
    """One thing that happens about a lead's person, told by two small numbers.

    Attributes:
        index: what happens.
        other: which variant, and to which of the person's addresses.
        account: the account it may concern.
        viewer: who asks.
    """

    lead: Lead
    index: int
    other: int
    account: AccountId
    viewer: UserId
    at: datetime

    def case(self) -> UseCase[Any, Any, object]:
        """Give the use case."""
        if self.index < 3:  # noqa: PLR2004 - three in eight
            return self._text()
        if self.index < 6:  # noqa: PLR2004 - three in eight
            return self._keep(Record(fact=self._fact(), by="staff"))
        if self.index == 6:  # noqa: PLR2004 - one in eight
            look = ResolveText(text_id="text-2", revokes=self.other % 2 == 0, by="staff")
            return self._keep(look)
        return self._question()

    @property
    def _address(self) -> str:
        given = addresses(self.lead.submission) or (_SENDER,)
        return given[self.other % len(given)]

    @property
    def _named(self) -> AccountId | None:
        return self.account if self.other % 2 else None

    def _text(self) -> bo.ReceiveText:
        which = (self.index + self.other) % len(_TEXTS)
        return bo.ReceiveText(
            seller_id=self.lead.seller_id,
            sender=next(filter(is_number, addresses(self.lead.submission)), _SENDER),
            text_id=f"text-{which}" if self._named is None else f"text-{which} to {self._named}",
            text=_TEXTS[which],
            account_id=self._named,
            received_at=self.at,
            at=self.at,
        )

    def _keep(self, command: PointCommand) -> bo.KeepContactPoint:
        return bo.KeepContactPoint(
            seller_id=self.lead.seller_id, address=self._address, command=command, at=self.at
        )

    def _question(self) -> bo.AskContact:
        return bo.AskContact(
            seller_id=self.lead.seller_id,
            lead_id=self.lead.id,
            viewer_id=self.viewer if self.other % 2 else None,
            asked=bo.LeadContact(
                channel=_CHANNELS[self.other % 3],
                initiation=Initiation.AUTODIALED if self.other > 5 else Initiation.MANUAL,  # noqa: PLR2004 - one in four
            ),
            at=self.at,
        )

    def _fact(self) -> PointFact:
        at, named = self.at, self._named or self.lead.seller_id
        made: tuple[PointFact, ...] = (
            Grant(at=at, level=Level.WRITTEN, sellers=(named,), elements=Elements.all()),
            Revocation(at=at, method="telephone", reach=Reach.EVERYTHING, seller=self._named),
            Revocation(at=at, method="link", reach=Reach.EMAIL),
            DoNotCall(at=at, account_id=self._named),
            RegistryLookup(at=at, listed=self.index % 2 == 0, scrubbed_on=at.date()),
            LineLookup(at=at, kind=PhoneKind.LANDLINE, ported_to_wireless_on=at.date()),
            Dealing(at=at, kind=DealingKind.PURCHASE, with_seller=named),
            ReassignedAnswer(
                at=at,
                status=ReassignedStatus.NO,
                queried_on=at.date(),
                consent_on=at.date(),
            ),
        )
        return made[self.other % len(made)]
