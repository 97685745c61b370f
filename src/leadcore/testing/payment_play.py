"""Plays of money: payments, whatever their processor does, between sales, returns and bonus.

A play is a list of small steps: top-ups that succeed, are declined, wait or time out; answers that
come twice; notices late, twice and in any order; disputes won and lost; money on its way back and
back again; and beside them sales, returns, account refunds and bonus whose time is over.
`perform_payments` plays it on a store with a processor that is a double, and `money_violations`
judges what is left.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import define, field, frozen
from attrs import evolve as replace
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, cash_account, prepaid_account
from leadcore.balances import (
    BONUS_FIRST,
    CASH_FIRST,
    FundingTerms,
    FundingTier,
    FundingTiers,
    Posted,
    Transfer,
    TransferKind,
    lots,
)
from leadcore.errors import LeadcoreError
from leadcore.payments import (
    Asking,
    ChargeAsk,
    DeclineReason,
    DisputeStatus,
    News,
    Notice,
    PaymentMethod,
    Progress,
    bonus_id,
    next_asking,
    topup_id,
)
from leadcore.ports import PaymentQuery
from leadcore.testing.processors import ProcessorDouble, Trouble
from leadcore.testing.scenes import AT, Scene, charge, fund
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leadcore.payments import Answer, NotThere, Payment, RepayAsk
    from leadcore.ports import StatementLine, Store

__all__ = ["PaymentPlay", "money_violations", "payment_plays", "perform_payments"]

_TIERS = FundingTiers(
    currency="USD", tiers=(FundingTier(2_000, 1_000), FundingTier(5_000, 2_000)), bonus_hours=48
)
_FUNDINGS = (
    FundingTerms(tiers=_TIERS),
    FundingTerms(tiers=_TIERS, consumption=CASH_FIRST),
    FundingTerms(),
)
_TOKENS = ("pm_1", "pm_1", "pm_2", "pm_declined_refused", "pm_pending", "pm_3")
_AMOUNTS = (999, 1_999, 2_000, 5_000, 7_777)
_WHAT = (
    *("request", "request", "ask", "ask", "deliver", "deliver", "finish", "dispute", "dispute"),
    *("back", "back", "ask_back", "bring_back", "sell", "sell", "charge", "refund", "hold"),
    *("expire", "close", "fund", "later", "move"),
)


@frozen(kw_only=True)
class PaymentPlay:
    """What happens: the steps with two small numbers each, and what goes wrong on the way.

    Attributes:
        steps: what, which of those there are, and how.
        troubles: what goes wrong with the processor's answers, in order.
        seed: how its notices are mixed.
        funding: which of a few funding terms the seller has.
    """

    steps: tuple[tuple[str, int, int], ...]
    troubles: tuple[Trouble, ...] = ()
    seed: int = 0
    funding: int = 0


def payment_plays(*, most: int = 25) -> st.SearchStrategy[PaymentPlay]:
    """Draw a play of at most so many steps, after two payments were requested and asked for."""
    steps = st.tuples(st.sampled_from(_WHAT), st.integers(0, 5), st.integers(0, 5))
    first = (("request", 0, 2), ("ask", 0, 0), ("request", 2, 3), ("ask", 1, 1))
    return st.builds(
        PaymentPlay,
        steps=st.lists(steps, min_size=min(4, most), max_size=most).map(
            lambda drawn: (*first, *drawn)
        ),
        troubles=st.lists(st.sampled_from(Trouble), max_size=8).map(tuple),
        seed=st.integers(0, 99),
        funding=st.integers(0, len(_FUNDINGS) - 1),
    )


@define
class _Desk:
    """Where it is played: a scene, its processor, what is begun, and the hour."""

    scene: Scene
    double: ProcessorDouble
    at: datetime = AT
    ids: list[str] = field(factory=list[str])
    charged: list[Transfer] = field(factory=list[Transfer])
    told: list[object] = field(factory=list[object])

    def play(self, number: int, what: str, index: int, how: int) -> None:
        """Do one step and keep its answer; what is refused is an answer too."""
        try:
            answer: object = getattr(self, f"_{what}")(number, index, how)
        except LeadcoreError as error:
            answer = f"{type(error).__name__}: {error}"
        self.told.append(answer)

    # --------------------------------------------------------------------------- payments

    def _request(self, _number: int, index: int, how: int) -> object:
        key = f"{self.scene.seller}/p{index}"
        if key not in self.ids:
            self.ids.append(key)
        case = bo.RequestPayment(
            seller_id=self.scene.seller,
            account_id=self.scene.account(),
            payment_id=key,
            amount=Money(_AMOUNTS[how % len(_AMOUNTS)], "USD"),
            method=PaymentMethod(token=_TOKENS[(index + how) % len(_TOKENS)]),
            by="ann",
            at=self.at,
        )
        return self.scene.store.run(case).status

    def _payment(self, index: int) -> Payment | None:
        return self.scene.store.payment(self.ids[index % len(self.ids)]) if self.ids else None

    def _ask(self, _number: int, index: int, how: int) -> object:
        payment = self._payment(index)
        if payment is None:
            return None
        asking = next_asking(payment, at=self.at, keys_hours=24)
        if asking is None:
            return None
        answer = self._asked(payment.ask, asking)
        case = bo.SettlePayment(
            seller_id=self.scene.seller, payment_id=payment.id, answer=answer, at=self.at
        )
        # Somebody else had the same answer at the same time.
        return [self.scene.store.run(case).status for _ in range(1 + how % 2)]

    def _asked(self, ask: ChargeAsk | RepayAsk, asking: Asking) -> Answer | NotThere:
        if asking is not Asking.CHARGE:
            return self.double.look(ask)
        return self.double.charge(ask) if isinstance(ask, ChargeAsk) else self.double.repay(ask)

    def _finish(self, _number: int, index: int, how: int) -> object:
        payment = self._payment(index)
        if payment is not None:
            self.double.finish(payment.id, reason=None if how else DeclineReason.EXPIRED)
        return None

    def _dispute(self, _number: int, index: int, how: int) -> object:
        payment = self._payment(index)
        if payment is not None:
            share = (1, 1, 2)[how % 3]
            amount = Money(max(1, payment.amount.minor // share), "USD")
            self.double.dispute(payment.id, tuple(DisputeStatus)[how % 3], amount)
        return None

    def _deliver(self, number: int, index: int, _how: int) -> object:
        sent = self.double.deliveries()
        first = (number * 7) % (len(sent) or 1)
        return [self._take(told) for told in (*sent[first:], *sent[:first])[: index + 1]]

    def _take(self, told: Notice) -> object:
        return self.scene.store.run(
            bo.ReceiveNotice(seller_id=self.scene.seller, notice=told, at=self.at)
        ).outcome

    def _back(self, number: int, index: int, how: int) -> object:
        payment = self._payment(index)
        if payment is None:
            return None
        case = bo.RepayPayment(
            seller_id=self.scene.seller,
            payment_id=payment.id,
            repayment_id=f"r{number}",
            amount=Money(max(1, payment.left.minor // (1, 2, 3)[how % 3]), "USD"),
            by="staff",
            reason="asked for",
            all_bonus=how == len(_AMOUNTS),
            at=self.at,
        )
        return self.scene.store.run(case).progress

    def _ask_back(self, _number: int, index: int, how: int) -> object:
        payment = self._payment(index)
        if payment is None or not payment.repayments:
            return None
        one = payment.repayments[how % len(payment.repayments)]
        asking = next_asking(one, at=self.at, keys_hours=24)
        if asking is None:
            return None
        case = bo.SettlePayment(
            seller_id=self.scene.seller,
            payment_id=payment.id,
            repayment_id=one.id,
            answer=self._asked(payment.repay_ask(one), asking),
            at=self.at,
        )
        return self.scene.store.run(case).status

    def _bring_back(self, number: int, index: int, how: int) -> object:
        """A bank sends a repayment back that had succeeded, or never took it."""
        payment = self._payment(index)
        if payment is None or not payment.repayments:
            return None
        one = payment.repayments[how % len(payment.repayments)]
        returned = Notice(
            id=f"returned_{number}",
            reference=payment.reference or "ch_unknown",
            payment_id=payment.id,
            news=News.REPAYMENT,
            subject=one.id,
            progress=Progress.DECLINED,
            occurred_at=self.at,
        )
        return self._take(returned)

    # ------------------------------------------------------------------- what goes on beside

    def _sell(self, number: int, _index: int, _how: int) -> object:
        return self.scene.receive(number).outcome

    def _charge(self, number: int, index: int, how: int) -> object:
        key, minor = f"charge{number}", 500 * (1 + index) + how
        made = replace(
            charge(self.scene.seller, self.scene.account(), key, minor), effective_at=self.at
        )
        (answer,) = self.scene.store.post([(made,)], at=self.at)
        if isinstance(answer, Posted):
            self.charged.append(made)
        return type(answer).__name__

    def _refund(self, number: int, index: int, how: int) -> object:
        if not self.charged:
            return None
        paid = self.charged[index % len(self.charged)]
        given = Transfer(
            id=f"{self.scene.seller}/refund{number}",
            kind=TransferKind.REFUND,
            debit=paid.credit,
            credit=paid.debit,
            amount=Money(max(1, paid.amount.minor // (1 + how % 2)), "USD"),
            ref=paid.id,
            effective_at=self.at,
        )
        (answer,) = self.scene.store.post([(given,)], at=self.at)
        return type(answer).__name__

    def _hold(self, number: int, index: int, _how: int) -> object:
        held = replace(
            charge(self.scene.seller, self.scene.account(), f"hold{number}", 400 * (1 + index)),
            kind=TransferKind.HOLD,
            effective_at=self.at,
            expires_at=self.at + timedelta(days=9),
        )
        (answer,) = self.scene.store.post([(held,)], at=self.at)
        return type(answer).__name__

    def _expire(self, _number: int, _index: int, _how: int) -> object:
        case = bo.ExpireBonus(
            seller_id=self.scene.seller, account_id=self.scene.account(), at=self.at
        )
        return len(self.scene.store.run(case))

    def _close(self, number: int, _index: int, _how: int) -> object:
        case = bo.RefundAccount(
            seller_id=self.scene.seller,
            account_id=self.scene.account(),
            key=f"close{number}",
            actor="staff",
            reason="closing",
            at=self.at,
        )
        done = self.scene.store.run(case)
        for back in done.payments:
            through = bo.RepayPayment(
                seller_id=self.scene.seller,
                payment_id=back.payment_id,
                repayment_id=f"close{number}",
                amount=back.amount,
                by="staff",
                reason="closing",
                all_bonus=True,
                at=self.at,
            )
            self.scene.store.run(through)
        return len(done.transfers), len(done.payments)

    def _move(self, number: int, index: int, how: int) -> object:
        """Move money to the other account, or back."""
        there, here = self.scene.account(how % 2), self.scene.account(1 - how % 2)
        case = bo.TransferBalance(
            seller_id=self.scene.seller,
            from_account=here,
            to_account=there,
            key=f"move{number}",
            amount=Money(100 + 700 * index, "USD"),
            allowed_by="staff",
            reason="asked for",
            at=self.at,
        )
        return self.scene.store.run(case).amount

    def _fund(self, number: int, _index: int, how: int) -> object:
        amount = _AMOUNTS[how % len(_AMOUNTS)]
        case = fund(self.scene.account(), self.scene.seller, f"fund{number}", amount)
        return self.scene.store.run(replace(case, at=self.at)).amount

    def _later(self, _number: int, index: int, _how: int) -> object:
        self.at += timedelta(hours=(1, 12, 23, 24, 26, 48)[index])
        return None


def perform_payments(store: Store, play: PaymentPlay) -> tuple[Scene, tuple[object, ...]]:
    """Play on a store; give the scene it was played on, and every answer in order."""
    scene = Scene(store=store, accounts=2, funds=0, quantity=20).set_up()
    terms = SellerTerms(name="Seller", funding=_FUNDINGS[play.funding])
    store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))
    desk = _Desk(scene, ProcessorDouble(seed=play.seed, troubles=list(play.troubles)))
    for number, (what, index, how) in enumerate(play.steps, start=1):
        desk.play(number, what, index, how)
    return scene, tuple(desk.told)


def money_violations(scene: Scene) -> tuple[str, ...]:
    """Give a sentence for each law of money in and out that does not hold."""
    store = scene.store
    payments = store.payments(PaymentQuery(seller_id=scene.seller, limit=1_000_000))
    lines = store.statement(prepaid_account(scene.account()))
    transfers = [line.transfer for line in lines]
    return (*store.audit(), *_once(payments, transfers), *_out(scene, lines))


def _once(payments: Sequence[Payment], transfers: list[Transfer]) -> Iterator[str]:
    credited = Counter(each.id for each in transfers)
    for payment in payments:
        wanted = int(payment.succeeded_at is not None)
        if credited[topup_id(payment.id)] != wanted:
            yield f"payment {payment.id} is {payment.status.value}, and was not credited so"
        if credited[bonus_id(payment.id)] > wanted:
            yield f"payment {payment.id} earned its bonus without money"


def _out(scene: Scene, lines: Sequence[StatementLine]) -> Iterator[str]:
    outside = cash_account(scene.seller)
    came = sum(each.entry.amount for each in lines if each.transfer.debit == outside)
    went = -sum(each.entry.amount for each in lines if each.transfer.credit == outside)
    if went > came:
        yield f"{went} went out, and only {came} came in: bonus became money"
    seller = scene.store.seller(scene.seller)
    held = lots(lines, seller.consumptions if seller else BONUS_FIRST)
    for topup in held.lots:
        given = sum(lot.funded - lot.expired for lot in held.lots if lot.ref == topup.id)
        if topup.repaid > given:
            yield f"of the bonus for {topup.id} more was made good than was given"
