"""What is answered to an inbound text: a stop is confirmed, help is told, a reply is explained."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.inbound_texts import confirm_by
from leadcore.notices.catalogues import ENGLISH
from leadcore.notices.messages import Message, MessageKind, one_line
from leadcore.notices.writing import write
from leadcore.submissions import Channel
from leadcore.values import AccountId, SellerId, instant

if TYPE_CHECKING:
    from leadcore.notices.catalogues import Catalogue
    from leadcore.people import User

__all__ = ["Sender", "courtesy_answered", "help_told", "optout_confirmed"]


@frozen(kw_only=True)
class Sender:
    """Who sent a text, and in whose name it is answered.

    Attributes:
        id: what makes the text recognisable when it comes again.
        number: where it came from, in E.164 form.
        name: who answers: the account or the seller it was sent to.
        at: when it was received.
    """

    id: str
    number: str
    name: str
    seller_id: SellerId
    account_id: AccountId | None = None
    at: datetime = field(converter=instant)


def optout_confirmed(sender: Sender, *, catalogue: Catalogue = ENGLISH) -> Message:
    """Confirm an opt-out: no marketing, no word to win the person back, within five minutes."""
    told = _answered(sender, MessageKind.OPTOUT, catalogue)
    return replace(told, not_after=confirm_by(sender.at))


def help_told(sender: Sender, *, catalogue: Catalogue = ENGLISH) -> Message:
    """Tell who is texting and how to stop it."""
    return _answered(sender, MessageKind.HELP, catalogue)


def courtesy_answered(sender: Sender, user: User, *, catalogue: Catalogue = ENGLISH) -> Message:
    """Tell an associate who answered a courtesy notice where the answer went."""
    told = _answered(sender, MessageKind.COURTESY_REPLY, catalogue)
    return replace(told, to_person=False, account_id=user.account_id, user_id=user.id)


def _answered(sender: Sender, kind: MessageKind, catalogue: Catalogue) -> Message:
    facts = {"sender": one_line(sender.name)}
    return Message(
        id=f"{sender.id}/{kind.value}",
        kind=kind,
        channel=Channel.TEXT,
        to=sender.number,
        to_person=True,
        subject="",
        body=write(catalogue, "", f"{kind.value}.body", facts, page=False).body,
        seller_id=sender.seller_id,
        account_id=sender.account_id,
        at=sender.at,
    )
