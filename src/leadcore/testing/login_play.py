"""Plays of log-ins: commands drawn at random, and a plain account of who may come in.

`perform_logins` gives them to a store and keeps beside it, in a few dictionaries, which sessions
are good: what a store lets in must be exactly that. The hash is a double: an opaque text made of a
digest, as a store gets it from whoever hashes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore import logins
from leadcore.errors import LeadcoreError
from leadcore.logins import (
    Actor,
    Invite,
    NotIn,
    RenameLogin,
    RevokeSessions,
    SetPassword,
    SignedIn,
    TokenUse,
    digest_of,
    token_digest,
)
from leadcore.people import DisableUser, EnableUser
from leadcore.testing.scenes import AT, Scene

if TYPE_CHECKING:
    from leadcore.ports import Store
    from leadcore.values import SellerId, UserId

    _Command = Invite | SetPassword | RenameLogin | RevokeSessions

__all__ = ["LoginPlay", "Told", "address", "encode", "login_plays", "perform_logins", "secret"]

_MINUTES = (0, 1, 4, 5, 60, 11 * 60, 12 * 60, 24 * 60, 6 * 24 * 60, 7 * 24 * 60)
"""Both sides of what a session lasts, of how often its use is recorded, and of a token's hours."""

_VERBS = (
    *("invite", "accept", "set", "in", "in", "in", "use", "use", "wrong", "forgot", "reset"),
    *("change", "end", "revoke", "keep", "disable", "enable", "rename", "later", "rehash"),
)


@frozen(kw_only=True)
class LoginPlay:
    """Commands, each with two small numbers that say on what."""

    steps: tuple[tuple[str, int, int], ...]


def login_plays(*, least: int = 1, most: int = 24) -> st.SearchStrategy[LoginPlay]:
    """Draw plays; half of them begin with users who can log in."""
    step = st.tuples(st.sampled_from(_VERBS), st.integers(0, 3), st.integers(0, 9))
    steps = st.lists(step, min_size=least, max_size=most).map(tuple)
    return st.builds(_begun, steps, opened=st.booleans())


_OPENED = (("set", 0, 0), ("set", 1, 1), ("in", 0, 0), ("in", 0, 0), ("in", 1, 1))


def _begun(steps: tuple[tuple[str, int, int], ...], *, opened: bool) -> LoginPlay:
    return LoginPlay(steps=(*_OPENED, *steps) if opened else steps)


def address(number: int) -> str:
    """Give a log-in name."""
    return f"user{number}@x.example"


def secret(number: int) -> str:
    """Give a password; it occurs in no record."""
    return f"hush-{number} never written down"


def encode(password: str, salt: str = "") -> str:
    """Give the double of a hash."""
    return f"$double$v=1${digest_of(salt + password)}"


@define(kw_only=True)
class Told:
    """What came of a play.

    Attributes:
        answers: in words, of each step.
        wrong: what a store let in and should not have, or the reverse.
        secrets: every password and token that was used.
        now: when the play ended.
    """

    answers: list[str] = field(factory=list[str])
    wrong: list[str] = field(factory=list[str])
    secrets: set[str] = field(factory=set[str])
    now: datetime = AT


def perform_logins(store: Store, play: LoginPlay, *, every: int = 1) -> Told:
    """Give a play's commands to a store, and look who comes in.

    Args:
        store: where.
        play: what.
        every: after so many commands each time, and in the end.
    """
    stage = _Stage(scene=Scene(store=store, accounts=2, funds=0).set_up())
    for number, (verb, one, other) in enumerate(play.steps, start=1):
        try:
            answer = getattr(stage, f"do_{verb}")(one, other)
        except LeadcoreError as error:
            answer = f"{type(error).__name__} {error}"
        stage.told.answers.append(str(answer).replace(stage.seller, "seller"))
        if number % every == 0 or number == len(play.steps):
            stage.look()
    return stage.told


@define(kw_only=True)
class _Kept:
    """A session as the plain account has it."""

    user: int
    token: str
    opened: datetime
    used: datetime
    alive: bool = True


@define(kw_only=True)
class _Stage:
    """A small cast: four users in two accounts, and what is known of each."""

    scene: Scene
    told: Told = field(factory=Told)
    passwords: dict[int, str] = field(factory=dict[int, str])
    disabled: set[int] = field(factory=set[int])
    tokens: list[str] = field(factory=list[str])
    sessions: list[_Kept] = field(factory=list[_Kept])
    acts: int = 0

    @property
    def seller(self) -> SellerId:
        return self.scene.seller

    def user(self, one: int) -> UserId:
        return self.scene.user(one % 2, below=one >= 2)  # noqa: PLR2004 - two of each account

    def run(self, case: Any) -> Any:  # noqa: ANN401 - each use case has an answer of its own
        self.acts += 1
        actor = Actor.staff(self.seller, source="play")
        act = f"{self.seller}/act{self.acts}"
        return self.scene.store.run(bo.By(actor=actor, case=case, act=act, at=self.told.now))

    def fresh(self) -> str:
        token = f"{self.seller}-token-{len(self.told.secrets)}-of-the-play"
        self.told.secrets.add(token)
        return token

    def encoded(self, number: int) -> str:
        self.told.secrets.add(secret(number))
        return encode(secret(number), str(self.acts))

    def name_of(self, one: int) -> str:
        login = self.scene.store.login(self.user(one))
        return login.name if login else address(one)

    def do_invite(self, one: int, other: int) -> object:
        token = self.fresh()
        command = Invite(
            name=address(one if other else 0),
            token=token_digest(token),
            expires_at=self.told.now + timedelta(hours=12),
        )
        self.tokens.append(token)
        self._keep(one, command)
        return "invited"

    def do_accept(self, one: int, other: int) -> object:
        return self._by_token(one, other, TokenUse.INVITATION)

    def do_reset(self, one: int, other: int) -> object:
        return self._by_token(one, other, TokenUse.RESET)

    def do_forgot(self, one: int, _other: int) -> object:
        token = self.fresh()
        self.tokens.append(token)
        kept = self.run(
            bo.RequestReset(
                seller_id=self.seller,
                name=self.name_of(one),
                token=token_digest(token),
                expires_at=self.told.now + timedelta(hours=1),
                by_name=None,
                at=self.told.now,
            )
        )
        return kept is not None

    def _by_token(self, one: int, other: int, use: TokenUse) -> object:
        token = self.tokens[-1 - one % len(self.tokens)] if self.tokens else self.fresh()
        encoded = self.encoded(other)
        login = self.run(
            bo.UseToken(
                seller_id=self.seller,
                token=token_digest(token),
                use=use,
                encoded=encoded,
                at=self.told.now,
            )
        )
        found = next(number for number in range(4) if self.user(number) == login.id)
        self._changed(found, encoded)
        return "set"

    def do_set(self, one: int, other: int) -> object:
        encoded = self.encoded(other)
        known = self.scene.store.login(self.user(one))
        command = SetPassword(digest_of(encoded), None if known else address(one))
        self._keep(one, command, encoded=encoded)
        self._changed(one, encoded)
        return "set"

    def do_change(self, one: int, other: int) -> object:
        checked = bo.Checked(encoded=self.passwords.get(one), matches=other > 1)
        encoded = self.encoded(other)
        mine = [kept for kept in self.sessions if kept.user == one]
        answer = self.run(
            bo.ChangeOwnPassword(
                seller_id=self.seller,
                user_id=self.user(one),
                checked=checked,
                encoded=encoded,
                keep_session=self._id(mine[-1]) if mine else None,
                at=self.told.now,
            )
        )
        if isinstance(answer, bo.NotLoggedIn):
            return answer
        self._changed(one, encoded, keep=mine[-1] if mine else None)
        return "changed"

    def do_in(self, one: int, _other: int) -> object:
        return self._log_in(one, encoded=self.passwords.get(one), rehashed=None)

    def do_rehash(self, one: int, _other: int) -> object:
        return self._log_in(one, encoded=self.passwords.get(one), rehashed=self.encoded(one))

    def do_wrong(self, one: int, other: int) -> object:
        return self._log_in(one, encoded=None, rehashed=None, source=f"10.0.0.{other % 2}")

    def _log_in(
        self, one: int, *, encoded: str | None, rehashed: str | None, source: str | None = None
    ) -> object:
        token = self.fresh()
        session = f"{self.seller}/session{len(self.sessions)}"
        answer = self.run(
            bo.LogIn(
                seller_id=self.seller,
                name=self.name_of(one),
                checked=bo.Checked(encoded=encoded, matches=encoded is not None, rehashed=rehashed),
                session_id=session,
                token=token_digest(token),
                source=source,
                at=self.told.now,
            )
        )
        if not isinstance(answer, bo.LoggedInAs):
            return answer
        now = self.told.now
        self.sessions.append(_Kept(user=one, token=token, opened=now, used=now))
        if rehashed is not None:
            self.passwords[one] = rehashed
        if one in self.disabled or encoded is None:
            self.told.wrong.append(f"user {one} logged in")
        return session

    def do_use(self, _one: int, other: int) -> object:
        if not self.sessions:
            return "nothing to use"
        kept = self.sessions[-1 - other % len(self.sessions)]
        answer = self.run(
            bo.UseSession(seller_id=self.seller, token=token_digest(kept.token), at=self.told.now)
        )
        if isinstance(answer, NotIn):
            return answer
        if answer.touch:
            kept.used = self.told.now
        return answer.touch

    def do_end(self, _one: int, other: int) -> object:
        if not self.sessions:
            return "nothing to end"
        kept = self.sessions[-1 - other % len(self.sessions)]
        self.run(bo.EndSession(seller_id=self.seller, session_id=self._id(kept), at=self.told.now))
        kept.alive = False
        return "ended"

    def do_revoke(self, one: int, _other: int) -> object:
        self._keep(one, RevokeSessions())
        self._over(one)
        return "revoked"

    def do_keep(self, one: int, other: int) -> object:
        mine = [kept for kept in self.sessions if kept.user == one]
        keep = mine[-1 - other % len(mine)] if mine else None
        self._keep(one, RevokeSessions(), keep=self._id(keep) if keep else None)
        self._over(one, keep=keep)
        return "revoked but one"

    def do_disable(self, one: int, _other: int) -> object:
        self._switch(one, DisableUser())
        self.disabled.add(one)
        self._over(one)
        return "disabled"

    def do_enable(self, one: int, _other: int) -> object:
        self._switch(one, EnableUser())
        self.disabled.discard(one)
        return "enabled"

    def do_rename(self, one: int, other: int) -> object:
        self._keep(one, RenameLogin(address(other % 5)))
        return "renamed"

    def do_later(self, _one: int, other: int) -> object:
        self.told.now += timedelta(minutes=_MINUTES[other])
        return "later"

    def _keep(
        self, one: int, command: _Command, *, encoded: str | None = None, keep: str | None = None
    ) -> None:
        self.run(
            bo.KeepLogin(
                seller_id=self.seller,
                user_id=self.user(one),
                command=command,
                encoded=encoded,
                keep_session=keep,
                at=self.told.now,
            )
        )

    def _switch(self, one: int, command: DisableUser | EnableUser) -> None:
        account = self.scene.account(one % 2)
        self.run(
            bo.KeepUser(
                user_id=self.user(one), account_id=account, command=command, at=self.told.now
            )
        )

    def _id(self, kept: _Kept) -> str:
        return f"{self.seller}/session{self.sessions.index(kept)}"

    def _changed(self, one: int, encoded: str, keep: _Kept | None = None) -> None:
        self.passwords[one] = encoded
        self._over(one, keep=keep)

    def _over(self, one: int, keep: _Kept | None = None) -> None:
        for kept in self.sessions:
            if kept.user == one and kept is not keep:
                kept.alive = False

    def look(self) -> None:
        """Compare, for every session there ever was, who comes in with who may."""
        for kept in self.sessions:
            facts = self.scene.store.session(token_digest(kept.token))
            told = logins.who(facts, seller_id=self.seller, at=self.told.now)
            if isinstance(told, SignedIn) != self.good(kept):
                self.told.wrong.append(f"{self._id(kept)} of user {kept.user}: {told}")

    def good(self, kept: _Kept) -> bool:
        now = self.told.now
        return (
            kept.alive
            and now - kept.opened < timedelta(days=7)
            and now - kept.used < timedelta(hours=12)
        )
