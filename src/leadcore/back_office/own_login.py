"""Change the name one logs in with, the present password having been checked."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore import logins
from leadcore.back_office.logging_in import Checked, NotLoggedIn
from leadcore.back_office.login_keeping import kept_login
from leadcore.back_office.trying import count_tries
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.logins import BY_NAME, Login, RenameLogin, ThrottleRule, same_digest, throttled
from leadcore.outcomes import Outcome
from leadcore.ports.logins import LoginFacts, LoginNeeds
from leadcore.values import SellerId, UserId, instant

__all__ = ["RenameOwnLogin"]


@frozen(kw_only=True)
class RenameOwnLogin:
    """Give one's own log-in another name; the name there was is told of it.

    Whoever found a browser open must not take the log-in over: the password is asked for.

    Attributes:
        checked: what whoever hashes found of the present password; a wrong one counts as a failed
            try.
        name: the new name, as `logins.login_name` gives it.
    """

    seller_id: SellerId
    user_id: UserId
    checked: Checked
    name: str
    by_name: ThrottleRule = BY_NAME
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The user's log-in, and the name it is to have."""
        return LoginNeeds(seller_id=self.seller_id, user_id=self.user_id, name=self.name)

    def decide(self, facts: LoginFacts) -> Outcome[Login | NotLoggedIn]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such user.
            Malformed: the name is no log-in name.
            WrongState: there is no log-in yet, the user is disabled, the password that was checked
                is not the present one any more, or another user has the name.
        """
        user, login = facts.user, facts.login.state
        if user is None or user.seller_id != self.seller_id:
            raise NotFound("user", self.user_id)
        if self.name != logins.login_name(self.name):
            raise Malformed.at("name", "is a name as login_name gives it")
        wait = throttled(facts.tries.state, self.by_name, self.at)
        if wait is not None:
            return Outcome(answer=NotLoggedIn(looked_at=False, next=wait))
        if not self.checked.matches:
            changes, wait = count_tries(self.seller_id, ((facts.tries, self.by_name),), self.at)
            return Outcome(answer=NotLoggedIn(looked_at=True, next=wait), changes=changes)
        if not user.enabled:
            raise WrongState("RenameOwnLogin", "the user is disabled")
        if login is None or not same_digest(login.mark, self.checked.mark):
            raise WrongState("RenameOwnLogin", "the password was changed meanwhile")
        return kept_login(facts, user, RenameLogin(self.name), self.at)
