"""What a store must do about log-ins: let in who may, nobody else, and say who did what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve as replace
from attrs import frozen

from leadcore import back_office as bo
from leadcore import logins
from leadcore.errors import LeadcoreError, NotFound, WrongState
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
from leadcore.outcomes import Outcome
from leadcore.people import DisableUser, EditUser, EnableUser, Profile
from leadcore.ports import DeedQuery, UseCase
from leadcore.testing.login_play import LoginPlay, address, encode, perform_logins, secret
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Behind, Scene, fund
from leadcore.values import SellerId

if TYPE_CHECKING:
    from leadcore.logins import Login
    from leadcore.ports import LogInFacts, Store

    _Command = Invite | SetPassword | RenameLogin | RevokeSessions

__all__ = ["LoginContract"]

_MINUTE = timedelta(minutes=1)
_PLAY = LoginPlay(
    steps=(
        *(("invite", 0, 1), ("accept", 0, 3), ("accept", 0, 3), ("in", 0, 0), ("in", 0, 0)),
        *(("set", 1, 1), ("set", 2, 2), ("in", 1, 0), ("rehash", 1, 0), ("use", 0, 0)),
        *(("later", 0, 3), ("use", 0, 0), ("change", 0, 4), ("in", 0, 0), ("keep", 0, 0)),
        *(("disable", 1, 0), ("in", 1, 0), ("enable", 1, 0), ("forgot", 0, 0), ("reset", 0, 5)),
        *(("in", 0, 0), ("rename", 0, 4), ("rename", 2, 4), ("end", 0, 0), ("revoke", 1, 0)),
        *(("wrong", 0, number) for number in range(7)),
        *(("later", 0, 6), ("in", 2, 0), ("later", 0, 9), ("use", 0, 0)),
    )
)


class LoginContract(ABC):
    """What every store must do about log-ins; see `leadcore.ports.Store`."""

    @abstractmethod
    def make_store(self) -> Store:
        """Give a store to be tested."""

    def test_an_invitation_is_taken_once(self) -> None:
        """Also by two at the same time; then its token is no token any more."""
        scene = _scene(self.make_store())
        token = _token(scene, "invitation")
        command = Invite(name=address(1), token=token, expires_at=AT + _MINUTE)
        invited = _keep(scene, command)
        found = scene.store.login_with_token(token)
        assert (found, found and found.name) == (invited, address(1))
        case = _use(scene, token, TokenUse.INVITATION, 1)
        before = scene.store.run(Peek(case))
        scene.store.run(case)
        late = Behind(_use(scene, token, TokenUse.INVITATION, 2), lambda _: before)
        assert "used up" in _refused(scene, late)
        assert (late.calls, scene.store.login_with_token(token)) == ([True, False], None)
        assert scene.store.password_hash(scene.user()) == encode(secret(1))
        assert scene.store.audit() == ()

    def test_an_unknown_name_is_answered_as_a_wrong_password(self) -> None:
        """Each try, each wait, and what is asked to be checked in between."""
        scene = _open(self.make_store())
        known, unknown = (
            [
                scene.store.run(_log_in(scene, number, name=name, encoded=None))
                for number in range(7)
            ]
            for name in (address(0), address(9))
        )
        assert known == unknown
        looked = [isinstance(each, bo.NotLoggedIn) and each.looked_at for each in known]
        assert looked == [*[True] * 5, False, False]
        asked = [
            scene.store.run(bo.CheckLogIn(seller_id=scene.seller, name=name, at=AT))
            for name in (address(0), address(9))
        ]
        assert asked[0] == asked[1]
        nobody = bo.CheckLogIn(seller_id=scene.seller, name=address(8), at=AT)
        assert scene.store.run(nobody) == bo.LogInAsk(None)
        assert scene.store.audit() == ()

    def test_tries_are_counted_by_name_and_by_source(self) -> None:
        """Also those of two at the same time; a success forgets the name's, never the source's."""
        scene = _open(self.make_store())
        first = _log_in(scene, 0, encoded=None, source="10.0.0.1")
        before = scene.store.run(Peek(first))
        scene.store.run(first)
        late = Behind(_log_in(scene, 1, encoded=None, source="10.0.0.1"), lambda _: before)
        scene.store.run(late)
        facts = scene.store.run(Peek(first))
        assert (facts.by_name.state.failures, late.calls) == (2, [True, False])
        assert facts.by_source is not None
        assert facts.by_source.state.failures == 2  # noqa: PLR2004 - two tries
        inside = scene.store.run(_log_in(scene, 2, source="10.0.0.1"))
        assert isinstance(inside, bo.LoggedInAs)
        facts = scene.store.run(Peek(first))
        assert facts.by_source is not None
        assert (facts.by_name.state.failures, facts.by_source.state.failures) == (0, 2)
        assert scene.store.audit() == ()

    def test_a_name_is_one_users(self) -> None:
        """Of two who take it at the same time one is told; given back, it is free again."""
        scene = _open(self.make_store(), accounts=2)
        other = scene.user(1)
        taken = bo.KeepLogin(
            seller_id=scene.seller,
            user_id=other,
            command=SetPassword(digest_of(encode(secret(2))), address(5)),
            encoded=encode(secret(2)),
            at=AT,
        )
        before = scene.store.run(Peek(_renaming(scene, address(5))))
        scene.store.run(taken)
        late = Behind(_renaming(scene, address(5)), lambda _: before)
        assert "another user" in _refused(scene, late)
        scene.store.run(replace(taken, command=RenameLogin(address(6)), encoded=None))
        scene.store.run(_renaming(scene, address(5)))
        held = scene.store.login_named(scene.seller, address(5))
        assert (held and held.id, late.calls) == (scene.user(), [True, False])
        assert scene.store.login_named(scene.seller, address(0)) is None
        assert scene.store.login(scene.user()) == held
        assert scene.store.audit() == ()

    def test_only_the_last_hash_is_kept(self) -> None:
        """A new password ends the sessions but one; newer parameters end none."""
        scene = _open(self.make_store())
        first, second = (_enter(scene, number) for number in (1, 2))
        changing = bo.ChangeOwnPassword(
            seller_id=scene.seller,
            user_id=scene.user(),
            checked=_right(encode(secret(0))),
            encoded=encode(secret(1)),
            keep_session=second,
            at=AT,
        )
        scene.store.run(changing)
        assert scene.store.password_hash(scene.user()) == encode(secret(1))
        assert [_in(scene, each) for each in (first, second)] == [False, True]
        newer = encode(secret(1), "newer")
        again = _log_in(scene, 3, encoded=encode(secret(1)))
        scene.store.run(replace(again, checked=replace(again.checked, rehashed=newer)))
        assert scene.store.password_hash(scene.user()) == newer
        assert _in(scene, second)
        old = scene.store.run(_log_in(scene, 4, encoded=encode(secret(1))))
        assert old == bo.CheckAgain(newer)
        assert scene.store.audit() == ()

    def test_sessions_are_listed_and_ended(self) -> None:
        """One by one, all, or all but one; by an id of another's nothing happens."""
        scene = _open(self.make_store())
        names = [_enter(scene, number) for number in range(4)]
        assert _sessions(scene) == names[::-1]
        end = bo.EndSession(
            seller_id=scene.seller, session_id=names[0], user_id=scene.user(), at=AT
        )
        for case in (end, end):
            assert scene.store.run(case).ended
        for case in (
            replace(end, user_id=scene.user(1)),
            replace(end, seller_id=SellerId("other")),
        ):
            assert "no session" in _refused(scene, case, NotFound)
        assert (_sessions(scene), _in(scene, names[0])) == (names[:0:-1], False)
        _keep(scene, RevokeSessions(), keep=names[2])
        assert (_sessions(scene), _in(scene, names[2])) == ([names[2]], True)
        _keep(scene, RevokeSessions())
        assert (_sessions(scene), _in(scene, names[2])) == ([], False)
        assert scene.store.audit() == ()

    def test_a_disabled_users_sessions_end_at_once_and_for_good(self) -> None:
        """Enabling lets the user log in again, and brings back no session."""
        scene = _open(self.make_store())
        name = _enter(scene, 1)
        _switch(scene, DisableUser())
        assert not _in(scene, name)
        refused = scene.store.run(_log_in(scene, 2))
        assert isinstance(refused, bo.NotLoggedIn)
        _switch(scene, EnableUser())
        assert not _in(scene, name)
        assert _in(scene, _enter(scene, 3))
        assert scene.store.audit() == ()

    def test_who_logs_in_while_all_is_revoked_is_not_in(self) -> None:
        """A password that was changed meanwhile is checked again; a session needs the last one."""
        scene = _open(self.make_store())
        before: LogInFacts = scene.store.run(Peek(_log_in(scene, 1)))
        _keep(scene, RevokeSessions())
        late = Behind(_log_in(scene, 1), lambda _: before)
        assert isinstance(scene.store.run(late), bo.LoggedInAs)
        assert (late.calls, _in(scene, _session(scene, 1))) == ([True, False], True)
        encoded = encode(secret(3))
        _keep(scene, SetPassword(digest_of(encoded)), encoded=encoded)
        later = Behind(_log_in(scene, 2), lambda _: before)
        assert scene.store.run(later) == bo.CheckAgain(encoded)
        assert scene.store.audit() == ()

    def test_a_reset_opens_what_was_locked(self) -> None:
        """By token, once, and not after its time."""
        scene = _open(self.make_store())
        for number in range(5):
            scene.store.run(_log_in(scene, number, encoded=None))
        token = _token(scene, "reset")
        asked = bo.RequestReset(
            seller_id=scene.seller,
            name=address(0),
            token=token,
            expires_at=AT + _MINUTE,
            at=AT,
        )
        known = scene.store.run(asked)
        assert known == scene.store.login_with_token(token)
        assert scene.store.run(replace(asked, name=address(9))) is None
        case = _use(scene, token, TokenUse.RESET, 1)
        for wrong in (
            replace(case, use=TokenUse.INVITATION),
            replace(case, at=AT + _MINUTE),
            replace(case, seller_id=SellerId("another")),
            replace(case, token=_token(scene, "none")),
        ):
            assert "unknown, used up or too old" in _refused(scene, wrong)
        scene.store.run(case)
        inside = scene.store.run(_log_in(scene, 9, encoded=encode(secret(1))))
        assert isinstance(inside, bo.LoggedInAs)
        assert scene.store.audit() == ()

    def test_use_is_recorded_now_and_then(self) -> None:
        """Often enough that a session in use is not found idle."""
        scene = _open(self.make_store())
        name = _enter(scene, 1)
        token = token_digest(_secret_token(scene, 1))
        for minutes, used in ((4, 0), (5, 5), (9, 5), (10, 10)):
            at = AT + minutes * _MINUTE
            answer = scene.store.run(bo.UseSession(seller_id=scene.seller, token=token, at=at))
            assert isinstance(answer, SignedIn)
            (found,) = scene.store.sessions(scene.user())
            assert (found.id, found.used_at) == (name, AT + used * _MINUTE)
        idle = bo.UseSession(seller_id=scene.seller, token=token, at=AT + timedelta(hours=13))
        assert isinstance(scene.store.run(idle), NotIn)
        assert scene.store.audit() == ()

    def test_deeds_say_who_did_what_once(self) -> None:
        """What changes nothing is no deed, and what is told twice is one."""
        scene = _open(self.make_store(), accounts=2)
        user = scene.store.user(scene.user())
        assert user is not None
        actor = Actor.user(user, source="10.0.0.7")
        command = EditUser(Profile(name="Ann", admin=True))
        case = bo.KeepUser(user_id=user.id, account_id=user.account_id, command=command, at=AT)
        money = fund(scene.account(1), scene.seller, "more", 500)
        staff = Actor.staff(scene.seller, "marie")
        acts = [
            bo.By(actor=actor, case=case, act=f"{scene.seller}/a", at=AT),
            bo.By(actor=actor, case=case, act=f"{scene.seller}/b", at=AT),
            bo.By(actor=staff, case=money, act=f"{scene.seller}/c", at=AT + _MINUTE),
        ]
        for act in (*acts, acts[0]):
            scene.store.run(act)
        found = scene.store.deeds(DeedQuery(seller_id=scene.seller))
        assert [(each.act[-1], each.did, each.stream_kind) for each in found] == [
            ("c", "Fund", "transfer"),
            ("a", "KeepUser.EditUser", "user"),
        ]
        assert (found[1].actor_id, found[1].source, found[1].version) == (user.id, "10.0.0.7", 2)
        assert [each.account_id for each in found] == [scene.account(1), scene.account(0)]
        assert scene.store.audit() == ()

    def test_deeds_are_walled_and_paged(self) -> None:
        """By account, by who, by what, by when, and page after page."""
        scene = _open(self.make_store(), accounts=2)
        for number in range(6):
            actor = Actor.staff(scene.seller, f"p{number % 3}")
            command = EditUser(Profile(name=f"Name {number}"))
            case = bo.KeepUser(
                user_id=scene.user(number % 2),
                account_id=scene.account(number % 2),
                command=command,
                at=AT,
            )
            act = f"{scene.seller}/{number}"
            at = AT + (number // 2) * _MINUTE
            scene.store.run(bo.By(actor=actor, case=case, act=act, at=at))
        ask = DeedQuery(seller_id=scene.seller)
        assert _acts(scene, ask) == "543210"
        assert _acts(scene, replace(ask, account_id=scene.account(1))) == "531"
        assert _acts(scene, replace(ask, actor_id="p2")) == "52"
        assert _acts(scene, replace(ask, stream_kind="user", stream_id=scene.user())) == "420"
        assert _acts(scene, replace(ask, stream_kind="lead")) == ""
        assert _acts(scene, replace(ask, since=AT + _MINUTE, until=AT + 2 * _MINUTE)) == "32"
        assert _acts(scene, replace(ask, seller_id=SellerId("other"))) == ""
        first = scene.store.deeds(replace(ask, limit=3))
        assert _acts(scene, ask.behind(first[-1])) == "210"

    def test_whatever_happens_only_who_may_comes_in(self) -> None:
        """A play is answered as the reference answers it, and nobody else is let in."""
        store = self.make_store()
        told = perform_logins(store, _PLAY, every=7)
        wanted = perform_logins(MemoryStore(), _PLAY)
        assert told.answers == wanted.answers
        assert told.wrong == []
        assert store.audit() == ()


@frozen
class Peek:
    """Looks at the facts of a use case, and changes nothing."""

    case: UseCase[Any, Any, Any]

    @property
    def needs(self) -> object:
        """What the use case needs."""
        needs: object = self.case.needs
        return needs

    def decide(self, facts: Any) -> Outcome[Any]:  # noqa: ANN401 - each use case has its own
        """Give the facts as the answer."""
        return Outcome(answer=facts)


def _scene(store: Store, accounts: int = 1) -> Scene:
    return Scene(store=store, accounts=accounts, funds=0).set_up()


def _open(store: Store, accounts: int = 1) -> Scene:
    """Make a scene whose first user can log in."""
    scene = _scene(store, accounts)
    encoded = encode(secret(0))
    _keep(scene, SetPassword(digest_of(encoded), address(0)), encoded=encoded)
    return scene


def _keep(
    scene: Scene, command: _Command, *, encoded: str | None = None, keep: str | None = None
) -> Login:
    case = bo.KeepLogin(
        seller_id=scene.seller,
        user_id=scene.user(),
        command=command,
        encoded=encoded,
        keep_session=keep,
        at=AT,
    )
    return scene.store.run(case)


def _renaming(scene: Scene, name: str) -> bo.KeepLogin:
    command = RenameLogin(name)
    return bo.KeepLogin(seller_id=scene.seller, user_id=scene.user(), command=command, at=AT)


def _use(scene: Scene, token: str, use: TokenUse, number: int) -> bo.UseToken:
    return bo.UseToken(
        seller_id=scene.seller, token=token, use=use, encoded=encode(secret(number)), at=AT
    )


def _switch(scene: Scene, command: DisableUser | EnableUser) -> None:
    case = bo.KeepUser(user_id=scene.user(), account_id=scene.account(), command=command, at=AT)
    scene.store.run(case)


def _refused(
    scene: Scene, case: UseCase[Any, Any, Any], error: type[LeadcoreError] = WrongState
) -> str:
    """Give the words a use case is refused with."""
    with pytest.raises(error) as caught:
        scene.store.run(case)
    return str(caught.value)


def _token(scene: Scene, name: str) -> str:
    return token_digest(f"{scene.seller}-{name}-token-of-the-contract")


def _secret_token(scene: Scene, number: int) -> str:
    return f"{scene.seller}-session-{number}-of-the-contract"


def _session(scene: Scene, number: int) -> str:
    return f"{scene.seller}/s{number}"


def _right(encoded: str) -> bo.Checked:
    return bo.Checked(encoded=encoded, matches=True)


_HASH = encode(secret(0))


def _log_in(
    scene: Scene,
    number: int,
    *,
    name: str = address(0),
    encoded: str | None = _HASH,
    source: str | None = None,
) -> bo.LogIn:
    """Log in with what was checked; with no hash the password was wrong."""
    wrong = bo.Checked(encoded=None, matches=False)
    return bo.LogIn(
        seller_id=scene.seller,
        name=name,
        checked=wrong if encoded is None else _right(encoded),
        session_id=_session(scene, number),
        token=token_digest(_secret_token(scene, number)),
        source=source,
        at=AT,
    )


def _enter(scene: Scene, number: int) -> str:
    answer = scene.store.run(_log_in(scene, number))
    assert isinstance(answer, bo.LoggedInAs)
    return answer.session.id


def _in(scene: Scene, name: str) -> bool:
    number = int(name.rpartition("/s")[2])
    facts = scene.store.session(token_digest(_secret_token(scene, number)))
    return isinstance(logins.who(facts, seller_id=scene.seller, at=AT), SignedIn)


def _sessions(scene: Scene) -> list[str]:
    return [each.id for each in scene.store.sessions(scene.user())]


def _acts(scene: Scene, query: DeedQuery) -> str:
    return "".join(each.act[-1] for each in scene.store.deeds(query))
