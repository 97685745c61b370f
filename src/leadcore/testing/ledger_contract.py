"""What a store's ledger must do: reserve, refuse, repeat nothing, forget nothing.

Each of the eleven errors that ledgers were seen to make has a test of its own here, named for what
it keeps from happening; `docs/testing.md` has the table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from attrs import evolve as replace

from leadcore.accounts import prepaid_account
from leadcore.balances import Posted, Rejected, Transfer, TransferKind
from leadcore.errors import Malformed
from leadcore.testing.ledger_laws import ledger_violations
from leadcore.testing.scenes import AT, Scene, charge, fund
from leadcore.values import Money

if TYPE_CHECKING:
    from leadcore.ports import Store

__all__ = ["LedgerContract"]

_TICK = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


class LedgerContract:
    """Keys, holds, refunds and balances."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    # --------------------------------------------------------------------------------- keys

    def test_a_key_used_again_changes_nothing(self) -> None:
        """The same payment twice is one payment; the same key for another is refused."""
        scene = Scene(store=self.make_store(), funds=5_000).set_up()
        payment = fund(scene.account(), scene.seller, "payment-1", 700)
        booked = scene.store.run(payment)
        later = replace(payment, at=AT + timedelta(days=1))
        assert [scene.store.run(payment), scene.store.run(later)] == [booked, booked]
        with pytest.raises(Malformed, match="payment-1"):
            scene.store.run(replace(payment, amount=Money(701, "USD")))
        assert [scene.balance()] == [5_700]
        assert len(scene.store.statement(prepaid_account(scene.account()))) == len(("start", "1"))

    def test_a_retry_after_a_lost_acknowledgement_posts_nothing(self) -> None:
        """Who heard nothing asks again, and is told what was done the first time."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        taken = charge(scene.seller, scene.account(), "once", 400)
        (first,) = scene.store.post([(taken,)], at=AT)
        (again,) = scene.store.post([(taken,)], at=AT + _HOUR)
        assert isinstance(first, Posted)
        assert isinstance(again, Posted)
        assert (again.outcome, scene.balance()) == (first.outcome, 600)
        assert _laws(scene) == ()

    def test_a_key_is_for_one_body(self) -> None:
        """The same key with another amount, another account or another time is refused."""
        scene = Scene(store=self.make_store(), accounts=2, funds=1_000).set_up()
        taken = charge(scene.seller, scene.account(), "mine", 400)
        scene.store.post([(taken,)], at=AT)
        others = (
            replace(taken, amount=Money(1, "USD")),
            replace(taken, debit=prepaid_account(scene.account(1))),
            replace(taken, effective_at=AT + _TICK),
        )
        for other in others:
            with pytest.raises(Malformed, match="mine"):
                scene.store.post([(other,)], at=AT)
        assert [scene.balance(), scene.balance(1)] == [600, 1_000]

    def test_rejections_are_stored_too(self) -> None:
        """What was refused stays refused under its key, even when there is money later."""
        scene = Scene(store=self.make_store(), funds=100).set_up()
        store, seller, account = scene.store, scene.seller, scene.account()
        taken = charge(seller, account, "too-much", 101)
        (first,) = store.post([(taken,)], at=AT)
        assert isinstance(first, Rejected)
        store.run(fund(account, seller, "more", 1_000))
        (second,) = store.post([(taken,)], at=AT + timedelta(days=1))
        assert second == first
        (third,) = store.post([(replace(taken, id=f"{seller}/other"),)], at=AT)
        assert isinstance(third, Posted)
        assert (scene.balance(), store.audit()) == (999, ())

    # -------------------------------------------------------------------------------- holds

    def test_holds_reserve_and_are_resolved_once(self) -> None:
        """Reserved money can't be spent; a hold is captured or released, never both."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        hold = _hold(scene, 800)
        answers = _post(scene, hold, _charge(scene, 300), _end(hold, _CAPTURE), _end(hold, _VOID))
        assert answers == [Posted, Rejected, Posted, Rejected]
        assert _held(scene) == (200, 0)
        assert scene.store.audit() == ()

    def test_a_hold_is_voided_once(self) -> None:
        """Voided again, nothing more comes free."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        one, other = _hold(scene, 300), _hold(scene, 500, "other")
        answers = _post(scene, one, other, _end(one, _VOID), _end(one, _VOID, "again"))
        assert answers == [Posted, Posted, Posted, Rejected]
        assert _held(scene) == (1_000, 500)
        assert _laws(scene) == ()

    def test_what_was_voided_is_not_captured(self) -> None:
        """A reservation that is over takes nobody's money."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        hold = _hold(scene, 800)
        answers = _post(scene, hold, _end(hold, _VOID), _end(hold, _CAPTURE))
        assert answers == [Posted, Posted, Rejected]
        assert _held(scene) == (1_000, 0)
        assert _laws(scene) == ()

    def test_a_capture_never_passes_its_hold(self) -> None:
        """One cent more than was held is refused; less leaves the rest."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        hold = _hold(scene, 800)
        more = replace(_end(hold, _CAPTURE, "more"), amount=Money(801, "USD"))
        less = replace(_end(hold, _CAPTURE, "less"), amount=Money(799, "USD"))
        assert _post(scene, hold, more, less) == [Posted, Rejected, Posted]
        assert _held(scene) == (201, 0)
        assert _laws(scene) == ()

    def test_a_hold_ends_at_its_instant(self) -> None:
        """It is captured up to a microsecond before, and expires from then on."""
        for late in (False, True):
            scene = Scene(store=self.make_store(), funds=1_000).set_up()
            hold, at = _hold(scene, 800), AT + _HOUR - (not late) * _TICK
            scene.store.post([(hold,)], at=AT)
            ends = [_end(hold, kind) for kind in (_EXPIRE, _CAPTURE)]
            ends = [replace(each, effective_at=at) for each in (ends[::-1] if late else ends)]
            answers = [type(each) for each in scene.store.post([(e,) for e in ends], at=at)]
            assert answers == [Rejected, Posted]
            assert _held(scene) == ((1_000, 0) if late else (200, 0))

    # ------------------------------------------------------------------------------ refunds

    def test_a_charge_is_refunded_once_and_never_beyond(self) -> None:
        """In parts or whole, no more comes back than was taken."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        taken = _charge(scene, 600)
        answers = _post(
            scene,
            taken,
            _refund(taken, 601, "beyond"),
            _refund(taken, 400, "part"),
            _refund(taken, 201, "too-much"),
            _refund(taken, 200, "rest"),
            _refund(taken, 1, "once-more"),
        )
        assert answers == [Posted, Rejected, Posted, Rejected, Posted, Rejected]
        assert _held(scene) == (1_000, 0)
        assert _laws(scene) == ()

    def test_a_reversed_refund_may_be_made_again(self) -> None:
        """A reversal takes the money back, and gives the charge back what may be refunded of it."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        taken = _charge(scene, 600)
        given = _refund(taken, 600, "given")
        back = replace(
            _refund(given, 600, "back"),
            kind=TransferKind.REFUND_REVERSAL,
            debit=taken.debit,
            credit=taken.credit,
        )
        answers = _post(scene, taken, given, back, _refund(taken, 600, "again"))
        assert answers == [Posted] * 4
        assert _held(scene) == (1_000, 0)
        assert _laws(scene) == ()

    # ----------------------------------------------------------------------------- balances

    def test_what_one_account_loses_another_gets(self) -> None:
        """No leg of a transfer is lost."""
        scene = Scene(store=self.make_store(), accounts=2, funds=1_000).set_up()
        moved = replace(
            charge(scene.seller, scene.account(), "moved", 300),
            kind=TransferKind.TRANSFER,
            credit=prepaid_account(scene.account(1)),
        )
        assert _post(scene, moved) == [Posted]
        assert [scene.balance(), scene.balance(1)] == [700, 1_300]
        assert _laws(scene) == ()

    def test_a_batch_is_posted_whole_or_not_at_all(self) -> None:
        """One that does not fit takes the others of its batch with it."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        batch = (_charge(scene, 600), charge(scene.seller, scene.account(), "second", 401))
        (answer,) = scene.store.post([batch], at=AT)
        assert isinstance(answer, Rejected)
        assert _held(scene) == (1_000, 0)
        assert _laws(scene) == ()

    def test_balance_as_of_any_instant(self) -> None:
        """What an account held at an instant never changes when later entries come."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        store, ledger = scene.store, prepaid_account(scene.account())
        for day in (1, 2, 3):
            taken = charge(scene.seller, scene.account(), f"day-{day}", 100)
            store.post([(taken,)], at=AT + timedelta(days=day))
        then = AT + timedelta(days=2)
        asked = (then, then - _TICK, AT - _TICK, None)
        assert [store.balance(ledger, at).posted for at in asked] == [800, 900, 0, 700]
        lines = store.statement(ledger, since=then)
        assert [line.entry.amount for line in lines] == [-100, -100]


_CAPTURE, _VOID, _EXPIRE = TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE


def _post(scene: Scene, *transfers: Transfer) -> list[type]:
    return [type(each) for each in scene.store.post([(one,) for one in transfers], at=AT)]


def _held(scene: Scene) -> tuple[int, int]:
    held = scene.store.balance(prepaid_account(scene.account()))
    return held.posted, held.pending


def _laws(scene: Scene) -> tuple[str, ...]:
    return (*scene.store.audit(), *ledger_violations(scene.store, scene.seller))


def _charge(scene: Scene, minor: int) -> Transfer:
    return charge(scene.seller, scene.account(), "spend", minor)


def _hold(scene: Scene, minor: int, key: str = "hold") -> Transfer:
    taken = charge(scene.seller, scene.account(), key, minor)
    return replace(taken, kind=TransferKind.HOLD, expires_at=AT + _HOUR)


def _end(hold: Transfer, kind: TransferKind, key: str = "") -> Transfer:
    return replace(hold, id=f"{hold.id}/{kind.value}{key}", kind=kind, ref=hold.id, expires_at=None)


def _refund(of: Transfer, minor: int, key: str) -> Transfer:
    return replace(
        of,
        id=f"{of.id}/{key}",
        kind=TransferKind.REFUND,
        debit=of.credit,
        credit=of.debit,
        amount=Money(minor, "USD"),
        ref=of.id,
    )
