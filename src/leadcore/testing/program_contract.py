"""The contract of a store that serves programs: keys, answers kept once, hooks told of every event.

It stands beside `StoreContract`, because a store need not serve programs.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any, Protocol

from leadcore import back_office as bo
from leadcore.hooks import TellingStatus, tried
from leadcore.people import DisableUser, EditUser, Profile
from leadcore.ports import Store
from leadcore.ports.programs import Programs
from leadcore.testing.scenes import AT, Scene, reception
from leadcore.values import SellerId

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.kept_answers import KeptAnswer

__all__ = ["ProgramContract", "ProgramStore"]

_MINUTE = timedelta(minutes=1)
_AT_ONCE = 6


class ProgramStore(Store, Programs, Protocol):
    """A store that serves programs."""


class ProgramContract:
    """What every store that serves programs must do."""

    concurrent = False
    """May threads use a store at the same time?"""

    def make_store(self) -> ProgramStore:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def _scene(self) -> tuple[Scene, ProgramStore]:
        store = self.make_store()
        return Scene(store=store, accounts=2).set_up(), store

    def test_a_key_is_found_by_its_digest_with_its_user_as_now(self) -> None:
        """And by nothing else; lists are of one account or of all."""
        scene, store = self._scene()
        made = [store.run(_issue(scene, number)) for number in range(2)]
        assert store.api_key("token-0") == (made[0], store.user(scene.user(0)))
        store.run(
            bo.KeepUser(
                user_id=scene.user(0), account_id=scene.account(0), command=DisableUser(), at=AT
            )
        )
        _, user = store.api_key("token-0")
        assert user is not None
        assert not user.enabled
        assert store.api_key(f"{scene.seller}/k0") == (None, None)
        assert store.api_keys(scene.seller) == tuple(made)
        assert store.api_keys(scene.seller, scene.account(1)) == (made[1],)
        assert store.audit() == ()

    def test_an_answer_is_kept_if_and_only_if_it_was_done(self) -> None:
        """Asked for again it is given back, whatever happened since; forgotten when it is old."""
        scene, store = self._scene()
        first = store.run(_once(scene, "Ann"))
        assert store.run(_once(scene, "Ann")) == first
        assert store.kept_answer(first.id) == first
        assert store.kept_answer("another") is None
        assert len(store.journal("user", scene.user())) == 2  # noqa: PLR2004 - added, edited
        assert store.forget_answers(AT) == 0
        assert store.forget_answers(AT + _MINUTE) == 1
        assert store.kept_answer(first.id) is None

    def test_of_many_who_ask_at_once_one_is_done(self) -> None:
        """Each is told the same answer."""
        if not self.concurrent:
            return
        scene, store = self._scene()
        answers: list[KeptAnswer] = []
        barrier = Barrier(_AT_ONCE)

        def ask() -> None:
            barrier.wait()
            answers.append(store.run(_once(scene, "Ann")))

        threads = [Thread(target=ask) for _ in range(_AT_ONCE)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(answers) == _AT_ONCE
        assert len(set(answers)) == 1
        assert len(store.journal("user", scene.user())) == 2  # noqa: PLR2004 - added, edited

    def test_a_hook_is_told_once_of_what_happens_from_then_on(self) -> None:
        """Not of what happened before, nor of another account's, nor twice."""
        scene, store = self._scene()
        assert store.spread(at=AT) == 0
        store.prepare_hooks(at=AT)
        hook = store.run(_open(scene, 0))
        assert store.hooks(scene.seller, scene.account(0)) == (hook,)
        assert store.hooks(scene.seller, scene.account(1)) == ()
        assert store.hook(hook.id) == hook
        store.run(_edit(scene, 0, "Before", AT - _MINUTE))
        for number in range(2):
            store.run(_edit(scene, number))
        while store.spread(at=AT, limit=1):
            pass
        assert store.spread(at=AT) == 0
        told = [(each.event, each.kind, each.key) for each in store.tellings(hook.id)]
        assert told == [("user.UserEdited", "user", scene.user(0))]
        store.prepare_hooks(at=AT)
        lead = store.run(reception(scene.seller, 1)).lead
        store.spread(at=AT + _MINUTE)
        names = {each.event for each in store.tellings(hook.id)}
        mine = lead.sale is not None and lead.sale.account_id == scene.account(0)
        assert names == {"user.UserEdited"} | ({"lead.LeadSold"} if mine else set())
        assert store.audit() == ()

    def test_a_telling_is_tried_by_one_at_a_time_until_it_is_settled(self) -> None:
        """Whoever takes it has it until the lease is over; a closed hook is listed no more."""
        scene, store = self._scene()
        store.prepare_hooks(at=AT)
        hook = store.run(_open(scene, 0))
        store.run(_edit(scene, 0))
        store.spread(at=AT)
        until = AT + 5 * _MINUTE
        assert store.take_tellings(at=AT, until=until, seller_id=SellerId("other")) == ()
        (mine,) = store.take_tellings(at=AT, until=until, seller_id=scene.seller)
        assert store.take_tellings(at=AT, until=until) == ()
        claim = until + _MINUTE
        (again,) = store.take_tellings(at=until, until=claim)
        assert again.id == mine.id
        failed = tried(again, arrived=False, answer="answered 500", at=AT)
        late = tried(mine, arrived=True, answer="answered 200", at=until)
        assert store.settle_telling(late, claim=until) is False
        assert [each.status for each in store.tellings(hook.id)] == [TellingStatus.WAITING]
        assert store.settle_telling(failed, claim=claim) is True
        assert store.settle_telling(late, claim=until) is False
        assert store.take_tellings(at=AT, until=until) == ()
        (later,) = store.take_tellings(at=AT + _MINUTE, until=until)
        assert (later.tries, later.answer) == (1, "answered 500")
        told = tried(later, arrived=True, answer="answered 204", at=AT)
        assert store.settle_telling(told, claim=until) is True
        assert store.settle_telling(mine, claim=until) is False
        assert store.take_tellings(at=AT + timedelta(days=9), until=until) == ()
        assert [each.status for each in store.tellings(hook.id)] == [TellingStatus.TOLD]
        closing = bo.CloseHook(seller_id=scene.seller, hook_id=hook.id, account_id=None, at=AT)
        store.run(closing)
        assert store.hooks(scene.seller) == ()


def _issue(scene: Scene, number: int) -> bo.IssueKey:
    return bo.IssueKey(
        seller_id=scene.seller,
        key_id=f"{scene.seller}/k{number}",
        user_id=scene.user(number),
        name="website",
        token=f"token-{number}",
        permissions=("leads:read",),
        at=AT,
    )


def _edit(scene: Scene, number: int, name: str = "Ann", at: datetime = AT) -> bo.KeepUser:
    return bo.KeepUser(
        user_id=scene.user(number),
        account_id=scene.account(number),
        command=EditUser(Profile(name=name)),
        at=at,
    )


def _once(scene: Scene, name: str) -> bo.Once[Any]:
    return bo.Once(
        seller_id=scene.seller,
        answer_id=f"{scene.seller}/answer",
        fingerprint="f",
        case=_edit(scene, 0, name),
        tell=lambda user: user.profile.name,
        at=AT,
    )


def _open(scene: Scene, number: int) -> bo.OpenHook:
    return bo.OpenHook(
        seller_id=scene.seller,
        hook_id=f"{scene.seller}/h",
        account_id=scene.account(number),
        url="https://crm.example.com/in",
        events=("*",),
        at=AT,
    )
