"""What users are told of their log-ins: a link, and that something was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import notices
from leadcore.accounts import words_of
from leadcore.logins import TokenUse
from leadcore.notices import LogInChanged, LogInTold

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.accounts import Seller
    from leadcore.logins import Login
    from leadcore.notices import Message
    from leadcore.outcomes import Outcome
    from leadcore.people import User
    from leadcore.ports.logins import LoginFacts

__all__ = ["address_told", "changed_told", "taken_told", "with_link"]


def with_link(
    kept: Outcome[Login], facts: LoginFacts, user: User, link: str, at: datetime
) -> Outcome[Login]:
    """Give it with the e-mail that has the link of its token.

    Raises:
        Malformed: the link is none, at `link`.
    """
    login, seller = kept.answer, facts.seller
    if seller is None or login.token_expires_at is None:
        return kept
    told = LogInTold(
        key=f"{user.id}/{facts.login.version + 1}",
        to=login.wished or login.name,
        name=user.profile.name,
        seller=seller.terms.name,
        link=link,
        expires_at=login.token_expires_at,
        zone=seller.terms.zone,
        user_id=user.id,
        seller_id=user.seller_id,
        account_id=user.account_id,
    )
    tell = _TOLD.get(login.token_use or TokenUse.INVITATION, notices.invitation)
    message = tell(told, at=at, catalogue=words_of(seller))
    return replace(kept, messages=(*kept.messages, message))


_TOLD = {
    TokenUse.RESET: notices.password_reset,
    TokenUse.ADDRESS: notices.address_confirm,
}


def taken_told(facts: LoginFacts, user: User, to: str, at: datetime) -> tuple[Message, ...]:
    """Tell whoever logs in with an address that somebody else wished for it."""
    if facts.seller is None:
        return ()
    told = _changed(user, facts.seller, to, facts.login.version + 1)
    return (notices.address_taken(told, at=at, catalogue=words_of(facts.seller)),)


def changed_told(facts: LoginFacts, user: User, after: Login, at: datetime) -> tuple[Message, ...]:
    """Tell a user that the password, or the name to log in with, is another one now.

    To the name there was before: whoever took a log-in over may have changed it first. The first
    password is no change, and whoever is disabled is told nothing.
    """
    before, seller = facts.login.state, facts.seller
    if before is None or seller is None or not user.enabled:
        return ()
    changed = _changed(user, seller, before.name, facts.login.version + 1)
    messages: tuple[Message, ...] = ()
    if before.mark not in {None, after.mark}:
        messages += (notices.password_changed(changed, at=at, catalogue=words_of(seller)),)
    if before.name != after.name:
        messages += (notices.address_changed(changed, at=at, catalogue=words_of(seller)),)
    return messages


def address_told(
    before: User, after: User, seller: Seller | None, version: int, at: datetime
) -> tuple[Message, ...]:
    """Tell a user, at the e-mail address there was, that the profile has another one now."""
    old = before.profile.email
    if seller is None or not before.enabled or old is None or old == after.profile.email:
        return ()
    changed = _changed(before, seller, old, version)
    changed = replace(changed, key=f"{changed.key}/profile")
    return (notices.address_changed(changed, at=at, catalogue=words_of(seller)),)


def _changed(user: User, seller: Seller, to: str, version: int) -> LogInChanged:
    return LogInChanged(
        key=f"{user.id}/{version}",
        to=to,
        name=user.profile.name,
        seller=seller.terms.name,
        zone=seller.terms.zone,
        user_id=user.id,
        seller_id=user.seller_id,
        account_id=user.account_id,
    )
