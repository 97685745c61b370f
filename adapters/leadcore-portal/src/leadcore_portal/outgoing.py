"""Links with a secret, sent in the same transaction that makes the secret good."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import evolve as replace
from attrs import frozen

from leadcore.accounts import Seller, words_of
from leadcore.back_office import KeepLogin, RequestReset
from leadcore.logins import Invite
from leadcore.notices import LogInTold, invitation, password_reset

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.logins import Login
    from leadcore.notices import Message
    from leadcore.outcomes import Outcome
    from leadcore.people import User
    from leadcore.ports import LoginFacts, LoginNeeds

__all__ = ["SendInvitation", "SendReset"]

A = TypeVar("A")


@frozen(kw_only=True)
class SendReset:
    """Let somebody ask for a link to a new password, and send it where there is such a log-in.

    Attributes:
        asked: the request, with the digest of the secret.
        seller: in whose name, and in whose words.
        link: the address with the secret.
        key: what makes this e-mail different from every other.
    """

    asked: RequestReset
    seller: Seller
    link: str
    key: str

    @property
    def needs(self) -> LoginNeeds:
        """Those of the request."""
        return self.asked.needs

    def decide(self, facts: LoginFacts) -> Outcome[None]:
        """Say what follows; who asked learns nothing."""
        outcome = self.asked.decide(facts)
        if outcome.answer is None or facts.user is None:
            return outcome.answering(None)
        told = _told(self, outcome.answer, facts.user)
        message = password_reset(told, at=self.asked.at, catalogue=words_of(self.seller))
        return _with(outcome.answering(None), message)


@frozen(kw_only=True)
class SendInvitation:
    """Invite a user to log in, by e-mail; the attributes are those of `SendReset`.

    Attributes:
        kept: the invitation, with the digest of the secret; its command is an `Invite`.
    """

    kept: KeepLogin
    seller: Seller
    link: str
    key: str

    @property
    def needs(self) -> LoginNeeds:
        """Those of the invitation."""
        return self.kept.needs

    def decide(self, facts: LoginFacts) -> Outcome[Login]:
        """Say what follows; raises what the invitation raises."""
        outcome = self.kept.decide(facts)
        if facts.user is None:
            return outcome
        told = _told(self, outcome.answer, facts.user)
        message = invitation(told, at=self.kept.at, catalogue=words_of(self.seller))
        return _with(outcome, message)


def _told(letter: SendReset | SendInvitation, login: Login, user: User) -> LogInTold:
    return LogInTold(
        key=letter.key,
        to=login.name,
        name=user.profile.name,
        seller=letter.seller.terms.name,
        link=letter.link,
        expires_at=_until(letter),
        zone=letter.seller.terms.zone,
        user_id=user.id,
        seller_id=user.seller_id,
        account_id=user.account_id,
    )


def _with(outcome: Outcome[A], message: Message) -> Outcome[A]:
    return replace(outcome, messages=(*outcome.messages, message))


def _until(letter: SendReset | SendInvitation) -> datetime:
    asked = letter.asked if isinstance(letter, SendReset) else letter.kept.command
    if not isinstance(asked, RequestReset | Invite):
        message = "an invitation is sent for the command Invite"
        raise TypeError(message)
    return asked.expires_at
