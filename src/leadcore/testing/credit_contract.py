"""The part of the store's contract that is about credit limits.

Whoever lowers a limit takes nothing back. From then on every draw meets the new one, whatever the
facts said that it was decided on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import CreditLimitSet, SetCreditLimit, prepaid_account
from leadcore.balances import Posted
from leadcore.leads import LeadStatus
from leadcore.testing.scenes import AT, PRICE, Behind, Scene, charge, reception
from leadcore.values import UNLIMITED, Money

if TYPE_CHECKING:
    from leadcore.accounts import Account
    from leadcore.ports import OfferFacts, Store
    from leadcore.values import Unlimited

__all__ = ["CreditContract"]

_HOUR = timedelta(hours=1)


class CreditContract:
    """What every store must do about credit limits; `StoreContract` includes it."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_a_limit_counts_from_when_it_is_set(self) -> None:
        """To the cent, both ways; a limit below what is owed leaves the debt and admits nothing."""
        scene = Scene(store=self.make_store(), funds=100).set_up()
        assert not _draws(scene, "1", 101)
        kept = _limit(scene, 50)
        assert kept.floor == -50  # noqa: PLR2004 - what was just set
        assert not _draws(scene, "2", 151)
        assert _draws(scene, "3", 150)
        _limit(scene, 20)
        assert not _draws(scene, "4", 1)
        assert scene.balance() == -50  # noqa: PLR2004 - what is owed stays owed
        scene.store.run(_funding(scene, 31))
        assert not _draws(scene, "5", 2)
        assert _draws(scene, "6", 1)
        _limit(scene, UNLIMITED)
        assert _draws(scene, "7", 10_000)
        ledger = scene.store.ledger_account(prepaid_account(scene.account()))
        assert ledger is not None
        assert ledger.floor is UNLIMITED
        assert scene.store.audit() == ()

    def test_a_limit_is_journalled_with_who_and_why(self) -> None:
        """Set again to the same it adds nothing; the account itself reads the same."""
        scene = Scene(store=self.make_store()).set_up()
        kept = _limit(scene, 75)
        assert _limit(scene, 75) == kept
        found = scene.store.journal("account", scene.account())
        assert [each for each in found if isinstance(each, CreditLimitSet)] == [
            CreditLimitSet(limit=Money(75, "USD"), reason="reviewed", actor="staff", at=AT + _HOUR)
        ]
        assert kept in scene.store.accounts(scene.seller)
        assert scene.store.audit() == ()

    def test_a_sale_decided_on_an_older_limit_is_decided_anew(self) -> None:
        """Nobody buys on credit that was taken away while the lead was being offered."""
        scene = Scene(store=self.make_store(), funds=0).set_up()
        _limit(scene, PRICE)
        seen: list[OfferFacts] = []

        def stale(facts: OfferFacts) -> OfferFacts:
            seen.append(facts)
            return facts

        scene.store.run(Behind(reception(scene.seller, 1), stale))
        assert scene.balance() == -PRICE
        _limit(scene, 0)
        rich = replace(seen[0].candidates[0], available=Money(PRICE, "USD"))
        late = Behind(reception(scene.seller, 2), lambda facts: replace(facts, candidates=(rich,)))
        assert scene.store.run(late).lead.status is LeadStatus.UNSOLD
        assert scene.balance() == -PRICE
        assert scene.store.audit() == ()


def _limit(scene: Scene, minor: int | Unlimited) -> Account:
    limit = Money(minor, "USD") if isinstance(minor, int) else minor
    return scene.store.run(
        bo.KeepAccount(
            seller_id=scene.seller,
            account_id=scene.account(),
            command=SetCreditLimit(limit=limit, reason="reviewed", actor="staff"),
            at=AT + _HOUR,
        )
    )


def _draws(scene: Scene, key: str, minor: int) -> bool:
    taken = charge(scene.seller, scene.account(), f"draw-{key}", minor)
    (answer,) = scene.store.post([(taken,)], at=AT + _HOUR)
    return isinstance(answer, Posted)


def _funding(scene: Scene, minor: int) -> bo.Fund:
    return bo.Fund(
        seller_id=scene.seller,
        account_id=scene.account(),
        key="more",
        amount=Money(minor, "USD"),
        actor="staff",
        at=AT + _HOUR,
    )
