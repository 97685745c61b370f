"""What a store must do about payments: credit once, keep strays, cross once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import WatchBalance, prepaid_account
from leadcore.decider import Versioned
from leadcore.payments import (
    Answer,
    BalanceWatch,
    News,
    Notice,
    PaymentMethod,
    PaymentStatus,
    Progress,
    Recharge,
)
from leadcore.people import EditUser, Profile
from leadcore.ports import PaymentQuery
from leadcore.testing.memory import MemoryStore
from leadcore.testing.payment_play import PaymentPlay, money_violations, perform_payments
from leadcore.testing.processors import Trouble
from leadcore.testing.scenes import AT, Behind, Scene, charge
from leadcore.values import Money

if TYPE_CHECKING:
    from leadcore.payments import Payment
    from leadcore.ports import Store

__all__ = ["PaymentContract"]

_METHOD = PaymentMethod(token="pm_1", customer="cus_1", last4="4242")  # noqa: S106 - no secret: a made-up name


class PaymentContract(ABC):
    """What every store must do about payments; see `leadcore.ports.Store`."""

    @abstractmethod
    def make_store(self) -> Store:
        """Give a store to be tested."""

    def test_a_payment_is_credited_once(self) -> None:
        """However often it is settled and told, and by two at the same time."""
        scene = Scene(store=self.make_store(), funds=0).set_up()
        key = _request(scene, 1).id
        case = _settle(scene, key, "ch_1")
        asked = scene.store.payment(key)
        assert scene.store.run(case).status is PaymentStatus.SUCCEEDED
        late = Behind(case, lambda facts: replace(facts, payment=Versioned(asked, 1)))
        assert (scene.store.run(late), late.calls) == (scene.store.payment(key), [True, False])
        told = scene.store.run(_notice(scene, "e1", _reference(scene, "ch_1")))
        again = scene.store.run(_notice(scene, "e1", _reference(scene, "ch_1")))
        assert [told.outcome, again.outcome] == [bo.Taken.COUNTED, bo.Taken.KNOWN]
        assert told.payment is not None
        assert (told.payment.id, scene.balance()) == (key, 1_000)
        assert scene.store.audit() == ()

    def test_payments_are_listed_newest_first(self) -> None:
        """By account and by what became of them."""
        scene = Scene(store=self.make_store(), accounts=2, funds=0).set_up()
        made = [_request(scene, number, account=number % 2).id for number in range(4)]
        scene.store.run(_settle(scene, made[1], "ch_1"))
        query = PaymentQuery(seller_id=scene.seller)
        paid = frozenset({PaymentStatus.SUCCEEDED})
        assert _ids(scene, query) == made[::-1]
        assert _ids(scene, replace(query, limit=2)) == [made[3], made[2]]
        assert _ids(scene, replace(query, account_id=scene.account(1))) == [made[3], made[1]]
        assert _ids(scene, replace(query, statuses=paid)) == [made[1]]
        assert scene.store.payment(f"{scene.seller}/none") is None

    def test_what_nobody_asked_for_is_kept(self) -> None:
        """A notice of another charge credits nobody, and is there to be looked at, once."""
        scene = Scene(store=self.make_store(), funds=0).set_up()
        stray = _notice(scene, "e1", _reference(scene, "ch_9"))
        answers = [scene.store.run(stray).outcome for _ in range(2)]
        assert answers == [bo.Taken.STRAY, bo.Taken.KNOWN]
        (kept,) = scene.store.strays(scene.seller)
        assert [each.id for each in kept.notices] == ["e1"]
        assert (scene.balance(), scene.store.audit()) == (0, ())

    def test_money_goes_back_or_is_free_again(self) -> None:
        """What is on its way back can't be spent; done it is gone, refused it is free."""
        scene = Scene(store=self.make_store(), funds=0).set_up()
        key = _request(scene, 1).id
        scene.store.run(_settle(scene, key, "ch_1"))
        ledger = prepaid_account(scene.account())
        for name, progress, left in (
            ("r1", Progress.DECLINED, 1_000),
            ("r2", Progress.SUCCEEDED, 600),
        ):
            scene.store.run(_repay(scene, key, name))
            assert scene.store.balance(ledger).available == 1_000 - 400
            case = _settle(scene, key, f"re_{name}", progress)
            scene.store.run(replace(case, repayment_id=name))
            held = scene.store.balance(ledger)
            assert (held.posted, held.available) == (left, left)
        assert scene.store.audit() == ()

    def test_money_moves_between_accounts(self) -> None:
        """One transfer is a line on both, once for its key, and never more than was seen."""
        scene = Scene(store=self.make_store(), accounts=2, funds=1_000).set_up()
        case = bo.TransferBalance(
            seller_id=scene.seller,
            from_account=scene.account(),
            to_account=scene.account(1),
            key="move",
            amount=Money(600, "USD"),
            allowed_by="staff",
            reason="asked for",
            at=AT,
        )
        before = scene.store.run(case)
        assert scene.store.run(case) == before
        assert (scene.balance(), scene.balance(1)) == (400, 1_600)
        lines = [
            scene.store.statement(prepaid_account(scene.account(number)))[-1] for number in (0, 1)
        ]
        assert [line.transfer for line in lines] == [before, before]
        assert scene.store.audit() == ()

    def test_whatever_a_processor_does_the_books_agree(self) -> None:
        """Payments with all that goes wrong, between sales, returns, disputes and bonus."""
        steps = (
            *(("request", 2, 3), ("ask", 0, 0), ("ask", 0, 1), ("sell", 0, 0), ("back", 0, 1)),
            *(("ask_back", 0, 0), ("deliver", 5, 0), ("charge", 1, 0), ("refund", 0, 0)),
            *(("dispute", 0, 2), ("deliver", 5, 0), ("later", 5, 0), ("expire", 0, 0)),
            *(("fund", 0, 2), ("close", 0, 0), ("deliver", 5, 0)),
        )
        play = PaymentPlay(steps=steps, troubles=(Trouble.AFTER,), seed=3)
        scene, told = perform_payments(self.make_store(), play)
        reference, wanted = perform_payments(MemoryStore(), play)
        mine = [str(each).replace(scene.seller, "") for each in told]
        assert mine == [str(each).replace(reference.seller, "") for each in wanted]
        assert money_violations(scene) == ()

    def test_a_crossing_fires_once(self) -> None:
        """Two who look at the same balance at the same time tell once and charge once."""
        scene = Scene(store=self.make_store(), funds=1_000).set_up()
        _watch(scene)
        case = bo.CheckBalance(seller_id=scene.seller, account_id=scene.account(), at=AT)
        assert scene.store.run(case) == bo.BalanceChecked(low=None, payment=None)
        for name, minor in (("c1", 100), ("c2", 600), ("c3", 50)):
            _spend(scene, name, minor)
        first = scene.store.run(case)
        assert (first.low and first.low.number, first.payment and first.payment.crossing) == (3, 3)
        assert first.told
        late = Behind(case, lambda facts: replace(facts, payment=Versioned(None, 0)))
        again = replace(first, told=False)
        assert (scene.store.run(late), late.calls) == (again, [True, False])
        (told,) = [
            each
            for each in scene.store.messages(1_000_000, scene.seller)
            if each.kind.value == "low_balance"
        ]
        assert told.to == "ann@x.example"
        assert len(_ids(scene, PaymentQuery(seller_id=scene.seller))) == 1


def _ids(scene: Scene, query: PaymentQuery) -> list[str]:
    return [each.id for each in scene.store.payments(query)]


def _reference(scene: Scene, name: str) -> str:
    return f"{name}_{scene.seller}"


def _request(scene: Scene, number: int, *, account: int = 0) -> Payment:
    return scene.store.run(
        bo.RequestPayment(
            seller_id=scene.seller,
            account_id=scene.account(account),
            payment_id=f"{scene.seller}/p{number}",
            amount=Money(1_000, "USD"),
            method=_METHOD,
            by="ann",
            at=AT + timedelta(minutes=number),
        )
    )


def _settle(
    scene: Scene, key: str, reference: str, progress: Progress = Progress.SUCCEEDED
) -> bo.SettlePayment:
    return bo.SettlePayment(
        seller_id=scene.seller,
        payment_id=key,
        answer=Answer(progress=progress, reference=_reference(scene, reference)),
        at=AT,
    )


def _notice(scene: Scene, key: str, reference: str) -> bo.ReceiveNotice:
    notice = Notice(
        id=key,
        reference=reference,
        news=News.CHARGE,
        progress=Progress.SUCCEEDED,
        occurred_at=AT,
    )
    return bo.ReceiveNotice(seller_id=scene.seller, notice=notice, at=AT)


def _repay(scene: Scene, key: str, name: str) -> bo.RepayPayment:
    return bo.RepayPayment(
        seller_id=scene.seller,
        payment_id=key,
        repayment_id=name,
        amount=Money(400, "USD"),
        by="staff",
        reason="closing",
        at=AT,
    )


def _spend(scene: Scene, name: str, minor: int) -> None:
    scene.store.post([(charge(scene.seller, scene.account(), name, minor),)], at=AT)


def _watch(scene: Scene) -> None:
    recharge = Recharge(below=Money(500, "USD"), by=Money(800, "USD"), method=_METHOD)
    watch = WatchBalance(BalanceWatch(alert_below=Money(400, "USD"), recharge=recharge))
    account, seller = scene.account(), scene.seller
    scene.store.run(bo.KeepAccount(seller_id=seller, account_id=account, command=watch, at=AT))
    admin = EditUser(Profile(name="Ann", email="ann@x.example", admin=True))
    scene.store.run(bo.KeepUser(user_id=scene.user(), account_id=account, command=admin, at=AT))
