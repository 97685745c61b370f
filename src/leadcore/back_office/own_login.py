"""Change the name one logs in with: the password, a link sent to the new address, and its use.

Nobody is told whether another user has the address: whoever reads the e-mail learns it, and nobody
else. Until the link is used nothing changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import logins
from leadcore.back_office.logging_in import Checked, NotLoggedIn
from leadcore.back_office.login_keeping import kept_login, token_holder
from leadcore.back_office.login_telling import taken_told, with_link
from leadcore.back_office.trying import count_tries, longest_wait
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.logins import (
    ADDRESSES_BY_USER,
    BY_NAME,
    RESETS_BY_NAME,
    AskAddress,
    ConfirmAddress,
    Login,
    ThrottleRule,
    TokenUse,
    same_digest,
    throttled,
)
from leadcore.outcomes import Outcome
from leadcore.ports.logins import LoginFacts, LoginNeeds
from leadcore.values import SellerId, UserId, instant

if TYPE_CHECKING:
    from leadcore.people import User

__all__ = ["AskOwnAddress", "ConfirmOwnAddress"]


@frozen(kw_only=True)
class AskOwnAddress:
    """Wish for another address to log in with: a link goes there, and using it is what changes it.

    Whoever found a browser open must not take the log-in over: the password is asked for. Where
    another user has the address its mailbox is told so instead, and whoever asked the same as ever.

    Attributes:
        checked: what whoever hashes found of the present password; a wrong one counts as a failed
            try.
        name: the new name, as `logins.login_name` gives it.
        token: the digest of the token that is sent.
        link: the web address that confirms it, token and all.
        by_name: how wrong passwords are slowed down.
        by_address, by_user: how requests are; too many for one address send nothing more, too many
            of one user are told to wait.
    """

    seller_id: SellerId
    user_id: UserId
    checked: Checked
    name: str
    token: str = field(repr=False)
    link: str = field(repr=False)
    expires_at: datetime = field(converter=instant)
    by_name: ThrottleRule = BY_NAME
    by_address: ThrottleRule = RESETS_BY_NAME
    by_user: ThrottleRule = ADDRESSES_BY_USER
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The user's log-in, the name it is to have, and how often links were asked for."""
        return LoginNeeds(
            seller_id=self.seller_id,
            user_id=self.user_id,
            name=self.name,
            resets=True,
            by_user=True,
        )

    def decide(self, facts: LoginFacts) -> Outcome[Login | NotLoggedIn]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such user.
            Malformed: the name is no log-in name, or the one there is; the token would be too late
                from the beginning, or the link is none.
            WrongState: there is no log-in yet, the user is disabled, or the password that was
                checked is not the present one any more.
        """
        user, login = facts.user, facts.login.state
        if user is None or user.seller_id != self.seller_id:
            raise NotFound("user", self.user_id)
        self._check_name(login)
        counts = ((facts.resets[1], self.by_user),)
        wait = longest_wait(((facts.tries, self.by_name), *counts), self.at)
        if wait is not None:
            return Outcome(answer=NotLoggedIn(looked_at=False, next=wait))
        if not self.checked.matches:
            changes, wait = count_tries(self.seller_id, ((facts.tries, self.by_name),), self.at)
            return Outcome(answer=NotLoggedIn(looked_at=True, next=wait), changes=changes)
        if not user.enabled:
            raise WrongState("AskOwnAddress", "the user is disabled")
        if login is None or not same_digest(login.mark, self.checked.mark):
            raise WrongState("AskOwnAddress", "the password was changed meanwhile")
        if same_digest(login.token, self.token):
            return Outcome(answer=login)  # a retry after a commit whose answer was lost
        return cast("Outcome[Login | NotLoggedIn]", self._asked(facts, user))

    def _check_name(self, login: Login | None) -> None:
        if self.name != logins.login_name(self.name):
            raise Malformed.at("name", "is a name as login_name gives it")
        if login is not None and login.name == self.name:
            raise Malformed.at("name", "is the one there is")

    def _waits(self, login: Login) -> bool:
        """Say whether a link for the same name is still good."""
        good = login.token_expires_at is not None and self.at < login.token_expires_at
        return good and login.wished == self.name

    def _asked(self, facts: LoginFacts, user: User) -> Outcome[Login]:
        by_address, by_user = facts.resets
        full = by_address is not None and throttled(by_address.state, self.by_address, self.at)
        login = facts.login.state
        if full and login is not None and self._waits(login):
            # The link that is in the mailbox stays good.
            counted, _ = count_tries(self.seller_id, ((by_user, self.by_user),), self.at)
            return Outcome(answer=login, changes=counted)
        command = AskAddress(name=self.name, token=self.token, expires_at=self.expires_at)
        kept = kept_login(facts, user, command, self.at)
        # Made in any case, so that a link that is none is told whoever has the address.
        sent = with_link(kept, facts, user, self.link, self.at)
        if facts.wanted is not None and facts.wanted.state.user_id not in {None, user.id}:
            sent = replace(kept, messages=taken_told(facts, user, self.name, self.at))
        if full:
            # Whether it was asked for by others is not for whoever asks, either.
            sent, by_address = kept, None
        counts = ((by_address, self.by_address), (by_user, self.by_user))
        counted, _ = count_tries(self.seller_id, counts, self.at)
        return replace(sent, changes=(*sent.changes, *counted))


@frozen(kw_only=True)
class ConfirmOwnAddress:
    """Log in under the address that was wished for, with the token that was sent there, once.

    The address there was is told.

    Attributes:
        token: its digest.
    """

    seller_id: SellerId
    token: str = field(repr=False)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The log-in the token is good for, and the name it wished for."""
        return LoginNeeds(seller_id=self.seller_id, token=self.token)

    def decide(self, facts: LoginFacts) -> Outcome[Login]:
        """Say what follows.

        Raises:
            WrongState: the token is unknown, used up, too old, for something else, of another
                seller, or of a disabled user; the words are the same. Or another user has the name
                by now.
        """
        use = TokenUse.ADDRESS
        if (user := token_holder(facts, self.seller_id, self.token, use, at=self.at)) is None:
            raise WrongState("ConfirmOwnAddress", logins.NO_TOKEN)
        return kept_login(facts, user, ConfirmAddress(self.token), self.at)
