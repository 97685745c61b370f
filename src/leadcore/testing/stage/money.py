"""What happens to money: paid in, paid back, charged, told of, run low, past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.accounts import WatchBalance
from leadcore.payments import (
    Answer,
    BalanceWatch,
    DeclineReason,
    DisputeStatus,
    News,
    Notice,
    NotThere,
    Progress,
    Recharge,
)
from leadcore.testing.stage.base import Seen
from leadcore.testing.stage.plans import CARD
from leadcore.values import Money

if TYPE_CHECKING:
    from leadcore.testing.stage.base import Case, Step

__all__ = ["MoneyMoves"]

_ANSWERS = (Progress.SUCCEEDED, Progress.SUCCEEDED, Progress.DECLINED, Progress.UNKNOWN)


class MoneyMoves(Seen):
    """Fund, take back, expire a bonus; pay, settle, tell, repay; watch, check, renew."""

    __slots__ = ()

    def do_fund(self, step: Step) -> Case:
        """Put money on an account; a key may come again, with another amount too."""
        return self.funding(step.index, f"key-{step.other}", 1_000 * (step.index + 1))

    def do_take_back(self, step: Step) -> Case:
        """Pay unspent money of an account back."""
        return bo.RefundAccount(
            seller_id=self.seller,
            account_id=self.account(step.index),
            key=f"back-{step.other}",
            actor="staff",
            reason="closes",
            at=self.now,
        )

    def do_expire_bonus(self, step: Step) -> Case:
        """Take bonus that is past off an account."""
        return bo.ExpireBonus(
            seller_id=self.seller, account_id=self.account(step.index), at=self.now
        )

    def do_pay(self, step: Step) -> Case:
        """Request a payment by card; an id may come again."""
        key = f"{self.seller}/pay-{step.index}"
        if key not in self.payments:
            self.payments.append(key)
        return bo.RequestPayment(
            seller_id=self.seller,
            account_id=self.account(step.index),
            payment_id=key,
            amount=Money(1_500, "USD"),
            method=CARD,
            by="staff",
            at=self.now,
        )

    def do_settle(self, step: Step) -> Case | None:
        """Settle a payment with what the processor answered."""
        if not self.payments:
            return None
        key = self.payments[step.index % len(self.payments)]
        progress = _ANSWERS[step.other % len(_ANSWERS)]
        answer = Answer(
            progress=progress,
            reference=f"ch_{key}",
            reason=DeclineReason.REFUSED if progress is Progress.DECLINED else None,
        )
        told = NotThere() if step.other == 7 else answer  # noqa: PLR2004 - one in eight
        return bo.SettlePayment(seller_id=self.seller, payment_id=key, answer=told, at=self.now)

    def do_notice(self, step: Step) -> Case:
        """Take a processor's notice: of a charge of ours, of a dispute, of nothing of ours."""
        ours = self.payments[step.index % len(self.payments)] if self.payments else "nobody"
        reference = f"ch_{ours}" if step.other else f"ch_{self.seller}/stray"
        disputed = step.other > 5  # noqa: PLR2004 - one in four
        notice = Notice(
            id=f"evt-{step.index}-{step.other}",
            reference=reference,
            news=News.DISPUTE if disputed else News.CHARGE,
            subject="dp_1" if disputed else None,
            progress=None if disputed else Progress.SUCCEEDED,
            dispute=tuple(DisputeStatus)[step.index % 3] if disputed else None,
            amount=Money(1_500, "USD"),
            occurred_at=self.now,
        )
        return bo.ReceiveNotice(seller_id=self.seller, notice=notice, at=self.now)

    def do_repay(self, step: Step) -> Case | None:
        """Give money of a payment back to its source."""
        if not self.payments:
            return None
        return bo.RepayPayment(
            seller_id=self.seller,
            payment_id=self.payments[step.index % len(self.payments)],
            repayment_id=f"re-{step.other % 2}",
            amount=Money((500, 1_500, 1_000, 1_501)[step.other % 4], "USD"),
            by="staff",
            reason="asked for",
            at=self.now,
        )

    def do_watch(self, step: Step) -> Case:
        """Say what is to be done when an account's balance is low."""
        recharge = Recharge(below=Money(3_000, "USD"), by=Money(4_000, "USD"), method=CARD)
        watch = BalanceWatch(
            alert_below=Money(5_000, "USD"), recharge=recharge if step.other else None
        )
        return bo.KeepAccount(
            seller_id=self.seller,
            account_id=self.account(step.index),
            command=WatchBalance(watch),
            at=self.now,
        )

    def do_check(self, step: Step) -> Case:
        """Look whether an account's balance is low."""
        return bo.CheckBalance(
            seller_id=self.seller, account_id=self.account(step.index), at=self.now
        )

    def do_renew(self, step: Step) -> Case:
        """Begin an order's next cycle, if it is due."""
        return bo.RenewOrder(seller_id=self.seller, order_id=self.order(step.index), at=self.now)
